"""Lägesrapporter of an incident: the list, the draft, sending, one report in its versions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from alarms.views.common import form_page, posted
from incidents.documents.sitreps import pdf_of
from incidents.forms.sitreps import ReleaseForm, SendForm
from incidents.models import Incident, Sitrep, Version
from incidents.selectors import sitrep_drafts as drafts
from incidents.selectors import sitreps as reads
from incidents.services import persons
from incidents.services.sitreps import drafting, mailing, sending
from incidents.services.sitreps.drafting import SectionText
from incidents.sitrep_mails import file_name
from incidents.sitrep_sections import LAW, SECTIONS
from incidents.views.common import editable, visible
from trygghetscentral.accounts.access import requires
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.accounts.requests import Request
from trygghetscentral.accounts.responses import is_htmx
from trygghetscentral.accounts.views.common import act, attempt
from trygghetscentral.files.press.orders import PressFailed
from trygghetscentral.shared import clock
from trygghetscentral.shared.errors import Conflict, DomainError

VERSIONS = {"fullstandig": Version.FULL, "oppen": Version.OPEN}


@requires(Permission.INCIDENT_VIEW)
@require_GET
@never_cache
def sitrep_list(request: Request, public_id: UUID) -> HttpResponse:
    """The reports that were sent, and the way to the next one."""
    incident = visible(request, public_id)
    context = {
        "incident": incident,
        "lines": reads.lines_of(incident),
        "state": reads.state_of(incident, now=clock.now()),
        "shows_mails": reads.may_read_marked(request.user, incident),
        "may_edit": request.user.may(Permission.STAFF_WORK, incident.controller_id)
        and incident.is_open,
    }
    return render(request, "incidents/sitreps/list.html", context)


@requires(Permission.STAFF_WORK)
@require_http_methods(["GET", "POST"])
@never_cache
def draft(request: Request, public_id: UUID) -> HttpResponse:
    """The next report, written by one or several. Saved section by section; of two who write in
    the same one the second sees both texts."""
    incident = editable(request, public_id, Permission.STAFF_WORK)
    if request.method == "GET":
        return _draft_page(request, incident)
    given = _sections(request.POST)
    try:
        saved = drafting.save_draft(
            actor=actor_for(request.user), now=clock.now(), public_id=public_id, sections=given
        )
    except DomainError as error:
        if is_htmx(request):
            raise
        return _draft_page(request, incident, given=given, error=error)
    if is_htmx(request):
        return _saved_part(request, incident, saved)
    if saved.conflicts:
        return _draft_page(request, incident, given=given, conflicts=saved.conflicts)
    if request.POST.get("next") == "send":
        return HttpResponseRedirect(reverse("incidents:sitrep-send", args=(public_id,)))
    messages.success(request, _("Utkastet är sparat."))
    return HttpResponseRedirect(request.path)


def _sections(given: QueryDict) -> dict[str, SectionText]:
    return {
        section.code: SectionText(
            texts={
                field.code: given.get(f"{section.code}-{field.code}", "")
                for field in section.fields
            },
            ground=given.get(f"{section.code}-ground", ""),
            seen=given.get(f"{section.code}-seen", ""),
        )
        for section in SECTIONS
        if f"{section.code}-seen" in given
    }


def _draft_page(
    request: Request,
    incident: Incident,
    *,
    given: dict[str, SectionText] | None = None,
    conflicts: tuple[str, ...] = (),
    error: DomainError | None = None,
) -> HttpResponse:
    standing = drafts.draft_of(incident)
    _note_read(request, incident, marked=bool(standing.marked))
    context = {
        "incident": incident,
        "draft": standing,
        "rows": drafts.rows_of(incident, given, conflicts, all_given=error is not None),
        "conflicts": [section for section in SECTIONS if section.code in conflicts],
        "grounds": drafts.grounds(),
        "error": error,
        "law": LAW,
    }
    status = error.status if error else 409 if conflicts else 200
    return render(request, "incidents/sitreps/draft.html", context, status=status)


def _saved_part(request: Request, incident: Incident, saved: drafting.Saved) -> HttpResponse:
    fresh = drafts.draft_of(incident)
    context = {
        "at": clock.now(),
        "saved": [one for one in fresh.sections if one.section.code in saved.sections],
        "conflicts": [one for one in SECTIONS if one.code in saved.conflicts],
        "lacking": fresh.lacking,
    }
    return render(request, "incidents/sitreps/_saved.html", context)


@requires(Permission.STAFF_WORK)
@require_http_methods(["GET", "POST"])
@never_cache
def send(request: Request, public_id: UUID) -> HttpResponse:
    """Read what goes out, to whom, test it for secrecy, and send it."""
    incident = editable(request, public_id, Permission.STAFF_WORK)
    made = drafts.draft_of(incident)
    people = reads.people_on(request.user, incident)
    form = SendForm(
        posted(request),
        lists=[one for one, _people in people],
        marked=bool(made.marked),
        initial={"seen": made.seal, "sender": request.user.name},
    )
    sent = attempt(
        form,
        lambda: sending.send(
            actor=actor_for(request.user), now=clock.now(), public_id=public_id, order=form.order()
        ),
    )
    if sent is not None:
        said = _("Lägesrapport %(number)s är låst och på väg.") % {"number": sent.number}
        messages.success(request, said)
        return HttpResponseRedirect(sent.get_absolute_url())
    context = {
        "incident": incident,
        "draft": made,
        "people": people,
        "law": LAW,
        "open": drafts.preview_of(incident, made, now=clock.now()),
        "restricted": reads.is_restricted(incident),
    }
    return form_page(request, "incidents/sitreps/send.html", form, context)


@requires(Permission.INCIDENT_VIEW)
@require_GET
@never_cache
def sitrep(request: Request, public_id: UUID, number: int) -> HttpResponse:
    """One report as the reader may read it, and what differs from the one before."""
    incident = visible(request, public_id)
    found = _one(incident, number)
    full = reads.may_read_marked(request.user, incident)
    before = reads.one_of(incident, number - 1)
    version = Version.FULL if full else Version.OPEN
    plain = request.GET.get("visa") == "text"
    view = reads.view_of(found, version, before=None if plain else before)
    _note_read(request, incident, marked=view.has_marks)
    context = {
        "incident": incident,
        "view": view,
        "sitrep": found,
        "before": before,
        "plain": plain,
        "is_whole": sending.seal_of(found) == found.sha256,
        "after": reads.one_of(incident, number + 1),
        "mails": reads.mails_of(found) if full else [],
        "releases": reads.releases_of(found) if full else [],
        "may_edit": request.user.may(Permission.STAFF_WORK, incident.controller_id),
    }
    return render(request, "incidents/sitreps/sitrep.html", context)


@requires(Permission.STAFF_WORK)
@require_http_methods(["GET", "POST"])
@never_cache
def open_version(request: Request, public_id: UUID, number: int) -> HttpResponse:
    """Öppen version: read without the marked parts, tested anew, and let out."""
    incident = editable(request, public_id, Permission.STAFF_WORK, closed=True)
    found = _one(incident, number)
    form = ReleaseForm(posted(request))
    done = attempt(
        form,
        lambda: sending.release(
            actor=actor_for(request.user),
            now=clock.now(),
            public_id=public_id,
            number=number,
            note=form.cleaned_data["note"],
        ),
    )
    if done is not None:
        messages.success(request, _("Prövningen är antecknad. Den öppna versionen kan hämtas."))
        return HttpResponseRedirect(request.path)
    context: dict[str, Any] = {
        "incident": incident,
        "sitrep": found,
        "view": reads.view_of(found, Version.OPEN),
        "releases": reads.releases_of(found),
    }
    return form_page(request, "incidents/sitreps/open.html", form, context)


@requires(Permission.INCIDENT_VIEW)
@require_GET
@never_cache
def sitrep_pdf(request: Request, public_id: UUID, number: int, version: str) -> HttpResponse:
    """The paper. The full one only for those who read the marked parts; the open one when
    somebody has tested it."""
    incident = visible(request, public_id)
    found = _one(incident, number)
    wanted = VERSIONS.get(version)
    full = reads.may_read_marked(request.user, incident)
    if wanted is None or (wanted == Version.FULL and not full):
        raise Http404
    release = None
    if wanted == Version.OPEN:
        tested = reads.releases_of(found)
        if not tested:
            raise Conflict(
                _("Den öppna versionen är inte prövad mot sekretess."),
                code="open_untested",
                kept=_("Inget har lämnats ut."),
                todo=_("Öppna rapporten, välj Öppen version och pröva den."),
            )
        release = tested[-1]
    _note_read(request, incident, marked=wanted == Version.FULL and bool(found.grounds))
    try:
        made = pdf_of(found, wanted, release=release)
    except PressFailed:
        messages.error(request, _("Filen gick inte att göra just nu. Försök igen om en stund."))
        return HttpResponseRedirect(found.get_absolute_url())
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{file_name(found, version)}"'
    return response


@requires(Permission.STAFF_WORK)
@require_POST
def retry_mail(request: Request, public_id: UUID, number: int, mail_id: int) -> HttpResponse:
    """Try a mail that did not arrive anew."""
    found = _one(visible(request, public_id), number)
    return act(
        request,
        lambda: mailing.retry(
            actor=actor_for(request.user), now=clock.now(), public_id=public_id, mail_id=mail_id
        ),
        done=_("Utskicket görs om."),
        back=found.get_absolute_url(),
    )


def _one(incident: Incident, number: int) -> Sitrep:
    found = reads.one_of(incident, number)
    if found is None:
        raise Http404
    return found


def _note_read(request: Request, incident: Incident, *, marked: bool) -> None:
    if marked or reads.is_restricted(incident):
        persons.note_read(actor=actor_for(request.user), now=clock.now(), incident=incident)
