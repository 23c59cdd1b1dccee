"""The publisher's own bookkeeping, and who sits at a live page: all that this app writes."""

from __future__ import annotations

import datetime as dt

from django.db import connection, transaction

from trygghetscentral.accounts.models import User
from trygghetscentral.ledger.events import Event
from trygghetscentral.ledger.services import record
from trygghetscentral.live.events import WorkstationLocked, WorkstationUnlocked
from trygghetscentral.live.models import Cursor, Presence
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work

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


def touch_presence(*, now: dt.datetime, session_key: str, user_id: int) -> None:
    """Note that the session's live page was heard at `now`.

    Not in the ledger: it says nothing that anybody did. A locked workstation stays locked.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit TO off")
        if not Presence.objects.filter(session_key=session_key).update(seen_at=now):
            Presence.objects.bulk_create(
                [Presence(session_key=session_key, user_id=user_id, seen_at=now)],
                ignore_conflicts=True,
            )


def lock_workstation(*, actor: Actor, now: dt.datetime, session_key: str, user_id: int) -> None:
    """Shut the session's pages until it is unlocked or ended. Locking twice changes nothing."""
    with unit_of_work(actor=actor, now=now):
        row, _made = Presence.objects.select_for_update().get_or_create(
            session_key=session_key, defaults={"user_id": user_id}
        )
        if row.locked_at is not None:
            return
        row.locked_at = now
        row.save(update_fields=("locked_at",))
        _tell(WorkstationLocked(user_id=user_id), user_id)


def unlock_workstation(*, actor: Actor, now: dt.datetime, session_key: str, user_id: int) -> None:
    """Open the session's pages again; whoever asks has proved who they are."""
    with unit_of_work(actor=actor, now=now):
        opened = Presence.objects.filter(session_key=session_key, locked_at__isnull=False).update(
            locked_at=None, seen_at=now
        )
        if opened:
            _tell(WorkstationUnlocked(user_id=user_id), user_id)


def _tell(event: Event, user_id: int) -> None:
    record(event, subject=(User._meta.label_lower, str(user_id)), controller_id=None)
