"""The clocks of an alarm as it changes hands: who waits, since when, and until when.

Every service that answers, returns, hands over or ends an alarm goes through here, so that no
promise outlives its reason. Each function changes a locked row and leaves the saving, and the
ledger's row, to its caller; calls are stopped in the same transaction.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

from django.db.models import Case, F, Q, When
from django.db.models.functions import Greatest

from alarms.codes import Category
from alarms.escalation import Level, next_at
from alarms.escalation import wait_began as began
from alarms.fire import runs_to_rescue
from alarms.models import Alarm, AlarmType, VoiceContact
from alarms.prov import is_test
from alarms.states import Action, AlarmState, target_of
from trygghetscentral.callout import services as callout
from trygghetscentral.shared.actor import Actor

SUBJECT: Final = "alarms.alarm"


def answered(alarm: Alarm, *, actor: Actor, now: dt.datetime) -> None:
    """Somebody has it and knows: nobody more is told, and whoever was called is let go."""
    alarm.unanswered = False
    alarm.again_at = alarm.unparked_at = alarm.unheld_at = alarm.returned_at = None
    alarm.escalates_at = None
    if alarm.target_met_at is None and not runs_to_rescue(alarm):
        alarm.target_met_at = now
    _let_go(alarm, actor=actor, now=now, reason="answered")


def owned(alarm: Alarm, *, user_id: int | None, now: dt.datetime) -> None:
    """It has an owner from now on, who must do something before the kind's time is up."""
    alarm.owner_id = user_id
    alarm.owned_since = now
    if not alarm.unanswered:
        alarm.returned_at = None
    alarm.held, alarm.held_until = False, None
    must_act(alarm, now=now)


def must_act(alarm: Alarm, *, now: dt.datetime) -> None:
    """Start the owner's time to act; kinds without one have none, and neither has a test."""
    if is_test(alarm.kind):
        alarm.acts_by = None
        return
    seconds = (
        AlarmType.objects.filter(pk=alarm.type_id).values_list("action_seconds", flat=True).first()
    )
    alarm.acts_by = None if seconds is None else now + dt.timedelta(seconds=seconds)


def acted(alarm: Alarm) -> None:
    """The owner has done something: verified, gone on, noted, called, parked."""
    alarm.acts_by = None


def to_queue(alarm: Alarm, *, now: dt.datetime) -> None:
    """Nobody has it any longer. Age and target stay.

    What was answered waits anew from now on. What waited for an answer already keeps its clock
    and its level: nobody gains time by handing over, and who was called is not called anew.
    """
    alarm.state = target_of(Action.RELEASE, alarm.state)
    alarm.owner_id = alarm.owned_since = alarm.acts_by = alarm.parked_until = None
    if alarm.unanswered:
        alarm.returned_at = alarm.returned_at or now
        keep_escalation(alarm)
    else:
        alarm.returned_at = now
        alarm.unanswered = True
        escalates_anew(alarm, since=now)


def waits_again(alarm: Alarm, *, now: dt.datetime) -> None:
    """It waits for an answer with a new target clock, as for a new activation."""
    alarm.unanswered = True
    alarm.waiting_since = now
    alarm.acts_by = None
    if alarm.target_seconds is not None:
        alarm.target_at = now + dt.timedelta(seconds=alarm.target_seconds)
    escalates_anew(alarm, since=now)


def held(alarm: Alarm, *, until: dt.datetime | None) -> None:
    """A larmflod keeps it from the board and nobody waits. The caller stops calls about it."""
    alarm.held, alarm.held_until = True, until
    alarm.unanswered = False
    alarm.unparked_at = alarm.unheld_at = None
    alarm.escalation = Level.NONE
    alarm.escalates_at = alarm.target_at = None


def comes_up(alarm: Alarm, *, now: dt.datetime) -> None:
    """It comes to the board from its larmflod, with clocks that begin now."""
    alarm.held, alarm.held_until, alarm.unheld_at = False, None, now
    waits_again(alarm, now=now)


def escalates_anew(alarm: Alarm, *, since: dt.datetime) -> None:
    """A new wait: nobody has been told of it yet."""
    alarm.escalation = Level.NONE
    keep_escalation(alarm, since=since)


def keep_escalation(alarm: Alarm, *, since: dt.datetime | None = None) -> None:
    """Set when the next is told, after a change of priority or limit; None while answered."""
    alarm.escalates_at = (
        next_at(
            level=alarm.escalation,
            priority=alarm.priority,
            limit_seconds=alarm.limit_seconds,
            since=since or wait_began(alarm),
        )
        if alarm.unanswered
        else None
    )


def wait_began(alarm: Alarm) -> dt.datetime:
    """When the present wait for an answer began."""
    again = alarm.again_at or alarm.unparked_at or alarm.unheld_at
    return began(
        waiting_since=alarm.waiting_since,
        returned_at=alarm.returned_at,
        answered_before=alarm.acknowledged_at is not None and again is None,
    )


def wait_began_in_database() -> Case:
    """The same as `wait_began`, for statements about many rows."""
    before = Q(
        acknowledged_at__isnull=False,
        again_at__isnull=True,
        unparked_at__isnull=True,
        unheld_at__isnull=True,
    )
    # GREATEST passes over what is null.
    anew = Greatest(F("waiting_since"), F("returned_at"))
    return Case(When(before, then=anew), default=F("waiting_since"))


def steps_down(alarm: Alarm) -> None:
    """Whoever was told is told no longer, but it still waits: the next is told as if for the first
    time, at once if that time has passed. The caller takes it out of what it was called with."""
    alarm.escalation = Level.NONE
    keep_escalation(alarm)


def ended(alarm: Alarm, *, actor: Actor, now: dt.datetime) -> None:
    """It is closed: no promise is left, and nobody is called any longer, whoever asked for it."""
    no_promises(alarm, actor=actor, now=now)
    callout.stop_calls(
        actor=actor, now=now, subject_type=SUBJECT, subject_ids=[str(alarm.pk)], reason="closed"
    )


def no_promises(alarm: Alarm, *, actor: Actor, now: dt.datetime) -> None:
    """The closed row alone, for whoever stops the calls of many at once."""
    alarm.unanswered = False
    alarm.again_at = alarm.unparked_at = alarm.parked_until = alarm.unheld_at = None
    alarm.held, alarm.held_until = False, None
    alarm.acts_by = alarm.escalates_at = None
    alarm.escalation = Level.NONE
    alarm.state = AlarmState.CLOSED
    if alarm.category == Category.MEDICAL:
        # Whoever closes it by hand says the answer afterwards; nobody else was asked.
        alarm.voice_contact = VoiceContact.UNASKED
    alarm.closed_at = now
    alarm.closed_by_id = actor.user_id


def stop_calls_of(alarms: Sequence[Alarm], *, actor: Actor, now: dt.datetime, reason: str) -> None:
    """Stop whatever call there is about any of them; two queries when there is none."""
    subjects = [str(alarm.pk) for alarm in alarms]
    callout.stop_calls(
        actor=actor, now=now, subject_type=SUBJECT, subject_ids=subjects, reason=reason
    )


def _let_go(alarm: Alarm, *, actor: Actor, now: dt.datetime, reason: str) -> None:
    if alarm.escalation == Level.NONE:
        return
    alarm.escalation = Level.NONE
    callout.stop_calls(
        actor=actor, now=now, subject_type=SUBJECT, subject_ids=[str(alarm.pk)], reason=reason
    )
