"""What the room publishes about larmfloder. Notes stand in the flood's own row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from alarms.events import AlarmSnapshot
from alarms.models import Flood
from trygghetscentral.ledger.events import Code, Event, published


@dataclass(frozen=True, slots=True, kw_only=True)
class FloodSnapshot:
    """The flood's row after the change."""

    public_id: UUID
    category: Code
    areas: tuple[int, ...]
    cause: Code
    mode: Code
    priority: int | None
    hold_minutes: int | None
    started_at: datetime
    ends_at: datetime


def flood_snapshot(flood: Flood) -> FloodSnapshot:
    """The row as it stands now."""
    return FloodSnapshot(
        public_id=flood.public_id,
        category=Code(flood.category),
        areas=tuple(sorted(flood.areas.values_list("pk", flat=True))),
        cause=Code(flood.cause),
        mode=Code(flood.mode),
        priority=flood.priority,
        hold_minutes=flood.hold_minutes,
        started_at=flood.started_at,
        ends_at=flood.ends_at,
    )


@published
class FloodDeclared(Event):
    """The shift lead has said that there is a larmflod."""

    name = "flood.declared"
    flood: FloodSnapshot


@published
class FloodExtended(Event):
    """It lasts longer than was said."""

    name = "flood.extended"
    flood: FloodSnapshot


@published
class FloodWarned(Event):
    """It is over in a quarter of an hour."""

    name = "flood.warned"
    flood: FloodSnapshot


@published
class FloodEnded(Event):
    """It is over; its alarms that are not restored come to the board."""

    name = "flood.ended"
    flood: FloodSnapshot
    how: Code
    closes_restored: bool


@published
class FloodProposed(Event):
    """So many new alarms of a category in one stadsområde that it may be a larmflod."""

    name = "flood.proposed"
    category: Code
    area_id: int
    cause: Code
    alarms: int


@published
class AlarmHeld(Event):
    """It left the board for a larmflod that was declared while it waited."""

    name = "alarm.held"
    alarm: AlarmSnapshot


@published
class AlarmUnheld(Event):
    """It comes to the board from its larmflod, and waits for an answer from now."""

    name = "alarm.unheld"
    alarm: AlarmSnapshot


@published
class AlarmFlooded(Event):
    """A larmflod lowered its priority while it waited."""

    name = "alarm.flooded"
    alarm: AlarmSnapshot
    from_priority: int


@published
class AlarmUnflooded(Event):
    """The larmflod that lowered it is over, and it has its own priority again."""

    name = "alarm.unflooded"
    alarm: AlarmSnapshot
    from_priority: int
