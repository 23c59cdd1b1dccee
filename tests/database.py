"""Emptying the database after a transactional test, although the ledger refuses to be emptied.

Django's own flush truncates every table, which the ledger's triggers refuse, and takes the rows
of data migrations with it. This one turns the triggers of the filled tables off for one
transaction, deletes, puts the reference rows back, and needs no superuser: the test database's
owner may do this, and only its owner.
"""

from __future__ import annotations

import logging
from typing import Any

from django.db import OperationalError, connection, transaction
from psycopg import sql

REFERENCE = "test_reference"

log = logging.getLogger(__name__)

# Filled by migrate itself; no test may change them.
LEFT_ALONE = frozenset({"django_migrations", "django_content_type", "auth_permission"})


def keep_reference_rows() -> None:
    """Copy what the data migrations wrote, once per test database."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", (REFERENCE,))
        if cursor.fetchone():
            return
        cursor.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(REFERENCE)))
        for table in _filled(cursor, _tables(cursor, "public")):
            cursor.execute(
                sql.SQL("CREATE TABLE {} AS TABLE {}").format(
                    sql.Identifier(REFERENCE, table), sql.Identifier("public", table)
                )
            )


def empty() -> None:
    """Remove every row that a test wrote and put the reference rows back.

    A thread of the finished test may still hold rows, and would make every test after it fail
    for as long as it lives: then its session is ended and the emptying begun anew.
    """
    if connection.in_atomic_block:
        begin_anew()
        return
    try:
        _empty()
    except OperationalError:
        end_other_sessions()
        _empty()


def _empty() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '5s'")
        filled = _filled(cursor, _tables(cursor, "public"))
        guarded = [table for table in _guarded(cursor) if table in filled]
        for table in guarded:
            cursor.execute(_triggers(table, "DISABLE"))
        for table in filled:
            cursor.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
        for table in _tables(cursor, REFERENCE):
            cursor.execute(
                sql.SQL("INSERT INTO {} OVERRIDING SYSTEM VALUE TABLE {}").format(
                    sql.Identifier(table), sql.Identifier(REFERENCE, table)
                )
            )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in guarded:
            cursor.execute(_triggers(table, "ENABLE"))


def _triggers(table: str, verb: str) -> sql.Composed:
    return sql.SQL("ALTER TABLE {} {} TRIGGER USER").format(sql.Identifier(table), sql.SQL(verb))


def _tables(cursor: Any, schema: str) -> list[str]:
    cursor.execute(
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = %s AND c.relkind IN ('r', 'p') AND NOT c.relispartition"
        " ORDER BY c.relname",
        (schema,),
    )
    return [name for (name,) in cursor.fetchall() if name not in LEFT_ALONE]


def _filled(cursor: Any, tables: list[str]) -> list[str]:
    if not tables:
        return []
    questions = [
        sql.SQL("SELECT {} WHERE EXISTS (SELECT 1 FROM {})").format(
            sql.Literal(table), sql.Identifier("public", table)
        )
        for table in tables
    ]
    cursor.execute(sql.SQL(" UNION ALL ").join(questions))
    return [name for (name,) in cursor.fetchall()]


def _guarded(cursor: Any) -> list[str]:
    cursor.execute(
        "SELECT DISTINCT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
        " JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = 'public' AND NOT t.tgisinternal AND NOT c.relispartition"
    )
    return [name for (name,) in cursor.fetchall()]


def begin_anew() -> None:
    """Take a new connection for one that believes in a transaction which nobody will end, and
    remove what was written through it. Says so: it should not happen."""
    log.warning("a test left a transaction open")
    connection.close()
    connection.connect()
    empty()


def end_other_sessions() -> None:
    """End what threads of finished tests have left open, or the database could not be dropped."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND usename = current_user AND backend_type = 'client backend'"
        )
