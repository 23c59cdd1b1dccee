"""Folding activations and restores into open alarms, many at a time.

The one place without the ORM (docs/adr/0006): multi-row SQL over `unnest`. Used by intake, by
link supervision and by adoption, always inside a unit of work.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from alarms.events import AlarmAgain, AlarmRaised, AlarmRepeated, AlarmRestored, snapshot
from alarms.flood_events import AlarmUnheld
from alarms.services.working import Activation, AlarmKey, Restore, WorkingAlarm, new_alarm
from trygghetscentral.ledger.append import array_literal
from trygghetscentral.ledger.events import Event
from trygghetscentral.ledger.services import record
from trygghetscentral.shared.clock import local
from trygghetscentral.shared.columns import Columns, column
from trygghetscentral.shared.numbers import give_back, reserve
from trygghetscentral.shared.statements import IdPool, Rows, ask

SERIES = "L"
IDS = "alarms_alarm_id_seq"
UNKNOWN_ACCOUNT_KIND = "unknown.account"

Place = tuple[int, str, str]

_COLUMNS = (
    "id, public_id, number, state, category, kind, priority, code, account, area, zone,"
    " signalled_priority, target_seconds, limit_seconds, escalation, escalates_at, acts_by,"
    " installation_id, site_id, city_area_id, controller_id, desk_id, owner_id, received_at,"
    " waiting_since, target_at, acknowledged_at, target_met_at, duress_at, again_at, returned_at,"
    " restored_at, parked_until, unparked_at, unanswered, signal_count, audiences,"
    " active_conditions, last_signal_at, exercise_id, receiver, line,"
    " flood_id, held, held_until, unheld_at"
)

_QUALIFIED = ", ".join(f"a.{name.strip()}" for name in _COLUMNS.split(","))

# The function and its index are in migration 0005, with the reason.
SELECT_PLACES = f"""
SELECT {_QUALIFIED} FROM alarms_alarm AS a
WHERE a.state <> 'closed' AND alarm_place(
    a.installation_id, a.area, a.zone, a.receiver, a.line, a.account) = ANY(%b::text[])
ORDER BY a.id FOR UPDATE OF a
"""  # noqa: S608  constant column list

_NEW = Columns(
    id="bigint",
    public_id="uuid",
    number="text",
    category="text",
    kind="text",
    type_id="bigint",
    priority="smallint",
    signalled_priority="smallint",
    target_seconds="int",
    limit_seconds="int",
    code="text",
    text="text",
    receiver="text",
    line="text",
    account="text",
    area="text",
    area_label="text",
    zone="text",
    zone_label="text",
    installation_id="bigint",
    site_id="bigint",
    city_area_id="bigint",
    controller_id="bigint",
    audiences="text",
    signal_count="int",
    target_at="timestamptz",
    escalates_at="timestamptz",
    restored_at="timestamptz",
    active_conditions="text",
    flood_id="bigint",
    held="bool",
    held_until="timestamptz",
    longitude="float8",
    latitude="float8",
)

_OLD = Columns(
    id="bigint",
    state="text",
    priority="smallint",
    signalled_priority="smallint",
    signal_count="int",
    unanswered="bool",
    waiting_since="timestamptz",
    target_at="timestamptz",
    escalation="text",
    escalates_at="timestamptz",
    acts_by="timestamptz",
    again_at="timestamptz",
    restored_at="timestamptz",
    parked_until="timestamptz",
    last_signal_at="timestamptz",
    active_conditions="text",
    held="bool",
    held_until="timestamptz",
    unheld_at="timestamptz",
)

INSERT = f"""
INSERT INTO alarms_alarm (id, public_id, number, state, category, kind, type_id, priority,
    signalled_priority, target_seconds, limit_seconds, code, text, receiver, line, account, area,
    area_label, zone, zone_label, installation_id, site_id, city_area_id, controller_id, audiences,
    received_at, last_signal_at, signal_count, unanswered, waiting_since, target_at, escalates_at,
    restored_at,
    active_conditions, flood_id, held, held_until, longitude, latitude)
SELECT id, public_id, number, 'new', category, kind, type_id, priority,
    signalled_priority, target_seconds, limit_seconds, code, text, receiver, line, account, area,
    area_label, zone, zone_label, installation_id, site_id, city_area_id, controller_id,
    audiences::text[], %s, %s, signal_count, NOT held, %s, target_at, escalates_at, restored_at,
    active_conditions::text[], flood_id, held, held_until, longitude, latitude
FROM unnest({_NEW.arrays}) AS t({_NEW.names})
"""  # noqa: S608  constant column list

UPDATE = f"""
UPDATE alarms_alarm AS a SET state = t.state, priority = t.priority,
    signalled_priority = t.signalled_priority, signal_count = t.signal_count,
    unanswered = t.unanswered, waiting_since = t.waiting_since, target_at = t.target_at,
    escalation = t.escalation, escalates_at = t.escalates_at, acts_by = t.acts_by,
    again_at = t.again_at, restored_at = t.restored_at, parked_until = t.parked_until,
    last_signal_at = t.last_signal_at, active_conditions = t.active_conditions::text[],
    held = t.held, held_until = t.held_until, unheld_at = t.unheld_at
FROM unnest({_OLD.arrays}) AS t({_OLD.names})
WHERE a.id = t.id
"""  # noqa: S608  constant column list


def unknown_key(receiver: str, line: str, account: str) -> AlarmKey:
    """The one alarm per receiver and account that nobody has said whose it is."""
    return AlarmKey(None, "", f"{receiver}:{line}:{account}", UNKNOWN_ACCOUNT_KIND)


class Correlation:
    """Open alarms of the places a batch concerns, held locked while it is folded in.

    Use: `begin` with all keys, then `activate` and `restore` in the order of arrival, then
    `write` once. Every creator of alarms holds the number series' lock from before it looked
    again until it commits, so no two can raise the same alarm; the unique constraint stands
    behind it all the same.
    """

    def __init__(self, *, now: dt.datetime, ids: IdPool | None = None) -> None:
        self._now = now
        self._year = local(now).year
        self._numbers: list[str] = []
        self._ids = ids or IdPool(IDS, ahead=0)
        self._open: dict[AlarmKey, WorkingAlarm] = {}
        self._by_place: dict[Place, list[WorkingAlarm]] = {}
        self._looked: set[str] = set()
        self._answers: list[Rows] = []

    def look(self, activations: Sequence[AlarmKey], places: Sequence[Place]) -> None:
        """Ask for what `begin` will need, without waiting for the answer."""
        wanted = {_standing(key[:3]) for key in activations} | {_standing(key) for key in places}
        self._ask(wanted - self._looked)
        self._looked |= wanted

    def begin(self, activations: Sequence[AlarmKey], places: Sequence[Place]) -> None:
        """Load and lock; `places` are those of restores."""
        self.look(activations, places)
        self._take_answers()
        missing = {key for key in activations if key not in self._open}
        if missing:
            # Takes the series' lock, and with it the right to look again and find nothing.
            numbers = reserve(series=SERIES, year=self._year, count=len(missing))
            self._ask({_standing(key[:3]) for key in missing})
            self._take_answers()
            self._numbers += numbers()

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
        alarm = new_alarm(activation, now=self._now)
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
        for alarm, number in zip(new, self._numbers[: len(new)], strict=True):
            alarm.number = number
        if len(self._numbers) > len(new):
            surplus = len(self._numbers) - len(new)
            give_back(series=SERIES, year=self._year, count=surplus)
        if new:
            self._insert(new)
        old = [row for row in self._open.values() if row.changed and "raised" not in row.changed]
        if old:
            self._update(old)
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
        if alarm.key in self._open:
            return
        self._open[alarm.key] = alarm
        if alarm.installation_id is not None:
            place = (alarm.installation_id, alarm.key.area, alarm.key.zone)
            self._by_place.setdefault(place, []).append(alarm)

    def _ask(self, places: set[str]) -> None:
        if places:
            keys = column("text", sorted(places))
            self._answers.append(ask(SELECT_PLACES, (keys,), keep_plan=True))

    def _take_answers(self) -> None:
        for rows in self._answers:
            for row in rows():
                self._hold(_from_row(row))
        self._answers.clear()

    def _insert(self, alarms: Sequence[WorkingAlarm]) -> None:
        for alarm, pk in zip(alarms, self._ids.take(len(alarms)), strict=True):
            alarm.id = pk
        values = _NEW.of(map(_insert_values, alarms))
        ask(INSERT, (self._now, self._now, self._now, *values), keep_plan=True)

    def _update(self, alarms: Sequence[WorkingAlarm]) -> None:
        ask(UPDATE, _OLD.of(map(_update_values, alarms)))


def _standing(place: tuple[int | None, str, str]) -> str:
    """As `alarm_place` in the database tells it."""
    installation_id, area, zone = place
    return zone if installation_id is None else f"{installation_id}/{area}/{zone}"


def _order(alarm: WorkingAlarm) -> tuple[int, str, str, str]:
    key = alarm.key
    return (key.installation_id or 0, key.area, key.zone, key.kind)


def _events(alarm: WorkingAlarm) -> list[Event]:
    state = snapshot(alarm)
    if "raised" in alarm.changed:
        return [AlarmRaised(alarm=state)]
    if "again" in alarm.changed:
        return [AlarmAgain(alarm=state)]
    if "unheld" in alarm.changed:
        return [AlarmUnheld(alarm=state)]
    if "restored" in alarm.changed:
        return [AlarmRestored(alarm=state)]
    return [AlarmRepeated(alarm=state)]


def _from_row(row: tuple[Any, ...]) -> WorkingAlarm:
    values = dict(zip((name.strip() for name in _COLUMNS.split(",")), row, strict=True))
    receiver, line = values.pop("receiver"), values.pop("line")
    values["audiences"] = tuple(values["audiences"])
    values["active_conditions"] = list(values["active_conditions"])
    if values["kind"] == UNKNOWN_ACCOUNT_KIND:
        key = unknown_key(receiver, line, values["account"])
    else:
        key = AlarmKey(values["installation_id"], values["area"], values["zone"], values["kind"])
    return WorkingAlarm(key=key, activation=None, closed_at=None, **values)


def _insert_values(alarm: WorkingAlarm) -> tuple[Any, ...]:
    activation = alarm.activation
    if activation is None:
        raise ValueError("only a new alarm is inserted")
    return (
        alarm.id,
        alarm.public_id,
        alarm.number,
        alarm.category,
        alarm.kind,
        activation.type_id,
        alarm.priority,
        alarm.signalled_priority,
        alarm.target_seconds,
        alarm.limit_seconds,
        alarm.code,
        activation.text,
        activation.receiver,
        activation.line,
        alarm.account,
        alarm.area,
        activation.area_label,
        alarm.zone,
        activation.zone_label,
        alarm.installation_id,
        alarm.site_id,
        alarm.city_area_id,
        alarm.controller_id,
        array_literal(alarm.audiences),
        alarm.signal_count,
        alarm.target_at,
        alarm.escalates_at,
        alarm.restored_at,
        array_literal(alarm.active_conditions),
        alarm.flood_id,
        alarm.held,
        alarm.held_until,
        activation.longitude,
        activation.latitude,
    )


def _update_values(alarm: WorkingAlarm) -> tuple[Any, ...]:
    return (
        alarm.id,
        alarm.state,
        alarm.priority,
        alarm.signalled_priority,
        alarm.signal_count,
        alarm.unanswered,
        alarm.waiting_since,
        alarm.target_at,
        alarm.escalation,
        alarm.escalates_at,
        alarm.acts_by,
        alarm.again_at,
        alarm.restored_at,
        alarm.parked_until,
        alarm.last_signal_at,
        array_literal(alarm.active_conditions),
        alarm.held,
        alarm.held_until,
        alarm.unheld_at,
    )
