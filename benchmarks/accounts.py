"""The 1,000 transmitters that every frame of the benchmarks comes from, and ten operators who own
alarms and do nothing."""

from __future__ import annotations

COUNT = 1000
NAMES = [f"B{number:04d}" for number in range(COUNT)]
OPERATORS = [f"bench-op-{number}" for number in range(1, 11)]
