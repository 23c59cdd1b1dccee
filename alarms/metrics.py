"""Measures of intake and alarms, read at /metrics. Labels are codes."""

from prometheus_client import Counter, Histogram

INTAKE_BATCH = Histogram(
    "tc_intake_batch_messages",
    "Messages per transaction",
    buckets=(1, 2, 5, 10, 20, 50, 100, 200, 500),
)
INTAKE_SECONDS = Histogram(
    "tc_intake_commit_seconds",
    "Time to store a batch",
    buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5),
)
INTAKE_STORED = Counter("tc_intake_messages_total", "Messages by outcome", ["outcome"])
FRAMES = Counter("tc_dc09_frames_total", "DC-09 frames by outcome", ["outcome"])
