"""What stands in the picture, as lines of lists. The same for every reader, now and then."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from incidents.models import (
    Function,
    FunctionSlot,
    Incident,
    Level,
    NoteKind,
    PictureNote,
    Relevance,
    Shape,
    Trend,
    Use,
    Zone,
    ZoneKind,
)
from incidents.models.picture import Layered, StatusContent, ZoneContent
from trygghetscentral.accounts.models import User

INCIDENT_RELATIONS: Final = (*("kind", "site", "area", "controller", "owner", "restricted_group"),)
LAYER_RELATIONS: Final = ("organisation", "restricted_group")
PATTERNS: Final = 4
_LAST_MOMENT: Final = 10**17


@dataclass(frozen=True, slots=True)
class LayerMark:
    """Whose picture a thing belongs to: `code` and `pattern` tell it on the map."""

    id: int
    name: str
    code: str
    pattern: int
    group: str


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """What `incidents/picture/_incident.html` shows. The position is WGS 84."""

    public_id: UUID
    number: str
    sort: str
    title: str
    kind_label: str
    place: str
    controller: str
    stage: str
    stage_label: str
    severity: int | None
    severity_label: str
    urgency: int | None
    urgency_label: str
    occurred_from: dt.datetime
    owner: str
    group: str
    longitude: float | None
    latitude: float | None


@dataclass(frozen=True, slots=True)
class ZoneRow:
    """What `incidents/picture/_zone.html` shows. `by` is "" for the clock."""

    public_id: UUID
    sort: str
    layer: LayerMark
    kind: str
    kind_label: str
    name: str
    note: str
    source: str
    shape: str
    shape_label: str
    corners: tuple[tuple[float, float], ...]
    valid_from: dt.datetime
    valid_until: dt.datetime | None
    at: dt.datetime
    by: str


@dataclass(frozen=True, slots=True)
class FunctionRow:
    """What `incidents/picture/_function.html` shows."""

    public_id: UUID
    sort: str
    layer: LayerMark
    function: str
    function_label: str
    area: str
    level: int
    level_label: str
    trend: str
    trend_label: str
    sentence: str
    forecast: str
    due_at: dt.datetime
    stale: bool
    at: dt.datetime
    by: str


@dataclass(frozen=True, slots=True)
class NoteRow:
    """What `incidents/picture/_notes.html` shows."""

    public_id: UUID
    layer: LayerMark
    kind_label: str
    use_label: str
    relevance: int
    relevance_label: str
    source: str
    dated_on: dt.date
    text: str
    at: dt.datetime
    by: str


def micros(moment: dt.datetime) -> int:
    """Whole microseconds since 1970."""
    return (moment - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(microseconds=1)


def newest_first(moment: dt.datetime, pk: int) -> str:
    """Sorts as text with the newest first."""
    return f"{_LAST_MOMENT - micros(moment):018d}|{10**12 - pk:013d}"


def layer_of(row: Layered) -> LayerMark:
    """Whose it is, of a row loaded with `LAYER_RELATIONS`."""
    return LayerMark(
        id=row.organisation_id,
        name=row.organisation.name,
        code=row.organisation.name[:3].upper(),
        pattern=row.organisation_id % PATTERNS,
        group=row.restricted_group.name if row.restricted_group else "",
    )


def incident_row(incident: Incident) -> IncidentRow:
    """The line of one loaded with `INCIDENT_RELATIONS`; no query."""
    site = incident.site.name if incident.site else ""
    area = incident.area.name if incident.area else ""
    return IncidentRow(
        public_id=incident.public_id,
        number=incident.number,
        sort=newest_first(incident.occurred_from, incident.pk),
        title=incident.title,
        kind_label=incident.kind.label,
        place=site or incident.place or area,
        controller=incident.controller.name,
        stage=str(incident.stage),
        stage_label=str(incident.get_stage_display()),
        severity=incident.severity,
        severity_label=str(incident.get_severity_display() or ""),
        urgency=incident.urgency,
        urgency_label=str(incident.get_urgency_display() or ""),
        occurred_from=incident.occurred_from,
        owner=incident.owner.signature if incident.owner else "",
        group=incident.restricted_group.name if incident.restricted_group else "",
        longitude=incident.position.longitude if incident.position else None,
        latitude=incident.position.latitude if incident.position else None,
    )


def zone_row(zone: Zone, said: ZoneContent, *, at: dt.datetime, by: User | None) -> ZoneRow:
    """The line of a zone as `said`, which is itself or one of its versions."""
    return ZoneRow(
        public_id=zone.public_id,
        sort=newest_first(at, zone.pk),
        layer=layer_of(zone),
        kind=said.kind,
        kind_label=str(ZoneKind(said.kind).label),
        name=said.name,
        note=said.note,
        source=said.source,
        shape=said.shape,
        shape_label=str(Shape(said.shape).label),
        corners=tuple((corner[0], corner[1]) for corner in said.corners),
        valid_from=said.valid_from,
        valid_until=said.valid_until,
        at=at,
        by=by.signature if by else "",
    )


def function_sort(level: int, function: str, pk: int) -> str:
    """Worst first, then in the order the functions are spoken of."""
    return f"{9 - level}|{function}|{pk:012d}"


def function_row(
    slot: FunctionSlot, said: StatusContent, *, at: dt.datetime, by: User, stale: bool
) -> FunctionRow:
    """The line of a function as `said`, which is itself or what was said before."""
    return FunctionRow(
        public_id=slot.public_id,
        sort=function_sort(said.level, slot.function, slot.pk),
        layer=layer_of(slot),
        function=slot.function,
        function_label=str(Function(slot.function).label),
        area=slot.area.name if slot.area else _("Hela staden"),
        level=said.level,
        level_label=str(Level(said.level).label),
        trend=said.trend,
        trend_label=str(Trend(said.trend).label),
        sentence=said.sentence,
        forecast=said.forecast,
        due_at=said.due_at,
        stale=stale,
        at=at,
        by=by.signature,
    )


def note_row(note: PictureNote) -> NoteRow:
    """The line of a note loaded with `LAYER_RELATIONS` and `by`."""
    return NoteRow(
        public_id=note.public_id,
        layer=layer_of(note),
        kind_label=str(NoteKind(note.kind).label),
        use_label=str(Use(note.use).label),
        relevance=note.relevance,
        relevance_label=str(Relevance(note.relevance).label),
        source=note.source,
        dated_on=note.dated_on,
        text=note.text,
        at=note.at,
        by=note.by.signature,
    )
