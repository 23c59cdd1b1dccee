"""The statements of correlation, and alarms as their rows (docs/adr/0006)."""

from __future__ import annotations

from typing import Any

from alarms.services.working import AlarmKey, WorkingAlarm
from trygghetscentral.ledger.append import array_literal
from trygghetscentral.shared.columns import Columns

UNKNOWN_ACCOUNT_KIND = "unknown.account"

_COLUMNS = (
    "id, public_id, number, state, category, kind, priority, code, account, area, zone,"
    " signalled_priority, target_seconds, limit_seconds, escalation, escalates_at, acts_by,"
    " installation_id, site_id, city_area_id, controller_id, desk_id, owner_id, received_at,"
    " waiting_since, target_at, acknowledged_at, target_met_at, duress_at, again_at, returned_at,"
    " restored_at, parked_until, unparked_at, unanswered, signal_count, audiences,"
    " active_conditions, last_signal_at, exercise_id, receiver, line,"
    " flood_id, held, held_until, unheld_at, group_key, lead_id, followers, followers_active,"
    " runaway_at, again_spent, again_since"
)

_NAMES = tuple(name.strip() for name in _COLUMNS.split(","))
_QUALIFIED = ", ".join(f"a.{name}" for name in _NAMES)

# What is open at the places, the leads of what is a zone of another's row, and the leads of the
# objects. Leads are locked first, in the order of everybody who locks both. The functions and
# their indexes are in migrations 0005 and 0013, with the reason.
SELECT_PLACES = f"""
WITH standing AS (
    SELECT id, lead_id FROM alarms_alarm
    WHERE state <> 'closed' AND alarm_place(
        installation_id, area, zone, receiver, line, account) = ANY(%b::text[])
)
SELECT {_QUALIFIED} FROM alarms_alarm AS a
WHERE a.state <> 'closed' AND a.id = ANY(ARRAY(
    SELECT id FROM standing UNION SELECT lead_id FROM standing UNION
    SELECT id FROM alarms_alarm
    WHERE state <> 'closed' AND lead_id IS NULL AND group_key <> ''
        AND alarm_object(group_key) = ANY(%b::text[])
)) ORDER BY a.lead_id NULLS FIRST, a.id FOR UPDATE OF a
"""  # noqa: S608  constant column list

LOCK_OBJECTS = "SELECT pg_advisory_xact_lock(%s, slot) FROM unnest(%b::int[]) AS slot"

NEW = Columns(
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
    group_key="text",
    lead_id="bigint",
    followers="int",
    followers_active="int",
)

OLD = Columns(
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
    followers="int",
    followers_active="int",
    runaway_at="timestamptz",
    again_spent="smallint",
    again_since="timestamptz",
)

INSERT = f"""
INSERT INTO alarms_alarm (id, public_id, number, state, category, kind, type_id, priority,
    signalled_priority, target_seconds, limit_seconds, code, text, receiver, line, account, area,
    area_label, zone, zone_label, installation_id, site_id, city_area_id, controller_id, audiences,
    received_at, last_signal_at, signal_count, unanswered, waiting_since, target_at, escalates_at,
    restored_at,
    active_conditions, flood_id, held, held_until, longitude, latitude,
    group_key, lead_id, followers, followers_active)
SELECT id, public_id, number, 'new', category, kind, type_id, priority,
    signalled_priority, target_seconds, limit_seconds, code, text, receiver, line, account, area,
    area_label, zone, zone_label, installation_id, site_id, city_area_id, controller_id,
    audiences::text[], %s, %s, signal_count, NOT held AND lead_id IS NULL, %s, target_at,
    escalates_at, restored_at,
    active_conditions::text[], flood_id, held, held_until, longitude, latitude,
    group_key, lead_id, followers, followers_active
FROM unnest({NEW.arrays}) AS t({NEW.names})
"""  # noqa: S608  constant column list

UPDATE = f"""
UPDATE alarms_alarm AS a SET state = t.state, priority = t.priority,
    signalled_priority = t.signalled_priority, signal_count = t.signal_count,
    unanswered = t.unanswered, waiting_since = t.waiting_since, target_at = t.target_at,
    escalation = t.escalation, escalates_at = t.escalates_at, acts_by = t.acts_by,
    again_at = t.again_at, restored_at = t.restored_at, parked_until = t.parked_until,
    last_signal_at = t.last_signal_at, active_conditions = t.active_conditions::text[],
    held = t.held, held_until = t.held_until, unheld_at = t.unheld_at,
    followers = t.followers, followers_active = t.followers_active, runaway_at = t.runaway_at,
    again_spent = t.again_spent, again_since = t.again_since
FROM unnest({OLD.arrays}) AS t({OLD.names})
WHERE a.id = t.id
"""  # noqa: S608  constant column list


def unknown_key(receiver: str, line: str, account: str) -> AlarmKey:
    """The one alarm per receiver and account that nobody has said whose it is."""
    return AlarmKey(None, "", f"{receiver}:{line}:{account}", UNKNOWN_ACCOUNT_KIND)


def from_row(row: tuple[Any, ...]) -> WorkingAlarm:
    """An alarm as `SELECT_PLACES` found it; its lead is found by `lead_id`."""
    values = dict(zip(_NAMES, row, strict=True))
    receiver, line = values.pop("receiver"), values.pop("line")
    values["audiences"] = tuple(values["audiences"])
    values["active_conditions"] = list(values["active_conditions"])
    if values["kind"] == UNKNOWN_ACCOUNT_KIND:
        key = unknown_key(receiver, line, values["account"])
    else:
        key = AlarmKey(values["installation_id"], values["area"], values["zone"], values["kind"])
    return WorkingAlarm(key=key, activation=None, closed_at=None, **values)


def insert_values(alarm: WorkingAlarm) -> tuple[Any, ...]:
    """The new alarm as `NEW`."""
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
        alarm.group_key,
        alarm.lead_id,
        alarm.followers,
        alarm.followers_active,
    )


def update_values(alarm: WorkingAlarm) -> tuple[Any, ...]:
    """The changed alarm as `OLD`."""
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
        alarm.followers,
        alarm.followers_active,
        alarm.runaway_at,
        alarm.again_spent,
        alarm.again_since,
    )
