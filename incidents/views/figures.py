"""Tillbuds- och skadestatistik: the page, and the same as CSV, XLSX and PDF."""

from __future__ import annotations

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

from alarms.documents.charts import charts_at_hand
from alarms.documents.words import moment_text
from alarms.forms.figures import PeriodForm
from alarms.selectors.figures import Period, PeriodKind, period_of, scope_of, today
from alarms.views.figures import CHART, query_of
from alarms.views.figures import FILES as ALARM_FILES
from incidents.documents import figures as documents
from incidents.selectors.figures import FIGURES, MORE, Report, report_for
from trygghetscentral.accounts.access import requires
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.accounts.requests import Request
from trygghetscentral.files.press.orders import PressFailed
from trygghetscentral.shared import clock

MOST_PLACES: Final = 50

Maker = Callable[[Report], bytes]

# How each is made, and its most sites.
FILES: Final[dict[str, tuple[Maker, int | None]]] = {
    "csv": (documents.csv_of, None),
    "xlsx": (documents.xlsx_of, None),
    "pdf": (documents.pdf_of, MOST_PLACES),
}


@requires(Permission.STATISTICS_VIEW)
@require_GET
@never_cache
def incident_figures(request: Request) -> HttpResponse:
    """The figures of one period beside the one before; this month unless asked."""
    form = _form(request)
    period = form.chosen() if form.is_valid() else _default()
    report = report_for(request.user, period, now=clock.now(), most_places=MOST_PLACES)
    tables = documents.grids(report)
    charts = charts_at_hand(tables)
    undrawn = [(CHART, chart.key) for chart in charts if chart and not chart.svg]
    context = {
        "form": form,
        "report": report,
        "title": documents.title_of(report),
        "summary": documents.summary(report),
        "coverage": documents.coverage_lines(report),
        "taken": moment_text(report.at),
        "tables": list(zip(tables, charts, strict=True)),
        "undrawn": urlencode(undrawn),
        "definitions": (*FIGURES, *MORE),
        "hiding": documents.hiding(report),
        "query": query_of(period),
        "earlier": query_of(period.before()),
        "later": None if period.is_running(report.at) else query_of(period.after()),
    }
    status = 400 if form.is_bound and form.errors else 200
    return render(request, "incidents/figures.html", context, status=status)


@requires(Permission.STATISTICS_VIEW)
@require_GET
@never_cache
def incident_figures_file(request: Request, kind: str) -> HttpResponse:
    """The same figures as a file; 404 for a period or a kind that does not exist."""
    form = _form(request)
    if kind not in FILES or (form.is_bound and not form.is_valid()):
        raise Http404
    period = form.chosen() if form.is_bound else _default()
    make, places = FILES[kind]
    report = report_for(request.user, period, now=clock.now(), most_places=places)
    try:
        made = make(report)
    except PressFailed:
        said = _("Filen gick inte att göra just nu. Försök igen, eller hämta siffrorna som CSV.")
        messages.error(request, said)
        return HttpResponseRedirect(f"{reverse('incidents:figures')}?{query_of(period)}")
    response = HttpResponse(made, content_type=ALARM_FILES[kind][1])
    name = f"handelser-{period.first:%Y-%m-%d}-{period.last:%Y-%m-%d}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _form(request: Request) -> PeriodForm:
    initial = {"period": PeriodKind.MONTH.value, "datum": today(clock.now())}
    asked = request.GET if "datum" in request.GET else None
    detailed = scope_of(request.user, Permission.INCIDENT_VIEW).detailed
    return PeriodForm(asked, initial=initial, detailed=detailed)


def _default() -> Period:
    return period_of(PeriodKind.MONTH, today(clock.now()))
