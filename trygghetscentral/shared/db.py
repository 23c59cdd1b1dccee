"""Transactions: `unit_of_work` is the outermost block of every service call (design.md 3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import psycopg
import structlog
from django.db import connection, transaction
from django.db.models import CharField, Expression, F, Func, Value
from django.db.models.functions import Lower

from trygghetscentral.shared.actor import Actor


@dataclass(slots=True)
class Unit:
    """One piece of work: who, when, and what the ledger will say about it."""

    actor: Actor
    now: datetime
    correlation_id: UUID
    pending: list[Any] = field(default_factory=list)


_current: ContextVar[Unit | None] = ContextVar("unit_of_work", default=None)
_flush: list[Callable[[Unit], None]] = []


def on_flush(writer: Callable[[Unit], None]) -> None:
    """Let the ledger, which lives one floor up, write the buffered rows last in each unit."""
    _flush[:] = [writer]


@contextmanager
def unit_of_work(
    *, actor: Actor, now: datetime, correlation_id: UUID | None = None
) -> Iterator[Unit]:
    """Run the block in one transaction whose last statement appends its ledger rows.

    A nested unit joins the outer one, with the outer actor and time; when it fails, the outer
    one cannot commit either, even if somebody catches the error. No I/O belongs inside: what
    leaves the process leaves after the commit. Raises whatever the block raises, with nothing
    written.
    """
    outer = _current.get()
    if outer is not None:
        _refuse_without_transaction()
        with transaction.atomic(savepoint=False):
            yield outer
        return
    if now.tzinfo is None:
        raise ValueError("now must be an aware datetime")
    unit = Unit(actor, now, correlation_id or _bound_correlation_id())
    with transaction.atomic(durable=True):
        token = _current.set(unit)
        try:
            yield unit
        finally:
            _current.reset(token)
        if transaction.get_rollback():
            raise transaction.TransactionManagementError("a nested unit of work failed")
        if unit.pending:
            for writer in _flush:
                writer(unit)


def _refuse_without_transaction() -> None:
    # A context copied to another thread carries the unit, but that thread has a connection of
    # its own, and its writes would not be part of the unit.
    if not connection.in_atomic_block:
        raise RuntimeError("the unit of work was opened in another thread")


def _bound_correlation_id() -> UUID:
    bound = structlog.contextvars.get_contextvars().get("correlation_id")
    return UUID(bound) if bound else uuid4()


def current_unit() -> Unit:
    """The unit that is open. Raises RuntimeError outside of one."""
    unit = _current.get()
    if unit is None:
        raise RuntimeError("only inside unit_of_work")
    return unit


def give_back_connection() -> None:
    """Let others of the process have the database while this thread does something else.

    The next question takes one anew. Inside a transaction nothing is given back.
    """
    if not connection.in_atomic_block:
        connection.close()


@contextmanager
def batch_cursor() -> Iterator[psycopg.Cursor[tuple[Any, ...]]]:
    """A cursor of psycopg's own on Django's connection, for multi-row statements.

    It binds on the server and in binary (`%b`), which halves the cost of long arrays; Django's
    cursor escapes every element into the statement's text. Errors come as Django's.
    """
    connection.ensure_connection()
    with (
        connection.wrap_database_errors,
        psycopg.Cursor(connection.connection) as cursor,
    ):
        yield cursor


def swedish_order(field_name: str) -> Expression:
    """Sort å ä ö after z without ICU; an index on the same expression serves it (design.md 10).

    The collation is named, since the signs that stand for å ä ö come after z in no other one.
    """
    return Func(
        Lower(F(field_name)),
        Value("åäöÅÄÖ"),
        Value("{|}{|}"),
        function="translate",
        template='%(function)s(%(expressions)s) COLLATE "C"',
        output_field=CharField(),
    )
