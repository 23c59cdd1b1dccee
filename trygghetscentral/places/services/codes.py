"""Sealed access codes: one key with an own open alarm, two persons without one (design.md 7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from trygghetscentral.accounts.audiences import key
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.ledger.events import Code
from trygghetscentral.ledger.services import record
from trygghetscentral.places.events import (
    CodeApproved,
    CodeReadSeen,
    CodeRemoved,
    CodeRequested,
    CodeRevealed,
    CodeSealed,
)
from trygghetscentral.places.models import CodeRead, CodeRequest, ReadGround, SealedAccessCode
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.errors import Conflict, Forbidden, Invalid

APPROVAL_WINDOW = timedelta(minutes=15)
READING_WINDOW = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class OpenAlarm:
    """The caller has read, under lock, that this alarm is open, where it is and who owns it."""

    alarm_public_id: UUID
    site_id: int
    owner_id: int


AccessReason: TypeAlias = OpenAlarm


def seal_code(
    *,
    actor: Actor,
    now: datetime,
    site_id: int,
    label: str,
    secret: str,
    code_id: int | None = None,
) -> SealedAccessCode:
    """Set a new code or replace one. Raises Invalid for an empty secret."""
    if not secret.strip():
        raise Invalid(_("Koden är tom."), code="code_empty")
    with unit_of_work(actor=actor, now=now):
        code = _locked(code_id) if code_id is not None else SealedAccessCode(site_id=site_id)
        if code.site_id != site_id:
            raise Invalid(_("Koden hör till ett annat objekt."), code="code_elsewhere")
        code.label = label
        code.secret = secret.strip()
        code.set_by_id = actor.user_id
        code.set_at = now
        code.removed_at = None
        code.save()
        record(
            CodeSealed(code_id=code.public_id, site_id=code.site.public_id),
            subject=code,
            controller_id=code.site.controller_id,
            exercise_id=code.site.exercise_id,
        )
    return code


def remove_code(*, actor: Actor, now: datetime, code_id: int) -> None:
    """Take a code away and erase its secret; the row stays, for the readings point to it."""
    with unit_of_work(actor=actor, now=now):
        code = _locked(code_id)
        code.secret = ""
        code.removed_at = now
        code.save(update_fields=("secret", "removed_at"))
        record(
            CodeRemoved(code_id=code.public_id, site_id=code.site.public_id),
            subject=code,
            controller_id=code.site.controller_id,
            exercise_id=code.site.exercise_id,
        )


def reveal_code(*, actor: Actor, now: datetime, code_id: int, ground: AccessReason) -> str:
    """The secret, for the owner of an open alarm at the site; recorded and reported.

    Raises Forbidden when the alarm is elsewhere or somebody else's.
    """
    with unit_of_work(actor=actor, now=now):
        code = _current(code_id)
        reader_id = _person(actor)
        if ground.site_id != code.site_id or ground.owner_id != reader_id:
            raise Forbidden(
                _("Koden visas bara för den som äger ett öppet larm på platsen."),
                code="code_needs_own_alarm",
                todo=_("Ta larmet först, eller begär att någon annan godkänner."),
            )
        CodeRead.objects.create(
            code=code,
            reader_id=reader_id,
            read_at=now,
            ground=ReadGround.OPEN_ALARM,
            alarm_public_id=ground.alarm_public_id,
        )
        _revealed(code, ReadGround.OPEN_ALARM, alarm_id=ground.alarm_public_id)
        return str(code.secret)


def request_reveal(*, actor: Actor, now: datetime, code_id: int, reason: str) -> CodeRequest:
    """Ask to read a code without an open alarm. Somebody else must approve within 15 minutes.

    Raises Invalid without a reason. An own request that still waits is returned as it is.
    """
    if not reason.strip():
        raise Invalid(_("Skriv varför koden behövs."), code="reason_missing")
    with unit_of_work(actor=actor, now=now):
        code = _current(code_id)
        person = _person(actor)
        waiting: CodeRequest | None = code.requests.filter(
            requested_by_id=person, read_at=None, expires_at__gt=now
        ).first()
        if waiting is not None:
            return waiting
        request = CodeRequest.objects.create(
            code=code,
            reason=reason.strip(),
            requested_by_id=person,
            requested_at=now,
            expires_at=now + APPROVAL_WINDOW,
        )
        record(
            CodeRequested(code_id=code.public_id, request_id=request.public_id),
            subject=code,
            controller_id=code.site.controller_id,
            audiences=_approvers(code),
            exercise_id=code.site.exercise_id,
        )
    return request


def approve_reveal(*, actor: Actor, now: datetime, request_id: int) -> CodeRequest:
    """Approve somebody else's request, which may then be read once within 15 minutes.

    Raises Forbidden for one's own request and Conflict when it is too late or already approved.
    """
    with unit_of_work(actor=actor, now=now):
        request = _locked_request(request_id)
        person = _person(actor)
        if request.requested_by_id == person:
            raise Forbidden(
                _("Den som begärt koden kan inte godkänna själv."),
                code="two_persons",
                todo=_("Be någon annan som får godkänna."),
            )
        if request.approved_at is not None:
            raise Conflict(_("Begäran är redan godkänd."), code="request_approved")
        if now >= request.expires_at:
            raise Conflict(
                _("Begäran är äldre än 15 minuter och gäller inte längre."),
                code="request_expired",
                todo=_("Begär koden på nytt."),
            )
        request.approved_by_id = person
        request.approved_at = now
        request.expires_at = now + READING_WINDOW
        request.save(update_fields=("approved_by", "approved_at", "expires_at"))
        record(
            CodeApproved(code_id=request.code.public_id, request_id=request.public_id),
            subject=request.code,
            controller_id=request.code.site.controller_id,
            exercise_id=request.code.site.exercise_id,
        )
    return request


def read_revealed(*, actor: Actor, now: datetime, request_id: int) -> str:
    """The secret, once, for the one who asked, after approval; recorded and reported.

    Raises Forbidden for anybody else, Conflict without approval, after it was read and too late.
    """
    with unit_of_work(actor=actor, now=now):
        request = _locked_request(request_id)
        code = _current(request.code_id)
        reader_id = _person(actor)
        if request.requested_by_id != reader_id:
            raise Forbidden(_("Bara den som begärt koden får läsa den."), code="not_requester")
        if request.approved_at is None:
            raise Conflict(_("Begäran är inte godkänd ännu."), code="request_waiting")
        if request.read_at is not None or now >= request.expires_at:
            raise Conflict(
                _("Koden har redan visats, eller så gick tiden ut."),
                code="request_spent",
                todo=_("Begär koden på nytt."),
            )
        request.read_at = now
        request.save(update_fields=("read_at",))
        CodeRead.objects.create(
            code=code,
            reader_id=reader_id,
            read_at=now,
            ground=ReadGround.TWO_PERSONS,
            request=request,
        )
        _revealed(code, ReadGround.TWO_PERSONS, request_id=request.public_id)
        return str(code.secret)


def mark_read_seen(*, actor: Actor, now: datetime, read_id: int) -> None:
    """The shift lead has looked at a reading; nobody looks at their own."""
    with unit_of_work(actor=actor, now=now):
        read: CodeRead = (
            CodeRead.objects.select_for_update(of=("self",))
            .select_related("code__site")
            .get(pk=read_id)
        )
        person = _person(actor)
        if read.reader_id == person:
            raise Forbidden(_("Någon annan ska granska din läsning."), code="two_persons")
        if read.seen_at is not None:
            return
        read.seen_by_id = person
        read.seen_at = now
        read.save(update_fields=("seen_by", "seen_at"))
        record(
            CodeReadSeen(code_id=read.code.public_id, read_id=read.pk),
            subject=read.code,
            controller_id=read.code.site.controller_id,
            exercise_id=read.code.site.exercise_id,
        )


def _locked(code_id: int) -> SealedAccessCode:
    code: SealedAccessCode = (
        SealedAccessCode.objects.select_for_update(of=("self",))
        .select_related("site")
        .get(pk=code_id)
    )
    return code


def _current(code_id: int) -> SealedAccessCode:
    code = _locked(code_id)
    if code.removed_at is not None:
        raise Conflict(_("Koden är borttagen."), code="code_removed")
    return code


def _locked_request(request_id: int) -> CodeRequest:
    request: CodeRequest = (
        CodeRequest.objects.select_for_update(of=("self",))
        .select_related("code__site")
        .get(pk=request_id)
    )
    return request


def _person(actor: Actor) -> int:
    if actor.user_id is None:
        raise Forbidden(_("Bara en person kan läsa koder."), code="person_needed")
    return actor.user_id


def _approvers(code: SealedAccessCode) -> list[str]:
    return [key(Permission.SITE_ACCESS_CODE_APPROVE, code.site.controller_id)]


def _revealed(
    code: SealedAccessCode,
    ground: ReadGround,
    *,
    alarm_id: UUID | None = None,
    request_id: UUID | None = None,
) -> None:
    record(
        CodeRevealed(
            code_id=code.public_id,
            site_id=code.site.public_id,
            ground=Code(ground),
            alarm_id=alarm_id,
            request_id=request_id,
        ),
        subject=code,
        controller_id=code.site.controller_id,
        audiences=_approvers(code),
        exercise_id=code.site.exercise_id,
    )
