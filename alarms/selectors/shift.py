"""Who is here, and which desks have somebody. Asked afresh each time: presence lasts a minute."""

from __future__ import annotations

import datetime as dt

from alarms.models import Desk, DeskSignOn
from trygghetscentral.accounts.models import Grant
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
        DeskSignOn.objects.filter(
            ended_at__isnull=True,
            away_since__isnull=True,
            user_id__in=Presence.objects.here(now).values("user_id"),
        ).values_list("desk_id", flat=True)
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
