"""Alarms that come, change and go, written directly with their ledger rows."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
from typing import Any

from alarms.events import AlarmClosed, AlarmRaised, AlarmRepeated, snapshot
from alarms.models import Alarm, AlarmType, CloseCode
from trygghetscentral.accounts.audiences import key
from trygghetscentral.accounts.models import Organisation
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.ledger.events import Code, Event
from trygghetscentral.ledger.services import record
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work

NOW = dt.datetime(2026, 3, 12, 13, 37, tzinfo=dt.UTC)
ACTOR = Actor.system("test")

_numbers = itertools.count(1)


def audience(controller: Organisation) -> list[str]:
    """Who sees the alarms of a controller."""
    return [key(Permission.ALARM_VIEW, controller.pk)]


def made(controller: Organisation, **fields: Any) -> Alarm:
    """An alarm that is not saved. Later ones have waited shorter."""
    number = next(_numbers)
    at = NOW + dt.timedelta(seconds=number)
    values = {
        "number": f"L-2026-{number:06d}",
        "category": "burglary",
        "kind": "burglary.alarm",
        "type": AlarmType.objects.order_by("pk")[0],
        "priority": 2,
        "code": "SIA:BA",
        "controller": controller,
        "audiences": audience(controller),
        "received_at": at,
        "last_signal_at": at,
        "waiting_since": at,
        "text": f"nr {number}",
    }
    return Alarm(**{**values, **fields})


def raised(controller: Organisation, **fields: Any) -> Alarm:
    """A new alarm."""
    return many_raised(controller, 1, **fields)[0]


def many_raised(controller: Organisation, how_many: int, **fields: Any) -> list[Alarm]:
    """New alarms, in one unit of work."""
    with unit_of_work(actor=ACTOR, now=NOW):
        alarms = Alarm.objects.bulk_create(made(controller, **fields) for _ in range(how_many))
        for alarm in alarms:
            _tell(AlarmRaised(alarm=snapshot(alarm)), alarm, alarm.audiences)
    return alarms


def changed(alarm: Alarm, *, told_to: list[str] | None = None, **fields: Any) -> Alarm:
    """The alarm changes. `told_to` defaults to its audiences before and after."""
    return many_changed([alarm], told_to=told_to, **fields)[0]


def many_changed(
    alarms: list[Alarm], *, told_to: list[str] | None = None, **fields: Any
) -> list[Alarm]:
    """The alarms change in one unit of work."""
    with unit_of_work(actor=ACTOR, now=NOW):
        for alarm in alarms:
            before = list(alarm.audiences)
            alarm.signal_count += 1
            for name, value in fields.items():
                setattr(alarm, name, value)
            told = before + list(alarm.audiences) if told_to is None else told_to
            _tell(AlarmRepeated(alarm=snapshot(alarm)), alarm, told)
        Alarm.objects.bulk_update(alarms, ["signal_count", *fields])
    return alarms


def closed(alarm: Alarm) -> Alarm:
    """The alarm is closed."""
    with unit_of_work(actor=ACTOR, now=NOW):
        _close(alarm)
        _tell(AlarmClosed(alarm=snapshot(alarm), close_code=Code("test")), alarm, alarm.audiences)
    return alarm


def happens(event: type[Event], alarm: Alarm) -> None:
    """An event of any kind befalls the alarm, with a change that shows in its row."""
    with unit_of_work(actor=ACTOR, now=NOW):
        alarm.text = event.name
        alarm.signal_count += 1
        if event is AlarmClosed:
            _close(alarm)
        alarm.save()
        names = [field.name for field in dataclasses.fields(event)]  # type: ignore[arg-type]
        values: dict[str, Any] = dict.fromkeys(names, 1) | {"alarm": snapshot(alarm)}
        if "close_code" in names:
            values["close_code"] = Code("test")
        _tell(event(**values), alarm, alarm.audiences)


def _close(alarm: Alarm) -> None:
    alarm.state = "closed"
    alarm.closed_at = NOW
    alarm.close_code = CloseCode.objects.order_by("pk")[0]
    alarm.save()


def _tell(event: Event, alarm: Alarm, audiences: list[str]) -> None:
    record(
        event,
        subject=("alarms.alarm", str(alarm.pk)),
        controller_id=alarm.controller_id,
        audiences=audiences,
        exercise_id=alarm.exercise_id,
    )
