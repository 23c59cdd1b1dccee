"""A week of the roster, with its gaps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from trygghetscentral.accounts.models import Grant, User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.accounts.roles import ROLES
from trygghetscentral.callout.models import Duty, DutyContact, DutyShift
from trygghetscentral.callout.states import ORDER, Rank
from trygghetscentral.shared.clock import STOCKHOLM, local

DAYS = 7
SOON = dt.timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Gap:
    """A time when nobody is primary."""

    begin: dt.datetime
    end: dt.datetime


@dataclass(frozen=True, slots=True)
class RankRow:
    """One rank of a duty over the week: the shifts that touch each day."""

    rank: str
    label: str
    days: list[list[DutyShift]]


@dataclass(frozen=True, slots=True)
class DutyWeek:
    """One duty over the week."""

    duty: Duty
    rows: list[RankRow]
    shifts: list[DutyShift]
    gaps: list[Gap]


@dataclass(frozen=True, slots=True)
class Week:
    """A week from Monday to Sunday, local time."""

    monday: dt.date
    days: list[dt.date]
    duties: list[DutyWeek]

    @property
    def earlier(self) -> str:
        """The week before, as the address gives it."""
        return (self.monday - dt.timedelta(days=DAYS)).isoformat()

    @property
    def later(self) -> str:
        """The week after."""
        return (self.monday + dt.timedelta(days=DAYS)).isoformat()

    @property
    def number(self) -> int:
        """The week's number, ISO 8601."""
        return self.monday.isocalendar().week


def monday_of(day: dt.date) -> dt.date:
    """The Monday of the day's week."""
    return day - dt.timedelta(days=day.weekday())


def week_of(day: dt.date, *, now: dt.datetime) -> Week:
    """The week around the day, every duty; gaps are told from now on, in three queries."""
    monday = monday_of(day)
    days = [monday + dt.timedelta(days=number) for number in range(DAYS)]
    edges = [_midnight(each) for each in (*days, monday + dt.timedelta(days=DAYS))]
    shifts = list(
        DutyShift.objects.between(edges[0], edges[-1]).select_related(
            "user", "user__duty_contact", "duty"
        )
    )
    duties = []
    for duty in Duty.objects.all():
        own = [shift for shift in shifts if shift.duty_id == duty.pk]
        rows = [
            RankRow(
                rank,
                str(Rank(rank).label),
                [_touching(own, rank, edges[i], edges[i + 1]) for i in range(DAYS)],
            )
            for rank in ORDER
        ]
        primaries = [shift for shift in own if shift.rank == Rank.PRIMARY]
        gaps = gaps_in(primaries, max(now, edges[0]), edges[-1]) if own else []
        duties.append(DutyWeek(duty, rows, own, gaps))
    return Week(monday, days, duties)


def gaps_in(shifts: Iterable[DutyShift], begin: dt.datetime, end: dt.datetime) -> list[Gap]:
    """The parts of the time that no shift covers."""
    found = []
    covered = begin
    for shift in sorted(shifts, key=lambda one: one.starts_at):
        if shift.starts_at > covered:
            found.append(Gap(covered, min(shift.starts_at, end)))
        covered = max(covered, shift.ends_at)
    if covered < end:
        found.append(Gap(covered, end))
    return found


def previous_note(shift: DutyShift) -> DutyShift | None:
    """The shift of the same duty and rank that was handed over last before this one ends."""
    return (
        DutyShift.objects.filter(
            duty_id=shift.duty_id,
            rank=shift.rank,
            handed_over_at__isnull=False,
            starts_at__lt=shift.starts_at,
        )
        .select_related("user")
        .order_by("-handed_over_at")
        .first()
    )


def own_shifts(user: User, *, now: dt.datetime) -> list[DutyShift]:
    """The user's shifts that are going on or come within two days."""
    return list(DutyShift.objects.between(now, now + SOON).filter(user=user).select_related("duty"))


def candidates(now: dt.datetime) -> list[User]:
    """Who may stand on the roster: those who see the staffing, by signature."""
    roles = [code for code, role in ROLES.items() if Permission.DUTY_VIEW in role.permissions]
    holders = Grant.objects.live(now).filter(role__in=roles).order_by().values("user")
    return list(User.objects.filter(pk__in=holders, is_service=False).order_by("signature"))


def contact_of(user: User) -> DutyContact:
    """How the user is reached; an empty one when nothing is entered."""
    return DutyContact.objects.filter(user=user).first() or DutyContact(user=user)


def _touching(
    shifts: list[DutyShift], rank: str, begin: dt.datetime, end: dt.datetime
) -> list[DutyShift]:
    return [
        shift
        for shift in shifts
        if shift.rank == rank and shift.starts_at < end and shift.ends_at > begin
    ]


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), tzinfo=STOCKHOLM)


def today(now: dt.datetime) -> dt.date:
    """The city's date."""
    return local(now).date()
