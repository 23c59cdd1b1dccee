"""Multi-row statements that do not wait for each other (docs/adr/0006).

A statement is sent at once and its rows are read when they are needed. Inside `pipelined` the
statements up to there go to the database together, so that a batch costs a few round trips
however many statements it takes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any
from weakref import WeakSet

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg.pq import PipelineStatus

from trygghetscentral.shared.columns import Column, ColumnDumper

# Django turns prepared statements off; this lets those through that ask for it.
PREPARES = 1_000_000

Rows = Callable[[], list[tuple[Any, ...]]]

# A kept plan is made once, perhaps while the tables are empty, and must serve when they are full.
KEEP_PLANS = "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off"

_taught: WeakSet[psycopg.Connection[Any]] = WeakSet()
_keeping: WeakSet[psycopg.Connection[Any]] = WeakSet()


@contextmanager
def pipelined() -> Iterator[None]:
    """Send what is asked in the block without waiting for each answer.

    An error shows where an answer is read, at the latest at the end of the block; inside a unit
    of work that records something it shows before the commit. Raises django.db.Error.
    """
    database = connections[DEFAULT_DB_ALIAS]
    database.ensure_connection()
    raw = database.connection
    raw.prepare_threshold = PREPARES
    if raw not in _keeping and not database.in_atomic_block:
        # Of the connection, not of a transaction: it costs its one round trip once.
        with database.wrap_database_errors:
            psycopg.Cursor(raw).execute(KEEP_PLANS)
        _keeping.add(raw)
    with database.wrap_database_errors, raw.pipeline():
        yield


def ask(statement: str, parameters: Sequence[Any], *, keep_plan: bool = False) -> Rows:
    """Send a statement in the open transaction; call the answer to wait for its rows.

    Parameters are bound on the server, columns (`shared.columns`) in binary. `keep_plan` has the
    statement planned once per connection inside `pipelined`, along its indexes: only for one
    whose best plan does not depend on how much the tables hold. Raises django.db.Error, here or
    from the answer.
    """
    database = connections[DEFAULT_DB_ALIAS]
    raw = database.connection
    if raw not in _taught:
        raw.adapters.register_dumper(Column, ColumnDumper)
        _taught.add(raw)
    errors = database.wrap_database_errors
    with errors:
        cursor = psycopg.Cursor(raw)
        cursor.execute(statement, parameters, prepare=keep_plan)

    def rows() -> list[tuple[Any, ...]]:
        with errors:
            try:
                return cursor.fetchall()
            except psycopg.Error:
                _leave_aborted(raw)
                raise

    return rows


def _leave_aborted(raw: psycopg.Connection[Any]) -> None:
    # After an error a pipeline skips all statements, a rollback to a savepoint too, until this.
    if raw.info.pipeline_status is PipelineStatus.ABORTED:
        with suppress(psycopg.Error), raw.pipeline() as pipeline:
            pipeline.sync()


class IdPool:
    """Primary keys taken from a sequence in portions; a process that dies leaves a gap, which
    means nothing."""

    def __init__(self, sequence: str, *, ahead: int = 1000) -> None:
        self._sequence = sequence
        self._ahead = ahead
        self._left: list[int] = []

    def take(self, count: int) -> list[int]:
        """`count` keys, rising."""
        if len(self._left) < count:
            rows = ask(
                "SELECT nextval(%s::text::regclass) FROM generate_series(1, %s)",
                (self._sequence, count + self._ahead),
            )
            self._left = [pk for (pk,) in reversed(rows())]
        return [self._left.pop() for _ in range(count)]
