"""What is in prov or ur drift, as pages show it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from alarms import prov
from alarms.codes import Category
from alarms.models import Alarm, Installation, Signal, SignalOutcome, TestPeriod
from alarms.words import CATEGORIES
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission

RELATIONS: Final = ("installation__site", "installation__controller", "set_by", "ended_by")
PAST: Final = 20
LATEST: Final = 50
_LABELS: Final = dict(CATEGORIES)


@dataclass(frozen=True)
class PeriodLine:
    """One period as a line: what, where, until when, and what it asks for."""

    period: TestPeriod
    now: dt.datetime

    @cached_property
    def place(self) -> str:
        """The part of the installation in words."""
        period, installation = self.period, self.period.installation
        if not period.area and not period.zone:
            return _("hela anläggningen")
        areas = {prov.normal(one.number): one.name for one in installation.areas.all()}
        zones = {
            (prov.normal(one.area), prov.normal(one.number)): one.name
            for one in installation.zones.all()
        }
        name = zones.get((period.area, period.zone)) or zones.get(("", period.zone), "")
        words = []
        if period.zone:
            words += [_("zon"), period.zone, name]
        if period.area:
            words += [_("sektion"), period.area, areas.get(period.area, "")]
        return " ".join(word for word in words if word)

    @property
    def what(self) -> str:
        """The kind of alarm that is tested."""
        if self.period.category:
            return str(_LABELS[self.period.category])
        return _("allt utom brand, överfall, trygghetslarm och okända koder")

    @property
    def minutes_left(self) -> int:
        """Whole minutes, rounded up; 0 when the time is out."""
        left = (self.period.until - self.now).total_seconds()
        return max(0, -int(-left // 60))

    @property
    def is_soon(self) -> bool:
        """Whether it is over within its warning."""
        return self.period.ended_at is None and self.period.warn_at <= self.now

    @property
    def is_for_review(self) -> bool:
        """Whether somebody should say if it is still needed."""
        review_at = self.period.review_at
        return self.period.ended_at is None and review_at is not None and review_at <= self.now


@dataclass(frozen=True, slots=True)
class ProvCount:
    """How much is under test, and how much of it is over soon or to be reviewed."""

    open: int
    soon: int
    review: int


@dataclass(frozen=True, slots=True)
class ProvPart:
    """What an alarm's page says of prov: what is open there, and whether one may be set."""

    installation_id: UUID
    lines: list[PeriodLine]
    may_set: bool


def lines(periods: Iterable[TestPeriod], *, now: dt.datetime) -> list[PeriodLine]:
    """As lines."""
    return [PeriodLine(period, now) for period in periods]


def open_periods(user: User) -> QuerySet[TestPeriod]:
    """Everything open that the user may see, what is over first on top."""
    return _loaded(TestPeriod.objects.visible_to(user).open()).order_by("until", "pk")


def count_open(user: User, *, now: dt.datetime) -> ProvCount:
    """The same, counted; one query."""
    found = (
        TestPeriod.objects.visible_to(user)
        .open()
        .aggregate(
            open=Count("pk"),
            soon=Count("pk", filter=Q(warn_at__lte=now)),
            review=Count("pk", filter=Q(review_at__lte=now)),
        )
    )
    return ProvCount(**found)


def period_for(user: User) -> QuerySet[TestPeriod]:
    """The door to one."""
    return _loaded(TestPeriod.objects.visible_to(user)).prefetch_related("notes__author")


def of_installation(installation: Installation) -> tuple[list[TestPeriod], list[TestPeriod]]:
    """What is open there, and the newest twenty that are over."""
    rows = _loaded(TestPeriod.objects.filter(installation=installation))
    now_open = list(rows.filter(ended_at__isnull=True).order_by("until", "pk"))
    return now_open, list(rows.filter(ended_at__isnull=False).order_by("-ended_at")[:PAST])


def signals_of(period: TestPeriod) -> list[Signal]:
    """The newest fifty that came under test at the installation while it lasted."""
    found = Signal.objects.filter(
        installation_id=period.installation_id,
        outcome=SignalOutcome.PROV,
        received_at__gte=period.starts_at,
    )
    if period.ended_at is not None:
        found = found.filter(received_at__lte=period.ended_at)
    return list(found.defer("raw", "extended").order_by("-pk")[:LATEST])


def prov_part(alarm: Alarm, *, user: User, now: dt.datetime) -> ProvPart | None:
    """What an operator at this alarm should know of prov; None where there is none.

    Nothing at a trygghetslarm, which is never in prov and whose place is not shown (00.8).
    """
    installation = alarm.installation
    if installation is None or alarm.category == Category.MEDICAL:
        return None
    seen = _loaded(TestPeriod.objects.visible_to(user).open().filter(installation=installation))
    return ProvPart(
        installation_id=installation.public_id,
        lines=lines(seen.order_by("until", "pk"), now=now),
        may_set=may_set(user, installation)
        and Installation.objects.visible_to(user).filter(pk=installation.pk).exists(),
    )


def may_set(user: User, installation: Installation) -> bool:
    """Whether the user may put parts of it in prov."""
    return user.may(Permission.INSTALLATION_TEST, installation.controller_id)


def _loaded(periods: QuerySet[TestPeriod]) -> QuerySet[TestPeriod]:
    return periods.select_related(*RELATIONS).prefetch_related(
        "installation__areas", "installation__zones"
    )
