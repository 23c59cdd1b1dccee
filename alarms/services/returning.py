"""What comes back by itself: alarms taken and left, and parkings that have run out.

An alarm goes back to the queue as "Återlämnat" when nothing was done within its kind's time, or
when its owner has locked, signed out or lost the board for 60 s (domain.md 00.9). A parked alarm
waits for an answer again when its time is up: of its owner if present, else of everybody. Claimed
and written in portions, over rows that nobody holds; a second run finds nothing to do, and what
fails keeps nothing else from coming back (`do_each`).
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db.models import Q

from alarms.events import AlarmReleased, AlarmUnparked, snapshot
from alarms.models import Alarm
from alarms.selectors.shift import around_user_ids, present_user_ids
from alarms.services import waiting
from alarms.services.holding import tell, write_alike
from alarms.states import WORKED_STATES, Action, AlarmState, ReturnCause, target_of
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.portions import do_each

PORTION: Final = 500
# Who takes an alarm without a live board has this long to open one.
ABSENT_AFTER: Final = dt.timedelta(seconds=60)

_WAITS = ("state", "owner_id", "owned_since", "acts_by", "parked_until", "unanswered")
_CLOCKS = ("returned_at", "escalation", "escalates_at")
_TARGET = ("unparked_at", "waiting_since", "target_at")


def return_due(*, actor: Actor, now: dt.datetime) -> int:
    """Return one portion (at most 500) of what was taken and left; returns how many."""

    def act(alarms: list[Alarm]) -> None:
        causes = [_cause(alarm, now) for alarm in alarms]
        for alarm in alarms:
            waiting.to_queue(alarm, now=now)
        write_alike(alarms, (*_WAITS, *_CLOCKS))
        for alarm, cause in zip(alarms, causes, strict=True):
            tell(AlarmReleased(alarm=snapshot(alarm), cause=cause), alarm)

    with unit_of_work(actor=actor, now=now):
        idle = Q(acts_by__lte=now)
        absent = Q(owner__isnull=False, owned_since__lte=now - ABSENT_AFTER) & ~Q(
            owner__in=around_user_ids(now)
        )
        return do_each(_claim(Q(state__in=WORKED_STATES) & (idle | absent)), act, what="return")


def unpark_due(*, actor: Actor, now: dt.datetime) -> int:
    """End one portion (at most 500) of the parkings that have run out; returns how many."""
    with unit_of_work(actor=actor, now=now):
        due = _claim(Q(state=AlarmState.PARKED, parked_until__lte=now))
        present = present_user_ids(now) if due else frozenset()

        def act(alarms: list[Alarm]) -> None:
            for alarm in alarms:
                _come_back(alarm, present, now=now)
            write_alike(alarms, (*_WAITS, *_CLOCKS, *_TARGET))
            for alarm in alarms:
                tell(AlarmUnparked(alarm=snapshot(alarm), due=True), alarm)

        return do_each(due, act, what="unpark")


def _claim(which: Q) -> list[Alarm]:
    return list(
        Alarm.objects.select_for_update(skip_locked=True)
        .open()
        .filter(which)
        .order_by("priority", "pk")[:PORTION]
    )


def _cause(alarm: Alarm, now: dt.datetime) -> ReturnCause:
    idle = alarm.acts_by is not None and alarm.acts_by <= now
    return ReturnCause.IDLE if idle else ReturnCause.ABSENT


def _come_back(alarm: Alarm, present: frozenset[int], *, now: dt.datetime) -> None:
    if alarm.owner_id in present:
        alarm.state = target_of(Action.UNPARK, alarm.state)
    else:
        alarm.state = target_of(Action.RELEASE, alarm.state)
        alarm.owner_id = alarm.owned_since = None
    alarm.parked_until = None
    alarm.unparked_at = now
    waiting.waits_again(alarm, now=now)
