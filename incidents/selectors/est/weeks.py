"""ISO weeks, who has reported in one, and what comes before and after."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from incidents.models import EstNothing, EstObservation, EstReport
from trygghetscentral.accounts.models import Organisation, User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.shared.clock import STOCKHOLM, local

WEEK: Final = dt.timedelta(days=7)
OPEN_BACK: Final = 2
"""How many weeks back one may still write an observation."""


@dataclass(frozen=True, slots=True, order=True)
class Week:
    """One ISO week."""

    year: int
    number: int

    @property
    def monday(self) -> dt.date:
        """Its first day."""
        return dt.date.fromisocalendar(self.year, self.number, 1)

    def plus(self, weeks: int) -> Week:
        """So many weeks later, or earlier."""
        return week_of(self.monday + weeks * WEEK)

    def bounds(self) -> tuple[dt.datetime, dt.datetime]:
        """From its first moment to the first after it, in the city."""
        return self.at(1, 0), self.plus(1).at(1, 0)

    def at(self, weekday: int, hour: int) -> dt.datetime:
        """An hour of one of its days, in UTC."""
        day = dt.date.fromisocalendar(self.year, self.number, weekday)
        return dt.datetime.combine(day, dt.time(hour), STOCKHOLM).astimezone(dt.UTC)

    def label(self) -> str:
        """As it is said."""
        return _("vecka %(week)s %(year)s") % {"week": self.number, "year": self.year}


def week_of(day: dt.date) -> Week:
    """The week that a day belongs to."""
    year, number, _weekday = day.isocalendar()
    return Week(year, number)


def week_now(now: dt.datetime) -> Week:
    """The week that it is in the city."""
    return week_of(local(now).date())


def week_of_report(report: EstReport) -> Week:
    """The week that a report is of."""
    return Week(report.year, report.week)


def same_week_before(week: Week, years: int) -> Week | None:
    """The same week so many years earlier; None when that year had no such week."""
    try:
        return week_of(dt.date.fromisocalendar(week.year - years, week.number, 1))
    except ValueError:
        return None


def reporters() -> QuerySet[Organisation]:
    """Those who are asked each week: nämnder, bolag and förbund, no partners."""
    return Organisation.objects.filter(is_controller=True).exclude(kind=Organisation.Kind.PARTNER)


@dataclass(frozen=True, slots=True)
class Coverage:
    """Who has reported and who has not: "7 av 14"."""

    reported: list[Organisation]
    missing: list[Organisation]

    @property
    def asked(self) -> int:
        """How many are asked."""
        return len(self.reported) + len(self.missing)


def coverage_of(week: Week) -> Coverage:
    """Those with a released observation, or who have said that there was nothing."""
    of_week = {"year": week.year, "week": week.number}
    there = set(
        EstObservation.objects.released()
        .filter(**of_week)
        .values_list("organisation_id", flat=True)
    ) | set(EstNothing.objects.filter(**of_week).values_list("organisation_id", flat=True))
    all_of_them = list(reporters())
    return Coverage(
        [one for one in all_of_them if one.pk in there],
        [one for one in all_of_them if one.pk not in there],
    )


def own_organisations(user: User) -> QuerySet[Organisation]:
    """Those that the user writes observations for."""
    return Organisation.objects.where_may(user, Permission.EST_REPORT).filter(
        Q(pk__in=reporters().values("pk"))
    )


def report_of(week: Week) -> EstReport | None:
    """The week's report that has not been withdrawn."""
    return (
        EstReport.objects.filter(year=week.year, week=week.number)
        .exclude(state="withdrawn")
        .first()
    )


def published_before(week: Week) -> EstReport | None:
    """The newest published one of an earlier week."""
    return (
        EstReport.objects.public()
        .filter(Q(year=week.year, week__lt=week.number) | Q(year__lt=week.year))
        .order_by("-year", "-week")
        .first()
    )
