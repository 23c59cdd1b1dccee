"""Lines of the cube put together into tables, and what may not be seen hidden in them."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from alarms.selectors.figures.suppression import LEAST, Columns, same_total, suppressed
from incidents.selectors.figures.cube import SUMMED, WAIT, Counted, Figures, figures_of

MONEY: Final = frozenset({"material", "work", "cost", "deductible", "reimbursed", "net"})
TIMES: Final = frozenset({"median", "p80"})
HIDES: Final = Columns(
    nested=("incidents",),
    parts=("near_miss", "harm", "severe", "costed", "begun"),
    follow={"costed": MONEY, "begun": TIMES},
)
COUNTS: Final = ("incidents", "near_miss", "harm", "severe", "cost", "net")
COSTS: Final = ("costed", "material", "work", "cost", "deductible", "reimbursed", "net")
WAITS: Final = ("incidents", "begun", "median", "p80")

Key = int | str
KeyOf = Callable[[Counted], Key | None]


@dataclass(frozen=True, slots=True)
class Line:
    """One group with its figures in the period and in the one before."""

    key: Key | None
    label: str
    now: Figures
    before: Figures


@dataclass(frozen=True, slots=True)
class Table:
    """`columns` are names of figures. The lines add up to the total, where there is one, together
    with the `left_out` that a short report has no line for, unless there are none."""

    code: str
    title: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    total: Line | None
    left_out: int = 0


def grouped(lines: Iterable[Counted], tag: str, key_of: KeyOf) -> dict[Key, Figures]:
    """The figures of a tag by a key; a line whose key is None is left out."""
    sums: dict[Key, list[int]] = defaultdict(lambda: [0] * len(SUMMED))
    waits: dict[Key, Counter[int]] = defaultdict(Counter)
    for line in lines:
        key = key_of(line) if line.tag == tag else None
        if key is None:
            continue
        if line.dimension == WAIT:
            waits[key][line.key] += line.figures.incidents
            continue
        into = sums[key]
        for place, name in enumerate(SUMMED):
            into[place] += getattr(line.figures, name)
    return {key: _with_waits(figures_of(values), waits[key]) for key, values in sums.items()}


def _with_waits(figures: Figures, waits: Counter[int]) -> Figures:
    return replace(
        figures, begun=waits.total(), median=_reached(waits, 0.5), p80=_reached(waits, 0.8)
    )


def _reached(waits: Counter[int], share: float) -> int | None:
    """The shortest time that this share came within: one that really occurred."""
    needed = math.ceil(waits.total() * share)
    passed = 0
    for hours, number in sorted(waits.items()):
        passed += number
        if passed >= needed:
            return hours
    return None


def safe(tables: Sequence[Table]) -> tuple[Table, ...]:
    """The tables for a reader of aggregates; the same total is hidden in all when in one."""
    done = [_safe_one(table) for table in tables]
    totals = [table.total for table in done if table.total]
    if not totals:
        return tuple(done)
    now = same_total([total.now for total in totals])
    before = same_total([total.before for total in totals])
    return tuple(
        replace(table, total=replace(table.total, now=now, before=before)) if table.total else table
        for table in done
    )


def _safe_one(table: Table) -> Table:
    if table.total is None:
        return replace(table, lines=tuple(_alone(line) for line in table.lines))
    now, total_now = suppressed(
        {line.key: line.now for line in table.lines}, table.total.now, HIDES
    )
    before, total_before = suppressed(
        {line.key: line.before for line in table.lines}, table.total.before, HIDES
    )
    lines = tuple(replace(line, now=now[line.key], before=before[line.key]) for line in table.lines)
    return replace(
        table, lines=lines, total=replace(table.total, now=total_now, before=total_before)
    )


def _alone(line: Line) -> Line:
    """Lines that are no parts of a whole: each for itself."""
    return replace(line, now=_hidden(line.now), before=_hidden(line.before))


def _hidden(figures: Figures) -> Figures:
    every = frozenset(HIDES.nested) | frozenset(HIDES.parts) | MONEY | TIMES
    return figures if figures.incidents >= LEAST else replace(figures, hidden=every)
