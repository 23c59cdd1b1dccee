"""Whether anybody listens. Without a listening receiver, silence proves nothing about a line."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.db import connection
from django.utils.translation import gettext as _

from alarms.codes import Category
from alarms.escalation import Level, next_at
from alarms.events import AlarmAgain, AlarmRaised, AlarmRepeated, AlarmRestored, snapshot
from alarms.models import Alarm, AlarmType, IntakePulse
from alarms.selectors.directory import alarm_audiences, centre_id
from alarms.services import waiting
from alarms.services.correlation import SERIES
from alarms.states import OWNED_STATES, Action, AlarmState, target_of
from trygghetscentral.ledger.events import Event
from trygghetscentral.ledger.services import record
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.clock import local
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.numbers import allocate, lock_series

SILENT_KIND: Final = "intake.silent"
SILENT_CONDITION: Final = "intake"
SILENT_CODE: Final = "TC:intake"
SILENT_TYPE: Final = "AL-SAB"
SILENT_PRIORITY: Final = 1
ALIVE: Final = dt.timedelta(seconds=15)
WATCH: Final = "supervision"

# A process that could not say that it listens could not store anything either, so after a gap
# its listening begins anew.
PULSE = """
INSERT INTO alarms_intakepulse AS p (process, listening_since, at) VALUES (%s, %s, %s)
ON CONFLICT (process) DO UPDATE SET
    listening_since = CASE WHEN p.at < excluded.at - make_interval(secs => %s) THEN excluded.at
        ELSE greatest(p.listening_since, excluded.listening_since) END,
    at = greatest(p.at, excluded.at)
"""
LOOK = """
INSERT INTO alarms_intakepulse AS p (process, listening_since, at) VALUES (%s, %s, %s)
ON CONFLICT (process) DO UPDATE SET
    listening_since = CASE WHEN p.at < excluded.at - make_interval(secs => %s) THEN excluded.at
        ELSE p.listening_since END,
    at = greatest(p.at, excluded.at)
RETURNING listening_since
"""


def pulse(*, process: str, listening_since: dt.datetime, now: dt.datetime) -> None:
    """Say that a receiver process listens; it does so every five seconds.

    Bookkeeping without a ledger row. `process` is its own name among all receivers of the
    house, at most 64 characters, and is taken over by its successor.
    """
    with connection.cursor() as cursor:
        cursor.execute(PULSE, (process, listening_since, now, ALIVE.total_seconds()))


@dataclass(frozen=True, slots=True)
class Reception:
    """`listening_since` is when the receiver that has listened longest began; None when none
    listens now. `last_heard` is None when there never was one. `watched` says that we ourselves
    have looked for long enough to know."""

    listening_since: dt.datetime | None
    last_heard: dt.datetime | None
    watched: bool


def look(*, now: dt.datetime) -> Reception:
    """Read the pulses, and leave one of our own: right after a start we know nothing yet."""
    with connection.cursor() as cursor:
        cursor.execute(LOOK, (WATCH, now, now, ALIVE.total_seconds()))
        watching_since: dt.datetime = cursor.fetchone()[0]
    receivers = list(IntakePulse.objects.exclude(process=WATCH))
    alive = [row.listening_since for row in receivers if row.at > now - ALIVE]
    return Reception(
        listening_since=min(alive, default=None),
        last_heard=max((row.at for row in receivers), default=None),
        watched=watching_since <= now - ALIVE,
    )


def judge(*, reception: Reception, actor: Actor, now: dt.datetime) -> None:
    """Keep the one alarm "Mottagningen svarar inte" in step with what was seen.

    Nothing is said before we have watched for fifteen seconds, nor in a house that has never
    had a receiver.
    """
    silent = reception.listening_since is None
    if silent and (not reception.watched or reception.last_heard is None):
        return
    with unit_of_work(actor=actor, now=now):
        alarm = _open_alarm(locked=False)
        if silent == (alarm is not None and alarm.restored_at is None):
            return
        lock_series(series=SERIES, year=local(now).year)
        alarm = _open_alarm(locked=True)
        if silent:
            _say_silent(alarm, last_heard=reception.last_heard or now, now=now)
        elif alarm is not None and alarm.restored_at is None:
            _say_heard(alarm, now=now)


def _open_alarm(*, locked: bool) -> Alarm | None:
    alarms = Alarm.objects.open().filter(kind=SILENT_KIND, installation__isnull=True)
    return (alarms.select_for_update() if locked else alarms).first()


def _say_silent(alarm: Alarm | None, *, last_heard: dt.datetime, now: dt.datetime) -> None:
    kind = AlarmType.objects.get(code=SILENT_TYPE)
    if alarm is None:
        _tell(AlarmRaised(alarm=snapshot(created := _create(kind, last_heard, now))), created)
    elif alarm.restored_at is not None:
        _activate_again(alarm, kind, now)


def _create(kind: AlarmType, last_heard: dt.datetime, now: dt.datetime) -> Alarm:
    centre = centre_id()
    seconds = kind.target_seconds
    return Alarm.objects.create(
        number=allocate(series=SERIES, year=local(now).year),
        category=Category.SUPERVISION,
        kind=SILENT_KIND,
        type=kind,
        priority=SILENT_PRIORITY,
        code=SILENT_CODE,
        text=_("Mottagningen svarar inte sedan %(time)s. Inga larm kommer in via DC-09.")
        % {"time": local(last_heard).strftime("%H:%M")},
        controller_id=centre,
        audiences=list(alarm_audiences(centre, None)),
        received_at=now,
        last_signal_at=now,
        waiting_since=now,
        target_at=None if seconds is None else now + dt.timedelta(seconds=seconds),
        target_seconds=seconds,
        limit_seconds=kind.limit_seconds,
        escalates_at=next_at(
            level=Level.NONE,
            priority=SILENT_PRIORITY,
            limit_seconds=kind.limit_seconds,
            since=now,
        ),
        active_conditions=[SILENT_CONDITION],
    )


def _activate_again(alarm: Alarm, kind: AlarmType, now: dt.datetime) -> None:
    alarm.signal_count += 1
    alarm.last_signal_at = now
    alarm.restored_at = None
    alarm.active_conditions = [SILENT_CONDITION]
    again = alarm.state in OWNED_STATES and not alarm.unanswered
    if again:
        if alarm.state == AlarmState.PARKED:
            alarm.state = target_of(Action.REACTIVATE, alarm.state)
            alarm.parked_until = None
        alarm.again_at = now
        alarm.target_seconds, alarm.limit_seconds = kind.target_seconds, kind.limit_seconds
        waiting.waits_again(alarm, now=now)
    alarm.save()
    state = snapshot(alarm)
    _tell(AlarmAgain(alarm=state) if again else AlarmRepeated(alarm=state), alarm)


def _say_heard(alarm: Alarm, *, now: dt.datetime) -> None:
    alarm.signal_count += 1
    alarm.last_signal_at = now
    alarm.restored_at = now
    alarm.active_conditions = []
    alarm.save()
    _tell(AlarmRestored(alarm=snapshot(alarm)), alarm)


def _tell(event: Event, alarm: Alarm) -> None:
    record(event, subject=alarm, controller_id=alarm.controller_id, audiences=alarm.audiences)
