"""What each process of the house holds in memory, shared pages counted by their share."""

from __future__ import annotations

from collections import defaultdict

import psutil

from benchmarks.house import House
from benchmarks.table import Figure, spoken

NAMES = {
    "run_receivers": "mottagare",
    "run_publisher": "utsändare",
    "granian": "webb",
    "critical@": "arbetare, brådskande",
    "default@": "arbetare",
    "beat": "taktgivare",
    "redis-server": "Redis",
    "postgres": "PostgreSQL",
    "supervisord": "övervakare",
}


def measure(house: House) -> list[Figure]:
    """PSS by kind of process, and in all."""
    if house.process is None:
        raise RuntimeError("the house is not running")
    held: dict[str, list[float]] = defaultdict(list)
    root = psutil.Process(house.process.pid)
    for process in (root, *root.children(recursive=True)):
        held[kind_of(process)].append(process.memory_full_info().pss / 2**20)
    figures = [
        Figure(f"Minne (PSS), {name}, {len(sizes)} st", f"{spoken(sum(sizes))} MB")
        for name, sizes in sorted(held.items(), key=lambda item: -sum(item[1]))
    ]
    return [*figures, Figure("Minne i allt", f"{spoken(sum(map(sum, held.values())))} MB")]


def kind_of(process: psutil.Process) -> str:
    """What it does in the house, by its command line."""
    words = process.cmdline() or [process.name()]
    # A leash names the program that it holds.
    if any(word.endswith("/leash.py") for word in words):
        return "koppel"
    line = " ".join(words)
    return next((name for part, name in NAMES.items() if part in line), "övrigt")
