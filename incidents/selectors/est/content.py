"""What a version of a veckorapport says, as plain data: page, paper and file are made of it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import formats
from django.utils.translation import gettext as _

from incidents.models import (
    EstObservation,
    EstPriority,
    EstReport,
    KindGroup,
    ObservationKind,
    Outcome,
    VersionKind,
    WeekLevel,
)
from incidents.selectors.est.counts import (
    NO_AREA,
    incidents_shown,
    observations_exact,
    observations_shown,
)
from incidents.selectors.est.small import Table
from incidents.selectors.est.suggestions import to_follow_up
from incidents.selectors.est.weeks import coverage_of, week_of_report
from trygghetscentral.files.secrecy import SecrecyGround
from trygghetscentral.shared.clock import local

Content = dict[str, Any]


def content_of(report: EstReport, kind: VersionKind) -> Content:
    """Everything that the version says."""
    week = week_of_report(report)
    closed = kind == VersionKind.RESTRICTED
    shown = observations_exact(week) if closed else observations_shown(week)
    cover = coverage_of(week)
    return {
        "version": kind.value,
        "version_label": str(kind.label),
        "title": _("Veckorapport för trygghet, vecka %(week)s %(year)s")
        % {"week": report.week, "year": report.year},
        "period": _period(report),
        "demo": _("DEMO – påhittade uppgifter") if settings.DEMO else "",
        "level": _level(report),
        "ground": _ground(report) if closed else "",
        "sections": _sections(report, closed=closed),
        "priorities": [
            _priority(one) for one in report.priorities.select_related("area") if closed or one.open
        ],
        "follow_up": _follow_up(report, closed=closed),
        "observations": _rows(shown, dict(ObservationKind.choices)),
        "incidents": _rows(incidents_shown(week), dict(KindGroup.choices)),
        "each": _each(report) if closed else [],
        "coverage": _("%(n)s av %(all)s nämnder, bolag och förbund har rapporterat.")
        % {"n": len(cover.reported), "all": cover.asked},
        "about": _about(closed=closed),
    }


def _period(report: EstReport) -> str:
    first, last = (formats.date_format(day, "j F") for day in (report.monday, report.sunday))
    return _("%(first)s till %(last)s %(year)s") % {
        "first": first,
        "last": last,
        "year": report.sunday.year,
    }


def _level(report: EstReport) -> Content:
    # An open paper says who by the task; the name of an official is not needed to read it.
    at = local(report.level_at) if report.level_at else None
    return {
        "code": report.level,
        "label": str(WeekLevel(report.level).label) if report.level else "",
        "sentence": report.level_sentence,
        "by": report.level_by.signature if report.level_by else "",
        "at": formats.date_format(at, "j F Y H:i") if at else "",
    }


def _ground(report: EstReport) -> str:
    return str(SecrecyGround(report.closed_ground).label) if report.closed_ground else ""


def _sections(report: EstReport, *, closed: bool) -> list[Content]:
    heads = (
        (_("Hänt"), report.happened, report.happened_closed),
        (_("Görs"), report.doing, report.doing_closed),
        (_("Prognos"), report.forecast, report.forecast_closed),
    )
    return [
        {"title": title, "lines": _lines(text), "closed": _lines(more) if closed else []}
        for title, text, more in heads
    ]


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _priority(one: EstPriority) -> Content:
    return {
        "order": one.order,
        "place": one.place,
        "area": one.area.name if one.area else "",
        "why": one.why,
        "responsible": one.responsible,
        "action": one.action,
        "longitude": one.position.longitude if one.position else None,
        "latitude": one.position.latitude if one.position else None,
    }


def _follow_up(report: EstReport, *, closed: bool) -> list[Content]:
    last = to_follow_up(report)
    if last is None:
        return []
    return [
        {
            "place": one.place,
            "responsible": one.responsible,
            "outcome": str(Outcome(one.outcome).label) if one.outcome else _("Inte uppföljt"),
            "text": one.outcome_text,
        }
        for one in last.priorities.all()
        if closed or one.open
    ]


def _rows(table: Table[str, str], labels: dict[str, Any]) -> Content:
    """The rows with something to show; what is hidden is one sentence for all of it."""
    rows = [
        {
            "label": str(labels[key]),
            "number": str(number),
            "areas": _areas(table, key),
        }
        for key, number in sorted(
            table.rows.items(), key=lambda item: (-(item[1] or 0), str(labels[item[0]]))
        )
        if number
    ]
    hidden = any(number is None for number in table.rows.values())
    return {
        "total": "" if table.total is None else str(table.total),
        "rows": rows,
        "note": _("Tal under 5 visas inte, inte heller tal som skulle avslöja dem.")
        if hidden
        else "",
    }


def _areas(table: Table[str, str], key: str) -> str:
    there = [
        (number, area)
        for (of, area), number in table.cells.items()
        if of == key and number and area != NO_AREA
    ]
    there.sort(key=lambda item: (-item[0], item[1]))
    return ", ".join(f"{area} {number}" for number, area in there)


def _each(report: EstReport) -> list[Content]:
    rows = (
        EstObservation.objects.released()
        .of_week(report.year, report.week)
        .select_related("site", "area", "organisation")
        .order_by("kind", "organisation__name", "pk")
    )
    return [
        {
            "kind": str(row.get_kind_display()),
            # What may be secret is its nämnd's alone (OSL 8:1): others see that it is there.
            "place": _("Markerad") if row.ground else row.where,
            "area": row.area.name if row.area else "",
            "when": "" if row.ground else _when(row),
            "organisation": row.organisation.name,
            "text": _("Läses hos nämnden.") if row.ground else row.text,
            "action": "" if row.ground else row.action,
            "ground": str(SecrecyGround(row.ground).label) if row.ground else "",
        }
        for row in rows
    ]


def _when(row: EstObservation) -> str:
    return " ".join(
        str(part) for part in (row.get_weekday_display(), row.get_band_display()) if part
    )


def _about(*, closed: bool) -> list[str]:
    said = [
        _(
            "Rapporten gäller platser och situationer, aldrig enskilda personer. Den bygger på "
            "observationer som nämnder, bolag och förbund själva har läst och släppt."
        ),
        _(
            "Händelser som bara en behovsgrupp känner till, hot mot förtroendevalda, "
            "personuppgiftsincidenter och trygghetslarm räknas inte här."
        ),
        _("Nivån är satt av en person."),
    ]
    if closed:
        said.append(_("Begränsad version: varje utlämnande prövas på nytt. Sprid den inte vidare."))
    return said
