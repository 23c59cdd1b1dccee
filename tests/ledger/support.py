"""Events of the tests' own, and ways to tamper that only the database's owner has."""

from __future__ import annotations

import datetime as dt
import enum
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg import sql

from trygghetscentral.ledger.events import Code, Event, published
from trygghetscentral.ledger.models import LedgerPayload, LedgerRow
from trygghetscentral.ledger.services import record
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work

ACTOR = Actor.system("test")


class Mood(enum.StrEnum):
    """An enumeration in a payload."""

    CALM = "calm"


@dataclass(frozen=True, slots=True)
class Point:
    """A nested row state in a payload."""

    x: float
    y: float


@published
class Noted(Event):
    """Something simple."""

    name = "test.noted"
    number: int


@published
class Everything(Event):
    """One field of every permitted kind."""

    name = "test.everything"
    flag: bool
    number: int
    share: float
    code: Code
    mood: Mood
    at: dt.datetime
    day: dt.date
    ident: UUID
    missing: int | None
    many: tuple[Code, ...]
    point: Point


def note(number: int, *, now: dt.datetime, **envelope: Any) -> None:
    """Record one row as a service would."""
    with unit_of_work(actor=ACTOR, now=now):
        say(number, **envelope)


def say(number: int, **envelope: Any) -> None:
    """Record one row inside the open unit."""
    given = {"subject": ("test.thing", str(number)), "controller_id": None, **envelope}
    record(Noted(number=number), **given)


def numbers() -> list[int]:
    """What the ledger says, in its order."""
    seqs = LedgerRow.objects.filter(name="test.noted").order_by("seq").values_list("seq", flat=True)
    bodies = dict(LedgerPayload.objects.values_list("seq", "body"))
    return [body["number"] for body in map(bodies.get, seqs) if body]


def newest() -> LedgerRow:
    """The last row."""
    row = LedgerRow.objects.order_by("-seq").first()
    assert row is not None
    return row


@contextmanager
def triggers_off(*tables: str) -> Iterator[Any]:
    """A cursor for someone who owns the tables and means harm."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(_alter(table, "DISABLE"))
        yield cursor
        for table in tables:
            cursor.execute(_alter(table, "ENABLE"))


def _alter(table: str, verb: str) -> sql.Composed:
    return sql.SQL("ALTER TABLE {} {} TRIGGER USER").format(sql.Identifier(table), sql.SQL(verb))


def in_threads(*works: Callable[[], object]) -> None:
    """Run all at once, each on a database connection of its own; raise the first error."""
    errors: list[BaseException] = []

    def run(work: Callable[[], object]) -> None:
        try:
            work()
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    if errors:
        raise errors[0]
