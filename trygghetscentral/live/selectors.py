"""Reads about the live machinery itself, for /health and /metrics."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from trygghetscentral.live.models import Cursor
from trygghetscentral.live.services import PUBLISHER
from trygghetscentral.live.snapshots import newest_seq

SILENT_AFTER = dt.timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class PublisherState:
    """How the publisher is. `age_seconds` since its last sign of life, None when it never had
    one; `lag_rows` of the ledger that it has not dealt with."""

    alive: bool
    seq: int
    lag_rows: int
    lag_seconds: float
    age_seconds: float | None
    leader: str
    rows_rendered: int
    messages_sent: int


def publisher_state(*, now: dt.datetime) -> PublisherState:
    """The leader's last sign of life. It gives one each second."""
    cursor = Cursor.objects.filter(name=PUBLISHER).first()
    head = newest_seq()
    if cursor is None:
        return PublisherState(False, 0, head, 0.0, None, "", 0, 0)
    age = now - cursor.beat_at
    return PublisherState(
        alive=age <= SILENT_AFTER,
        seq=cursor.seq,
        lag_rows=max(0, head - cursor.seq),
        lag_seconds=cursor.behind_seconds,
        age_seconds=age.total_seconds(),
        leader=cursor.leader,
        rows_rendered=cursor.rows_rendered,
        messages_sent=cursor.messages_sent,
    )
