"""Files of the log: without what a picture tells of itself, and for the incident's circle only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from incidents.models import Incident, Staff, StaffAttachment
from incidents.services.holding import doer
from incidents.services.staff.holding import demand_work
from trygghetscentral.files.models import RetentionClass, StoredFile
from trygghetscentral.files.pictures import taken_in
from trygghetscentral.files.services import restrict_file, store_file
from trygghetscentral.places import geometry
from trygghetscentral.places.geometry import Position
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import current_unit
from trygghetscentral.shared.errors import Invalid


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file that waits for its row, and where its picture was taken, which it no longer says."""

    stored: StoredFile
    position: Position | None


def take_in(
    *, actor: Actor, now: dt.datetime, staff: Staff, chunks: Iterable[bytes], name: str
) -> Uploaded:
    """Store a file for a row to come. Pictures are drawn anew, at most 2,000 pixels long.

    Raises Forbidden, and Invalid as `files.services.store_file` and `files.pictures.taken_in`.
    """
    demand_work(doer(actor), staff.incident)
    taken = taken_in(chunks)
    stored = store_file(
        actor=actor,
        now=now,
        chunks=taken.chunks(),
        name=name,
        controller_id=staff.incident.controller_id,
        retention_class=RetentionClass.KEPT,
        restricted_group_id=_group(staff.incident),
        exercise_id=staff.incident.exercise_id,
    )
    return Uploaded(stored, _in_sweden(taken.position))


def follow_incident(incident: Incident) -> None:
    """Keep the files to those who may know of the incident now, inside the caller's unit."""
    unit, group = current_unit(), _group(incident)
    found = StaffAttachment.objects.filter(row__staff__incident=incident)
    for file_id in found.exclude(file__restricted_group=group).values_list("file_id", flat=True):
        restrict_file(actor=unit.actor, now=unit.now, file_id=file_id, restricted_group_id=group)


def _group(incident: Incident) -> int | None:
    site_group = incident.site.restricted_group_id if incident.site else None
    return incident.restricted_group_id or site_group


def _in_sweden(degrees: tuple[float, float] | None) -> Position | None:
    """Elsewhere it is a mistake of the camera, or of no use here."""
    if degrees is None:
        return None
    try:
        return geometry.position(*degrees)
    except Invalid:
        return None
