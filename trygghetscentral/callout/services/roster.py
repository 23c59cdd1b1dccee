"""The roster: planning, accepting and handing over."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.callout.events import (
    ContactSaved,
    DutyChanged,
    ShiftAccepted,
    ShiftHandedOver,
    ShiftPlanned,
    ShiftRemoved,
)
from trygghetscentral.callout.models import Duty, DutyContact, DutyShift
from trygghetscentral.ledger.events import Code
from trygghetscentral.ledger.services import record
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.errors import Conflict, Forbidden, Invalid, Missing

LONGEST = dt.timedelta(days=31)
MOST_NOTE_CHARACTERS = 4000


def plan_shift(
    *,
    actor: Actor,
    now: dt.datetime,
    duty_id: int,
    user_id: int,
    rank: str,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
) -> DutyShift:
    """Enter somebody on the roster. Raises Conflict when somebody else has the rank then, or the
    same person another rank, and Invalid for a time that is over, empty or beyond 31 days."""
    if ends_at <= now or not dt.timedelta() < ends_at - starts_at <= LONGEST:
        raise Invalid(
            _("Passet ska sluta efter att det börjar, inte vara slut nu och vara högst 31 dygn."),
            code="shift_times",
            kept=_("Schemat är oförändrat."),
        )
    with unit_of_work(actor=actor, now=now):
        return _create(
            DutyShift(
                duty_id=duty_id,
                user_id=user_id,
                rank=rank,
                starts_at=starts_at,
                ends_at=ends_at,
                planned_by_id=actor.user_id,
            )
        )


def remove_shift(*, actor: Actor, now: dt.datetime, shift_id: int) -> None:
    """Take off a shift that has not begun. Raises Conflict for one that has: hand it over."""
    with unit_of_work(actor=actor, now=now):
        shift = _locked(shift_id)
        if shift.starts_at <= now:
            raise Conflict(
                _("Passet har börjat."),
                code="shift_begun",
                kept=_("Schemat är oförändrat."),
                todo=_("Lämna över det i stället."),
            )
        _say(
            ShiftRemoved(
                shift_id=shift.pk,
                duty=Code(shift.duty.code),
                rank=Code(shift.rank),
                user_id=shift.user_id,
            ),
            shift,
        )
        DutyShift.objects.filter(pk=shift.pk).delete()


def accept_shift(*, actor: Actor, now: dt.datetime, shift_id: int) -> DutyShift:
    """Say yes to one's own shift. Twice changes nothing. Raises Forbidden for another's and
    Conflict for one that is over."""
    with unit_of_work(actor=actor, now=now):
        shift = _locked(shift_id)
        if shift.user_id != actor.user_id:
            raise Forbidden(_("Bara den som har passet kan kvittera det."), code="not_own_shift")
        if shift.ends_at <= now:
            raise Conflict(_("Passet är slut."), code="shift_over")
        if shift.accepted_at is not None:
            return shift
        shift.accepted_at = now
        shift.save(update_fields=("accepted_at",))
        _say(
            ShiftAccepted(
                shift_id=shift.pk,
                duty=Code(shift.duty.code),
                rank=Code(shift.rank),
                user_id=shift.user_id,
            ),
            shift,
        )
    return shift


def hand_over(
    *, actor: Actor, now: dt.datetime, shift_id: int, note: str, to_user_id: int | None = None
) -> DutyShift:
    """Leave a shift that is going on, with what the next one must know.

    With `to_user_id` that person has the rest of it from now on and must accept it; without,
    the one who follows on the roster reads the note. Raises Invalid without a note (domain.md
    C.6), Forbidden for another's shift without the right to plan, Conflict when it is not going
    on or is handed over already.
    """
    text = note.replace("\x00", "").strip()
    if not text or len(text) > MOST_NOTE_CHARACTERS:
        raise Invalid(
            _("Skriv vad nästa behöver veta, med högst 4 000 tecken."),
            code="handover_note",
            kept=_("Passet är inte överlämnat."),
        )
    with unit_of_work(actor=actor, now=now):
        shift = _locked(shift_id)
        _must_hold_or_plan(shift, actor)
        if shift.handed_over_at is not None:
            raise Conflict(_("Passet är redan överlämnat."), code="already_handed_over")
        if not shift.starts_at < now < shift.ends_at:
            raise Conflict(_("Passet pågår inte."), code="shift_not_on")
        shift.handed_over_at = now
        shift.handover_note = text
        rest = _rest_for(shift, to_user_id, actor=actor, now=now)
        shift.save(update_fields=("handed_over_at", "handover_note", "ends_at"))
        if rest is not None:
            _create(rest)
        _say(
            ShiftHandedOver(
                shift_id=shift.pk,
                duty=Code(shift.duty.code),
                rank=Code(shift.rank),
                user_id=shift.user_id,
                next_user_id=to_user_id,
            ),
            shift,
        )
    return shift


def _rest_for(
    shift: DutyShift, user_id: int | None, *, actor: Actor, now: dt.datetime
) -> DutyShift | None:
    """What is left of the shift, for somebody else; the shift itself then ends now."""
    if user_id is None:
        return None
    rest = DutyShift(
        duty=shift.duty,
        user_id=user_id,
        rank=shift.rank,
        starts_at=now,
        ends_at=shift.ends_at,
        planned_by_id=actor.user_id,
    )
    shift.ends_at = now
    return rest


def set_wait(*, actor: Actor, now: dt.datetime, duty_id: int, seconds: int) -> Duty:
    """How long each rank of a duty is given, 10 to 3600 seconds. Calls under way keep theirs."""
    if not 10 <= seconds <= 3600:
        raise Invalid(_("Väntetiden ska vara 10 till 3 600 sekunder."), code="wait_seconds")
    with unit_of_work(actor=actor, now=now):
        duty = Duty.objects.select_for_update().filter(pk=duty_id).first()
        if duty is None:
            raise Missing(_("Jouren finns inte."), code="duty_missing")
        duty.wait_seconds = seconds
        duty.save(update_fields=("wait_seconds",))
        record(
            DutyChanged(duty=Code(duty.code), wait_seconds=seconds),
            subject=duty,
            controller_id=None,
        )
    return duty


def save_contact(
    *, actor: Actor, now: dt.datetime, user_id: int, phone: str, sms: str, email: str
) -> DutyContact:
    """How somebody is reached on duty. Raises Forbidden for another's without the right to plan."""
    with unit_of_work(actor=actor, now=now):
        if user_id != actor.user_id and not _may_plan(actor):
            raise _not_yours()
        contact, _created = DutyContact.objects.update_or_create(
            user_id=user_id, defaults={"phone": phone, "sms": sms, "email": email}
        )
        record(ContactSaved(user_id=user_id), subject=contact, controller_id=None)
    return contact


def _hold_roster(duty_id: int) -> None:
    """One change of a duty's roster at a time: two that overlap would each wait for the other in
    the constraint, and the database would end one of them with an error instead of an answer."""
    Duty.objects.select_for_update(no_key=True).filter(pk=duty_id).first()


def _create(shift: DutyShift) -> DutyShift:
    _hold_roster(shift.duty_id)
    try:
        with transaction.atomic():
            shift.save()
    except IntegrityError as error:
        raise Conflict(
            _("Någon har redan den rollen då, eller så har personen en annan roll."),
            code="shift_overlaps",
            kept=_("Schemat är oförändrat."),
            todo=_("Välj en annan tid eller person."),
        ) from error
    _say(
        ShiftPlanned(
            shift_id=shift.pk,
            duty=Code(shift.duty.code),
            rank=Code(shift.rank),
            user_id=shift.user_id,
            starts_at=shift.starts_at,
            ends_at=shift.ends_at,
        ),
        shift,
    )
    return shift


def _locked(shift_id: int) -> DutyShift:
    duty_id = DutyShift.objects.filter(pk=shift_id).values_list("duty_id", flat=True).first()
    if duty_id is not None:
        _hold_roster(duty_id)
    shift = (
        DutyShift.objects.select_for_update(of=("self",))
        .select_related("duty")
        .filter(pk=shift_id)
        .first()
    )
    if shift is None:
        raise Missing(_("Passet finns inte."), code="shift_missing")
    return shift


def _must_hold_or_plan(shift: DutyShift, actor: Actor) -> None:
    if shift.user_id != actor.user_id and not _may_plan(actor):
        raise _not_yours()


def _may_plan(actor: Actor) -> bool:
    person = User.objects.filter(pk=actor.user_id).first()
    return person is not None and person.may(Permission.DUTY_EDIT)


def _not_yours() -> Forbidden:
    return Forbidden(
        _("Det är någon annans."), code="not_own_shift", todo=_("Be skiftledaren eller TiB.")
    )


def _say(
    event: ShiftPlanned | ShiftRemoved | ShiftAccepted | ShiftHandedOver, shift: DutyShift
) -> None:
    record(event, subject=shift, controller_id=None)
