"""Alarms that go into a flood, and those that come up from it, in portions.

New ones are taken by intake (`services/intake/in_flood.py`); here are those that were open and
unanswered when it was declared. Nothing is dropped: each keeps its row, its number and a ledger
row for each way.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db.models import Q, QuerySet

from alarms import floods
from alarms.events import snapshot
from alarms.flood_events import AlarmFlooded, AlarmHeld, AlarmUnheld
from alarms.models import Alarm, Flood
from alarms.prov import KIND as TEST_KIND
from alarms.services import waiting
from alarms.services.floods.common import PORTION
from alarms.services.holding import tell, write_alike
from alarms.states import AlarmState
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.portions import do_each

_HELD: Final = (
    *("flood_id", "held", "held_until", "unanswered", "unparked_at", "unheld_at"),
    *("escalation", "escalates_at", "target_at"),
)
_LOWERED: Final = ("flood_id", "priority", "escalates_at")
_UP: Final = (
    *("held", "held_until", "unheld_at", "unanswered", "waiting_since", "target_at"),
    *("acts_by", "escalation", "escalates_at"),
)


def absorb_portion(*, actor: Actor, now: dt.datetime, flood_id: int) -> int:
    """Take one portion (at most 500) of what was open and unanswered into the flood; returns how
    many. Zero, now and ever after, when all are in."""
    with unit_of_work(actor=actor, now=now):
        flood = Flood.objects.select_for_update(no_key=True).get(pk=flood_id)
        if not flood.absorbing or flood.ended_at is not None:
            return 0
        alarms = list(unclaimed(flood).select_for_update(of=("self",)).order_by("pk")[:PORTION])

        def act(rows: list[Alarm]) -> None:
            _take(rows, flood, actor=actor, now=now)

        done = do_each(alarms, act, what="flood.absorb")
        if done == len(alarms) < PORTION:
            flood.absorbing = False
            flood.save(update_fields=("absorbing",))
    return done


def unclaimed(flood: Flood) -> QuerySet[Alarm]:
    """Open alarms that nobody has answered, of what the flood is about, from before it."""
    areas = [area.pk for area in flood.areas.all()]
    found = (
        Alarm.objects.open()
        .filter(
            Q(site__isnull=True) | Q(site__restricted_group__isnull=True),
            state=AlarmState.NEW,
            unanswered=True,
            category=flood.category,
            received_at__lte=flood.started_at,
            signalled_priority__gt=floods.URGENT,
            priority__gt=floods.URGENT,
            duress_at__isnull=True,
            exercise_id__isnull=True,
        )
        .exclude(type__code__in=floods.GRAVE_TYPES)
        .exclude(kind__startswith=TEST_KIND)
        .exclude(flood_id__isnull=False, flood_id=flood.pk)
    )
    return found.filter(city_area__in=areas) if areas else found


def _take(alarms: list[Alarm], flood: Flood, *, actor: Actor, now: dt.datetime) -> None:
    if flood.mode == Flood.Mode.REPRIORITISE:
        _lower(alarms, flood)
        return
    minutes = flood.hold_minutes
    until = None if minutes is None else now + dt.timedelta(minutes=minutes)
    for alarm in alarms:
        alarm.flood_id = flood.pk
        waiting.held(alarm, until=until)
    waiting.stop_calls_of(alarms, actor=actor, now=now, reason="flood")
    write_alike(alarms, _HELD)
    for alarm in alarms:
        tell(AlarmHeld(alarm=snapshot(alarm)), alarm)


def _lower(alarms: list[Alarm], flood: Flood) -> None:
    before = [alarm.priority for alarm in alarms]
    for alarm in alarms:
        alarm.flood_id = flood.pk
        alarm.priority = max(alarm.priority, flood.priority or alarm.priority)
        waiting.keep_escalation(alarm)
    write_alike(alarms, _LOWERED)
    for alarm, priority in zip(alarms, before, strict=True):
        tell(AlarmFlooded(alarm=snapshot(alarm), from_priority=priority), alarm)


def release_due(*, actor: Actor, now: dt.datetime) -> int:
    """Bring one portion (at most 500) to the board, oldest first: held for their time and not
    restored, or of a flood that is over. Returns how many; a second run finds none."""
    waiting_there = Alarm.objects.filter(held=True, restored_at__isnull=True)
    with unit_of_work(actor=actor, now=now):
        due = Q(held_until__lte=now)
        over = Flood.objects.filter(
            ended_at__isnull=False, pk__in=waiting_there.values("flood_id")
        ).values_list("pk", flat=True)
        # Asked first: one condition on both tables would read all that is held each second.
        if ended := list(over):
            due |= Q(flood__in=ended)
        alarms = list(
            waiting_there.select_for_update(skip_locked=True).filter(due).order_by("pk")[:PORTION]
        )

        def act(rows: list[Alarm]) -> None:
            for alarm in rows:
                waiting.comes_up(alarm, now=now)
            write_alike(rows, _UP)
            for alarm in rows:
                tell(AlarmUnheld(alarm=snapshot(alarm)), alarm)

        return do_each(alarms, act, what="flood.release")
