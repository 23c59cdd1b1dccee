"""Small numbers for readers of aggregates (domain.md 00.17).

No cell below five, zero included, and none that can be worked out from the others: wherever the
shown cells of a column leave something over from its total, that is at least two cells with
together at least five.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final, Protocol, TypeVar

LEAST: Final = 5

# Each holds the next, so one of them bounds the others: they are shown or hidden together.
NESTED: Final = ("received", "answered", "closed")
PARTS: Final = ("late", "unfounded")
COUNTS: Final = NESTED + PARTS


class Counted(Protocol):
    """A dataclass of figures, with the names of those that are not shown in `hidden`."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def hidden(self) -> frozenset[str]:
        """Names of figures."""


F = TypeVar("F", bound=Counted)


@dataclass(frozen=True, slots=True)
class Columns:
    """`nested` each hold the next; `parts` are parts of the first; what `follow`s a count is
    hidden with it: a time or a sum tells of few as clearly as a count does."""

    nested: tuple[str, ...]
    parts: tuple[str, ...]
    follow: Mapping[str, frozenset[str]]


ALARMS: Final = Columns(NESTED, PARTS, {"answered": frozenset({"p80", "p985"})})


def suppressed(
    rows: Mapping[object, F], total: F, columns: Columns = ALARMS
) -> tuple[dict[object, F], F]:
    """The same rows and total with what may not be seen named in `hidden`.

    The rows add up to the total, in every count.
    """
    nested, parts = columns.nested, columns.parts
    whole = _hidden_in(rows, total, nested, ())
    hidden = {key: set(nested) | set(parts) if key in whole else set() for key in (*rows, None)}
    for part in parts:
        for key in _hidden_in(rows, total, (part,), whole):
            hidden[key].add(part)
    shown = {key: _without(figures, hidden[key], columns) for key, figures in rows.items()}
    return shown, _without(total, hidden[None], columns)


def same_total(totals: Sequence[F]) -> F:
    """The total as several tables may show it: hidden in one of them is hidden in all."""
    hidden = frozenset[str]().union(*(total.hidden for total in totals))
    return replace(totals[0], hidden=hidden)


def _hidden_in(
    rows: Mapping[object, F],
    total: F,
    columns: Sequence[str],
    already: Collection[object],
) -> set[object]:
    """The keys of the rows to hide, and None for the total."""
    hidden = {
        key
        for key, figures in rows.items()
        if key in already or any(getattr(figures, column) < LEAST for column in columns)
    }
    order = sorted(
        (key for key in rows if key not in hidden), key=lambda key: _size(rows[key], columns)
    )
    if None in already or any(getattr(total, column) < LEAST for column in columns):
        return {*hidden, None}
    while hidden and not _safe([rows[key] for key in hidden], columns):
        if not order:
            return {*hidden, None}
        hidden.add(order.pop(0))
    return hidden


def _size(figures: Counted, columns: Sequence[str]) -> int:
    return int(getattr(figures, columns[0]))


def _safe(hidden: Sequence[Counted], columns: Sequence[str]) -> bool:
    sums = (sum(getattr(figures, column) for figures in hidden) for column in columns)
    return len(hidden) > 1 and all(amount >= LEAST for amount in sums)


def _without(figures: F, hidden: set[str], columns: Columns) -> F:
    followers = (names for count, names in columns.follow.items() if count in hidden)
    return replace(figures, hidden=frozenset(hidden).union(*followers))
