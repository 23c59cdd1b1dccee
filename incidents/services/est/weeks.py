"""The weekly rhythm: each week has its report, opened when the one before it has run out."""

from __future__ import annotations

import datetime as dt
from typing import Final

from incidents.est_events import EstWeekOpened
from incidents.models import EstReport
from incidents.selectors.est.weeks import Week, report_of, week_now, week_of_report
from incidents.services.est.holding import compiler, tell_report
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.portions import do_each

# The city's habits [GK]: observations are in on Monday at ten, the report out on Tuesday at noon.
OBSERVE_BY: Final = (1, 10)
PUBLISH_BY: Final = (2, 12)


def open_week(*, actor: Actor, now: dt.datetime) -> EstReport:
    """Begin to gather this week, when nobody has yet. Raises Forbidden for who does not compile."""
    with unit_of_work(actor=actor, now=now):
        compiler(actor)
        week = week_now(now)
        return report_of(week) or _opened(week)


def open_due(*, actor: Actor, now: dt.datetime, limit: int = 10) -> int:
    """Open the weeks whose time has come. Returns how many."""
    with unit_of_work(actor=actor, now=now):
        due = list(
            EstReport.objects.select_for_update(skip_locked=True)
            .filter(next_at__lte=now)
            .order_by("next_at")[:limit]
        )
        return do_each(due, lambda rows: _follow(rows, now=now), what="est_week")


def _follow(reports: list[EstReport], *, now: dt.datetime) -> None:
    for report in reports:
        _follow_one(report, now=now)


def _follow_one(report: EstReport, *, now: dt.datetime) -> None:
    EstReport.objects.filter(pk=report.pk).update(next_at=None)
    # After a long stop only the week that it is now is opened: nobody was asked about the others.
    week = max(week_of_report(report).plus(1), week_now(now))
    if report_of(week) is None:
        _opened(week)


def _opened(week: Week) -> EstReport:
    after = week.plus(1)
    report = EstReport.objects.create(
        year=week.year,
        week=week.number,
        observe_by=after.at(*OBSERVE_BY),
        due_at=after.at(*PUBLISH_BY),
        next_at=after.at(1, 0),
    )
    tell_report(EstWeekOpened(public_id=report.public_id, year=week.year, week=week.number), report)
    return report
