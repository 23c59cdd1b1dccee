"""What must hold after any shift, asked of the database and of the handover that was accepted."""

from __future__ import annotations

from typing import Any

from tests.house.hands import Hands
from tests.house.shift_acts import Shift

# A zone of a row is on no page of its own, and is closed with its row.
ALL = """SELECT number, state, close_code_id, closed_at FROM alarms_alarm
WHERE received_at > %s AND (lead_id IS NULL OR state = 'closed')"""
ACTS = """SELECT r.subject_id, r.name, r.actor_id, p.body -> 'alarm' ->> 'owner_id'
FROM ledger_row AS r JOIN ledger_payload AS p USING (seq)
JOIN alarms_alarm AS a ON a.id::text = r.subject_id
WHERE r.subject_type = 'alarms.alarm' AND a.received_at > %s AND a.lead_id IS NULL ORDER BY r.seq"""
# Acts of the one who has the alarm; the others are anybody's who was rung, the shift lead's, the
# house's and the wire's.
OWN = {f"alarm.{act}" for act in ("acknowledged", "progressed", "parked", "dispatched", "closed")}
GIVEN = {"alarm.moved", "alarm.handed_over"}
NUMBERS = "SELECT number FROM alarms_alarm WHERE number ~ '^L-[0-9]{4}-[0-9]+$'"


def nothing_forgotten(shift: Shift, hands: Hands) -> None:
    """Every alarm is closed with a cause or stands on the accepted handover's page."""
    page = hands.turn_to("/larm/overlamning/")
    said = page.inner_text("main")
    rows = shift.house.ask(ALL, shift.since)
    assert rows
    for number, state, cause, closed_at in rows:
        if state == "closed":
            assert cause, number
            assert closed_at, number
        else:
            assert number in said, number


def nothing_twice(shift: Shift) -> None:
    """Whoever acts has the alarm, nobody takes what another has, and it is closed once."""
    owners: dict[str, str | None] = {}
    closed: list[str] = []
    for alarm, name, actor, owner in shift.house.ask(ACTS, shift.since):
        had = owners.get(alarm)
        if name in OWN:
            assert owner == actor, (name, alarm)
        if had and owner and had != owner:
            assert name in GIVEN, (name, alarm)
        if name == "alarm.closed":
            closed.append(alarm)
        owners[alarm] = owner
    assert len(closed) == len(set(closed)) > 0


def numbers_without_gap(shift: Shift) -> None:
    """Every number has its alarm."""
    rows: list[Any] = shift.house.ask(NUMBERS)
    taken = sorted(int(number.rpartition("-")[2]) for (number,) in rows)
    assert taken == list(range(1, len(taken) + 1))
