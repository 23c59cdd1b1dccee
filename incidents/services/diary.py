"""What the registrator owes: entered by whoever makes the record, taken out as a file, and back
with its diarienummer (domain.md 00.16)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from alarms.services.holding import cleaned
from incidents.models import DiaryEntry, Incident
from incidents.services.holding import demand, doer
from incidents.sitrep_events import DiaryOwed, DiaryRegistered, DiaryTakenOut
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.ledger.events import Code, Event
from trygghetscentral.ledger.services import record
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.errors import Conflict, Invalid, Missing

IN_CRISIS: Final = dt.timedelta(days=1)
"""domain.md 00.16: in krisledning owed within a day."""
OTHERWISE: Final = dt.timedelta(days=3)
"""[GK] "så snart" (OSL 5 kap. 1 §) in figures."""
MOST_NUMBER: Final = 40


def register(
    *,
    actor: Actor,
    now: dt.datetime,
    kind: DiaryEntry.Kind,
    subject_id: int,
    title: str,
    controller_id: int,
    incident: Incident | None = None,
    crisis: bool = False,
) -> DiaryEntry:
    """The door for every room that makes a record: it is now owed to the diary.

    The same record twice is one entry. `kind` needs a paper in `incidents.documents.archive`.
    About an incident that only a group may know of, only its members keep the entry.
    """
    with unit_of_work(actor=actor, now=now):
        entry, made = DiaryEntry.objects.get_or_create(
            kind=kind,
            subject_id=subject_id,
            defaults={
                "title": title,
                "controller_id": controller_id,
                "incident": incident,
                "crisis": crisis,
                "made_at": now,
                "due_at": now + (IN_CRISIS if crisis else OTHERWISE),
            },
        )
        if made:
            event = DiaryOwed(public_id=entry.public_id, kind=Code(kind), due_at=entry.due_at)
            _tell(event, entry)
    return entry


def enter_number(
    *, actor: Actor, now: dt.datetime, public_id: UUID, diary_number: str
) -> DiaryEntry:
    """Say which diarienummer the record got. Raises Invalid without one, Conflict when it has
    one already: a number is given once."""
    number = cleaned(diary_number, most=MOST_NUMBER, what=_("Diarienumret"))
    if not number:
        raise Invalid(_("Skriv diarienumret."), code="no_diary_number", kept=_kept())
    with unit_of_work(actor=actor, now=now):
        user = doer(actor)
        entry = (
            DiaryEntry.objects.visible_to(user)
            .select_for_update(of=("self",))
            .filter(public_id=public_id)
            .first()
        )
        if entry is None:
            raise Missing(_("Handlingen finns inte."), code="diary_missing", kept=_kept())
        demand(user, Permission.DIARY_KEEP, entry.controller_id)
        if entry.diary_number:
            raise Conflict(
                _("Handlingen har redan diarienummer %(number)s.") % {"number": entry.diary_number},
                code="diary_has_number",
                kept=_kept(),
            )
        entry.diary_number, entry.registered_by, entry.registered_at = number, user, now
        entry.save(update_fields=("diary_number", "registered_by", "registered_at"))
        _tell(DiaryRegistered(public_id=entry.public_id, kind=Code(entry.kind)), entry)
    return entry


def note_taken_out(
    *, actor: Actor, now: dt.datetime, taken: Sequence[tuple[DiaryEntry, str]]
) -> None:
    """Write in the ledger which records were taken out, each with the hash of its file."""
    with unit_of_work(actor=actor, now=now):
        for entry, sha256 in taken:
            event = DiaryTakenOut(
                public_id=entry.public_id, kind=Code(entry.kind), sha256=Code(sha256)
            )
            _tell(event, entry)


def _kept() -> str:
    return _("Inget har ändrats.")


def _tell(event: Event, entry: DiaryEntry) -> None:
    record(
        event,
        subject=entry,
        controller_id=entry.controller_id,
        audiences=entry.incident.audiences if entry.incident else (),
        exercise_id=entry.incident.exercise_id if entry.incident else None,
    )
