"""Which days figures are about: local days of the city, whole, with summer time in the right
place."""

from __future__ import annotations

import calendar
import datetime as dt
import enum
from dataclasses import dataclass

from django.utils.translation import gettext as _

from trygghetscentral.shared.clock import STOCKHOLM, local
from trygghetscentral.shared.errors import Invalid

LONGEST_DAYS = 366


class PeriodKind(enum.StrEnum):
    """What a reader can ask for; the values stand in the address."""

    DAY = "dygn"
    WEEK = "vecka"
    MONTH = "manad"
    RANGE = "fran-till"


@dataclass(frozen=True, slots=True)
class Period:
    """`first` to `last` are local dates, both counted. A week runs from Monday to Sunday."""

    kind: PeriodKind
    first: dt.date
    last: dt.date

    @property
    def start(self) -> dt.datetime:
        """The first moment, in UTC."""
        return _midnight(self.first)

    @property
    def end(self) -> dt.datetime:
        """The first moment after, in UTC. A day is 23, 24 or 25 hours."""
        return _midnight(self.last + dt.timedelta(days=1))

    @property
    def days(self) -> int:
        """How many dates."""
        return (self.last - self.first).days + 1

    def before(self) -> Period:
        """The period that ends where this begins: the month before a month, else as many days."""
        last = self.first - dt.timedelta(days=1)
        if self.kind is PeriodKind.MONTH:
            return Period(self.kind, last.replace(day=1), last)
        return Period(self.kind, self.first - dt.timedelta(days=self.days), last)

    def after(self) -> Period:
        """The period that begins where this ends."""
        first = self.last + dt.timedelta(days=1)
        if self.kind is PeriodKind.MONTH:
            return month_of(first)
        return Period(self.kind, first, first + dt.timedelta(days=self.days - 1))

    def is_running(self, now: dt.datetime) -> bool:
        """Whether it is not over yet."""
        return now < self.end


def _midnight(date: dt.date) -> dt.datetime:
    return dt.datetime.combine(date, dt.time(), tzinfo=STOCKHOLM).astimezone(dt.UTC)


def day_of(date: dt.date) -> Period:
    """That day."""
    return Period(PeriodKind.DAY, date, date)


def week_of(date: dt.date) -> Period:
    """The ISO week that holds the date."""
    monday = date - dt.timedelta(days=date.weekday())
    return Period(PeriodKind.WEEK, monday, monday + dt.timedelta(days=6))


def month_of(date: dt.date) -> Period:
    """The calendar month that holds the date."""
    length = calendar.monthrange(date.year, date.month)[1]
    return Period(PeriodKind.MONTH, date.replace(day=1), date.replace(day=length))


def from_to(first: dt.date, last: dt.date) -> Period:
    """Any days, at most a year. Raises Invalid when they come in the wrong order or are more."""
    if last < first:
        raise Invalid(
            _("Slutdatumet ligger före startdatumet."),
            code="period_order",
            todo=_("Byt plats på datumen."),
        )
    if (last - first).days >= LONGEST_DAYS:
        raise Invalid(
            _("Perioden är längre än ett år."),
            code="period_length",
            todo=_("Välj högst 366 dygn."),
        )
    return Period(PeriodKind.RANGE, first, last)


def period_of(kind: PeriodKind, date: dt.date, last: dt.date | None = None) -> Period:
    """The period of this kind around `date`; for RANGE from it to `last`. Raises Invalid."""
    match kind:
        case PeriodKind.DAY:
            return day_of(date)
        case PeriodKind.WEEK:
            return week_of(date)
        case PeriodKind.MONTH:
            return month_of(date)
        case PeriodKind.RANGE:
            return from_to(date, last or date)


def today(now: dt.datetime) -> dt.date:
    """The date on the city's wall clock."""
    return local(now).date()
