"""Who is here, and which desks have somebody. Asked afresh each time: presence lasts a minute."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from alarms.models import Alarm, Desk, DeskSignOn, Handover
from alarms.selectors.rows import LIST_RELATIONS, AlarmRow, row_of
from trygghetscentral.accounts.models import Grant, User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.accounts.roles import ShiftLead
from trygghetscentral.live.models import Presence


def present_user_ids(now: dt.datetime) -> frozenset[int]:
    """Users whose live board was heard within 60 s, and who are signed in and not locked."""
    return frozenset(Presence.objects.here(now).values_list("user_id", flat=True))


def around_user_ids(now: dt.datetime) -> frozenset[int]:
    """Those present, and those who locked, signed out or lost the board less than 60 s ago.

    What the others own goes back to the queue (domain.md 00.9).
    """
    return frozenset(Presence.objects.around(now).values_list("user_id", flat=True))


def staffed_desk_ids(now: dt.datetime) -> frozenset[int]:
    """Desks (pk) that somebody present is signed on to and not away from (domain.md 00.9)."""
    return frozenset(
        DeskSignOn.objects.standing(now)
        .filter(away_since__isnull=True, user_id__in=Presence.objects.here(now).values("user_id"))
        .values_list("desk_id", flat=True)
    )


def unstaffed_desks(now: dt.datetime) -> list[Desk]:
    """The desks in use that nobody works, in their order."""
    return list(
        Desk.objects.filter(active=True)
        .exclude(pk__in=staffed_desk_ids(now))
        .order_by("position", "pk")
    )


def shift_lead_ids(now: dt.datetime) -> list[int]:
    """Users with the role of shift lead, present now; may be empty."""
    return list(
        Grant.objects.live(now)
        .filter(role=ShiftLead.code, user_id__in=Presence.objects.here(now).values("user_id"))
        .order_by("user_id")
        .values_list("user_id", flat=True)
        .distinct()
    )


@dataclass(frozen=True, slots=True)
class AtDesk:
    """Somebody signed on. `here` is false for a workstation that is locked, or has no live board;
    `away_since` is what they said themselves."""

    user_id: int
    signature: str
    since: dt.datetime
    away_since: dt.datetime | None
    here: bool


@dataclass(frozen=True, slots=True)
class Staffing:
    """A desk in use and those signed on to it."""

    desk: Desk
    people: list[AtDesk]

    @property
    def staffed(self) -> bool:
        """Whether somebody can answer its alarms now."""
        return any(person.here and person.away_since is None for person in self.people)


def staffing(now: dt.datetime) -> list[Staffing]:
    """Every desk in use, in order, in three queries."""
    present = present_user_ids(now)
    people: dict[int, list[AtDesk]] = defaultdict(list)
    open_ones = DeskSignOn.objects.standing(now).select_related("user")
    for row in open_ones.order_by("signed_on_at", "pk"):
        people[row.desk_id].append(
            AtDesk(
                row.user_id,
                row.user.signature,
                row.signed_on_at,
                row.away_since,
                row.user_id in present,
            )
        )
    desks = Desk.objects.filter(active=True).order_by("position", "pk")
    return [Staffing(desk, people[desk.pk]) for desk in desks]


@dataclass(frozen=True, slots=True)
class DeskBar:
    """What the top of the board says about desks. `away` is true when I am away from mine; `last`
    are those I had before, when I have none."""

    mine: list[Desk]
    last: list[Desk]
    away: bool
    unstaffed: list[Desk]
    handover_waits: bool


def desk_bar(user: User, now: dt.datetime) -> DeskBar:
    """My desks, those that nobody works, and whether the last handover waits; four queries."""
    mine = list(
        DeskSignOn.objects.standing(now)
        .filter(user=user)
        .select_related("desk")
        .order_by("desk__position", "desk_id")
    )
    newest = newest_handover()
    return DeskBar(
        mine=[row.desk for row in mine],
        last=[] if mine else _last_desks(user),
        away=any(row.away_since is not None for row in mine),
        unstaffed=unstaffed_desks(now),
        handover_waits=newest is not None and newest.accepted_at is None,
    )


def _last_desks(user: User) -> list[Desk]:
    """The desks in use of the user's latest sign-on."""
    newest = DeskSignOn.objects.filter(user=user).order_by("-signed_on_at", "-pk").first()
    if newest is None:
        return []
    together = Q(user=user, ended_at=newest.ended_at)
    if newest.ended_at is None:
        together = Q(user=user, ended_at__isnull=True)
    rows = DeskSignOn.objects.filter(together, desk__active=True).select_related("desk")
    return [row.desk for row in rows.order_by("desk__position", "desk_id")]


def newest_handover() -> Handover | None:
    """The last one written: the only one that can be accepted."""
    return Handover.objects.select_related("written_by", "accepted_by").order_by("-pk").first()


def colleagues(user: User, now: dt.datetime) -> list[User]:
    """Those present, besides the user, who may handle alarms: who one's own can be given to."""
    others = User.objects.filter(pk__in=present_user_ids(now) - {user.pk}).order_by("signature")
    return [other for other in others if other.may(Permission.ALARM_CLAIM)]


def owned_alarms(user: User) -> list[AlarmRow]:
    """The open alarms the user owns, parked ones too, the worst first."""
    owned = Alarm.objects.visible_to(user).open().filter(owner=user).worst_first()
    return [row_of(alarm) for alarm in owned.select_related(*LIST_RELATIONS)]


def desks() -> QuerySet[Desk]:
    """Every desk, in use or not, in order."""
    return Desk.objects.order_by("position", "pk")
