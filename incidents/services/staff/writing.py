"""The log: one way in, at the end, and no way to change what stands there (domain.md D.6)."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from alarms.services.holding import cleaned
from incidents.models import (
    Channel,
    Staff,
    StaffAttachment,
    StaffDecision,
    StaffFunction,
    StaffKind,
    StaffRow,
    Words,
)
from incidents.services.staff.holding import held_staff, kept, tell
from incidents.staff_chain import digest_of
from incidents.staff_events import StaffRowCorrected, StaffRowWritten
from trygghetscentral.accounts.models import User
from trygghetscentral.files.models import StoredFile
from trygghetscentral.files.secrecy import SecrecyGround
from trygghetscentral.files.services import mark_file
from trygghetscentral.ledger.events import Code
from trygghetscentral.places.geometry import Position
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.errors import Conflict, Invalid

MOST_TEXT: Final = 4000
MOST_PARTY: Final = 80
MOST_FILES: Final = 10
SALT_BYTES: Final = 16
EARLIEST: Final = dt.timedelta(days=30)
FARTHEST: Final = dt.timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Attached:
    """A stored file that goes with the row, and the position to keep beside it, if any."""

    file_id: UUID
    position: Position | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RowData:
    """What somebody writes. `happened_at` None is now; `about` and `corrects` are numbers, of a
    decision and of a row. `public_id` is the form's, so that a form sent twice is one row."""

    public_id: UUID
    kind: str
    words: Words
    happened_at: dt.datetime | None = None
    function: str = ""
    channel: str = ""
    ground: str = ""
    valid_until: dt.datetime | None = None
    about: int | None = None
    corrects: int | None = None
    files: Sequence[Attached] = field(default=())


def write(*, actor: Actor, now: dt.datetime, staff_id: UUID, data: RowData) -> StaffRow:
    """Write the next row. The same form again gives the row that it made.

    Raises Invalid for what a row can not say, Missing, Forbidden, and Conflict when the staff is
    closed.
    """
    data = _checked(data, now=now)
    with unit_of_work(actor=actor, now=now):
        staff, user = held_staff(actor=actor, public_id=staff_id)
        again = StaffRow.objects.filter(public_id=data.public_id).first()
        if again is not None:
            return _mine(again, staff, user)
        return append(staff, user, data, now=now, actor=actor)


def append(staff: Staff, user: User, data: RowData, *, now: dt.datetime, actor: Actor) -> StaffRow:
    """The same inside the caller's unit, which holds the staff locked."""
    last = StaffRow.objects.filter(staff=staff).order_by("-number").first()
    row = StaffRow(
        public_id=data.public_id,
        staff=staff,
        number=last.number + 1 if last else 1,
        kind=data.kind,
        happened_at=data.happened_at or now,
        registered_at=now,
        by=user,
        signature=user.signature,
        function=data.function,
        channel=data.channel,
        ground=data.ground,
        valid_until=data.valid_until,
        about=_decision(staff, data.about),
        corrects=_corrected(staff, data.corrects),
        salt=secrets.token_bytes(SALT_BYTES),
        previous_sha256=bytes(last.sha256) if last else b"",
    )
    if row.kind == StaffKind.DECISION:
        row.decision_number = _decisions(staff) + 1
    row.say(data.words)
    attachments = _attachments(row, data.files, user)
    row.sha256 = digest_of(row, attachments)
    row.save(force_insert=True)
    _keep_beside(row, attachments, now=now, actor=actor)
    _tell(row, attachments)
    return row


def _keep_beside(
    row: StaffRow, attachments: list[StaffAttachment], *, now: dt.datetime, actor: Actor
) -> None:
    for one in attachments:
        one.row = row
        if row.is_marked:
            ground = SecrecyGround(row.ground)
            mark_file(actor=actor, now=now, file_id=one.file_id, secrecy_grounds=[ground])
    StaffAttachment.objects.bulk_create(attachments)
    if row.kind == StaffKind.DECISION:
        StaffDecision.objects.create(row=row, due_at=row.valid_until)


def _tell(row: StaffRow, attachments: Sequence[StaffAttachment]) -> None:
    staff = row.staff
    written = StaffRowWritten(
        staff=staff.public_id,
        row=row.public_id,
        number=row.number,
        kind=Code(row.kind),
        happened_at=row.happened_at,
        ground=Code(row.ground),
        decision_number=row.decision_number,
        files=len(attachments),
        sha256=Code(row.sha256.hex()),
    )
    tell(written, row, staff.incident)
    if row.corrects is not None:
        # The row that was wrong is shown struck through from now on, so it is told of too.
        corrected = StaffRowCorrected(
            staff=staff.public_id, number=row.corrects.number, by_number=row.number
        )
        tell(corrected, row.corrects, staff.incident)


def _mine(row: StaffRow, staff: Staff, user: User) -> StaffRow:
    if (row.staff_id, row.by_id) != (staff.pk, user.pk):
        raise Conflict(
            _("Formuläret har redan använts."),
            code="form_used",
            kept=kept(),
            todo=_("Ladda om sidan och spara igen."),
        )
    return row


def _decisions(staff: Staff) -> int:
    return StaffRow.objects.filter(staff=staff, decision_number__isnull=False).count()


def _decision(staff: Staff, number: int | None) -> StaffRow | None:
    if number is None:
        return None
    found: StaffRow | None = staff.rows.filter(decision_number=number).first()
    if found is None:
        raise Invalid(
            _("Beslut B-%(number)s finns inte i dagboken.") % {"number": number},
            code="no_decision",
            kept=kept(),
        )
    return found


def _corrected(staff: Staff, number: int | None) -> StaffRow | None:
    if number is None:
        return None
    found: StaffRow | None = staff.rows.filter(number=number).first()
    if found is None:
        raise Invalid(
            _("Rad %(number)s finns inte i dagboken.") % {"number": number},
            code="no_row",
            kept=kept(),
        )
    return found


def _attachments(row: StaffRow, given: Sequence[Attached], user: User) -> list[StaffAttachment]:
    ids = [one.file_id for one in given]
    files = {
        stored.public_id: stored
        for stored in StoredFile.objects.filter(public_id__in=ids, uploaded_by=user)
    }
    taken = StaffAttachment.objects.filter(file__public_id__in=ids).exists()
    if taken or len(files) != len(ids):
        raise Invalid(
            _("En bilaga finns inte längre."),
            code="no_file",
            kept=kept(),
            todo=_("Lägg till bilagan igen."),
        )
    return [
        StaffAttachment(place=place, file=files[one.file_id], position=one.position)
        for place, one in enumerate(given, start=1)
    ]


def _checked(data: RowData, *, now: dt.datetime) -> RowData:
    words = _cleaned(data.words)
    if not words.text:
        raise Invalid(_("Skriv vad raden ska säga."), code="row_empty", kept=kept())
    if data.kind not in StaffKind.values or data.function not in (*StaffFunction.values, ""):
        raise Invalid(_("Välj radens slag."), code="row_kind", kept=kept())
    if data.channel not in (*Channel.values, "") or data.ground not in (*SecrecyGround.values, ""):
        raise Invalid(_("Valet finns inte."), code="row_choice", kept=kept())
    if len(data.files) > MOST_FILES:
        raise Invalid(
            _("En rad kan ha högst %(most)s bilagor.") % {"most": MOST_FILES},
            code="many_files",
            kept=kept(),
        )
    _refuse_time(data, now=now)
    if data.kind == StaffKind.DECISION:
        _refuse_decision(words)
    elif data.valid_until is not None:
        data = replace(data, valid_until=None)
    if (data.kind == StaffKind.CORRECTION) != (data.corrects is not None):
        raise Invalid(
            _("En rättelse säger vilken rad den rättar."), code="correction_of", kept=kept()
        )
    if data.kind != StaffKind.DECISION:
        words = replace(words, decider="", reasons="")
    return replace(data, words=words)


def _cleaned(words: Words) -> Words:
    return Words(
        text=cleaned(words.text, most=MOST_TEXT, what=_("Texten")),
        sender=cleaned(words.sender, most=MOST_PARTY, what=_("Från")),
        recipient=cleaned(words.recipient, most=MOST_PARTY, what=_("Till")),
        decider=cleaned(words.decider, most=MOST_PARTY, what=_("Beslutsfattaren")),
        reasons=cleaned(words.reasons, most=MOST_TEXT, what=_("Skälen")),
    )


def _refuse_time(data: RowData, *, now: dt.datetime) -> None:
    if data.happened_at is not None and not now - EARLIEST <= data.happened_at <= now:
        raise Invalid(
            _("Händelsetiden ska vara högst 30 dygn tillbaka och inte framåt."),
            code="row_time",
            kept=kept(),
        )
    if data.valid_until is not None and not now < data.valid_until <= now + FARTHEST:
        raise Invalid(
            _("Ett beslut gäller till en tid som inte har varit."), code="row_until", kept=kept()
        )


def _refuse_decision(words: Words) -> None:
    if not words.decider:
        raise Invalid(_("Skriv vem som fattade beslutet."), code="no_decider", kept=kept())
    if not words.reasons:
        raise Invalid(_("Skriv skälen för beslutet."), code="no_reasons", kept=kept())
