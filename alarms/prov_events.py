"""What the room publishes about prov and ur drift. Reasons and how a technician is known stand
in the period's own row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from alarms.events import wire_code
from alarms.models import TestPeriod
from trygghetscentral.ledger.events import Code, Event, published


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodSnapshot:
    """The period's row after the change."""

    public_id: UUID
    installation_id: int
    kind: Code
    area: Code
    zone: Code
    category: Code
    verified_how: Code
    starts_at: datetime
    until: datetime
    extended: int


def snapshot(period: TestPeriod) -> PeriodSnapshot:
    """The row as it stands now."""
    return PeriodSnapshot(
        public_id=period.public_id,
        installation_id=period.installation_id,
        kind=Code(period.kind),
        area=wire_code(period.area),
        zone=wire_code(period.zone),
        category=Code(period.category),
        verified_how=Code(period.verified_how),
        starts_at=period.starts_at,
        until=period.until,
        extended=period.extended,
    )


@published
class ProvStarted(Event):
    """Something is under test, or out of order, from now on."""

    name = "prov.started"
    period: PeriodSnapshot


@published
class ProvExtended(Event):
    """It lasts longer than was said."""

    name = "prov.extended"
    period: PeriodSnapshot
    note_id: int


@published
class ProvWarned(Event):
    """It is over in ten minutes."""

    name = "prov.warned"
    period: PeriodSnapshot


@published
class ProvReminded(Event):
    """It has stood for so long that somebody should say whether it is still needed."""

    name = "prov.reminded"
    period: PeriodSnapshot


@published
class ProvReviewed(Event):
    """Somebody has said that it is still needed."""

    name = "prov.reviewed"
    period: PeriodSnapshot
    note_id: int


@published
class ProvEnded(Event):
    """It is over. `remaining` are the alarms raised for what was not restored, `closed` the rows
    under test that left the board."""

    name = "prov.ended"
    period: PeriodSnapshot
    how: Code
    remaining: tuple[UUID, ...]
    closed: int


@published
class ProvRefused(Event):
    """The wrong word was said, or the duress word; nothing was set. The word is kept nowhere."""

    name = "prov.refused"
    installation_id: int
    outcome: Code
