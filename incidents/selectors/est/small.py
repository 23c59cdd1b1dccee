"""Small numbers in EST (domain.md 00.17): no cell below the limit, zero included, and none that can
be worked out from the others. The tree is total, rows, and the areas of each row; there are no
totals of areas, so that no cell stands in two sums."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

LEAST: Final = 5

K = TypeVar("K", bound=Hashable)
A = TypeVar("A", bound=Hashable)


def parts(counts: Mapping[K, int], *, least: int = LEAST) -> tuple[int | None, dict[K, int | None]]:
    """A sum and its parts, None where it may not be seen.

    What is left over from a shown sum is at least two parts, together at least `least`.
    """
    total = sum(counts.values())
    if total < least:
        return None, dict.fromkeys(counts)
    hidden = {key for key, count in counts.items() if count < least}
    order = sorted((key for key in counts if key not in hidden), key=lambda key: counts[key])
    while hidden and not _safe([counts[key] for key in hidden], least):
        if not order:
            return None, dict.fromkeys(counts)
        hidden.add(order.pop(0))
    return total, {key: None if key in hidden else count for key, count in counts.items()}


def _safe(hidden: list[int], least: int) -> bool:
    return len(hidden) > 1 and sum(hidden) >= least


@dataclass(frozen=True, slots=True)
class Table(Generic[K, A]):
    """What may be seen of a table: None is hidden."""

    total: int | None
    rows: dict[K, int | None]
    cells: dict[tuple[K, A], int | None]


def table(counts: Mapping[tuple[K, A], int], *, least: int = LEAST) -> Table[K, A]:
    """The same for rows and their areas. Under a hidden row nothing is shown; when the areas of a
    row can only be protected by hiding its number, the areas are hidden and the number stays."""
    sums: dict[K, int] = {}
    for (key, _area), count in counts.items():
        sums[key] = sums.get(key, 0) + count
    total, rows = parts(sums, least=least)
    cells: dict[tuple[K, A], int | None] = dict.fromkeys(counts)
    for key, shown in rows.items():
        if shown is None:
            continue
        within = {area: count for (of, area), count in counts.items() if of == key}
        whole, seen = parts(within, least=least)
        if whole is not None:
            cells |= {(key, area): count for area, count in seen.items()}
    return Table(total, rows, cells)
