"""`python -m benchmarks [name ...]`: run them on one house and print one table.

Names: intake, http, board, paint, promises, memory, acts, stored, incidents; all of them when none
is given. The exit code is 1 when an aim was missed. `soak` stands alone, since it takes half an
hour: see benchmarks.soak.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

from benchmarks import acts, board, http, incidents, intake, memory, paint, promises, soak, stored
from benchmarks.house import House, running_house
from benchmarks.table import Figure, rows

MEASURES: dict[str, Callable[[House], list[Figure]]] = {
    "intake": intake.measure,
    "http": http.measure,
    "board": board.measure,
    "paint": paint.measure,
    "promises": promises.measure,
    "memory": memory.measure,
    "acts": acts.measure,
    "stored": stored.measure,
    "incidents": incidents.measure,
}


def machine(house: House) -> str:
    """What the figures were measured on."""
    facts = {name: house.ask(f"SHOW {name}")[0][0] for name in ("server_version", "fsync")}
    disk = subprocess.run(
        ["df", "--output=fstype", str(house.folder)], capture_output=True, text=True, check=True
    ).stdout.split()[-1]
    load = ", ".join(f"{value:.1f}".replace(".", ",") for value in os.getloadavg())
    return (
        f"{os.cpu_count()} kärnor; Python {sys.version.split()[0]}; "
        f"PostgreSQL {facts['server_version']}, fsync {facts['fsync']}, {disk}; "
        f"avsändare, webbläsare och hus på samma maskin; last före start {load}"
    )


def main(names: Sequence[str]) -> int:
    """Print the table as it grows; returns the exit code."""
    if list(names[:1]) == ["soak"]:
        return soak.main(names[1:])
    unknown = [name for name in names if name not in MEASURES]
    if unknown:
        sys.stderr.write(f"Okänt: {', '.join(unknown)}. Finns: {', '.join(MEASURES)}.\n")
        return 2
    missed = False
    with running_house() as house:
        say(machine(house))
        for name in names or MEASURES:
            started = time.monotonic()
            figures = MEASURES[name](house)
            missed = missed or any(figure.ok is False for figure in figures)
            say(f"\n{name} ({time.monotonic() - started:.0f} s)\n{rows(figures)}")
    return 1 if missed else 0


def say(text: str) -> None:
    """At once, since a run takes minutes."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
