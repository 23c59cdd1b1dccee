"""Folding activations and restores into open alarms, many at a time.

The one place without the ORM (docs/adr/0006): multi-row SQL over `unnest`. Used by intake, by
link supervision and by adoption, always inside a unit of work. Alarms of one kind at one object
are one row: the first is its lead, the others its zones (docs/adr/0011).
"""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from alarms.events import (
    AlarmAgain,
    AlarmJoined,
    AlarmRaised,
    AlarmRepeated,
    AlarmRestored,
    AlarmRunaway,
    snapshot,
)
from alarms.flood_events import AlarmUnheld
from alarms.services.correlation.rows import (
    INSERT,
    LOCK_OBJECTS,
    NEW,
    OLD,
    SELECT_PLACES,
    UPDATE,
    from_row,
    insert_values,
    update_values,
)
from alarms.services.working import Activation, AlarmKey, Restore, WorkingAlarm, new_alarm
from trygghetscentral.ledger.events import Event
from trygghetscentral.ledger.services import record
from trygghetscentral.shared.clock import local
from trygghetscentral.shared.columns import column
from trygghetscentral.shared.numbers import give_back, reserve
from trygghetscentral.shared.statements import IdPool, Rows, ask

SERIES = "L"
IDS = "alarms_alarm_id_seq"
OBJECTS: Final = 0x6F626A65
"""The advisory locks of objects. A fixed number of slots, since a transaction that held one for
each of hundreds of objects would fill the server's table of locks; two objects of one slot only
wait for each other."""
SLOTS: Final = 256

Place = tuple[int, str, str]

# What an alarm's row in the ledger is called, the weightiest first.
_NAMED: Final = (
    ("raised", AlarmRaised),
    ("again", AlarmAgain),
    ("unheld", AlarmUnheld),
    ("restored", AlarmRestored),
    ("joined", AlarmJoined),
)


class Correlation:
    """Open alarms of the places a batch concerns, held locked while it is folded in.

    Use: `begin` with everything, then `activate` and `restore` in the order of arrival, then
    `write` once. Every creator of alarms holds the lock of the alarm's object from before it
    looked until it commits, so no two can raise the same alarm or two leads of one row; the
    unique constraints stand behind it all the same.
    """

    def __init__(self, *, now: dt.datetime, ids: IdPool | None = None) -> None:
        self._now = now
        self._year = local(now).year
        self._numbers: Callable[[], list[str]] = list
        self._ids = ids or IdPool(IDS, ahead=0)
        self._open: dict[AlarmKey, WorkingAlarm] = {}
        self._by_id: dict[int, WorkingAlarm] = {}
        self._by_place: dict[Place, list[WorkingAlarm]] = {}
        self._leads: dict[tuple[str, str], WorkingAlarm] = {}
        self._looked: set[str] = set()
        self._answers: list[Rows] = []

    def look(self, activations: Sequence[Activation], places: Sequence[Place]) -> None:
        """Ask for what `begin` will need, without waiting for the answer."""
        new = [one for one in activations if _standing(one.key[:3]) not in self._looked]
        wanted = {_standing(one.key[:3]) for one in new} | set(map(_standing, places))
        wanted -= self._looked
        if not wanted:
            return
        _lock_objects(new)
        objects = sorted({one.group_key for one in new if one.group_key})
        asked = column("text", sorted(wanted)), column("text", objects)
        self._answers.append(ask(SELECT_PLACES, asked, keep_plan=True))
        self._looked |= wanted

    def begin(self, activations: Sequence[Activation], places: Sequence[Place]) -> None:
        """Load and lock; `places` are those of restores."""
        self.look(activations, places)
        for rows in self._answers:
            for row in rows():
                self._hold(from_row(row))
        self._answers.clear()
        missing = {one.key for one in activations if one.key not in self._open}
        if missing:
            self._numbers = reserve(series=SERIES, year=self._year, count=len(missing))

    def is_open(self, key: AlarmKey) -> bool:
        """Whether such an alarm is open, or was raised earlier in this batch."""
        return key in self._open

    def activate(self, activation: Activation) -> WorkingAlarm | None:
        """Raise or join; None when a silent one found nothing to join."""
        alarm = self._open.get(activation.key)
        if alarm is not None:
            alarm.activate(activation, now=self._now)
            return alarm
        if activation.silent:
            return None
        lead = self._leads.get((activation.group_key, activation.key.kind))
        alarm = new_alarm(activation, now=self._now, lead=lead)
        self._hold(alarm)
        return alarm

    def restore(self, restore: Restore) -> WorkingAlarm | None:
        """Mark the open alarms concerned; returns one of them, None when there was none."""
        hit = None
        place = (restore.installation_id, restore.area, restore.zone)
        for alarm in self._by_place.get(place, ()):
            if alarm.restore(restore, now=self._now):
                hit = alarm
        return hit

    def write(self) -> None:
        """Write what changed and say so in the ledger. `id` and `number` are set afterwards."""
        new = sorted((row for row in self._open.values() if row.id is None), key=_order)
        numbers = self._numbers()
        for alarm, number in zip(new, numbers[: len(new)], strict=True):
            alarm.number = number
        if len(numbers) > len(new):
            give_back(series=SERIES, year=self._year, count=len(numbers) - len(new))
        if new:
            self._insert(new)
        old = [row for row in self._open.values() if row.changed and "raised" not in row.changed]
        if old:
            ask(UPDATE, OLD.of(map(update_values, old)), keep_plan=True)
        for alarm in (*new, *old):
            for event in _events(alarm):
                record(
                    event,
                    subject=("alarms.alarm", str(alarm.id)),
                    controller_id=alarm.controller_id,
                    audiences=alarm.audiences,
                    exercise_id=alarm.exercise_id,
                )

    def _hold(self, alarm: WorkingAlarm) -> None:
        """Leads come before the zones of their rows."""
        if alarm.key in self._open:
            return
        self._open[alarm.key] = alarm
        if alarm.id is not None:
            self._by_id[alarm.id] = alarm
        if alarm.lead_id is not None:
            alarm.lead = self._by_id.get(alarm.lead_id)
        elif alarm.lead is None and alarm.group_key:
            self._leads[alarm.group_key, alarm.kind] = alarm
        if alarm.installation_id is not None:
            place = (alarm.installation_id, alarm.key.area, alarm.key.zone)
            self._by_place.setdefault(place, []).append(alarm)

    def _insert(self, alarms: Sequence[WorkingAlarm]) -> None:
        for alarm, pk in zip(alarms, self._ids.take(len(alarms)), strict=True):
            alarm.id = pk
        for alarm in alarms:
            alarm.lead_id = alarm.lead.id if alarm.lead is not None else None
        values = NEW.of(map(insert_values, alarms))
        ask(INSERT, (self._now, self._now, self._now, *values), keep_plan=True)


def _lock_objects(activations: Iterable[Activation]) -> None:
    """Hold the objects of these until the commit, against whoever would raise alarms there.

    Before any alarm there is locked: who holds alarms and waits for the object would wait for
    somebody who waits for the alarms.
    """
    _lock({one.key.zone if one.site_id is None else f"s{one.site_id}" for one in activations})


def lock_site(site_id: int) -> None:
    """The same for whoever locks a site's alarms and may then raise some."""
    _lock({f"s{site_id}"})


def _lock(objects: set[str]) -> None:
    if objects:
        slots = {zlib.crc32(one.encode()) % SLOTS for one in objects}
        # In rising order, so that no two wait for each other in a ring.
        ask(LOCK_OBJECTS, (OBJECTS, column("int", sorted(slots))), keep_plan=True)


def _standing(place: tuple[int | None, str, str]) -> str:
    """As `alarm_place` in the database tells it."""
    installation_id, area, zone = place
    return zone if installation_id is None else f"{installation_id}/{area}/{zone}"


def _order(alarm: WorkingAlarm) -> tuple[bool, int, str, str, str]:
    key = alarm.key
    return (alarm.lead is not None, key.installation_id or 0, key.area, key.zone, key.kind)


def _events(alarm: WorkingAlarm) -> list[Event]:
    state = snapshot(alarm)
    said: list[Event] = [AlarmRunaway(alarm=state)] if "runaway" in alarm.changed else []
    for name, event in _NAMED:
        if name in alarm.changed:
            return [event(alarm=state), *said]
    return said or [AlarmRepeated(alarm=state)]
