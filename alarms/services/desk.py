"""What an operator does with an alarm: take, give back, move on, note, close.

Each locks the row first, so that of two people who press at once exactly one succeeds and the
other is told who did.
"""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.utils.translation import gettext as _

from alarms.events import (
    AlarmAcknowledged,
    AlarmClosed,
    AlarmNoted,
    AlarmProgressed,
    AlarmReleased,
    snapshot,
)
from alarms.models import Alarm, AlarmNote, CloseCode
from alarms.services import closing, waiting, zones
from alarms.services import voice_contact as voice
from alarms.services.holding import locked as _locked
from alarms.services.holding import must_own as _must_own
from alarms.services.holding import taken as _taken
from alarms.services.holding import tell as _record
from alarms.states import Action, target_of
from trygghetscentral.ledger.events import Code
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.errors import Conflict, Forbidden, Invalid

MOST_NOTE_CHARACTERS = 4000


def claim_alarm(*, actor: Actor, now: dt.datetime, public_id: UUID) -> Alarm:
    """Take an alarm, or answer its "Larmar igen". Exactly one of several claimants succeeds.

    Taking one's own again changes nothing. Raises Conflict, naming the owner's signature, when
    somebody else has it.
    """
    with unit_of_work(actor=actor, now=now):
        alarm = _locked(public_id)
        if alarm.owner_id is not None and alarm.owner_id != actor.user_id:
            raise _taken(alarm)
        if alarm.owner_id == actor.user_id and not alarm.unanswered:
            return alarm
        if alarm.owner_id is None:
            alarm.state = target_of(Action.CLAIM, alarm.state)
            waiting.owned(alarm, user_id=actor.user_id, now=now)
        else:
            waiting.must_act(alarm, now=now)
        if alarm.acknowledged_at is None:
            alarm.acknowledged_at = now
        waiting.answered(alarm, actor=actor, now=now)
        alarm.save()
        _record(AlarmAcknowledged(alarm=snapshot(alarm)), alarm)
    return alarm


def release_alarm(*, actor: Actor, now: dt.datetime, public_id: UUID) -> Alarm:
    """Give an alarm back to the queue. Its age and its first target stay: nobody gets a fresh
    clock by handing over."""
    with unit_of_work(actor=actor, now=now):
        alarm = _locked(public_id)
        _must_own(alarm, actor)
        waiting.to_queue(alarm, now=now)
        alarm.save()
        _record(AlarmReleased(alarm=snapshot(alarm)), alarm)
    return alarm


def progress_alarm(*, actor: Actor, now: dt.datetime, public_id: UUID, action: Action) -> Alarm:
    """Say that the alarm is being verified (`VERIFY`) or acted on (`PROGRESS`)."""
    with unit_of_work(actor=actor, now=now):
        alarm = _locked(public_id)
        _must_own(alarm, actor)
        alarm.state = target_of(action, alarm.state)
        waiting.answered(alarm, actor=actor, now=now)
        waiting.acted(alarm)
        alarm.save()
        _record(AlarmProgressed(alarm=snapshot(alarm)), alarm)
    return alarm


def note_alarm(*, actor: Actor, now: dt.datetime, public_id: UUID, text: str) -> AlarmNote:
    """Write a note. Anyone who may handle alarms may add one, also to another's; it is never
    changed afterwards. Raises Invalid for an empty or too long text."""
    cleaned = _cleaned(text)
    if not cleaned:
        raise Invalid(_("Anteckningen är tom."), code="empty_note", todo=_("Skriv något först."))
    with unit_of_work(actor=actor, now=now):
        alarm = _locked(public_id)
        note = _write_note(alarm, actor=actor, now=now, text=cleaned)
        if alarm.owner_id == actor.user_id and alarm.acts_by is not None:
            waiting.acted(alarm)
            alarm.save(update_fields=("acts_by",))
        _record(AlarmNoted(alarm=snapshot(alarm), note_id=note.pk), alarm)
    return note


def close_alarm(
    *,
    actor: Actor,
    now: dt.datetime,
    public_id: UUID,
    code: str,
    note: str = "",
    said_by: str = "",
    said: str = "",
    voice_contact: str = "",
) -> Alarm:
    """Close with a code of the alarm's category, and all zones of its row with it.

    Raises Invalid when the code is not one of them, or when it needs a note and has none;
    Conflict when the alarm sounds again and nobody has answered that. Fire, burglary and hold-up
    need `said` and `said_by`, and may be refused as `closing.demand` tells. A trygghetslarm
    needs `voice_contact`, "yes" or "no" (domain.md 00.8).
    """
    cleaned = _cleaned(note)
    with unit_of_work(actor=actor, now=now):
        alarm = _locked(public_id)
        _must_own(alarm, actor)
        if alarm.unanswered:
            raise Conflict(
                _("Larmet larmar igen och är inte besvarat."),
                code="unanswered",
                kept=_("Det är inte avslutat."),
                todo=_("Ta larmet igen först."),
            )
        reason = _close_code(alarm.category, code)
        statement = closing.demand(alarm, reason, said_by=said_by, said=said)
        if reason.needs_note and not (cleaned or statement.said):
            raise Invalid(
                _("”%(label)s” behöver en anteckning.") % {"label": reason.label},
                code="note_needed",
                kept=_("Larmet är inte avslutat."),
                todo=_("Skriv vad som sades och av vem."),
            )
        target_of(Action.CLOSE, alarm.state)
        waiting.ended(alarm, actor=actor, now=now)
        alarm.voice_contact = voice.checked(alarm.category, reason, voice_contact)
        alarm.close_code = reason
        alarm.save()
        zones.close_zones([alarm], actor=actor, now=now)
        if cleaned:
            _write_note(alarm, actor=actor, now=now, text=cleaned)
        closing.keep(alarm, statement, actor=actor, now=now)
        _record(AlarmClosed(alarm=snapshot(alarm), close_code=Code(reason.code)), alarm)
    return alarm


def close_codes_for(category: str) -> list[CloseCode]:
    """The codes an alarm of the category can be closed with: its own list, else the general one."""
    codes = CloseCode.objects.filter(active=True, category__in=(category, "")).order_by("position")
    own = [code for code in codes if code.category == category]
    return own or [code for code in codes if code.category == ""]


def _cleaned(text: str) -> str:
    cleaned = text.replace("\x00", "").strip()
    if len(cleaned) > MOST_NOTE_CHARACTERS:
        raise Invalid(
            _("Anteckningen är för lång."),
            code="note_too_long",
            kept=_("Texten står kvar i rutan."),
            todo=_("Korta den till högst 4 000 tecken."),
        )
    return cleaned


def _close_code(category: str, code: str) -> CloseCode:
    for candidate in close_codes_for(category):
        if candidate.code == code:
            return candidate
    raise Invalid(
        _("Välj en orsak ur listan."), code="close_code", kept=_("Larmet är inte avslutat.")
    )


def _write_note(alarm: Alarm, *, actor: Actor, now: dt.datetime, text: str) -> AlarmNote:
    if actor.user_id is None:
        raise Forbidden(_("Bara en person kan skriva en anteckning."), code="no_person")
    return AlarmNote.objects.create(alarm=alarm, author_id=actor.user_id, at=now, text=text)
