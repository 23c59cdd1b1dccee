"""What a benchmark hands back, and the table that `make bench` prints."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One line. `ok` is None for what has no aim of its own."""

    name: str
    value: str
    aim: str = ""
    ok: bool | None = None


def at_least(name: str, value: float, aim: float, unit: str) -> Figure:
    """A figure that should not be lower."""
    return Figure(name, f"{spoken(value)} {unit}", f"minst {spoken(aim)}", value >= aim)


def at_most(name: str, value: float, aim: float, unit: str) -> Figure:
    """A figure that should not be higher."""
    return Figure(name, f"{spoken(value)} {unit}", f"högst {spoken(aim)}", value <= aim)


def spoken(value: float) -> str:
    """As it is written in Swedish: 12 593 and 0,83."""
    text = f"{value:,.0f}" if abs(value) >= 10 else f"{value:,.2f}"
    return text.replace(",", " ").replace(".", ",")


def rows(figures: Iterable[Figure]) -> str:
    """The figures under each other, in columns."""
    verdicts = {True: "ja", False: "NEJ", None: ""}
    return "\n".join(
        f"{figure.name:<58} {figure.value:>18}  {figure.aim:<16} {verdicts[figure.ok]}".rstrip()
        for figure in figures
    )
