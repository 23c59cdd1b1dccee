"""A period as whole months that a worker has counted, and what must be counted when it is asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from alarms.selectors.figures import Period, PeriodKind, month_of
from incidents.models import ChangedMonth


@dataclass(frozen=True, slots=True)
class Span:
    """From one moment up to another. `month` when it is a month that has been counted."""

    start: dt.datetime
    end: dt.datetime
    month: dt.date | None


def changed_months() -> frozenset[dt.date]:
    """The months whose tally is old. One query."""
    return frozenset(ChangedMonth.objects.values_list("month", flat=True).distinct())


def spans_of(period: Period, changed: Collection[dt.date]) -> tuple[Span, ...]:
    """The period in pieces, without gaps."""
    return tuple(
        Span(
            piece.start,
            piece.end,
            piece.first if piece.kind is PeriodKind.MONTH and piece.first not in changed else None,
        )
        for piece in _pieces(period)
    )


def _pieces(period: Period) -> Iterator[Period]:
    first = period.first
    while first <= period.last:
        month = month_of(first)
        if month.first == first and month.last <= period.last:
            yield month
            first = month.last + dt.timedelta(days=1)
            continue
        last = min(month.last, period.last)
        yield Period(PeriodKind.RANGE, first, last)
        first = last + dt.timedelta(days=1)


def year_to(month: dt.date) -> Period:
    """The twelve calendar months of which `month` is in the last."""
    last = month_of(month)
    first = last.first.replace(day=1)
    first = (
        first.replace(month=first.month + 1, year=first.year - 1)
        if first.month < 12
        else first.replace(month=1)
    )
    return Period(PeriodKind.RANGE, first, last.last)


def calendar_year(year: int) -> Period:
    """January to December."""
    return Period(PeriodKind.RANGE, dt.date(year, 1, 1), dt.date(year, 12, 31))
