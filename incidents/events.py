"""What this room publishes. Payloads carry codes, ids and times; texts and persons stay in rows of
their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from incidents.models import Incident
from incidents.states import Move
from trygghetscentral.ledger.events import Code, Event, published


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentSnapshot:
    """The incident's row after the change."""

    public_id: UUID
    number: Code
    kind: Code
    stage: Code
    severity: int | None
    urgency: int | None
    controller_id: int
    restricted_group_id: int | None
    site_id: int | None
    area_id: int | None
    longitude: float | None
    latitude: float | None
    occurred_from: datetime
    occurred_until: datetime | None
    owner_id: int | None
    merged_into_id: int | None
    closed_at: datetime | None


def snapshot(incident: Incident) -> IncidentSnapshot:
    """The row as it stands now."""
    return IncidentSnapshot(
        public_id=incident.public_id,
        number=Code(incident.number),
        kind=Code(incident.kind.code),
        stage=Code(incident.stage),
        severity=incident.severity,
        urgency=incident.urgency,
        controller_id=incident.controller_id,
        restricted_group_id=incident.restricted_group_id,
        site_id=incident.site_id,
        area_id=incident.area_id,
        longitude=incident.position.longitude if incident.position else None,
        latitude=incident.position.latitude if incident.position else None,
        occurred_from=incident.occurred_from,
        occurred_until=incident.occurred_until,
        owner_id=incident.owner_id,
        merged_into_id=incident.merged_into_id,
        closed_at=incident.closed_at,
    )


@published
class IncidentRegistered(Event):
    """A new incident, out of an alarm, by a säkerhetssamordnare or by an employee."""

    name = "incident.registered"
    incident: IncidentSnapshot
    origin: Code


@published
class IncidentAssessed(Event):
    """Severity and urgency were judged; the reason is in its own row."""

    name = "incident.assessed"
    incident: IncidentSnapshot
    assessment_id: int


@published
class IncidentAssigned(Event):
    """It got an owner, or another one."""

    name = "incident.assigned"
    incident: IncidentSnapshot


@published
class IncidentMoved(Event):
    """One step along its way; the reason is in its own row."""

    name = "incident.moved"
    incident: IncidentSnapshot
    move: Move
    move_id: int


@published
class IncidentMerged(Event):
    """It turned out to be the same as another one, which it lives on in."""

    name = "incident.merged"
    incident: IncidentSnapshot
    into: UUID
    move_id: int


@published
class IncidentChanged(Event):
    """A part of it was changed: which one, and the row where that is one of several."""

    name = "incident.changed"
    incident: IncidentSnapshot
    part: Code
    row_id: int | None = None


@published
class IncidentAudiencesChanged(Event):
    """Others see it now than before."""

    name = "incident.audiences_changed"
    incident: IncidentSnapshot


@published
class IncidentAlarmAttached(Event):
    """An alarm belongs to it."""

    name = "incident.alarm_attached"
    incident: IncidentSnapshot
    alarm_id: UUID
    link_id: int


@published
class IncidentAlarmSplit(Event):
    """An alarm no longer belongs to it; the reason is in its own row."""

    name = "incident.alarm_split"
    incident: IncidentSnapshot
    alarm_id: UUID
    link_id: int


@published
class IncidentRead(Event):
    """Somebody opened a restricted incident, or one with a part that is marked."""

    name = "incident.read"
    public_id: UUID


@published
class IncidentPersonsRead(Event):
    """Somebody had its persons before them."""

    name = "incident.persons_read"
    public_id: UUID
    count: int


@published
class IncidentKindChanged(Event):
    """The taxonomy has another kind, or a kind has another name or is no longer used."""

    name = "incident_kind.changed"
    code: Code
    active: bool
