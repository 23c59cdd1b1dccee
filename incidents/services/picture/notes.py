"""Notes in the picture: what is seen, trends, the world around (R36)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from alarms.services.holding import cleaned
from incidents.models import NoteKind, PictureNote, Relevance, Use
from incidents.picture_events import PictureNoteAdded, PictureNoteWithdrawn
from incidents.services.picture.common import (
    Layer,
    artist,
    found,
    nothing_kept,
    put_in_layer,
    tell,
)
from trygghetscentral.ledger.events import Code
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.clock import local
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.errors import Conflict, Invalid

MOST_TEXT, MOST_SOURCE = 2000, 160


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteData:
    """What it says, out of what source of what day, and how much it concerns the city."""

    layer: Layer
    kind: str
    use: str
    relevance: int
    source: str
    dated_on: dt.date
    text: str


def add_note(*, actor: Actor, now: dt.datetime, data: NoteData) -> PictureNote:
    """Add it. Raises Forbidden for a layer that is not the person's, and Invalid without text or
    source and for a day that has not come."""
    text = cleaned(data.text, most=MOST_TEXT, what=_("Texten"))
    source = cleaned(data.source, most=MOST_SOURCE, what=_("Källan"))
    if not text or not source:
        raise Invalid(_("Skriv text och källa."), code="note_empty", kept=nothing_kept())
    if data.dated_on > local(now).date():
        raise Invalid(_("Dagen har inte varit än."), code="note_future", kept=nothing_kept())
    known = (
        data.kind in NoteKind.values
        and data.use in Use.values
        and data.relevance in Relevance.values
    )
    if not known:
        raise Invalid(_("Välj slag och relevans."), code="note_kind", kept=nothing_kept())
    with unit_of_work(actor=actor, now=now):
        user = artist(actor, data.layer.organisation_id)
        note = PictureNote(
            kind=data.kind,
            use=data.use,
            relevance=data.relevance,
            source=source,
            dated_on=data.dated_on,
            text=text,
            at=now,
            by=user,
        )
        put_in_layer(note, data.layer)
        note.save(force_insert=True)
        event = PictureNoteAdded(
            public_id=note.public_id, kind=Code(note.kind), relevance=note.relevance
        )
        tell(event, note)
    return note


def withdraw_note(*, actor: Actor, now: dt.datetime, public_id: UUID) -> PictureNote:
    """It no longer holds; it stays in the past. Raises Conflict when it has been withdrawn."""
    with unit_of_work(actor=actor, now=now):
        note, user = found(PictureNote.objects.all(), actor, public_id)
        if note.withdrawn_at is not None:
            raise Conflict(_("Notisen är redan tillbakadragen."), code="note_withdrawn")
        note.withdrawn_at, note.withdrawn_by = now, user
        note.save(update_fields=("withdrawn_at", "withdrawn_by"))
        tell(PictureNoteWithdrawn(public_id=note.public_id), note)
    return note
