"""Incidents, zones and functions as rows that screens follow."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from django.template.loader import render_to_string

from incidents.models import FunctionSlot, Incident, Zone
from incidents.selectors.picture import now as picture
from incidents.selectors.picture.rows import (
    function_row,
    function_sort,
    incident_row,
    newest_first,
    zone_row,
)
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.live import registry

INCIDENTS, ZONES, FUNCTIONS = "incidents", "picture_zones", "picture_functions"


def _loader(
    read: Callable[[Iterable[int]], Mapping[int, Any]],
) -> Callable[[Collection[str]], dict[str, Any]]:
    def load(ids: Collection[str]) -> dict[str, Any]:
        return {str(pk): one for pk, one in read(int(pk) for pk in ids).items()}

    return load


def _incident(obj: Incident, *, language: str, level: str, seq: int) -> str:
    del language, level  # active already; one level
    row = incident_row(obj)
    return render_to_string("incidents/picture/_incident.html", {"row": row, "seq": seq})


def _zone(obj: Zone, *, language: str, level: str, seq: int) -> str:
    del language, level
    row = zone_row(obj, obj, at=obj.changed_at, by=obj.changed_by)
    return render_to_string("incidents/picture/_zone.html", {"row": row, "seq": seq})


def _function(obj: FunctionSlot, *, language: str, level: str, seq: int) -> str:
    del language, level
    stale = obj.stale_at is not None
    row = function_row(obj, obj, at=obj.changed_at, by=obj.changed_by, stale=stale)
    return render_to_string("incidents/picture/_function.html", {"row": row, "seq": seq})


def _incidents() -> registry.Stream:
    return registry.Stream(
        name=INCIDENTS,
        events=("incident.",),
        subject_type="incidents.incident",
        permissions=(Permission.INCIDENT_VIEW,),
        load=_loader(picture.load_incidents),
        subject_of=lambda incident: str(incident.pk),
        key=lambda incident: f"incident:{incident.public_id}",
        sort=lambda incident: newest_first(incident.occurred_from, incident.pk),
        audiences=lambda incident: frozenset(incident.audiences),
        alive=lambda incident: incident.is_open,
        render=_incident,
        window=picture.open_incidents,
        counts=picture.incident_counts,
    )


def _zones() -> registry.Stream:
    return registry.Stream(
        name=ZONES,
        events=("picture_zone.",),
        subject_type="incidents.zone",
        permissions=(Permission.PICTURE_VIEW,),
        load=_loader(picture.load_zones),
        subject_of=lambda zone: str(zone.pk),
        key=lambda zone: f"zone:{zone.public_id}",
        sort=lambda zone: newest_first(zone.changed_at, zone.pk),
        audiences=lambda zone: frozenset(zone.audiences),
        alive=lambda zone: not zone.ended,
        render=_zone,
        window=picture.zones,
        counts=picture.zone_counts,
    )


def _functions() -> registry.Stream:
    return registry.Stream(
        name=FUNCTIONS,
        events=("picture_function.",),
        subject_type="incidents.functionslot",
        permissions=(Permission.PICTURE_VIEW,),
        load=_loader(picture.load_functions),
        subject_of=lambda slot: str(slot.pk),
        key=lambda slot: f"function:{slot.public_id}",
        sort=lambda slot: function_sort(slot.level, slot.function, slot.pk),
        audiences=lambda slot: frozenset(slot.audiences),
        alive=lambda _slot: True,
        render=_function,
        window=picture.functions,
        counts=picture.function_counts,
    )


def register() -> None:
    """Called once, when the app is ready."""
    for stream in (_incidents(), _zones(), _functions()):
        registry.register(stream)
