"""Tillbud eller skada: the employee's form, the receipt and the own reports."""

from __future__ import annotations

import uuid
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from alarms.views.common import form_page, posted
from incidents.forms.reporting import ReportForm
from incidents.selectors.places import found_sites, sites_to_report_at
from incidents.selectors.reports import progress_of, reports_of
from incidents.services import registering
from trygghetscentral.accounts.access import requires
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.accounts.requests import Request
from trygghetscentral.accounts.views.common import attempt
from trygghetscentral.shared import clock
from trygghetscentral.shared.errors import Conflict


@requires(Permission.INCIDENT_REPORT)
@require_http_methods(["GET", "POST"])
@never_cache
def new_report(request: Request) -> HttpResponse:
    """The form. The same form sent twice is one report, and leads to its receipt."""
    sites = sites_to_report_at(request.user)
    form = ReportForm(posted(request), sites=sites, initial={"public_id": uuid.uuid4()})
    if attempt(form, lambda: _sent(request, form)) is None:
        return form_page(request, "incidents/report.html", form, {})
    return HttpResponseRedirect(reverse("report:receipt", args=(form.cleaned_data["public_id"],)))


def _sent(request: Request, form: ReportForm) -> bool:
    now = clock.now()
    try:
        registering.report(actor=actor_for(request.user), now=now, data=form.data_given(now))
    except Conflict as error:
        if error.code != "already_reported":
            raise
    return True


@requires(Permission.INCIDENT_REPORT)
@require_GET
def site_choices(request: Request) -> HttpResponse:
    """Sites to choose among."""
    sites = found_sites(sites_to_report_at(request.user), request.GET.get("q", ""))
    return render(request, "incidents/_site_choices.html", {"sites": sites})


@requires(Permission.INCIDENT_REPORT)
@require_GET
@never_cache
def receipt(request: Request, public_id: UUID) -> HttpResponse:
    """What was sent, its number, and how far it has come; for the one who sent it only."""
    report = get_object_or_404(reports_of(request.user), incident__public_id=public_id)
    context = {"report": report, "progress": progress_of(report)}
    return render(request, "incidents/receipt.html", context)


@requires(Permission.INCIDENT_REPORT)
@require_GET
@never_cache
def own_reports(request: Request) -> HttpResponse:
    """What the person has sent."""
    rows = [(report, progress_of(report)) for report in reports_of(request.user)[:100]]
    return render(request, "incidents/reports.html", {"rows": rows})


@requires(Permission.INCIDENT_REPORT)
@require_GET
def whistleblowing(request: Request) -> HttpResponse:
    """This is not the channel for it (lag 2021:890): nothing is taken in, the way is shown."""
    return render(request, "incidents/whistleblowing.html", {"url": settings.WHISTLEBLOWING_URL})
