"""Where an alarm may be put: how long it may be parked, and to whom it may be moved."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alarms.models import Alarm, Desk
from alarms.selectors.shift import present_user_ids
from alarms.states import Action, AlarmState, ParkReason, may
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission

PARK_MINUTES = (5, 15, 60)
PARK_AT = "at"
PRIORITIES = (1, 2, 3, 4, 5)


@dataclass(frozen=True, slots=True)
class ParkPart:
    """What the form for parking offers; `times` are minutes, or "at" for a time of day."""

    may_park: bool
    may_unpark: bool
    times: list[tuple[str, str]]
    reasons: list[tuple[str, str | Promise]]


@dataclass(frozen=True, slots=True)
class LeadPart:
    """To whom and where the shift lead may move the alarm."""

    colleagues: list[User]
    desks: list[Desk]
    priorities: tuple[int, ...]


def park_part(alarm: Alarm, *, user: User) -> ParkPart:
    """For the alarm's owner; others may neither park nor end a parking. No query."""
    owns = alarm.owner_id == user.pk and user.may(Permission.ALARM_CLAIM, alarm.controller_id)
    times = [(str(n), ngettext("%(n)s minut", "%(n)s minuter", n) % {"n": n}) for n in PARK_MINUTES]
    return ParkPart(
        may_park=owns and not alarm.unanswered and may(Action.PARK, alarm.state),
        may_unpark=owns and may(Action.UNPARK, alarm.state),
        times=[*times, (PARK_AT, _("Till klockslaget"))],
        reasons=list(ParkReason.choices),
    )


def lead_part(alarm: Alarm, *, user: User, now: dt.datetime) -> LeadPart | None:
    """None for somebody who may not move alarms, for a closed one, and for a zone of a row. Two
    queries."""
    if (
        alarm.state == AlarmState.CLOSED
        or alarm.lead_id is not None
        or not user.may(Permission.ALARM_REASSIGN, alarm.controller_id)
    ):
        return None
    return LeadPart(
        colleagues=list(
            User.objects.filter(pk__in=present_user_ids(now), is_active=True)
            .exclude(pk=alarm.owner_id)
            .order_by("signature")
        ),
        desks=list(Desk.objects.filter(active=True).order_by("position", "pk")),
        priorities=PRIORITIES,
    )
