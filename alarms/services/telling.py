"""Whom an escalated alarm is told to by callout: alone, or with the others of its desk.

Priority 1 is a call of its own, and so is what only a need-to-know group may know of. Everything
else at a desk is one call, a bundle, whose message says how many wait. An alarm leaves its bundle
in the transaction in which it is answered, closed, held or moved; what else takes it out (its desk
is worked again before its limit, it grows worse) is found by `tend`, each second.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import (
    BigIntegerField,
    DurationField,
    ExpressionWrapper,
    F,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import Cast

from alarms.escalation import TIB_PRIORITY, Level
from alarms.events import AlarmSteppedDown, snapshot
from alarms.models import Alarm, Desk
from alarms.models.alarms import AlarmQuerySet
from alarms.selectors.directory import alarm_audiences, centre_id
from alarms.services import waiting
from alarms.services.holding import tell, write_alike
from trygghetscentral.callout import services as callout
from trygghetscentral.callout.models import Call, CallMember
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.portions import do_each

TIB: Final = "tib"
SHIFT_LEAD: Final = "shift_lead"
DUTIES: Final = (TIB, SHIFT_LEAD)
DESK: Final = "alarms.desk"
NO_LEAD: Final = "no_lead"


@dataclass(frozen=True, slots=True)
class Ask:
    """A duty to call, and the code of the reason."""

    duty: str
    reason: str


def for_everybody() -> Q:
    """Alarms that a desk's call may count: no need-to-know group's, and no exercise."""
    site = Q(site__isnull=True) | Q(site__restricted_group__isnull=True)
    return site & Q(exercise_id__isnull=True)


def bundled(alarms: Sequence[Alarm]) -> set[int]:
    """Those (pk) that are told together with the others of their desk; one query."""
    pks = [
        alarm.pk for alarm in alarms if alarm.priority > TIB_PRIORITY and alarm.desk_id is not None
    ]
    return set(Alarm.objects.filter(for_everybody(), pk__in=pks).values_list("pk", flat=True))


def call_alone(alarm: Alarm, ask: Ask, *, actor: Actor, now: dt.datetime) -> bool:
    """Call the duty about this alarm; False when that fails, which the log tells of."""

    def begin(_rows: list[Alarm]) -> None:
        callout.start_call(
            actor=actor,
            now=now,
            duty=ask.duty,
            reason=ask.reason,
            subject_type=waiting.SUBJECT,
            subject_id=str(alarm.pk),
            reference=alarm.number,
            controller_id=alarm.controller_id,
            audiences=list(alarm.audiences),
            exercise_id=alarm.exercise_id,
        )

    return do_each([alarm], begin, what="call") == 1


def call_for_desk(
    desk: Desk, alarms: Sequence[Alarm], ask: Ask, *, actor: Actor, now: dt.datetime
) -> bool:
    """Call the duty about these alarms of a desk, in its open call if there is one; False when
    that fails, which the log tells of."""
    centre = centre_id()
    members = [
        callout.Member(
            subject_type=waiting.SUBJECT,
            subject_id=str(alarm.pk),
            priority=alarm.priority,
            since=waiting.wait_began(alarm),
        )
        for alarm in alarms
    ]

    def begin(_rows: list[Desk]) -> None:
        callout.start_call(
            actor=actor,
            now=now,
            duty=ask.duty,
            reason=ask.reason,
            subject_type=DESK,
            subject_id=str(desk.pk),
            reference=desk.code,
            controller_id=centre,
            audiences=list(alarm_audiences(centre, None)),
            exercise_id=None,
            members=members,
        )

    return do_each([desk], begin, what="call") == 1


def tend(*, unstaffed: Collection[int], lead: bool, actor: Actor, now: dt.datetime) -> None:
    """Take out of the open calls what they are about no longer.

    `unstaffed` are the desks (pk) that nobody works, `lead` whether a shift lead is present, who
    then sees on the board what the one on the roster was called for. One query when no call is
    open.
    """
    if lead and Call.objects.open().filter(duty__code=SHIFT_LEAD, reason=NO_LEAD).exists():
        callout.take_turns(DUTIES)
        callout.stop_duty(
            actor=actor, now=now, duty=SHIFT_LEAD, called_for=NO_LEAD, reason="present"
        )
    for call in Call.objects.open().filter(subject_type=DESK).select_related("duty"):
        desk_id = int(call.subject_id)
        members = Alarm.objects.filter(pk__in=_members(call))
        stays = _staying(members, call, unstaffed=desk_id in unstaffed, now=now)
        # Asked the other way round, a column that is null would keep a row out of both.
        gone = members.exclude(pk__in=stays.values("pk"))
        alarms = list(gone.select_for_update(skip_locked=True, of=("self",)).order_by("pk"))
        if alarms:
            callout.take_turns(DUTIES)
            leave_desk(alarms, actor=actor, now=now)


def leave_desk(alarms: Sequence[Alarm], *, actor: Actor, now: dt.datetime) -> None:
    """Let no desk's call be about these locked alarms. Those it was about and that wait step
    down, so that whoever should be told of them otherwise is. Saves them, and tells the ledger."""
    if not alarms:
        return
    left = callout.leave_bundles(
        actor=actor,
        now=now,
        subject_type=waiting.SUBJECT,
        subject_ids=[str(alarm.pk) for alarm in alarms],
        reason="not_needed",
    )
    lower = [
        alarm
        for alarm in alarms
        if str(alarm.pk) in left and alarm.unanswered and alarm.escalation != Level.NONE
    ]
    for alarm in lower:
        waiting.steps_down(alarm)
    write_alike(lower, ("escalation", "escalates_at"))
    for alarm in lower:
        tell(AlarmSteppedDown(alarm=snapshot(alarm)), alarm)


def _members(call: Call) -> QuerySet[CallMember]:
    # From members to alarms: an alarm's own index is then used, however many there are.
    own = call.members.filter(left_at=None, subject_type=waiting.SUBJECT)
    return own.order_by().values_list(Cast("subject_id", BigIntegerField()), flat=True)


def _staying(
    members: AlarmQuerySet, call: Call, *, unstaffed: bool, now: dt.datetime
) -> AlarmQuerySet:
    tib = call.duty.code == TIB
    stays: AlarmQuerySet = members.open().filter(
        for_everybody(),
        desk=int(call.subject_id),
        unanswered=True,
        escalation__in=(Level.TIB,) if tib else (Level.SHIFT_LEAD, Level.TIB),
        priority__gt=TIB_PRIORITY,
    )
    if unstaffed or not tib:
        return stays
    limit = ExpressionWrapper(
        F("limit_seconds") * Value(dt.timedelta(seconds=1), DurationField()), DurationField()
    )
    over_at = waiting.wait_began_in_database() + limit
    return (
        stays.filter(limit_seconds__isnull=False).annotate(over_at=over_at).filter(over_at__lte=now)
    )
