"""What the shift lead does with others' alarms: moves them, and changes their priority.

Each act has a reason in words, kept as a note of the alarm; the ledger has who, what and when.
"""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.utils.translation import gettext as _

from alarms.events import AlarmMoved, AlarmReprioritised, snapshot
from alarms.floods import URGENT
from alarms.models import Alarm, AlarmNote, Desk
from alarms.selectors.shift import present_user_ids
from alarms.services import telling, waiting
from alarms.services.holding import cleaned, locked, person, tell
from alarms.states import Action, AlarmState, target_of
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.errors import Conflict, Invalid

MOST_REASON_CHARACTERS = 500
PRIORITIES = range(1, 6)


def move_to_colleague(
    *, actor: Actor, now: dt.datetime, public_id: UUID, user_id: int, reason: str
) -> Alarm:
    """Give the alarm to somebody who is present and may handle it.

    What waits for an answer goes on waiting, and sounding, until the colleague answers; what was
    answered must be acted on within its kind's time, else it goes back to the queue. Raises
    Invalid for an unknown colleague or no reason; Conflict when the colleague is not present.
    """
    text = _reason(reason)
    with unit_of_work(actor=actor, now=now):
        alarm = locked(public_id)
        before = alarm.owner_id
        colleague = _colleague(alarm, user_id)
        if before == user_id:
            raise _unchanged()
        if user_id not in present_user_ids(now):
            raise Conflict(
                _("%(who)s är inte på plats.") % {"who": colleague.signature},
                code="not_present",
                kept=_("Larmet är inte flyttat."),
                todo=_("Välj någon annan, eller en larmplats."),
            )
        if alarm.state == AlarmState.NEW:
            alarm.state = target_of(Action.CLAIM, alarm.state)
        waiting.owned(alarm, user_id=user_id, now=now)
        if alarm.unanswered or alarm.state == AlarmState.PARKED:
            alarm.acts_by = None
        waiting.keep_escalation(alarm)
        _moved(alarm, actor=actor, now=now, text=text, owner=before, desk=alarm.desk_id)
    return alarm


def move_to_desk(
    *, actor: Actor, now: dt.datetime, public_id: UUID, desk_id: int, reason: str
) -> Alarm:
    """Give the alarm to another desk's queue, from whoever has it. Age and target stay.

    Raises Invalid for a desk that is not in use or that has it already, or no reason.
    """
    text = _reason(reason)
    with unit_of_work(actor=actor, now=now):
        alarm = locked(public_id)
        if not Desk.objects.filter(pk=desk_id, active=True).exists():
            raise Invalid(
                _("Larmplatsen finns inte."), code="no_such_desk", kept=_("Larmet är inte flyttat.")
            )
        owner, desk = alarm.owner_id, alarm.desk_id
        if desk == desk_id and owner is None:
            raise _unchanged()
        if desk != desk_id:
            telling.leave_desk([alarm], actor=actor, now=now)
        alarm.desk_id = desk_id
        alarm.routed_at = alarm.routed_at or now
        if owner is not None:
            waiting.to_queue(alarm, now=now)
        _moved(alarm, actor=actor, now=now, text=text, owner=owner, desk=desk)
    return alarm


def reprioritise(
    *, actor: Actor, now: dt.datetime, public_id: UUID, priority: int, reason: str
) -> Alarm:
    """Set the alarm's priority, 1 (worst) to 5. A worse signal raises it again.

    Raises Invalid for another number, the same priority, or no reason.
    """
    text = _reason(reason)
    if priority not in PRIORITIES:
        raise Invalid(_("Prioriteten är 1 till 5."), code="priority", kept=_("Inget har ändrats."))
    with unit_of_work(actor=actor, now=now):
        alarm = locked(public_id)
        before = alarm.priority
        if before == priority:
            raise _unchanged()
        alarm.priority = priority
        if alarm.held and priority <= URGENT:
            # No larmflod keeps what is urgent from the board.
            waiting.comes_up(alarm, now=now)
        waiting.keep_escalation(alarm)
        alarm.save()
        note = _note(alarm, actor=actor, now=now, text=text)
        event = AlarmReprioritised(alarm=snapshot(alarm), from_priority=before, note_id=note.pk)
        tell(event, alarm)
    return alarm


def _moved(
    alarm: Alarm, *, actor: Actor, now: dt.datetime, text: str, owner: int | None, desk: int | None
) -> None:
    alarm.save()
    note = _note(alarm, actor=actor, now=now, text=text)
    event = AlarmMoved(
        alarm=snapshot(alarm), from_desk_id=desk, from_owner_id=owner, note_id=note.pk
    )
    tell(event, alarm)


def _colleague(alarm: Alarm, user_id: int) -> User:
    found: User | None = User.objects.filter(pk=user_id, is_active=True).first()
    if found is None or not found.audiences(Permission.ALARM_VIEW) & set(alarm.audiences):
        raise Invalid(
            _("Personen kan inte ta larmet."), code="no_such_colleague", kept=_("Larmet är kvar.")
        )
    if not found.may(Permission.ALARM_CLAIM, alarm.controller_id):
        raise Invalid(
            _("Personen kan inte ta larmet."), code="no_such_colleague", kept=_("Larmet är kvar.")
        )
    return found


def _reason(text: str) -> str:
    clean = cleaned(text, most=MOST_REASON_CHARACTERS, what=_("Skälet"))
    if not clean:
        raise Invalid(_("Skriv varför."), code="reason_missing", kept=_("Inget har ändrats."))
    return clean


def _note(alarm: Alarm, *, actor: Actor, now: dt.datetime, text: str) -> AlarmNote:
    return AlarmNote.objects.create(alarm=alarm, author_id=person(actor), at=now, text=text)


def _unchanged() -> Invalid:
    return Invalid(_("Så är det redan."), code="unchanged", kept=_("Inget har ändrats."))
