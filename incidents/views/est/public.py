"""The open versions, for everybody. Nothing here reads anything but what was published openly."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from incidents.models import EstVersion
from incidents.selectors.est.overview import open_version, open_versions, pins
from incidents.services.est import papers
from incidents.views.est.reporting import pdf_answer
from trygghetscentral.accounts.access import public
from trygghetscentral.files.press.orders import PressFailed
from trygghetscentral.shared import clock
from trygghetscentral.shared.actor import Actor

READER = Actor.system("public")


@public
@require_GET
def report_list(request: HttpRequest) -> HttpResponse:
    """The newest year of them."""
    return render(request, "incidents/est/public_list.html", {"versions": open_versions()})


@public
@require_GET
def report(request: HttpRequest, year: int, week: int) -> HttpResponse:
    """One of them."""
    version = _version(year, week)
    context = {
        "version": version,
        "report": version.report,
        "content": version.content,
        "features": pins(version.content),
    }
    return render(request, "incidents/est/public.html", context)


@public
@require_GET
def paper(request: HttpRequest, year: int, week: int) -> HttpResponse:
    """The same as PDF."""
    version = _version(year, week)
    try:
        pdf = papers.paper_of(actor=READER, now=clock.now(), version=version)
    except PressFailed:
        messages.error(request, _("PDF-filen kunde inte göras just nu. Försök igen om en stund."))
        return HttpResponseRedirect(reverse("est_public:report", args=(year, week)))
    return pdf_answer(pdf, f"veckorapport-{version.report}.pdf")


def _version(year: int, week: int) -> EstVersion:
    version = open_version(year, week)
    if version is None:
        raise Http404
    return version
