"""The veckorapport: filled, written, reviewed, published, read."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from alarms.views.common import form_page, posted
from incidents.est_states import ReportMove, ReportState
from incidents.forms.est import (
    DraftForm,
    FollowUpForm,
    PriorityForm,
    draft_given,
    draft_initial,
    priority_initial,
)
from incidents.models import EstReport, VersionKind
from incidents.models.est_reports import MOST_PRIORITIES
from incidents.selectors.est.content import content_of
from incidents.selectors.est.overview import may_compile, pins, published_version, report_page
from incidents.selectors.est.suggestions import to_follow_up
from incidents.services.est import drafting, moving, papers, weeks
from trygghetscentral.accounts.access import any_of, requires
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.accounts.requests import Request
from trygghetscentral.accounts.views.common import act, attempt
from trygghetscentral.files.press.orders import PressFailed
from trygghetscentral.shared import clock

DONE: Final[dict[str, Promise]] = {
    ReportMove.SUBMIT: gettext_lazy("Skickad till granskning. Någon annan än du godkänner."),
    ReportMove.RETURN: gettext_lazy("Tillbaka till utkast."),
    ReportMove.APPROVE: gettext_lazy("Godkänd. Den kan publiceras."),
    ReportMove.PUBLISH: gettext_lazy("Publicerad i en öppen och en begränsad version."),
    ReportMove.WITHDRAW: gettext_lazy("Återkallad. Den visas inte längre offentligt."),
}


def _visible(request: Request, public_id: UUID) -> EstReport:
    report: EstReport = get_object_or_404(
        EstReport.objects.visible_to(request.user), public_id=public_id
    )
    return report


@requires(Permission.EST_COMPILE)
@require_POST
def open_week(request: Request) -> HttpResponse:
    """Begin the rhythm: from then on each week opens by itself."""
    return act(
        request,
        lambda: weeks.open_week(actor=actor_for(request.user), now=clock.now()),
        done=_("Veckan är öppnad."),
        back=reverse("est:week"),
    )


@requires(Permission.EST_COMPILE)
@require_POST
def make_draft(request: Request, public_id: UUID) -> HttpResponse:
    """Fill the draft."""
    _visible(request, public_id)
    return act(
        request,
        lambda: drafting.make_draft(
            actor=actor_for(request.user), now=clock.now(), public_id=public_id
        ),
        done=_("Utkastet är ifyllt. Ändra fritt, sätt nivån och spara."),
        back=reverse("est:report", args=(public_id,)),
    )


@any_of(Permission.EST_COMPILE, Permission.EST_READ)
@require_http_methods(["GET", "POST"])
@never_cache
def report(request: Request, public_id: UUID) -> HttpResponse:
    """A draft to write in, or what the reviewer reads; a reader goes to what is published."""
    row = _visible(request, public_id)
    if not may_compile(request.user):
        return HttpResponseRedirect(reverse("est:read", args=(public_id, VersionKind.RESTRICTED)))
    if row.state == ReportState.DRAFT:
        return _draft(request, row)
    content = row.content_of(VersionKind.RESTRICTED)
    if row.state == ReportState.GATHERING:
        content = content_of(row, VersionKind.RESTRICTED)
    if row.state == ReportState.PUBLISHED:
        papers.note_read(actor=actor_for(request.user), now=clock.now(), report=row)
    context = {**report_page(row, request.user), "content": content, "features": pins(content)}
    return render(request, "incidents/est/report.html", context)


def _draft(request: Request, row: EstReport) -> HttpResponse:
    form = DraftForm(posted(request), initial=draft_initial(row))
    places = _places(request, row)
    last = to_follow_up(row)
    follow_up = [
        (
            one,
            FollowUpForm(
                posted(request),
                prefix=f"f{one.pk}",
                initial={"outcome": one.outcome, "text": one.outcome_text},
            ),
        )
        for one in (last.priorities.all() if last else ())
    ]
    parts = [*places, *(one for _row, one in follow_up)]
    if (
        form.is_bound
        # Each of them is asked, so that every fault is shown at once.
        and sum(not one.is_valid() for one in parts) == 0
        and attempt(form, lambda: _saved(request, row, form, places, follow_up)) is not None
    ):
        messages.success(request, _("Sparat."))
        return _after_save(request, row)
    context = {
        **report_page(row, request.user),
        "places": places,
        "follow_up": follow_up,
        "last": last,
    }
    return form_page(request, "incidents/est/draft.html", form, context)


def _places(request: Request, row: EstReport) -> list[PriorityForm]:
    there: list[dict[str, Any]] = [priority_initial(one) for one in row.priorities.all()]
    there += [{"open": True}] * (MOST_PRIORITIES - len(there))
    return [
        PriorityForm(posted(request), prefix=f"p{number}", initial=initial)
        for number, initial in enumerate(there, start=1)
    ]


def _saved(
    request: Request,
    row: EstReport,
    form: DraftForm,
    places: list[PriorityForm],
    follow_up: list[tuple[Any, FollowUpForm]],
) -> EstReport:
    return drafting.save_draft(
        actor=actor_for(request.user),
        now=clock.now(),
        public_id=row.public_id,
        data=draft_given(form, places, [(one.pk, part) for one, part in follow_up]),
    )


def _after_save(request: Request, row: EstReport) -> HttpResponse:
    here = reverse("est:report", args=(row.public_id,))
    if "skicka" not in request.POST:
        return HttpResponseRedirect(here)
    return act(
        request,
        lambda: moving.move(
            actor=actor_for(request.user),
            now=clock.now(),
            public_id=row.public_id,
            step=ReportMove.SUBMIT,
        ),
        done=DONE[ReportMove.SUBMIT],
        back=here,
    )


@requires(Permission.EST_COMPILE)
@require_POST
def move(request: Request, public_id: UUID) -> HttpResponse:
    """One step of the table."""
    _visible(request, public_id)
    step = request.POST.get("step", "")
    if step not in DONE:
        raise Http404
    return act(
        request,
        lambda: moving.move(
            actor=actor_for(request.user),
            now=clock.now(),
            public_id=public_id,
            step=ReportMove(step),
            remark=request.POST.get("remark", ""),
        ),
        done=DONE[ReportMove(step)],
        back=reverse("est:report", args=(public_id,))
        if step != ReportMove.WITHDRAW
        else reverse("est:week"),
    )


@any_of(Permission.EST_COMPILE, Permission.EST_READ)
@require_GET
@never_cache
def read(request: Request, public_id: UUID, kind: str) -> HttpResponse:
    """A published version. Reading the restricted one is recorded."""
    row = _visible(request, public_id)
    version = published_version(row, _kind(kind))
    if version is None:
        raise Http404
    if version.kind == VersionKind.RESTRICTED:
        papers.note_read(actor=actor_for(request.user), now=clock.now(), report=row)
    context = {
        "report": row,
        "version": version,
        "content": version.content,
        "features": pins(version.content),
        "compiles": may_compile(request.user),
    }
    return render(request, "incidents/est/read.html", context)


@any_of(Permission.EST_COMPILE, Permission.EST_READ)
@require_GET
@never_cache
def paper(request: Request, public_id: UUID, kind: str) -> HttpResponse:
    """The same as PDF."""
    row = _visible(request, public_id)
    version = published_version(row, _kind(kind))
    if version is None:
        raise Http404
    actor, now = actor_for(request.user), clock.now()
    if version.kind == VersionKind.RESTRICTED:
        papers.note_read(actor=actor, now=now, report=row)
    try:
        pdf = papers.paper_of(actor=actor, now=now, version=version)
    except PressFailed:
        messages.error(request, _("PDF-filen kunde inte göras just nu. Försök igen om en stund."))
        return HttpResponseRedirect(reverse("est:read", args=(public_id, version.kind)))
    return pdf_answer(pdf, f"veckorapport-{row}-{version.kind}.pdf")


def _kind(kind: str) -> VersionKind:
    if kind not in VersionKind.values:
        raise Http404
    return VersionKind(kind)


def pdf_answer(pdf: bytes, name: str) -> HttpResponse:
    """A file to read in the browser, under a name to save it as."""
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
