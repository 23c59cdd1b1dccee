"""Utlämnanden: the log, a new decision, and one as page and paper."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from alarms.views.common import form_page, page_of, posted
from incidents.documents.archive import disclosure_pdf, disclosure_rows
from incidents.forms.disclosures import DisclosureForm
from incidents.models import Disclosure
from incidents.selectors.lists import controllers_of, disclosures, incident_to_log
from incidents.services.disclosures import decide, note_read
from trygghetscentral.accounts.access import requires
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.accounts.requests import Request
from trygghetscentral.accounts.views.common import attempt
from trygghetscentral.files.press.orders import PressFailed
from trygghetscentral.shared import clock


@requires(Permission.DISCLOSURE_VIEW)
@require_GET
@never_cache
def log(request: Request) -> HttpResponse:
    """Every decision, newest first."""
    context = {
        "page": page_of(request, disclosures(request.user)),
        "may_decide": request.user.may(Permission.DISCLOSURE_DECIDE),
    }
    return render(request, "incidents/disclosures/log.html", context)


@requires(Permission.DISCLOSURE_DECIDE)
@require_http_methods(["GET", "POST"])
@never_cache
def new(request: Request) -> HttpResponse:
    """A request and its decision; with `rattar` a correction of an earlier one."""
    corrects = _asked_to_correct(request)
    form = DisclosureForm(
        posted(request),
        controllers=controllers_of(request.user, Permission.DISCLOSURE_DECIDE),
        initial=_initial(request, corrects),
    )
    made = attempt(form, lambda: _decide(request, form, corrects))
    if made is not None:
        said = _("%(number)s är inskrivet och väntar på diarieföring.") % {"number": made.number}
        messages.success(request, said)
        return HttpResponseRedirect(made.get_absolute_url())
    return form_page(request, "incidents/disclosures/new.html", form, {"corrects": corrects})


def _asked_to_correct(request: Request) -> Disclosure | None:
    asked = request.GET.get("rattar", "")
    if not asked:
        return None
    try:
        return _one(request, UUID(asked))
    except ValueError as error:
        raise Http404 from error


def _initial(request: Request, corrects: Disclosure | None) -> dict[str, Any]:
    if corrects is None:
        return {"incident": request.GET.get("handelse", "")}
    names = (
        "asker",
        "asker_name",
        "asked_at",
        "what",
        "ground",
        "test",
        "outcome",
        "masked",
        "decided_by_name",
    )
    return {
        "controller": str(corrects.controller_id),
        "incident": corrects.incident.number if corrects.incident else "",
        **{name: getattr(corrects, name) for name in names},
        **({"appeal": corrects.appeal} if corrects.appeal else {}),
    }


def _decide(request: Request, form: DisclosureForm, corrects: Disclosure | None) -> Disclosure:
    number = form.cleaned_data["incident"]
    return decide(
        actor=actor_for(request.user),
        now=clock.now(),
        controller_id=int(form.cleaned_data["controller"]),
        data=form.data_given(),
        incident=incident_to_log(number, request.user) if number else None,
        corrects=corrects,
    )


@requires(Permission.DISCLOSURE_VIEW)
@require_GET
@never_cache
def one(request: Request, public_id: UUID) -> HttpResponse:
    """One decision. That it was opened stands in the ledger."""
    found = _one(request, public_id)
    note_read(actor=actor_for(request.user), now=clock.now(), disclosure=found)
    context = {
        "disclosure": found,
        "rows": disclosure_rows(found),
        "corrected_by": getattr(found, "corrected_by", None),
        "may_decide": request.user.may(Permission.DISCLOSURE_DECIDE, found.controller_id),
        "sees_incident": request.user.may(Permission.INCIDENT_VIEW, found.controller_id),
    }
    return render(request, "incidents/disclosures/disclosure.html", context)


@requires(Permission.DISCLOSURE_VIEW)
@require_GET
@never_cache
def paper(request: Request, public_id: UUID) -> HttpResponse:
    """The decision as PDF, with how it is appealed."""
    found = _one(request, public_id)
    note_read(actor=actor_for(request.user), now=clock.now(), disclosure=found)
    try:
        made = disclosure_pdf(found)
    except PressFailed:
        messages.error(request, _("Filen gick inte att göra just nu. Försök igen om en stund."))
        return HttpResponseRedirect(reverse("incidents:disclosure", args=(public_id,)))
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="utlamnande-{found.number}.pdf"'
    return response


def _one(request: Request, public_id: UUID) -> Disclosure:
    found = disclosures(request.user).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found
