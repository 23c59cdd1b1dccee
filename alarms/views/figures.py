"""Figures of the alarm desk: the page, and the same as CSV, XLSX and PDF."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from alarms.documents.charts import MOST_CHARTS, charts_at_hand, drawn
from alarms.documents.grids import late_rows
from alarms.documents.paper import pdf_of
from alarms.documents.sheets import csv_of, grids, xlsx_of
from alarms.documents.words import coverage_lines, moment_text, period_text, summary
from alarms.forms.figures import PeriodForm
from alarms.selectors.figures import (
    FIGURES,
    HIDING,
    Period,
    PeriodKind,
    Report,
    period_of,
    report_for,
    scope_of,
    today,
)
from trygghetscentral.accounts.access import requires
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.accounts.requests import Request
from trygghetscentral.files.press.orders import PressFailed
from trygghetscentral.shared import clock

MOST_ON_PAGE: Final = 100
MOST_ON_PAPER: Final = 300
MOST_IN_FILE: Final = 20_000
MOST_PLACES: Final = 50

CHART: Final = "diagram"
KEY: Final = re.compile(r"[0-9a-f]{64}")

Maker = Callable[[Report], bytes]

# How each is made, what it is, and its most exceptions and installations.
FILES: Final[dict[str, tuple[Maker, str, int, int | None]]] = {
    "csv": (csv_of, "text/csv; charset=utf-8", MOST_IN_FILE, None),
    "xlsx": (
        xlsx_of,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        MOST_IN_FILE,
        None,
    ),
    "pdf": (pdf_of, "application/pdf", MOST_ON_PAPER, MOST_PLACES),
}


@requires(Permission.STATISTICS_VIEW)
@require_GET
@never_cache
def figures(request: Request) -> HttpResponse:
    """The figures of one period beside the one before; this week, or month, unless asked."""
    form = _form(request)
    period = form.chosen() if form.is_valid() else _default(request)
    report = report_for(
        request.user,
        period,
        now=clock.now(),
        most_late=MOST_ON_PAGE,
        most_places=MOST_PLACES,
    )
    tables = grids(report)
    charts = charts_at_hand(tables)
    return render(
        request,
        "alarms/figures.html",
        {
            "form": form,
            "report": report,
            "title": period_text(period),
            "summary": summary(report),
            "coverage": coverage_lines(report),
            "taken": moment_text(report.at),
            "tables": list(zip(tables, charts, strict=True)),
            "undrawn": urlencode(
                [(CHART, chart.key) for chart in charts if chart and not chart.svg]
            ),
            "late": late_rows(report),
            "definitions": FIGURES,
            "hiding": HIDING,
            "query": query_of(period),
            "earlier": query_of(period.before()),
            "later": None if period.is_running(report.at) else query_of(period.after()),
        },
        status=400 if form.is_bound and form.errors else 200,
    )


@requires(Permission.STATISTICS_VIEW)
@require_GET
@never_cache
def figures_charts(request: Request) -> HttpResponse:
    """The pictures that a page of figures was shown without; those that cannot be drawn leave it.

    A page hands out the keys of its own figures, and nobody can work out another's.
    """
    keys = [key for key in request.GET.getlist(CHART)[:MOST_CHARTS] if KEY.fullmatch(key)]
    svgs = drawn(keys)
    charts = [(key, svgs.get(key, "")) for key in keys]
    return render(request, "alarms/_figures_charts.html", {"charts": charts})


@requires(Permission.STATISTICS_VIEW)
@require_GET
@never_cache
def figures_file(request: Request, kind: str) -> HttpResponse:
    """The same figures as a file; 404 for a period or a kind that does not exist."""
    form = _form(request)
    if kind not in FILES or (form.is_bound and not form.is_valid()):
        raise Http404
    period = form.chosen() if form.is_bound else _default(request)
    make, content_type, most, places = FILES[kind]
    report = report_for(request.user, period, now=clock.now(), most_late=most, most_places=places)
    try:
        made = make(report)
    except PressFailed:
        messages.error(
            request,
            _(
                "Filen gick inte att göra just nu. Siffrorna står här. Försök igen, eller hämta "
                "dem som Excel eller CSV."
            ),
        )
        return HttpResponseRedirect(f"{reverse('alarms:figures')}?{query_of(period)}")
    response = HttpResponse(made, content_type=content_type)
    name = f"larm-{period.first:%Y-%m-%d}-{period.last:%Y-%m-%d}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _form(request: Request) -> PeriodForm:
    period = _default(request)
    initial = {"period": period.kind.value, "datum": today(clock.now())}
    asked = request.GET if "datum" in request.GET else None
    return PeriodForm(asked, initial=initial, detailed=scope_of(request.user).detailed)


def _default(request: Request) -> Period:
    kind = PeriodKind.WEEK if scope_of(request.user).detailed else PeriodKind.MONTH
    return period_of(kind, today(clock.now()))


def query_of(period: Period) -> str:
    """The address of a period, after the question mark."""
    asked = {"period": period.kind.value, "datum": period.first.isoformat()}
    if period.kind is PeriodKind.RANGE:
        asked["till"] = period.last.isoformat()
    return urlencode(asked)
