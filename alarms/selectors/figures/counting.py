"""The counting itself: one statement over the alarms of two periods that follow each other.

A wait is the time from a call until its first answer: arrival to `acknowledged_at`, and for each
"Larmar igen" its own, from the ledger's rows. Its target is met by the answer, except for a fire
where the centre alarms räddningstjänsten: there by that (alarms.fire, domain.md 00.10).

It goes by the index on `received_at`, so that old alarms cost nothing (measured: docs/figures.md).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from django.db import connection

from alarms import prov
from alarms.codes import Category
from alarms.fire import CENTRE, FIRE_ENDINGS
from alarms.selectors.figures.period import Period
from alarms.selectors.figures.scope import Scope

# Installations that are no rows of their own.
CARE: Final = -1
NOWHERE: Final = -2
HIDDEN: Final = -3

ANSWERS: Final = ["alarm.acknowledged", "alarm.progressed", "alarm.closed"]

WAITS: Final = """
WITH alarm AS (
    SELECT a.id, a.number, a.public_id, a.desk_id, a.category, a.installation_id, a.received_at,
        a.acknowledged_at, a.closed_at, a.target_seconds, a.close_code_id,
        CASE WHEN a.category = %(fire)s AND a.kind LIKE ANY(%(rescue_kinds)s)
                AND coalesce(i.fire_call, %(centre)s) = %(centre)s
            THEN a.target_met_at ELSE a.acknowledged_at END AS met
    FROM alarms_alarm a LEFT JOIN alarms_installation i ON i.id = a.installation_id
    WHERE a.received_at >= %(from)s AND a.received_at < %(to)s AND a.exercise_id IS NULL
        AND a.kind NOT LIKE %(tests)s AND {scope}
), again AS (
    SELECT DISTINCT ON (called.subject_id, answer.seq) a.id, a.number, a.public_id, a.desk_id,
        a.category, a.installation_id, called.at AS began, answer.at AS answered, a.target_seconds
    FROM ledger_row called
    JOIN alarms_alarm a ON a.id = called.subject_id::bigint
    LEFT JOIN LATERAL (
        SELECT seq, at FROM ledger_row
        WHERE subject_type = called.subject_type AND subject_id = called.subject_id
            AND seq > called.seq AND name = ANY(%(answers)s)
        ORDER BY seq LIMIT 1
    ) answer ON true
    WHERE called.name = 'alarm.again' AND called.subject_type = 'alarms.alarm'
        AND called.at >= %(from)s AND called.at < %(to)s AND a.exercise_id IS NULL
        AND a.kind NOT LIKE %(tests)s AND {scope}
    ORDER BY called.subject_id, answer.seq, called.seq
), wait AS (
    SELECT id, number, public_id, desk_id, category, installation_id, target_seconds,
        received_at AS began, acknowledged_at AS answered,
        coalesce(met, closed_at, %(now)s) AS ended, false AS again,
        closed_at IS NOT NULL AS closed, close_code_id
    FROM alarm
    UNION ALL
    SELECT id, number, public_id, desk_id, category, installation_id, target_seconds,
        began, answered, coalesce(answered, %(now)s), true, false, NULL
    FROM again
)
"""

COUNTED: Final = """
, care AS (
    SELECT DISTINCT installation_id FROM wait WHERE category = %(care)s
), marked AS (
    SELECT began >= %(split)s AS current, wait.desk_id, wait.category,
        CASE WHEN wait.category = %(care)s THEN -1
            WHEN wait.installation_id IS NULL THEN -2
            WHEN care.installation_id IS NOT NULL THEN -3
            WHEN wait.installation_id = ANY(%(installations)s) THEN wait.installation_id
            ELSE -3 END AS place,
        extract(epoch FROM answered - began)::float8 AS seconds, again, closed,
        target_seconds IS NOT NULL AS aimed,
        ended > began + make_interval(secs => target_seconds) AS late,
        coalesce(code.unfounded, false) AS unfounded
    FROM wait
    LEFT JOIN alarms_closecode code ON code.id = wait.close_code_id
    LEFT JOIN care ON care.installation_id = wait.installation_id
)
SELECT current, grouping(desk_id, category, place) AS level, desk_id, category, place,
    count(*) FILTER (WHERE NOT again) AS received,
    count(seconds) FILTER (WHERE NOT again) AS answered,
    count(*) FILTER (WHERE closed) AS closed,
    count(*) FILTER (WHERE late) AS late,
    count(*) FILTER (WHERE closed AND unfounded) AS unfounded,
    count(*) FILTER (WHERE aimed) AS aimed,
    percentile_disc(ARRAY[0.8, 0.985]) WITHIN GROUP (ORDER BY seconds) AS percentiles
FROM marked
GROUP BY GROUPING SETS ((current), (current, desk_id), (current, category), (current, place))
"""

LEVELS: Final = {7: "all", 3: "desk", 5: "category", 6: "installation"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The figures of one group in one period; times in seconds, None when nothing was answered.

    `aimed` is waits that had a target. `hidden` names the figures that are not shown.
    """

    received: int = 0
    answered: int = 0
    closed: int = 0
    late: int = 0
    unfounded: int = 0
    aimed: int = 0
    p80: float | None = None
    p985: float | None = None
    hidden: frozenset[str] = frozenset()


class Group(NamedTuple):
    """What was counted together: level "all", "desk", "category" or "installation", its key
    there, and whether in the period itself or the one before."""

    level: str
    key: int | str | None
    current: bool


def count(
    *,
    scope: Scope,
    period: Period,
    now: dt.datetime,
    installations: Iterable[int] = (),
) -> dict[Group, Figures]:
    """Count the period and the one before it. One query.

    `installations` get figures of their own. Trygghetslarm are never told apart by place, and
    neither is anything else from an installation that sends them (domain.md 00.17).
    """
    arguments = {
        **arguments_of(scope, period.before().start, period.end, now),
        "split": period.start,
        "care": Category.MEDICAL.value,
        "installations": list(installations),
    }
    with connection.cursor() as cursor:
        cursor.execute(waits_sql(scope) + COUNTED, arguments)
        return {_group(row): _figures(row) for row in cursor.fetchall()}


def waits_sql(scope: Scope) -> str:
    """The waits of a scope as a WITH clause that ends in `wait`; see `arguments_of`. What was
    only a test called nobody, and is not counted; a row of many zones is one alarm."""
    real = "a.lead_id IS NULL AND NOT starts_with(a.kind, %(tested)s)"
    if scope.detailed:
        return WAITS.format(scope=f"{real} AND a.audiences && %(audiences)s::text[]")
    return WAITS.format(scope=f"{real} AND a.controller_id = ANY(%(controllers)s)")


def arguments_of(
    scope: Scope, start: dt.datetime, end: dt.datetime, now: dt.datetime
) -> dict[str, Any]:
    """What `waits_sql` asks for."""
    return {
        "from": start,
        "to": end,
        "now": now,
        "answers": ANSWERS,
        "fire": Category.FIRE.value,
        "rescue_kinds": [f"%{ending}" for ending in FIRE_ENDINGS],
        "centre": CENTRE,
        "tests": f"{prov.KIND}%",
        "tested": prov.KIND,
        "controllers": list(scope.controllers),
        "audiences": list(scope.audiences or ()),
    }


def _group(row: tuple[Any, ...]) -> Group:
    current, level, desk, category, place = row[:5]
    name = LEVELS[level]
    key = {"all": None, "desk": desk, "category": category, "installation": place}[name]
    return Group(name, key, current)


def _figures(row: tuple[Any, ...]) -> Figures:
    received, answered, closed, late, unfounded, aimed, percentiles = row[5:]
    p80, p985 = percentiles or (None, None)
    return Figures(
        received=received,
        answered=answered,
        closed=closed,
        late=late,
        unfounded=unfounded,
        aimed=aimed,
        p80=p80,
        p985=p985,
    )
