"""The picture as it is: windows and counts of what stands in it. Used by page, socket and poll."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, Q

from incidents.models import FunctionSlot, Incident, PictureNote, Zone
from incidents.selectors.picture.rows import (
    INCIDENT_RELATIONS,
    LAYER_RELATIONS,
    NoteRow,
    note_row,
)
from trygghetscentral.accounts.models import User
from trygghetscentral.live.registry import Counts
from trygghetscentral.live.selection import Selection

SERIOUS = 3
MOST_NOTES = 50
ZONE_RELATIONS = (*LAYER_RELATIONS, "changed_by")
FUNCTION_RELATIONS = (*LAYER_RELATIONS, "changed_by", "area")
NOTE_RELATIONS = (*LAYER_RELATIONS, "by")


def open_incidents(audiences: frozenset[str], limit: int, selection: Selection) -> list[Incident]:
    """The newest open incidents of these audiences, at most `limit`."""
    del selection  # nothing is selected by
    return list(
        Incident.objects.for_audiences(audiences)
        .open()
        .newest_first()
        .select_related(*INCIDENT_RELATIONS)[:limit]
    )


def incident_counts(audiences: frozenset[str], selection: Selection) -> Counts:
    """Open incidents: `total`, `serious` (from severity 3) and `unassessed`. One query."""
    del selection
    found: Counts = (
        Incident.objects.for_audiences(audiences)
        .open()
        .order_by()
        .aggregate(
            total=Count("id"),
            serious=Count("id", filter=Q(severity__gte=SERIOUS)),
            unassessed=Count("id", filter=Q(severity__isnull=True)),
        )
    )
    return found


def load_incidents(ids: Iterable[int]) -> dict[int, Incident]:
    """By primary key, whatever their stage. One query."""
    return (
        Incident.objects.filter(exercise_id__isnull=True)
        .select_related(*INCIDENT_RELATIONS)
        .in_bulk(list(ids))
    )


def zones(audiences: frozenset[str], limit: int, selection: Selection) -> list[Zone]:
    """The zones that have not ended, last changed first, at most `limit`."""
    del selection
    return list(
        Zone.objects.for_audiences(audiences)
        .filter(ended=False)
        .order_by("-changed_at", "-pk")
        .select_related(*ZONE_RELATIONS)[:limit]
    )


def zone_counts(audiences: frozenset[str], selection: Selection) -> Counts:
    """How many have not ended."""
    del selection
    return {"total": Zone.objects.for_audiences(audiences).filter(ended=False).count()}


def functions(audiences: frozenset[str], limit: int, selection: Selection) -> list[FunctionSlot]:
    """What is said of the functions, worst first, at most `limit`."""
    del selection
    return list(
        FunctionSlot.objects.for_audiences(audiences)
        .order_by("-level", "function", "pk")
        .select_related(*FUNCTION_RELATIONS)[:limit]
    )


def function_counts(audiences: frozenset[str], selection: Selection) -> Counts:
    """`total`, those above green, and those not judged anew in time. One query."""
    del selection
    found: Counts = (
        FunctionSlot.objects.for_audiences(audiences)
        .order_by()
        .aggregate(
            total=Count("id"),
            strained=Count("id", filter=Q(level__gt=1)),
            stale=Count("id", filter=Q(stale_at__isnull=False)),
        )
    )
    return found


def load_zones(ids: Iterable[int]) -> dict[int, Zone]:
    """By primary key, ended or not. One query."""
    found = Zone.objects.filter(exercise_id__isnull=True).select_related(*ZONE_RELATIONS)
    return found.in_bulk(list(ids))


def load_functions(ids: Iterable[int]) -> dict[int, FunctionSlot]:
    """By primary key. One query."""
    found = FunctionSlot.objects.filter(exercise_id__isnull=True)
    return found.select_related(*FUNCTION_RELATIONS).in_bulk(list(ids))


def notes(user: User) -> list[NoteRow]:
    """The notes that hold, most relevant and newest first, at most 50."""
    found = (
        PictureNote.objects.visible_to(user)
        .filter(withdrawn_at__isnull=True)
        .order_by("relevance", "-dated_on", "-pk")
        .select_related(*NOTE_RELATIONS)[:MOST_NOTES]
    )
    return [note_row(note) for note in found]
