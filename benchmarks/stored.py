"""Whether intake slows down when two million alarms, and their signals, are stored."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import sql

from benchmarks.house import House
from benchmarks.intake import ours
from benchmarks.table import Figure, at_least

STORED = 2_000_000
AIM = 0.77

# What differs from row to row; the rest is as in one row that the house has stored itself.
# Three years of alarms, all closed, at the installations there are.
AT = "now() - interval '1100 days' + n * interval '45 seconds'"
ALARM = {
    "id": "nextval('alarms_alarm_id_seq')",
    "public_id": "gen_random_uuid()",
    "number": "'L-2023-' || lpad(n::text, 7, '0')",
    "account": "'B' || lpad((n % 1000)::text, 4, '0')",
    "area": "(n % 8)::text",
    "zone": "(n % 64)::text",
    "received_at": AT,
    "waiting_since": AT,
    "last_signal_at": AT,
    "closed_at": AT,
    "audiences": "ARRAY['alarm.view@' || i.controller_id]",
    "controller_id": "i.controller_id",
    "site_id": "i.site_id",
    "installation_id": "i.id",
    "lead_id": "NULL",
}
ALARMS = """
FROM generate_series(1, {count}) AS n
CROSS JOIN (SELECT * FROM alarms_alarm WHERE state = 'closed' ORDER BY id DESC LIMIT 1) AS t
JOIN (SELECT row_number() OVER (ORDER BY id) - 1 AS place, count(*) OVER () AS places, *
      FROM alarms_installation) AS i ON i.place = n % i.places
"""
SIGNAL = {
    "id": "nextval('alarms_signal_seq')",
    "received_at": "a.received_at",
    "account": "a.account",
    "installation_id": "a.installation_id",
    "controller_id": "a.controller_id",
    "alarm_id": "a.id",
    "area": "a.area",
    "zone": "a.zone",
}
SIGNALS = """
FROM alarms_alarm AS a
CROSS JOIN (SELECT * FROM alarms_signal WHERE outcome = 'raised' ORDER BY id DESC LIMIT 1) AS t
WHERE a.number LIKE 'L-2023-%'
"""
COLUMNS = """
SELECT attname FROM pg_attribute
WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum
"""
INDEXES = """
SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index AS i
WHERE i.indrelid = %s::regclass AND NOT i.indisunique
"""


def measure(house: House) -> list[Figure]:
    """The rate at 50 connections, before and after."""
    house.clear_board()
    empty = ours(house, 50)
    house.rest()
    house.clear_board()
    with house.database(superuser=True) as connection:
        _fill(connection)
    full = ours(house, 50)
    name = f"Takt med {STORED:,} lagrade larm mot utan".replace(",", " ")
    return [
        at_least(name, full.rate / empty.rate, AIM, "gånger"),
        Figure("  utan", f"{empty.rate:.0f} ACK/s"),
        Figure("  med", f"{full.rate:.0f} ACK/s"),
    ]


def _fill(connection: psycopg.Connection[Any]) -> None:
    """Without checking foreign keys row by row, and with indexes made afterwards."""
    connection.execute("SET session_replication_role = replica")
    connection.execute("SET maintenance_work_mem = '256MB'")
    for table, own, source in (
        ("alarms_alarm", ALARM, ALARMS.replace("{count}", str(STORED))),
        ("alarms_signal", SIGNAL, SIGNALS),
    ):
        indexes = connection.execute(INDEXES, (table,)).fetchall()
        for name, _ in indexes:
            connection.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
        names = [name for (name,) in connection.execute(COLUMNS, (table,))]
        values = ", ".join(own.get(name, f"t.{name}") for name in names)
        connection.execute(f"INSERT INTO {table} ({', '.join(names)}) SELECT {values} {source}")
        for _, definition in indexes:
            connection.execute(definition)
        connection.execute(sql.SQL("VACUUM ANALYZE {}").format(sql.Identifier(table)))
    # What the filling has left to write would otherwise be written while intake is measured.
    connection.execute("CHECKPOINT")
