"""Measures of the sockets of a web process, read at /metrics."""

from prometheus_client import Counter, Gauge

SOCKETS = Gauge("tc_live_sockets", "Open live sockets", ["stream"], multiprocess_mode="livesum")
BATCHES = Counter("tc_live_batches_total", "Publisher messages taken in", ["stream"])
ROWS_TOLD = Counter("tc_live_rows_told_total", "Rows sent to screens", ["stream"])
FILLS = Counter("tc_live_fills_total", "Windows read again from the database", ["stream", "why"])
RELOADS = Counter("tc_live_reloads_total", "Screens told to load the page anew", ["stream"])
