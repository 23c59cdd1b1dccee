"""The municipal part to Polisen: the decision is recorded first, then the file is fetched."""

from __future__ import annotations

import json
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from alarms.views.common import form_page, posted
from incidents.est_states import ReportState
from incidents.forms.est import DisclosureForm
from incidents.models import EstReport, VersionKind
from incidents.selectors.est.overview import disclosure_for
from incidents.services.est import disclosing, papers
from incidents.views.est.reporting import pdf_answer
from trygghetscentral.accounts.access import requires
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.accounts.requests import Request
from trygghetscentral.accounts.views.common import attempt
from trygghetscentral.files.press.orders import PressFailed
from trygghetscentral.shared import clock


@requires(Permission.EST_COMPILE, Permission.DISCLOSURE_DECIDE)
@require_http_methods(["GET", "POST"])
@never_cache
def disclose(request: Request, public_id: UUID) -> HttpResponse:
    """Who asked, on what ground, how it was tested, who decided."""
    report: EstReport = get_object_or_404(
        EstReport.objects.visible_to(request.user), public_id=public_id
    )
    if report.state != ReportState.PUBLISHED:
        raise Http404
    now = clock.now()
    today = clock.local(now).date()
    initial = {"version": VersionKind.RESTRICTED, "asked_on": today, "decided_on": today}
    form = DisclosureForm(posted(request), initial=initial)
    made = attempt(
        form,
        lambda: disclosing.disclose(
            actor=actor_for(request.user), now=now, public_id=public_id, data=form.data_given()
        ),
    )
    if made is None:
        return form_page(request, "incidents/est/disclose.html", form, {"report": report})
    messages.success(request, _("Utlämnandet är antecknat. Hämta filen nedan."))
    return HttpResponseRedirect(reverse("est:disclosed", args=(made.public_id,)))


@requires(Permission.EST_COMPILE)
@require_GET
@never_cache
def disclosed(request: Request, public_id: UUID) -> HttpResponse:
    """The record and its two files: `?fil=json` for Polisen's system, `?fil=pdf` to read."""
    row = get_object_or_404(disclosure_for(request.user), public_id=public_id)
    name = f"kommunens-del-{row.version.report}"
    wanted = request.GET.get("fil", "")
    if wanted and row.version.kind == VersionKind.RESTRICTED:
        papers.note_read(actor=actor_for(request.user), now=clock.now(), report=row.version.report)
    if wanted == "json":
        text = json.dumps(row.version.content, ensure_ascii=False, indent=2, sort_keys=True)
        answer = HttpResponse(text, content_type="application/json; charset=utf-8")
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}.json"'
        return answer
    if wanted == "pdf":
        actor = actor_for(request.user)
        try:
            pdf = papers.paper_of(actor=actor, now=clock.now(), version=row.version)
        except PressFailed:
            messages.error(request, _("PDF-filen kunde inte göras just nu. Försök igen."))
            return HttpResponseRedirect(reverse("est:disclosed", args=(public_id,)))
        return pdf_answer(pdf, f"{name}.pdf")
    return render(request, "incidents/est/disclosed.html", {"row": row})
