"""The publisher's own bookkeeping, the only thing this app writes."""

from __future__ import annotations

import datetime as dt

from django.db import connection, transaction

from trygghetscentral.live.models import Cursor

PUBLISHER = "publisher"


def keep_cursor(
    *,
    now: dt.datetime,
    seq: int,
    leader: str,
    behind_seconds: float,
    rows_rendered: int,
    messages_sent: int,
) -> None:
    """Note how far the leader has come; its successor goes on from there.

    Not in the ledger, since it would be told of itself for ever. The commit does not wait for
    the disk: a second of cursor lost is a second told twice.
    """
    values = {
        "seq": seq,
        "beat_at": now,
        "leader": leader,
        "behind_seconds": behind_seconds,
        "rows_rendered": rows_rendered,
        "messages_sent": messages_sent,
    }
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit TO off")
        if not Cursor.objects.filter(name=PUBLISHER).update(**values):
            Cursor.objects.create(name=PUBLISHER, **values)
