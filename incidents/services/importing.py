"""Incidents of the past, entered many at a time with how they ended."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from incidents.events import IncidentRegistered, snapshot
from incidents.models import (
    CauseAnalysis,
    Damage,
    Incident,
    IncidentAssessment,
    IncidentKind,
    IncidentTask,
    Origin,
)
from incidents.services.holding import audiences_of, tell
from incidents.services.registering import SERIES, refuse_impossible_time, refuse_without_group
from incidents.states import OPEN, UNASSESSED, Stage
from trygghetscentral.accounts.models import User
from trygghetscentral.ledger.events import Code
from trygghetscentral.places.models import Site
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.clock import local
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.numbers import allocate_many

WEEK = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastIncident:
    """One of them. `by` has registered, judged and worked with it; `cost` in whole kronor."""

    kind: IncidentKind
    title: str
    description: str
    occurred_from: dt.datetime
    site: Site
    by: User
    stage: Stage
    severity: int
    urgency: int
    cost: int = 0
    flags: tuple[str, ...] = ()
    task: str = ""
    cause: str = ""
    closing: str = ""
    restricted_group_id: int | None = None


def enter_past(*, actor: Actor, now: dt.datetime, rows: Sequence[PastIncident]) -> list[Incident]:
    """Enter them in the order they happened, each registered within the hour. A constant number
    of queries a controller. Raises Invalid as `register` does."""
    with unit_of_work(actor=actor, now=now):
        ordered = sorted(rows, key=lambda row: row.occurred_from)
        years = Counter(local(row.occurred_from).year for row in ordered)
        numbers = [
            number
            for year in sorted(years)
            for number in allocate_many(series=SERIES, year=year, count=years[year])
        ]
        made = [
            _incident(row, number, now=now) for row, number in zip(ordered, numbers, strict=True)
        ]
        Incident.objects.bulk_create(made)
        pairs = list(zip(made, ordered, strict=True))
        _follow(pairs)
        for incident in made:
            origin = Code(incident.origin)
            tell(IncidentRegistered(incident=snapshot(incident), origin=origin), incident)
    return made


def _incident(row: PastIncident, number: str, *, now: dt.datetime) -> Incident:
    refuse_impossible_time(row.occurred_from, None, now=now)
    if row.kind.restricted or row.restricted_group_id:
        refuse_without_group(row.kind, row.restricted_group_id, controller=row.site.controller)
    judged = row.stage not in UNASSESSED
    incident = Incident(
        number=number,
        kind=row.kind,
        title=row.title,
        description=row.description,
        stage=row.stage,
        severity=row.severity if judged else None,
        urgency=row.urgency if judged else None,
        origin=Origin.COORDINATOR,
        occurred_from=row.occurred_from,
        site=row.site,
        position=row.site.position,
        area_id=row.site.area_id,
        controller=row.site.controller,
        owner=row.by if judged and row.stage != Stage.ASSESSED else None,
        closing=row.closing,
        restricted_group_id=row.restricted_group_id,
        registered_at=min(row.occurred_from + dt.timedelta(minutes=40), now),
        registered_by=row.by,
        closed_at=None if row.stage in OPEN else min(row.occurred_from + WEEK, now),
        **dict.fromkeys(row.flags, True),
    )
    incident.audiences = audiences_of(incident, frozenset())
    return incident


def _follow(pairs: Sequence[tuple[Incident, PastIncident]]) -> None:
    IncidentAssessment.objects.bulk_create(
        IncidentAssessment(
            incident=incident,
            severity=row.severity,
            urgency=row.urgency,
            reason=row.description,
            by=row.by,
            at=incident.registered_at,
        )
        for incident, row in pairs
        if incident.severity is not None
    )
    Damage.objects.bulk_create(
        Damage(
            incident=incident,
            what=row.title,
            material=row.cost,
            added_by=row.by,
            added_at=incident.registered_at,
        )
        for incident, row in pairs
        if row.cost
    )
    IncidentTask.objects.bulk_create(
        IncidentTask(
            incident=incident,
            what=row.task,
            responsible=row.by,
            due_on=(incident.registered_at + WEEK).date(),
            added_by=row.by,
            added_at=incident.registered_at,
            done_by=None if incident.is_open else row.by,
            done_at=incident.closed_at,
        )
        for incident, row in pairs
        if row.task
    )
    CauseAnalysis.objects.bulk_create(
        CauseAnalysis(
            incident=incident,
            causes=[row.cause],
            lessons=row.closing,
            changed_by=row.by,
            changed_at=incident.closed_at or incident.registered_at,
        )
        for incident, row in pairs
        if row.cause
    )
