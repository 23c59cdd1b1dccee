"""Measures of the ground floor, read at /metrics. Labels are codes, never personal data."""

from prometheus_client import Counter, Histogram

LEDGER_LOCK_WAIT = Histogram(
    "tc_ledger_lock_wait_seconds",
    "Wait for the ledger's append lock",
    buckets=(0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5),
)
DELIVERIES = Counter("tc_ledger_deliveries_total", "Ledger deliveries", ["subscriber", "outcome"])
