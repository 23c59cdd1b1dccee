"""The picture as of a past moment: alarms and incidents out of the ledger, the rest out of its own
history, with the reader's rights of today."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection
from django.db.models import Exists, OuterRef, Prefetch, Q

from alarms.selectors.as_of import PastBoard, board_at
from incidents.models import (
    FunctionSlot,
    FunctionStatus,
    Incident,
    IncidentFormerWords,
    IncidentKind,
    IncidentMove,
    PictureNote,
    Zone,
    ZoneVersion,
)
from incidents.selectors.picture.now import MOST_NOTES, NOTE_RELATIONS
from incidents.selectors.picture.rows import (
    INCIDENT_RELATIONS,
    LAYER_RELATIONS,
    FunctionRow,
    IncidentRow,
    NoteRow,
    ZoneRow,
    function_row,
    incident_row,
    note_row,
    zone_row,
)
from incidents.states import OPEN
from trygghetscentral.accounts.audiences import organisation_ids
from trygghetscentral.accounts.models import NeedToKnowGroup, User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.ledger.models import DisposalDecision
from trygghetscentral.live.snapshots import WINDOW
from trygghetscentral.places.geometry import Position
from trygghetscentral.places.models import Area, Site

MOST_READ: Final = 20_000
SUBJECT: Final = "incidents.incident"

# Names that tell of a reading carry no state.
SAID = """
SELECT s.id::bigint, p.body
FROM unnest(%(ids)s::text[]) AS s(id)
CROSS JOIN LATERAL (
    SELECT r.seq FROM ledger_row AS r
    WHERE r.subject_type = %(subject)s AND r.subject_id = s.id AND r.at <= %(at)s
        AND r.name LIKE 'incident.%%'
        AND r.name NOT IN ('incident.read', 'incident.persons_read')
    ORDER BY r.seq DESC LIMIT 1
) AS last
JOIN ledger_payload AS p USING (seq)
"""


@dataclass(frozen=True, slots=True)
class PastIncidents:
    """The newest that were open, and how many in all. `disposed` are the numbers of those whose
    state of then has been erased by a decision."""

    rows: list[IncidentRow]
    total: int
    disposed: list[str]


@dataclass(frozen=True, slots=True)
class PastPicture:
    """All of it; what the reader has no right to today is None or left out. `decisions` are the
    gallringsbeslut since then: what they have erased whole is not told of."""

    at: dt.datetime
    alarms: PastBoard | None
    incidents: PastIncidents | None
    zones: list[ZoneRow]
    functions: list[FunctionRow]
    notes: list[NoteRow]
    decisions: list[str]


def picture_at(user: User, *, at: dt.datetime) -> PastPicture:
    """What stood in the picture at `at` of what the user may see today."""
    return PastPicture(
        at=at,
        alarms=board_at(user, at=at, most=WINDOW) if user.may(Permission.ALARM_VIEW) else None,
        incidents=_incidents(user, at) if user.may(Permission.INCIDENT_VIEW) else None,
        zones=zones_at(user, at=at),
        functions=functions_at(user, at=at),
        notes=notes_at(user, at=at),
        decisions=_decisions_since(user, at),
    )


def _decisions_since(user: User, at: dt.datetime) -> list[str]:
    mine = organisation_ids(user.audiences(Permission.PICTURE_VIEW))
    found = DisposalDecision.objects.filter(
        Q(controller_id__isnull=True) | Q(controller_id__in=mine), decided_at__gt=at
    )
    return sorted(found.values_list("number", flat=True))


def _incidents(user: User, at: dt.datetime) -> PastIncidents:
    # What was open then is open still, or has taken a step since.
    since = IncidentMove.objects.filter(incident=OuterRef("pk"), at__gt=at)
    seen = Incident.objects.visible_to(user).filter(registered_at__lte=at)
    perhaps = seen.filter(Q(stage__in=sorted(OPEN)) | Exists(since)).newest_first()
    pks = list(perhaps.values_list("pk", flat=True)[:MOST_READ])
    with connection.cursor() as cursor:
        cursor.execute(SAID, {"ids": [str(pk) for pk in pks], "at": at, "subject": SUBJECT})
        said = {pk: _parsed(body) for pk, body in cursor.fetchall()}
    standing = {
        pk: body["incident"] for pk, body in said.items() if body and _is_open(body["incident"])
    }
    newest = sorted(standing, key=lambda pk: (standing[pk]["occurred_from"], pk), reverse=True)
    erased = [pk for pk, body in said.items() if body is None]
    return PastIncidents(
        rows=_as_they_were(user, newest[:WINDOW], standing, at),
        total=len(standing),
        disposed=sorted(seen.filter(pk__in=erased).values_list("number", flat=True)),
    )


def _parsed(body: Any) -> Any:
    # Below the ORM jsonb comes as Django's connection leaves it: text.
    return json.loads(body) if isinstance(body, str) else body


def _is_open(said: dict[str, Any]) -> bool:
    return said["stage"] in OPEN


def _as_they_were(
    user: User, pks: list[int], standing: dict[int, dict[str, Any]], at: dt.datetime
) -> list[IncidentRow]:
    words = Prefetch(
        "former_words", IncidentFormerWords.objects.filter(until__gt=at), to_attr="said_after"
    )
    found = (
        Incident.objects.visible_to(user)
        .select_related(*INCIDENT_RELATIONS)
        .prefetch_related(words)
        .in_bulk(pks)
    )
    said = [standing[pk] for pk in pks if pk in found]
    names = _Names(said)
    return [incident_row(names.put(found[pk], standing[pk])) for pk in pks if pk in found]


class _Names:
    """What the numbers in the ledger stand for: one question for each sort."""

    def __init__(self, said: list[dict[str, Any]]) -> None:
        def wanted(field: str) -> set[Any]:
            return {one[field] for one in said if one[field] is not None}

        self.kinds = {one.code: one for one in IncidentKind.objects.filter(code__in=wanted("kind"))}
        self.sites = Site.objects.in_bulk(wanted("site_id"))
        self.areas = Area.objects.in_bulk(wanted("area_id"))
        self.owners = User.objects.in_bulk(wanted("owner_id"))
        self.groups = NeedToKnowGroup.objects.in_bulk(wanted("restricted_group_id"))

    def put(self, incident: Incident, said: dict[str, Any]) -> Incident:
        """The incident with the ledger's words in its fields; never saved."""
        incident.kind = self.kinds.get(said["kind"], incident.kind)
        incident.stage, incident.severity = said["stage"], said["severity"]
        incident.urgency = said["urgency"]
        incident.occurred_from = dt.datetime.fromisoformat(said["occurred_from"])
        incident.site = self.sites.get(said["site_id"])
        incident.area = self.areas.get(said["area_id"])
        incident.owner = self.owners.get(said["owner_id"])
        incident.restricted_group = self.groups.get(said["restricted_group_id"])
        there = said["longitude"] is not None
        incident.position = Position(said["longitude"], said["latitude"]) if there else None
        former: list[IncidentFormerWords] = getattr(incident, "said_after", [])
        if former:
            incident.title, incident.place = former[0].title, former[0].place
        return incident


def zones_at(user: User, *, at: dt.datetime) -> list[ZoneRow]:
    """The zones that stood then, last changed first, at most 200."""
    versions = (
        ZoneVersion.objects.filter(zone__in=Zone.objects.visible_to(user), at__lte=at)
        .order_by("zone", "-number")
        .distinct("zone")
        .select_related("by", *(f"zone__{name}" for name in LAYER_RELATIONS))
    )
    rows = [zone_row(one.zone, one, at=one.at, by=one.by) for one in versions if not one.ended]
    return sorted(rows, key=lambda row: row.sort)[:WINDOW]


def functions_at(user: User, *, at: dt.datetime) -> list[FunctionRow]:
    """What was said of the functions then, worst first, at most 200."""
    said = (
        FunctionStatus.objects.filter(slot__in=FunctionSlot.objects.visible_to(user), at__lte=at)
        .order_by("slot", "-at", "-pk")
        .distinct("slot")
        .select_related("by", "slot__area", *(f"slot__{name}" for name in LAYER_RELATIONS))
    )
    rows = [
        function_row(
            one.slot,
            one,
            at=one.at,
            by=one.by,
            stale=one.stale_at is not None and one.stale_at <= at,
        )
        for one in said
    ]
    return sorted(rows, key=lambda row: row.sort)[:WINDOW]


def notes_at(user: User, *, at: dt.datetime) -> list[NoteRow]:
    """The notes that held then."""
    found = (
        PictureNote.objects.visible_to(user)
        .filter(Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=at), at__lte=at)
        .order_by("relevance", "-dated_on", "-pk")
        .select_related(*NOTE_RELATIONS)[:MOST_NOTES]
    )
    return [note_row(note) for note in found]
