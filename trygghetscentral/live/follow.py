"""The publisher's work in the database, all of it on one connection of its own.

The leader's advisory lock is held by that same connection, so a leader that has lost the
database has lost the lock too: there are never two.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection

from trygghetscentral.ledger.models import LedgerRow
from trygghetscentral.live.fragments import rendered
from trygghetscentral.live.models import Cursor
from trygghetscentral.live.registry import Stream
from trygghetscentral.live.rows import Row
from trygghetscentral.live.services import PUBLISHER
from trygghetscentral.live.snapshots import newest_seq

LOCK = 0x7C1ED6F7
PORTION = 500

# Behind by more than this, screens read the database sooner than the publisher tells them.
MOST_BEHIND = 5_000


@dataclass(frozen=True, slots=True)
class Told:
    """One row of the ledger, as far as the publisher cares."""

    seq: int
    at: dt.datetime
    name: str
    subject_type: str
    subject_id: str
    exercise: bool


@dataclass(frozen=True, slots=True)
class Prepared:
    """Rows ready to be sent, by language and level. `dirty` when some were left out."""

    rows: Mapping[tuple[str, str], tuple[Row, ...]]
    living: int
    dirty: bool


def lead() -> bool:
    """Become the leader, if nobody is. Raises django.db.Error when the database is away."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", (LOCK,))
        return bool(cursor.fetchone()[0])


def step_down() -> None:
    """Let another lead, and give the connection back."""
    try:
        if connection.connection is not None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock_all()")
    except DatabaseError:
        pass  # a connection that is lost has let go of the lock already
    finally:
        connection.close()


@dataclass(frozen=True, slots=True)
class Start:
    """Where a leader begins; `skipped` when there was more than it is worth to tell."""

    seq: int
    skipped: bool


def start_after(own: int | None) -> Start:
    """Where a new leader goes on: from the last leader's cursor, or from now.

    `own` is how far this process itself has come. Rows that were sent already are sent again,
    which changes nothing. A cursor far behind is given up for the end of the ledger.
    """
    head = newest_seq()
    kept = Cursor.objects.filter(name=PUBLISHER).values_list("seq", flat=True).first()
    known = [seq for seq in (own, kept) if seq is not None]
    seq = min(max(known), head) if known else head
    return Start(head, skipped=True) if head - seq > MOST_BEHIND else Start(seq, skipped=False)


def latest(stream: Stream) -> dict[str, int]:
    """The stream's last change, by subject; empty when nothing has happened to it."""
    rows = LedgerRow.objects.filter(subject_type=stream.subject_type, exercise_id__isnull=True)
    return dict(rows.order_by("-seq").values_list("subject_id", "seq")[:1])


def portion(after: int) -> list[Told]:
    """The next rows of the ledger."""
    rows = LedgerRow.objects.filter(seq__gt=after).order_by("seq")
    return [
        Told(seq, at, name, subject_type, subject_id, exercise_id is not None)
        for seq, at, name, subject_type, subject_id, exercise_id in rows.values_list(
            "seq", "at", "name", "subject_type", "subject_id", "exercise_id"
        )[:PORTION]
    ]


def prepare(stream: Stream, subjects: Mapping[str, int], *, room: int) -> Prepared:
    """Read the rows as they are now and render the `room` worst of them, and what has left.

    Each row is rendered once for each language and level of detail, however many read it.
    """
    found = stream.load(subjects.keys())
    objects = [(obj, subjects[subject_id]) for subject_id, obj in found.items()]
    living = [pair for pair in objects if stream.alive(pair[0])]
    living.sort(key=lambda pair: stream.sort(pair[0]))
    gone = tuple(
        Row(
            key=stream.key(obj),
            sort=stream.sort(obj),
            seq=seq,
            html="",
            audiences=stream.audiences(obj),
            alive=False,
            tags=stream.tags(obj),
        )
        for obj, seq in objects
        if not stream.alive(obj)
    )
    worst = living[:room]
    rows = {
        (language, level): gone
        + tuple(_row(stream, obj, seq, language=language, level=level) for obj, seq in worst)
        for language, level in _kinds(stream)
    }
    return Prepared(rows, living=len(worst), dirty=len(worst) < len(living))


def unprepared(stream: Stream) -> Prepared:
    """Nothing but the word that something has changed."""
    return Prepared(dict.fromkeys(_kinds(stream), ()), living=0, dirty=True)


def _kinds(stream: Stream) -> list[tuple[str, str]]:
    return [(language, level) for language, _ in settings.LANGUAGES for level in stream.levels]


def _row(stream: Stream, obj: Any, seq: int, *, language: str, level: str) -> Row:
    return Row(
        key=stream.key(obj),
        sort=stream.sort(obj),
        seq=seq,
        html=rendered(stream, obj, seq=seq, language=language, level=level),
        audiences=stream.audiences(obj),
        tags=stream.tags(obj),
    )
