"""How late due work is done with 5,000 promises outstanding: escalations, returns, parkings.

Planted straight into the running house, which has its own beat and workers. Lateness is from the
moment promised until the ledger's row that says it was kept can be seen from outside.
"""

from __future__ import annotations

import socket
import time
from typing import Any, Final

import psycopg
from psycopg import sql

from benchmarks.accounts import NAMES
from benchmarks.house import House
from benchmarks.intake import runs
from benchmarks.sender import new_events
from benchmarks.stored import COLUMNS
from benchmarks.table import Figure, at_most, spoken

OUTSTANDING: Final = 5000
# So many come due, one after the other, over this long; the rest wait for the morning.
DUE, SPREAD_SECONDS, LEAD_SECONDS = 1500, 60, 5
GIVE_UP_SECONDS: Final = 60.0
AIM_P99_SECONDS: Final = 1.5
NUMBERS: Final = "L-PROMISE-"
MOMENT: Final = (
    "now() + make_interval(secs => CASE WHEN n < {due} THEN {lead} + n * {spread}::float8 / {due}"
    " ELSE 36000 + n END)"
)
OWN: Final = {
    "id": "nextval('alarms_alarm_id_seq')",
    "public_id": "gen_random_uuid()",
    "number": f"'{NUMBERS}' || n",
    "zone": "'P' || n",
    "routed_at": "now()",
    "received_at": "now()",
    "waiting_since": "now()",
    "last_signal_at": "now()",
    # Of a priority that TiB is not called for, at no desk: only the moment counts.
    "priority": "3",
    "desk_id": "NULL",
    "limit_seconds": "1",
    "returned_at": "NULL",
    "again_at": "NULL",
    "unparked_at": "NULL",
    "closed_at": "NULL",
    "closed_by_id": "NULL",
    "close_code_id": "NULL",
    "voice_contact": "''",
    "lead_id": "NULL",
    "group_key": "''",
    "followers": "0",
    "followers_active": "0",
    "category": "'burglary'",
    "state": "(ARRAY['new', 'acknowledged', 'parked'])[1 + n % 3]",
    "unanswered": "n % 3 = 0",
    "owner_id": "CASE WHEN n % 3 > 0 THEN u.id END",
    # Just taken, all the time: an owner without a board has a minute.
    "owned_since": "CASE WHEN n % 3 > 0 THEN now() + interval '1 day' END",
    "escalates_at": f"CASE WHEN n % 3 = 0 THEN {MOMENT} END",
    "acts_by": f"CASE WHEN n % 3 = 1 THEN {MOMENT} END",
    "parked_until": f"CASE WHEN n % 3 = 2 THEN {MOMENT} END",
    "escalation": "''",
}
PLANT: Final = """
INSERT INTO alarms_alarm ({names}) SELECT {values}
FROM generate_series(0, {count} - 1) AS n
CROSS JOIN (SELECT * FROM alarms_alarm WHERE installation_id IS NOT NULL ORDER BY id LIMIT 1) AS t
CROSS JOIN (SELECT min(id) AS id FROM accounts_user WHERE username = 'operator') AS u
RETURNING id, coalesce(escalates_at, acts_by, parked_until)
"""
KEPT: Final = """
SELECT seq, subject_id::bigint, clock_timestamp() FROM ledger_row
WHERE seq > %s AND name IN ('alarm.escalated', 'alarm.released', 'alarm.unparked')
"""
LOOK_SECONDS: Final = 0.02


def measure(house: House) -> list[Figure]:
    """Lateness in seconds of what came due, and what was done though it was not due."""
    _store_one(house)
    house.clear_board()
    house.rest()
    (since,) = house.ask("SELECT coalesce(max(seq), 0) FROM ledger_row")[0]
    with house.database() as connection:
        promised = _plant(connection)
    soon = sorted(promised, key=lambda pk: promised[pk])[:DUE]
    kept = _watch(house, since, set(soon))
    late = sorted((kept[pk] - promised[pk]).total_seconds() for pk in soon if pk in kept)
    house.clear_board()
    early = sum(1 for pk in kept.keys() & promised.keys() if kept[pk] < promised[pk])
    name = f"Försening med {spoken(OUTSTANDING)} löften ute, p99"
    return [
        at_most(name, late[int(len(late) * 0.99)], AIM_P99_SECONDS, "s"),
        Figure("  p50", f"{spoken(late[len(late) // 2])} s"),
        at_most("  löften som inte hölls", len(soon) - len(late), 0, "st"),
        at_most("  löften som hölls för tidigt", early, 0, "st"),
    ]


def _store_one(house: House) -> None:
    """An alarm that the house has stored itself; those planted are like it in all else."""
    with socket.create_connection(("127.0.0.1", house.dc09_port)) as line:
        line.sendall(new_events(NAMES, 1, run=next(runs))[0])
        line.recv(1000)


def _watch(house: House, since: int, soon: set[int]) -> dict[int, Any]:
    """When each promise was first seen to be kept."""
    kept: dict[int, Any] = {}
    until = time.monotonic() + LEAD_SECONDS + SPREAD_SECONDS + GIVE_UP_SECONDS
    with house.database() as connection:
        while not kept.keys() >= soon and time.monotonic() < until:
            for seq, pk, moment in connection.execute(KEPT, (since,)):
                since = max(since, seq)
                kept.setdefault(pk, moment)
            time.sleep(LOOK_SECONDS)
    return kept


def _plant(connection: psycopg.Connection[Any]) -> dict[int, Any]:
    """The moments promised, by alarm. The rest of a row is as in one the house has stored."""
    names = [name for (name,) in connection.execute(COLUMNS, ("alarms_alarm",))]
    values = ", ".join(OWN.get(name, f"t.{name}") for name in names)
    plant = PLANT.format(
        names=", ".join(names),
        values=values.format(due=DUE, lead=LEAD_SECONDS, spread=SPREAD_SECONDS),
        count=OUTSTANDING,
    )
    planted = connection.execute(sql.SQL(plant)).fetchall()
    return dict(planted)
