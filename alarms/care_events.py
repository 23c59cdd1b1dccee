"""What is published about brukare: ids and codes, never a word about the person."""

from __future__ import annotations

import enum
from uuid import UUID

from trygghetscentral.ledger.events import Code, Event, published


class CareChange(enum.StrEnum):
    """What was done to a record."""

    ENTERED = "entered"
    CHANGED = "changed"
    ENDED = "ended"


@published
class CareRecipientChanged(Event):
    """The record of a brukare was entered, changed or ended."""

    name = "care.changed"
    recipient_id: UUID
    installation_id: int
    change: CareChange


@published
class CareRecipientRead(Event):
    """Somebody read the record of a brukare."""

    name = "care.read"
    recipient_id: UUID
    read_id: int
    ground: Code
    alarm_id: UUID | None = None


@published
class CareLookupMissed(Event):
    """Somebody looked a brukare up and found nobody."""

    name = "care.lookup_missed"
    read_id: int
    ground: Code
