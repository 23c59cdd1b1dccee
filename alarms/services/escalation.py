"""Telling somebody more when nobody answers: the shift lead at the limit, then TiB.

Every wait has its moment in `escalates_at`. A portion claims what is due and passes over rows
that somebody holds; the call and the ledger's row are written with the level, so that a worker
killed at any point leaves either all of it or none, and a second run finds nothing to do. A call
that cannot be begun costs only the alarms it is about: they stay due, and the auditor sees it.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from django.db.models import Q, Value
from django.db.models.functions import Least

from alarms.escalation import TIB_AFTER, TIB_PRIORITY, Level, reached
from alarms.events import AlarmEscalated, snapshot
from alarms.models import Alarm, Desk, DeskSignOn
from alarms.selectors.shift import shift_lead_ids, staffed_desk_ids
from alarms.services import telling, waiting
from alarms.services.holding import tell
from alarms.services.telling import DUTIES, NO_LEAD, SHIFT_LEAD, TIB, Ask
from trygghetscentral.callout import services as callout
from trygghetscentral.callout.models import DutyShift
from trygghetscentral.ledger.events import Code
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.portions import do_each

PORTION: Final = 500
# Each call of an alarm's own is several statements, and whoever answers meanwhile waits for them.
MOST_CALLS: Final = 50
URGENT: Final = 2
UNSTAFFED: Final = "unstaffed"
UNANSWERED: Final = "unanswered"


@dataclass(frozen=True, slots=True)
class Staffing:
    """Desks (pk) that nobody works, whether this house has ever had a sign-on, whether a shift
    lead is present, and whether one is on the roster."""

    unstaffed: frozenset[int]
    ever: bool
    lead: bool
    rostered_lead: bool

    def calls_at_once(self, alarm: Alarm) -> bool:
        """Whether TiB is called without waiting: no signed-on live board serves its desk.

        Before the first sign-on ever the desks are not in use yet. Then only what is urgent, and
        only the first time, so that a house being set up does not call all night.
        """
        if alarm.limit_seconds is None or alarm.desk_id not in self.unstaffed:
            return False
        return self.ever or (alarm.priority <= URGENT and alarm.acknowledged_at is None)

    def at_limit(self) -> Ask | None:
        """Whom to call when an alarm has come to the shift lead's level: nobody while a lead is
        present, who sees it on the board; else the one on the roster; else TiB at once."""
        if self.lead:
            return None
        return Ask(SHIFT_LEAD if self.rostered_lead else TIB, NO_LEAD)


@dataclass(frozen=True, slots=True)
class Step:
    """The level that an alarm comes to, and the call that this takes; None for no call."""

    level: Level
    ask: Ask | None


def staffing(*, now: dt.datetime) -> Staffing:
    """As it is this moment; five queries."""
    desks = frozenset(Desk.objects.values_list("pk", flat=True))
    return Staffing(
        unstaffed=desks - staffed_desk_ids(now),
        ever=DeskSignOn.objects.exists(),
        lead=bool(shift_lead_ids(now)),
        rostered_lead=DutyShift.objects.at(now).filter(duty__code=SHIFT_LEAD).exists(),
    )


def escalate_due(*, actor: Actor, now: dt.datetime) -> int:
    """Escalate one portion of what is due, at most 500 and of them 50 with calls of their own;
    returns how many.

    Running it twice changes nothing: each level is reached once for each wait.
    """
    with unit_of_work(actor=actor, now=now):
        staffed = staffing(now=now)
        telling.tend(unstaffed=staffed.unstaffed, lead=staffed.lead, actor=actor, now=now)
        steps: dict[Step, list[Alarm]] = defaultdict(list)
        early: list[Alarm] = []
        for alarm in _claim(Q(escalates_at__lte=now) | _unserved(staffed)):
            step = _step(alarm, staffed, now=now)
            (early if step is None else steps[step]).append(alarm)
        # What is due and has come to no level was set by a clock ahead of ours: set it right.
        for alarm in early:
            waiting.keep_escalation(alarm)
            alarm.save(update_fields=("escalates_at",))
        done = len(early)
        if any(step.ask for step in steps):
            # Waited for once: what does not come in time ends the portion, not call after call.
            callout.take_turns(DUTIES)
        for step, alarms in steps.items():
            told = alarms if step.ask is None else _call(alarms, step.ask, actor=actor, now=now)
            done += do_each(told, partial(_reach, step), what="escalate")
    return done


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


def _step(alarm: Alarm, staffed: Staffing, *, now: dt.datetime) -> Step | None:
    if staffed.calls_at_once(alarm):
        return Step(Level.TIB, Ask(TIB, UNSTAFFED))
    level = reached(
        level=alarm.escalation,
        priority=alarm.priority,
        limit_seconds=alarm.limit_seconds,
        since=waiting.wait_began(alarm),
        now=now,
    )
    if level == alarm.escalation:
        return None
    if level == Level.TIB:
        return Step(level, Ask(TIB, UNANSWERED))
    ask = staffed.at_limit()
    return Step(Level.TIB if ask and ask.duty == TIB else level, ask)


def _call(alarms: Sequence[Alarm], ask: Ask, *, actor: Actor, now: dt.datetime) -> list[Alarm]:
    """Call the duty about them; returns those that are told, the others stay due."""
    together = telling.bundled(alarms)
    desks: dict[int, list[Alarm]] = defaultdict(list)
    told: list[Alarm] = []
    failed: list[Alarm] = []
    for alarm in alarms:
        if alarm.pk in together and alarm.desk_id is not None:
            desks[alarm.desk_id].append(alarm)
        elif len(told) < MOST_CALLS:
            (told if telling.call_alone(alarm, ask, actor=actor, now=now) else failed).append(alarm)
    for desk in Desk.objects.filter(pk__in=desks).order_by("pk"):
        done = telling.call_for_desk(desk, desks[desk.pk], ask, actor=actor, now=now)
        (told if done else failed).extend(desks[desk.pk])
    if failed:
        # Due from now on, so that the auditor sees that they are late.
        Alarm.objects.filter(pk__in=[alarm.pk for alarm in failed]).update(
            escalates_at=Least("escalates_at", Value(now))
        )
    return told


def _reach(step: Step, alarms: Sequence[Alarm]) -> None:
    unstaffed = step.ask is not None and step.ask.reason == UNSTAFFED
    no_lead = step.ask is not None and step.ask.reason == NO_LEAD
    for alarm in alarms:
        alarm.escalation = step.level
        waiting.keep_escalation(alarm)
        tell(
            AlarmEscalated(
                alarm=snapshot(alarm),
                level=Code(step.level),
                unstaffed=unstaffed,
                no_lead=no_lead,
            ),
            alarm,
        )
    # As `next_at` says, in one statement for all.
    goes_on = step.level == Level.SHIFT_LEAD
    later = {alarm.pk for alarm in alarms if goes_on and alarm.priority <= TIB_PRIORITY}
    never = {alarm.pk for alarm in alarms} - later
    _write(later, step.level, escalates_at=waiting.wait_began_in_database() + TIB_AFTER)
    _write(never, step.level, escalates_at=None)


def _write(pks: Collection[int], level: Level, *, escalates_at: object) -> None:
    if pks:
        Alarm.objects.filter(pk__in=pks).update(escalation=level, escalates_at=escalates_at)
