"""Each wait that was longer than its target: what a shift lead reads one by one.

No person, no place and no text: a trygghetslarm looks like any other row (domain.md 00.8).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import connection

from alarms.selectors.figures.counting import arguments_of, waits_sql
from alarms.selectors.figures.period import Period
from alarms.selectors.figures.scope import Scope

LATE: Final = """
SELECT number, public_id, category, desk_id, began, target_seconds,
    extract(epoch FROM ended - began)::float8 AS seconds, again, answered IS NULL AS unanswered,
    count(*) OVER () AS of_all
FROM wait
WHERE ended > began + make_interval(secs => target_seconds)
ORDER BY began DESC, number DESC
LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True)
class LateAnswer:
    """`seconds` is the whole wait so far; `again` that it was a "Larmar igen"."""

    number: str
    public_id: UUID
    category: str
    desk_id: int | None
    began: dt.datetime
    target_seconds: int
    seconds: float
    again: bool
    unanswered: bool


@dataclass(frozen=True, slots=True)
class LateAnswers:
    """The newest of them, and how many there are in all."""

    rows: tuple[LateAnswer, ...] = ()
    of_all: int = 0


def late_answers(*, scope: Scope, period: Period, now: dt.datetime, most: int) -> LateAnswers:
    """Newest first, at most `most`; none at all for a reader of aggregates. One query."""
    if not scope.detailed:
        return LateAnswers()
    with connection.cursor() as cursor:
        cursor.execute(
            waits_sql(scope) + LATE,
            {**arguments_of(scope, period.start, period.end, now), "most": most},
        )
        found = cursor.fetchall()
    rows = tuple(LateAnswer(*row[:-1]) for row in found)
    return LateAnswers(rows, found[0][-1] if found else 0)
