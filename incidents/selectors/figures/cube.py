"""The counting itself, in one place: the cube of the incidents in some spans of time.

A worker keeps it for each month (`MonthTally`); a page counts anew what is no whole month, and the
months in which something has changed since. Both use the same words, so they cannot differ.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final, NamedTuple

from django.db import connection

from alarms.selectors.figures.scope import Scope
from incidents.selectors.figures.spans import Span
from incidents.states import Move, Stage

ALL: Final = "all"
SITE: Final = "site"
AREA: Final = "area"
KIND: Final = "kind"
SEVERITY: Final = "severity"
SLOT: Final = "slot"
"""100 × the weekday (1 is Monday) + the hour."""
WAIT: Final = "wait"
"""Whole hours, rounded up, from when it was reported until somebody began."""
YEARLY: Final = "yearly"
"""What is told by the year only: a kind that is known to a group, or INFLUENCE."""

DIMENSIONS: Final = (ALL, SITE, AREA, KIND, SEVERITY, SLOT, WAIT)
INFLUENCE: Final = 0
NONE: Final = 0
"""The key of those without a site, an area or a judged severity."""

LEFT_OUT: Final = (Stage.REJECTED.value, Stage.MERGED.value)
BEGINNINGS: Final = (Move.ASSIGN.value, Move.START.value, Move.END.value)

# The order, and OFFSET 0, have each span looked up by the index incident_newest, which reads what
# lies together on the disk, instead of all incidents or by site.
# A cost that is marked as secret is in no sum (domain.md E.1).
CUBE: Final = """
chosen AS (
    SELECT span.tag, i.controller_id, i.audiences, i.restricted_group_id IS NOT NULL AS confined,
        date_trunc('month', i.occurred_from AT TIME ZONE 'Europe/Stockholm')::date AS month,
        coalesce(i.site_id, 0) AS site, coalesce(i.area_id, 0) AS area, i.kind_id,
        coalesce(i.severity, 0)::bigint AS severity,
        100 * i.occurred_weekday + i.occurred_hour AS slot,
        kind.restricted, i.improper_influence OR kind."group" = 'OT' AS influence,
        i.near_miss, NOT i.near_miss AND (i.injured OR i.damaged) AS harm,
        coalesce(i.severity, 0) >= 3 AS severe,
        CASE WHEN begun.at IS NOT NULL THEN
            ceil(greatest(extract(epoch FROM begun.at - i.registered_at), 0) / 3600)::bigint
        END AS wait,
        cost.*
    FROM unnest(%(tags)s::text[], %(starts)s::timestamptz[], %(ends)s::timestamptz[])
        AS span(tag, starts, ends)
    CROSS JOIN LATERAL (
        SELECT * FROM incidents_incident one
        WHERE one.occurred_from >= span.starts AND one.occurred_from < span.ends
        ORDER BY one.occurred_from DESC, one.id DESC OFFSET 0
    ) i
    JOIN incidents_incidentkind kind ON kind.id = i.kind_id
    LEFT JOIN LATERAL (
        SELECT sum(d.material) AS material, sum(d.work) AS work,
            sum(d.deductible) AS deductible, sum(d.reimbursed) AS reimbursed
        FROM incidents_damage d WHERE d.incident_id = i.id AND NOT EXISTS (
            SELECT 1 FROM incidents_partsecrecy p
            WHERE p.incident_id = i.id AND p.part = 'damage')
    ) cost ON true
    LEFT JOIN LATERAL (
        SELECT min(m.at) AS at FROM incidents_incidentmove m
        WHERE m.incident_id = i.id AND m.move = ANY(%(beginnings)s)
    ) begun ON true
    WHERE i.exercise_id IS NULL AND i.stage <> ALL(%(left_out)s) AND {readers}
), counted AS (
    SELECT tag, month, controller_id, {circle} dimension, key,
        count(*) AS incidents,
        count(*) FILTER (WHERE near_miss) AS near_miss,
        count(*) FILTER (WHERE harm) AS harm,
        count(*) FILTER (WHERE severe) AS severe,
        count(*) FILTER (WHERE material + work > 0) AS costed,
        coalesce(sum(material), 0) AS material, coalesce(sum(work), 0) AS work,
        coalesce(sum(deductible), 0) AS deductible, coalesce(sum(reimbursed), 0) AS reimbursed
    FROM chosen CROSS JOIN LATERAL (VALUES
        ('all', 0::bigint), ('site', site), ('area', area), ('kind', kind_id),
        ('severity', severity), ('slot', slot), ('wait', wait),
        ('yearly', CASE WHEN influence THEN 0 END),
        ('yearly', CASE WHEN restricted THEN kind_id END)
    ) AS one(dimension, key)
    WHERE key IS NOT NULL AND dimension = ANY(%(dimensions)s)
        AND (dimension = 'yearly' OR NOT restricted)
    GROUP BY tag, month, controller_id, {circle} dimension, key
)
"""

READ: Final = """
, kept AS (
    SELECT span.tag, t.month, t.controller_id, t.dimension, t.key, t.incidents, t.near_miss,
        t.harm, t.severe, t.costed, t.material, t.work, t.deductible, t.reimbursed
    FROM unnest(%(kept_tags)s::text[], %(kept_months)s::date[]) AS span(tag, month)
    JOIN incidents_monthtally t ON t.month = span.month AND t.dimension = ANY(%(dimensions)s)
    WHERE {tally_readers}
), both_of AS (
    SELECT * FROM kept
    UNION ALL
    SELECT tag, month, controller_id, dimension, key, incidents, near_miss, harm, severe, costed,
        material, work, deductible, reimbursed
    FROM counted
)
SELECT tag, dimension, key,
    CASE WHEN dimension IN ('all', 'wait') THEN controller_id END AS controller,
    CASE WHEN dimension = 'all' THEN month END AS month_of,
    sum(incidents)::bigint, sum(near_miss)::bigint, sum(harm)::bigint, sum(severe)::bigint,
    sum(costed)::bigint, sum(material)::bigint, sum(work)::bigint, sum(deductible)::bigint,
    sum(reimbursed)::bigint
FROM both_of GROUP BY 1, 2, 3, 4, 5
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The figures of one group in one period; kronor. `median` and `p80` are whole hours, None
    when nobody has begun with anything. `hidden` names the figures that are not shown."""

    incidents: int = 0
    near_miss: int = 0
    harm: int = 0
    severe: int = 0
    costed: int = 0
    material: int = 0
    work: int = 0
    deductible: int = 0
    reimbursed: int = 0
    begun: int = 0
    median: int | None = None
    p80: int | None = None
    hidden: frozenset[str] = frozenset()

    @property
    def cost(self) -> int:
        """Material and work."""
        return self.material + self.work

    @property
    def net(self) -> int:
        """What is left to bear when the insurance has paid."""
        return self.cost - self.reimbursed


SUMMED: Final = tuple(field.name for field in fields(Figures))[:9]


class Counted(NamedTuple):
    """One line of the cube. Controller only in ALL and WAIT, month only in ALL."""

    tag: str
    dimension: str
    key: int
    controller: int | None
    month: dt.date | None
    figures: Figures


def counted(
    *, scope: Scope, spans: Mapping[str, Sequence[Span]], dimensions: Sequence[str]
) -> list[Counted]:
    """The cube of the spans under each tag, as the reader may see it. One query.

    Readers of aggregates get nothing that only a group may know of, except by the year.
    """
    direct = [(tag, one) for tag, some in spans.items() for one in some if one.month is None]
    kept = [(tag, one) for tag, some in spans.items() for one in some if one.month is not None]
    readers, tally_readers = _readers(scope, dimensions)
    arguments = {
        **_spans(direct, dimensions),
        "kept_tags": [tag for tag, _one in kept],
        "kept_months": [one.month for _tag, one in kept],
        "controllers": list(scope.controllers),
        "audiences": list(scope.audiences or ()),
    }
    words = CUBE.format(readers=readers, circle="") + READ.format(tally_readers=tally_readers)
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {words}", arguments)
        return [_line(row) for row in cursor.fetchall()]


def whole_month(*, start: dt.datetime, end: dt.datetime) -> tuple[str, dict[str, Any]]:
    """The cube of a month for all readers, as a WITH clause that ends in `counted`, and what it
    asks for."""
    spans = [("month", Span(start, end, None))]
    cube = CUBE.format(readers="true", circle="audiences, confined,")
    return f"WITH {cube}", _spans(spans, (*DIMENSIONS, YEARLY))


def _readers(scope: Scope, dimensions: Iterable[str]) -> tuple[str, str]:
    if scope.detailed:
        either = "{}.audiences && %(audiences)s::text[]"
        return either.format("i"), either.format("t")
    here = "{}.controller_id = ANY(%(controllers)s)"
    if YEARLY in dimensions:
        return here.format("i"), here.format("t")
    return (
        f"{here.format('i')} AND i.restricted_group_id IS NULL",
        f"{here.format('t')} AND NOT t.confined",
    )


def _spans(spans: Sequence[tuple[str, Span]], dimensions: Sequence[str]) -> dict[str, Any]:
    return {
        "tags": [tag for tag, _one in spans],
        "starts": [one.start for _tag, one in spans],
        "ends": [one.end for _tag, one in spans],
        "dimensions": list(dimensions),
        "left_out": list(LEFT_OUT),
        "beginnings": list(BEGINNINGS),
    }


def _line(row: tuple[Any, ...]) -> Counted:
    tag, dimension, key, controller, month = row[:5]
    return Counted(tag, dimension, key, controller, month, figures_of(row[5:]))


def figures_of(values: Sequence[Any]) -> Figures:
    """Of the values of SUMMED, in that order."""
    return Figures(**dict(zip(SUMMED, values, strict=True)))
