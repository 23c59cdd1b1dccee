"""What this room publishes about who works which desk, and about handing over."""

from __future__ import annotations

import enum

from alarms.events import AlarmSnapshot
from trygghetscentral.ledger.events import Code, Event, published


class SignOffCause(enum.StrEnum):
    """Why somebody left a desk."""

    BY_HAND = "by_hand"
    SIGNED_OUT = "signed_out"
    DESK_CLOSED = "desk_closed"
    FORGOTTEN = "forgotten"


@published
class DeskSignedOn(Event):
    """An operator signed on to a desk."""

    name = "desk.signed_on"
    user_id: int
    desk_id: int


@published
class DeskSignedOff(Event):
    """An operator left a desk."""

    name = "desk.signed_off"
    user_id: int
    desk_id: int
    cause: SignOffCause


@published
class DeskAway(Event):
    """An operator went away from a desk for a while, or came back."""

    name = "desk.away"
    user_id: int
    desk_id: int
    away: bool


@published
class DeskChanged(Event):
    """A desk was switched on or off, or described anew; its instructions are in its row."""

    name = "alarms.desk_changed"
    desk_id: int
    active: bool
    arc_category: Code


@published
class AlarmHandedOver(Event):
    """Its owner signed off and gave it to a colleague."""

    name = "alarm.handed_over"
    alarm: AlarmSnapshot
    from_owner_id: int | None


@published
class HandoverWritten(Event):
    """A shift handed over; the notes are in the row."""

    name = "handover.written"
    handover_id: int
    open: int
    unanswered: int
    parked: int


@published
class HandoverAccepted(Event):
    """The next shift accepted it."""

    name = "handover.accepted"
    handover_id: int
    user_id: int
