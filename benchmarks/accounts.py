"""The 1,000 transmitters that every frame of the benchmarks comes from."""

from __future__ import annotations

COUNT = 1000
NAMES = [f"B{number:04d}" for number in range(COUNT)]
