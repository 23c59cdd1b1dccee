"""The board as it stood at a past moment, out of the ledger, with the reader's rights of today."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection

from alarms.models import Alarm, Desk
from alarms.selectors.rows import LIST_RELATIONS, AlarmRow, row_of
from alarms.states import AlarmState
from trygghetscentral.accounts.models import User
from trygghetscentral.ledger.models import LedgerRow

FURTHEST = dt.timedelta(days=30)
MOST_SHOWN = 200
MOST_READ = 20_000

# What a snapshot in the ledger says that a row of the board shows.
TIMES = (
    "received_at",
    "waiting_since",
    "target_at",
    "acknowledged_at",
    "target_met_at",
    "duress_at",
    "again_at",
    "returned_at",
    "restored_at",
    "parked_until",
    "unparked_at",
    "unheld_at",
)
PLAIN = ("state", "priority", "unanswered", "signal_count", "category", "kind")

LAST_WORDS = """
SELECT DISTINCT ON (r.subject_id) r.subject_id::bigint, r.seq, p.body
FROM ledger_row AS r JOIN ledger_payload AS p USING (seq)
WHERE r.subject_type = 'alarms.alarm' AND r.subject_id = ANY(%s) AND r.at <= %s
    AND r.name LIKE 'alarm.%%'
ORDER BY r.subject_id, r.seq DESC
"""


@dataclass(frozen=True, slots=True)
class PastBoard:
    """`rows` are the worst 200 that were open, `total` all of them. `disposed` are the numbers of
    those whose content has been erased by a decision since."""

    at: dt.datetime
    rows: list[AlarmRow]
    total: int
    unanswered: int
    disposed: list[str]


def board_at(user: User, *, at: dt.datetime) -> PastBoard:
    """What was open at `at` of what the user may see today.

    Closed since then or open still, so the cost follows what has been closed since and not what
    is stored. `at` is at most 30 days ago; the caller checks it.
    """
    alarms = {alarm.pk: alarm for alarm in _perhaps_open(user, at)}
    past: list[Alarm] = []
    disposed: list[str] = []
    for pk, _seq, body in _last_words(alarms.keys(), at):
        if body is None:
            disposed.append(alarms[pk].number)
        elif body["alarm"]["state"] != AlarmState.CLOSED and not body["alarm"].get("held"):
            past.append(_as_it_was(alarms[pk], body["alarm"]))
    _with_names(past)
    past.sort(key=lambda alarm: (alarm.priority, not alarm.unanswered, alarm.waiting_since))
    return PastBoard(
        at=at,
        rows=[row_of(alarm) for alarm in past[:MOST_SHOWN]],
        total=len(past),
        unanswered=sum(alarm.unanswered for alarm in past),
        disposed=sorted(disposed),
    )


def _perhaps_open(user: User, at: dt.datetime) -> Iterable[Alarm]:
    closed_since = [
        int(subject)
        for subject in LedgerRow.objects.filter(
            name="alarm.closed", at__gt=at, exercise_id__isnull=True
        )
        .order_by("seq")
        .values_list("subject_id", flat=True)[:MOST_READ]
    ]
    visible = Alarm.objects.visible_to(user).filter(received_at__lte=at)
    loaded = visible.select_related(*LIST_RELATIONS)
    yield from loaded.open()[:MOST_READ]
    yield from loaded.filter(pk__in=closed_since, state=AlarmState.CLOSED)


def _last_words(ids: Iterable[int], at: dt.datetime) -> list[tuple[int, int, dict[str, Any]]]:
    with connection.cursor() as cursor:
        cursor.execute(LAST_WORDS, ([str(pk) for pk in ids], at))
        return [(pk, seq, _parsed(body)) for pk, seq, body in cursor.fetchall()]


def _parsed(body: Any) -> Any:
    # Below the ORM jsonb comes as Django's connection leaves it: text.
    return json.loads(body) if isinstance(body, str) else body


def _as_it_was(alarm: Alarm, said: dict[str, Any]) -> Alarm:
    """The object with the ledger's words in its fields; never saved."""
    for name in PLAIN:
        setattr(alarm, name, said[name])
    for name in TIMES:
        # Older words lack what did not exist then.
        value = said.get(name)
        setattr(alarm, name, dt.datetime.fromisoformat(value) if value else None)
    alarm.escalation = said.get("escalation") or ""
    alarm.owner_id, alarm.desk_id = said["owner_id"], said["desk_id"]
    return alarm


def _with_names(alarms: list[Alarm]) -> None:
    """Who had each alarm then, and which desk: two questions for all."""
    owners = User.objects.in_bulk({alarm.owner_id for alarm in alarms if alarm.owner_id})
    desks = Desk.objects.in_bulk({alarm.desk_id for alarm in alarms if alarm.desk_id})
    for alarm in alarms:
        alarm.owner = owners.get(alarm.owner_id) if alarm.owner_id else None
        alarm.desk = desks.get(alarm.desk_id) if alarm.desk_id else None
