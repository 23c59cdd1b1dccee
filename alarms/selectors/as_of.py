"""The board as it stood at a past moment, out of the ledger, with the reader's rights of today."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection

from alarms.models import Alarm, Desk
from alarms.models.alarms import AlarmQuerySet
from alarms.selectors.rows import LIST_RELATIONS, AlarmRow, row_of
from alarms.states import AlarmState
from trygghetscentral.accounts.models import User
from trygghetscentral.ledger.models import LedgerRow

FURTHEST = dt.timedelta(days=30)
# Two hundred rows take longer to write than the ledger takes to find them.
MOST_SHOWN = 100
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
    "runaway_at",
)
PLAIN = ("state", "priority", "unanswered", "signal_count", "category", "kind")

# One short look-up for each alarm, and of all those words only the counts and what is shown.
STANDING = """
WITH said AS MATERIALIZED (
    SELECT s.id::bigint AS pk, r.seq, p.body IS NULL AS erased,
        p.body #>> '{alarm,state}' AS state,
        coalesce((p.body #>> '{alarm,held}')::boolean, FALSE) AS held,
        (p.body #>> '{alarm,priority}')::int AS priority,
        (p.body #>> '{alarm,unanswered}')::boolean AS unanswered,
        (p.body #>> '{alarm,waiting_since}')::timestamptz AS waiting_since
    FROM unnest(%(ids)s::text[]) AS s(id)
    CROSS JOIN LATERAL (
        SELECT seq FROM ledger_row
        WHERE subject_type = 'alarms.alarm' AND subject_id = s.id AND at <= %(at)s
            AND name LIKE 'alarm.%%'
        ORDER BY seq DESC LIMIT 1
    ) AS r
    JOIN ledger_payload AS p USING (seq)
), standing AS (
    SELECT * FROM said WHERE NOT erased AND state <> %(closed)s AND NOT held
), worst AS (
    SELECT pk, seq, row_number() OVER (
        ORDER BY priority, unanswered DESC, waiting_since, pk
    ) AS place FROM standing
    ORDER BY place LIMIT %(most)s
)
SELECT (SELECT count(*) FROM standing), (SELECT count(*) FROM standing WHERE unanswered),
    ARRAY(SELECT pk FROM worst ORDER BY place), ARRAY(SELECT seq FROM worst ORDER BY place),
    ARRAY(SELECT pk FROM said WHERE erased)
"""
BODIES = "SELECT seq, body FROM ledger_payload WHERE seq = ANY(%s)"


class Standing(NamedTuple):
    """What the ledger says stood on the board at a moment: how many, and the worst of them by
    primary key, each with the seq of its last words before then. `erased` are alarms of which a
    decision has erased those words."""

    total: int
    unanswered: int
    pks: list[int]
    seqs: list[int]
    erased: list[int]


@dataclass(frozen=True, slots=True)
class PastBoard:
    """`rows` are the worst that were open, `total` all of them. `disposed` are the numbers
    of those whose content has been erased by a decision since."""

    at: dt.datetime
    rows: list[AlarmRow]
    total: int
    unanswered: int
    disposed: list[str]


def board_at(user: User, *, at: dt.datetime, most: int | None = None) -> PastBoard:
    """What was open at `at` of what the user may see today, the worst `most` of it as rows.

    Closed since then or open still, so the cost follows what has been closed since and not what
    is stored.
    """
    then = _standing(_perhaps_open(user, at), at, most or MOST_SHOWN)
    past = _as_they_were(user, then)
    return PastBoard(
        at=at,
        rows=[row_of(alarm) for alarm in past],
        total=then.total,
        unanswered=then.unanswered,
        disposed=sorted(_visible(user).filter(pk__in=then.erased).values_list("number", flat=True)),
    )


def _visible(user: User) -> AlarmQuerySet:
    return Alarm.objects.visible_to(user)


def _perhaps_open(user: User, at: dt.datetime) -> list[int]:
    closed_since = [
        int(subject)
        for subject in LedgerRow.objects.filter(
            name="alarm.closed", at__gt=at, exercise_id__isnull=True
        )
        .order_by("seq")
        .values_list("subject_id", flat=True)[:MOST_READ]
    ]
    visible = _visible(user).rows().filter(received_at__lte=at)
    closed = visible.filter(pk__in=closed_since, state=AlarmState.CLOSED)
    still_open = visible.open().values_list("pk", flat=True)[:MOST_READ]
    return [*still_open, *closed.values_list("pk", flat=True)]


def _standing(ids: Iterable[int], at: dt.datetime, most: int) -> Standing:
    asked: dict[str, Any] = {
        "ids": [str(pk) for pk in ids],
        "at": at,
        "closed": AlarmState.CLOSED.value,
        "most": most,
    }
    with connection.cursor() as cursor:
        cursor.execute(STANDING, asked)
        return Standing(*cursor.fetchone())


def _as_they_were(user: User, then: Standing) -> list[Alarm]:
    """The alarms in their order, with the ledger's words in their fields; never saved."""
    alarms = _visible(user).select_related(*LIST_RELATIONS).in_bulk(then.pks)
    with connection.cursor() as cursor:
        cursor.execute(BODIES, (then.seqs,))
        bodies = {seq: _parsed(body) for seq, body in cursor.fetchall()}
    past = [
        _as_it_was(alarms[pk], bodies[seq]["alarm"])
        for pk, seq in zip(then.pks, then.seqs, strict=True)
        if pk in alarms and bodies.get(seq)
    ]
    _with_names(past)
    return past


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
    alarm.followers = said.get("followers", 0)
    alarm.owner_id, alarm.desk_id = said["owner_id"], said["desk_id"]
    return alarm


def _with_names(alarms: list[Alarm]) -> None:
    """Who had each alarm then, and which desk: two questions for all."""
    owners = User.objects.in_bulk({alarm.owner_id for alarm in alarms if alarm.owner_id})
    desks = Desk.objects.in_bulk({alarm.desk_id for alarm in alarms if alarm.desk_id})
    for alarm in alarms:
        alarm.owner = owners.get(alarm.owner_id) if alarm.owner_id else None
        alarm.desk = desks.get(alarm.desk_id) if alarm.desk_id else None
