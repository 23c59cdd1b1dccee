"""Telling somebody more when nobody answers: the shift lead at the limit, then TiB.

Every wait has its moment in `escalates_at`. A portion claims what is due and passes over rows
that somebody holds; the call and the ledger's row are written with the level, so that a worker
killed at any point leaves either all of it or none, and a second run finds nothing to do.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import F, Q
from django.db.models.functions import Greatest

from alarms.escalation import TIB_AFTER, TIB_PRIORITY, Level, reached
from alarms.events import AlarmEscalated, snapshot
from alarms.models import Alarm, Desk, DeskSignOn
from alarms.selectors.shift import staffed_desk_ids
from alarms.services import waiting
from alarms.services.holding import tell
from trygghetscentral.callout import services as callout
from trygghetscentral.ledger.events import Code
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work

PORTION: Final = 500
# Each call is several statements, and whoever answers meanwhile waits for the portion.
MOST_CALLS: Final = 50
URGENT: Final = 2
TIB: Final = "tib"


@dataclass(frozen=True, slots=True)
class Staffing:
    """Desks (pk) that nobody works, and whether this house has ever had a sign-on."""

    unstaffed: frozenset[int]
    ever: bool

    def calls_at_once(self, alarm: Alarm) -> bool:
        """Whether TiB is called without waiting: no signed-on live board serves its desk.

        Before the first sign-on ever the desks are not in use yet. Then only what is urgent, and
        only the first time, so that a house being set up does not call all night.
        """
        if alarm.limit_seconds is None or alarm.desk_id not in self.unstaffed:
            return False
        return self.ever or (alarm.priority <= URGENT and alarm.acknowledged_at is None)


def staffing(*, now: dt.datetime) -> Staffing:
    """As it is this moment; three queries."""
    desks = frozenset(Desk.objects.values_list("pk", flat=True))
    return Staffing(desks - staffed_desk_ids(now), DeskSignOn.objects.exists())


def escalate_due(*, actor: Actor, now: dt.datetime) -> int:
    """Escalate one portion of what is due, at most 500 and of them 50 to TiB; returns how many.

    Running it twice changes nothing: each level is reached once for each wait.
    """
    with unit_of_work(actor=actor, now=now):
        staffed = staffing(now=now)
        alarms = _claim(Q(escalates_at__lte=now) | _unserved(staffed))
        told: dict[Level, list[tuple[Alarm, bool]]] = defaultdict(list)
        for alarm in alarms:
            unserved = staffed.calls_at_once(alarm)
            told[Level.TIB if unserved else _reached(alarm, now)].append((alarm, unserved))
        _tell_shift_lead([alarm for alarm, _ in told.pop(Level.SHIFT_LEAD, [])])
        _call_tib(told.pop(Level.TIB, [])[:MOST_CALLS], actor=actor, now=now)
        # What is due and has come to no level was set by a clock ahead of ours: set it right.
        for alarm, _ in (one for rest in told.values() for one in rest):
            waiting.keep_escalation(alarm)
            alarm.save(update_fields=("escalates_at",))
    return len(alarms)


def _unserved(staffed: Staffing) -> Q:
    if not staffed.unstaffed:
        return Q(pk__in=())
    unserved = Q(desk__in=staffed.unstaffed, limit_seconds__isnull=False)
    if not staffed.ever:
        unserved &= Q(priority__lte=URGENT, acknowledged_at__isnull=True)
    return unserved


def _claim(which: Q) -> list[Alarm]:
    return list(
        Alarm.objects.select_for_update(skip_locked=True)
        .open()
        .filter(which, unanswered=True)
        .exclude(escalation=Level.TIB)
        .order_by("priority", "waiting_since", "pk")[:PORTION]
    )


def _reached(alarm: Alarm, now: dt.datetime) -> Level:
    level = reached(
        level=alarm.escalation,
        priority=alarm.priority,
        limit_seconds=alarm.limit_seconds,
        since=waiting.wait_began(alarm),
        now=now,
    )
    return Level.NONE if level == alarm.escalation else level


def _tell_shift_lead(alarms: Sequence[Alarm]) -> None:
    for alarm in alarms:
        alarm.escalation = Level.SHIFT_LEAD
        waiting.keep_escalation(alarm)
        _record(alarm, unstaffed=False)
    urgent = [alarm.pk for alarm in alarms if alarm.priority <= TIB_PRIORITY]
    others = [alarm.pk for alarm in alarms if alarm.priority > TIB_PRIORITY]
    # As `next_at` says, in one statement for all: GREATEST passes over what is null.
    began = Greatest(F("waiting_since"), F("returned_at"))
    _write(urgent, Level.SHIFT_LEAD, escalates_at=began + TIB_AFTER)
    _write(others, Level.SHIFT_LEAD, escalates_at=None)


def _call_tib(alarms: Sequence[tuple[Alarm, bool]], *, actor: Actor, now: dt.datetime) -> None:
    for alarm, unstaffed in alarms:
        alarm.escalation = Level.TIB
        alarm.escalates_at = None
        callout.start_call(
            actor=actor,
            now=now,
            duty=TIB,
            reason="unstaffed" if unstaffed else "unanswered",
            subject_type=waiting.SUBJECT,
            subject_id=str(alarm.pk),
            reference=alarm.number,
            controller_id=alarm.controller_id,
            audiences=list(alarm.audiences),
            exercise_id=alarm.exercise_id,
        )
        _record(alarm, unstaffed=unstaffed)
    _write([alarm.pk for alarm, _ in alarms], Level.TIB, escalates_at=None)


def _write(pks: Collection[int], level: Level, *, escalates_at: object) -> None:
    if pks:
        Alarm.objects.filter(pk__in=pks).update(escalation=level, escalates_at=escalates_at)


def _record(alarm: Alarm, *, unstaffed: bool) -> None:
    level = Code(alarm.escalation)
    tell(AlarmEscalated(alarm=snapshot(alarm), level=level, unstaffed=unstaffed), alarm)
