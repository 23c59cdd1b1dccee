"""What the pages of EST show."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.db.models import QuerySet

from alarms.selectors.directory import centre_id
from incidents.est_states import ObservationState, ReportMove, ReportState, report_moves
from incidents.models import (
    EstExport,
    EstNothing,
    EstObservation,
    EstReport,
    EstVersion,
    VersionKind,
)
from incidents.selectors.est.weeks import (
    Week,
    coverage_of,
    own_organisations,
    report_of,
    week_now,
)
from trygghetscentral.accounts.models import Organisation, User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.places.models import Area, AreaKind
from trygghetscentral.places.selectors import areas_in_force

MOST_ROWS: Final = 200
MOST_REPORTS: Final = 26
MOST_PUBLIC: Final = 60


def areas_to_choose(now: dt.datetime) -> QuerySet[Area]:
    """The stadsområden."""
    return areas_in_force(now).filter(kind=AreaKind.CITY_AREA)


def observation_for(user: User) -> QuerySet[EstObservation]:
    """Those that the user sees, with what a page says of them."""
    found: QuerySet[EstObservation] = EstObservation.objects.visible_to(user).select_related(
        "site", "area", "organisation", "created_by", "released_by"
    )
    return found


def may_compile(user: User) -> bool:
    """Whether the user holds the report of the whole city."""
    return user.may(Permission.EST_COMPILE, centre_id())


def week_page(user: User, now: dt.datetime) -> dict[str, Any]:
    """What the week's page shows this reader."""
    week = week_now(now)
    rows = observation_for(user)
    own = list(own_organisations(user)) if user.may(Permission.EST_REPORT) else []
    reports = list(EstReport.objects.visible_to(user)[:MOST_REPORTS])
    compiles = may_compile(user)
    reading = rows.filter(state=ObservationState.NEW, organisation__in=own)
    current = report_of(week)
    return {
        "week": week,
        "own": own,
        "to_read": list(reading[:MOST_ROWS]),
        "remind": _silent(own, week, now=now),
        "others": list(
            rows.filter(state=ObservationState.RELEASED, year=week.year, week=week.number)[
                :MOST_ROWS
            ]
        ),
        "reports": reports,
        "compiles": compiles,
        "gathering": [one for one in reports if one.state != ReportState.PUBLISHED][:3],
        "current": current,
        "coverage": coverage_of(week) if compiles else None,
        "may_open": compiles and current is None,
        "observe_by": current.observe_by if current else None,
    }


def _silent(own: list[Organisation], week: Week, *, now: dt.datetime) -> list[tuple[Any, Week]]:
    """Those of the user's that have not reported this week, nor the last while it is gathered."""
    weeks = [week]
    last = report_of(week.plus(-1))
    if last is not None and last.state == ReportState.GATHERING and last.due_at > now:
        weeks.insert(0, week.plus(-1))
    silent = []
    for one in weeks:
        of_week = {"year": one.year, "week": one.number}
        there = set(
            EstObservation.objects.filter(**of_week, organisation__in=own)
            .exclude(state=ObservationState.WITHDRAWN)
            .values_list("organisation_id", flat=True)
        ) | set(
            EstNothing.objects.filter(**of_week, organisation__in=own).values_list(
                "organisation_id", flat=True
            )
        )
        silent += [(organisation, one) for organisation in own if organisation.pk not in there]
    return silent


def report_page(report: EstReport, user: User) -> dict[str, Any]:
    """What is said beside a report, and what may be done with it next."""
    authors = {report.drafted_by_id, report.edited_by_id, report.submitted_by_id}
    moves = [one for one in report_moves(report.state) if one != ReportMove.DRAFT]
    if user.pk in authors:
        moves = [one for one in moves if one != ReportMove.APPROVE]
    week = Week(report.year, report.week)
    return {
        "report": report,
        "coverage": coverage_of(week),
        "moves": moves if may_compile(user) else [],
        "compiles": may_compile(user),
        "own_work": user.pk in authors,
        "rows": list(
            observation_for(user).filter(
                state=ObservationState.RELEASED, year=report.year, week=report.week
            )
        ),
        "disclosures": list(report_disclosures(report)) if may_compile(user) else [],
    }


def report_disclosures(report: EstReport) -> QuerySet[EstExport]:
    """To whom it was given."""
    return EstExport.objects.filter(version__report=report).select_related("version", "disclosure")


def published_version(report: EstReport, kind: VersionKind) -> EstVersion | None:
    """What was published."""
    return EstVersion.objects.filter(report=report, kind=kind).select_related("report").first()


def open_versions() -> list[EstVersion]:
    """The open versions of the newest published reports."""
    found = EstVersion.objects.filter(
        kind=VersionKind.OPEN, report__in=EstReport.objects.public()
    ).select_related("report")
    return list(found.order_by("-report__year", "-report__week")[:MOST_PUBLIC])


def open_version(year: int, week: int) -> EstVersion | None:
    """The open version of a week, when it is published."""
    return (
        EstVersion.objects.filter(
            kind=VersionKind.OPEN,
            report__in=EstReport.objects.public().filter(year=year, week=week),
        )
        .select_related("report")
        .first()
    )


def disclosure_for(user: User) -> QuerySet[EstExport]:
    """Those of reports that the user works with."""
    reports = EstReport.objects.visible_to(user)
    if not may_compile(user):
        reports = reports.none()
    return EstExport.objects.filter(version__report__in=reports).select_related(
        "version__report", "disclosure__registered_by"
    )


def pins(content: dict[str, Any]) -> dict[str, Any]:
    """The prioritised places for a map on a page."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [one["longitude"], one["latitude"]]},
                "properties": {
                    "name": f"{one['order']}. {one['place']}",
                    "kind_label": one["why"],
                    "address": one["responsible"],
                },
            }
            for one in content.get("priorities", ())
            if one["longitude"] is not None
        ],
    }
