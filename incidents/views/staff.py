"""The staff room: opening it, reading it live, and what closes it."""

from __future__ import annotations

import uuid
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from alarms.views.common import form_page, posted
from incidents.documents import staff_log
from incidents.forms.staff import CloseForm, LevelForm, RowForm, ids_among
from incidents.models import Incident, Staff, StaffKind
from incidents.selectors import staff as reads
from incidents.services import persons
from incidents.services.staff import opening, reading
from incidents.services.staff.holding import demand_work
from incidents.staff_live import STREAM, tag_of
from incidents.views.common import visible
from trygghetscentral.accounts.access import requires
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.accounts.requests import Request
from trygghetscentral.accounts.views.common import attempt
from trygghetscentral.files.press.orders import PressFailed
from trygghetscentral.live import snapshots
from trygghetscentral.live.selection import selection_of
from trygghetscentral.shared import clock
from trygghetscentral.shared.digits import whole


def visible_staff(request: Request, public_id: UUID, staff_id: UUID) -> Staff:
    """The staff of an incident, or 404 for somebody who may not know of it."""
    incident = visible(request, public_id)
    staff: Staff = get_object_or_404(reads.room(request.user, incident), public_id=staff_id)
    return staff


def address_of(staff: Staff, name: str = "staff-room") -> str:
    """One of its pages."""
    return reverse(f"incidents:{name}", args=(staff.incident.public_id, staff.public_id))


@requires(Permission.INCIDENT_VIEW)
@require_http_methods(["GET", "POST"])
@never_cache
def staffs(request: Request, public_id: UUID) -> HttpResponse:
    """To the room of the staff at work; without one, those that were and the way to open one."""
    incident = visible(request, public_id)
    found = list(reads.room(request.user, incident))
    now = clock.now()
    form = LevelForm(posted(request))
    if request.method == "POST":
        demand_work(request.user, incident)
        actor = actor_for(request.user)
        made = attempt(
            form,
            lambda: opening.open_staff(
                actor=actor, now=now, incident_id=public_id, **form.cleaned_data
            ),
        )
        if made is not None:
            messages.success(request, _("Staben är öppnad."))
            return HttpResponseRedirect(address_of(made))
    elif found and found[0].is_open:
        return HttpResponseRedirect(address_of(found[0]))
    may_open = incident.is_open and request.user.may(Permission.STAFF_WORK, incident.controller_id)
    context = {"incident": incident, "staffs": found, "may_open": may_open}
    return form_page(request, "incidents/staff/staffs.html", form, context)


@requires(Permission.INCIDENT_VIEW)
@require_GET
@never_cache
def room(request: Request, public_id: UUID, staff_id: UUID) -> HttpResponse:
    """The log, the newest rows first and live, with the form for the next; `fore` is a row's
    number that an older page begins after."""
    staff = visible_staff(request, public_id, staff_id)
    now = clock.now()
    if staff.incident.restricted_group_id is not None:
        persons.note_read(actor=actor_for(request.user), now=now, incident=staff.incident)
    before = whole(request.GET.get("fore", ""))
    shown = snapshots.snapshot(
        STREAM, request.user, limit=reads.PAGE, selection=selection_of([tag_of(staff_id)])
    )
    older = reads.lines(staff, clear=False, before=before) if before is not None else []
    may_work = reads.may_work(request.user, staff) and before is None
    context = {
        "incident": staff.incident,
        "staff": staff,
        "rows": shown.rows,
        "older": older,
        "is_older": before is not None,
        "more": _more(staff, before, len(shown.rows)),
        "seq": shown.seq,
        "now": now,
        "window": reads.PAGE,
        "select": tag_of(staff_id),
        "clear": reads.may_read_marked(request.user, staff.incident),
        "may_work": may_work,
        "form": row_form(request, staff) if may_work else None,
    }
    return render(request, "incidents/staff/room.html", context)


def _more(staff: Staff, before: int | None, shown: int) -> int | None:
    """The number that the next older page begins after."""
    if before is not None:
        return before - reads.PAGE if before - reads.PAGE > 1 else None
    last = staff.rows.count()
    return last - reads.PAGE + 1 if shown == reads.PAGE and last > reads.PAGE else None


def row_form(request: Request, staff: Staff) -> RowForm:
    """The form for the next row, filled with what is likely."""
    initial = {
        "public_id": uuid.uuid4(),
        "kind": StaffKind.EVENT,
        "function": reads.last_function(staff, request.user),
        "corrects": whole(request.GET.get("rattar", "")),
    }
    if initial["corrects"]:
        initial["kind"] = StaffKind.CORRECTION
    return RowForm(
        posted(request), now=clock.now(), decisions=reads.decisions_of(staff), initial=initial
    )


@requires(Permission.INCIDENT_VIEW)
@require_GET
@never_cache
def missed_rows(request: Request, public_id: UUID, staff_id: UUID) -> JsonResponse:
    """What the room missed since `since`, for a browser whose socket is down."""
    visible_staff(request, public_id, staff_id)
    since = whole(request.GET.get("since", "")) or 0
    selection = selection_of([tag_of(staff_id)])
    return JsonResponse(
        snapshots.missed(STREAM, request.user, since=since, limit=reads.PAGE, selection=selection)
    )


@requires(Permission.INCIDENT_VIEW)
@require_GET
@never_cache
def marked_words(request: Request, public_id: UUID, staff_id: UUID) -> HttpResponse:
    """The words of marked rows, for those who may read them; that they were read is recorded."""
    staff = visible_staff(request, public_id, staff_id)
    lines = []
    if reads.may_read_marked(request.user, staff.incident):
        rows = reads.marked_rows(staff, ids_among(request.GET.getlist("rad")))
        actor, now = actor_for(request.user), clock.now()
        reading.note_marked(actor=actor, now=now, staff=staff, rows=rows)
        lines = [reads.line_of(row, clear=True) for row in rows]
    return render(request, "incidents/staff/_marked.html", {"lines": lines})


@requires(Permission.INCIDENT_VIEW)
@require_GET
@never_cache
def presence(request: Request, public_id: UUID, staff_id: UUID) -> HttpResponse:
    """Who has the room before them; whoever asks is one of them."""
    staff = visible_staff(request, public_id, staff_id)
    now = clock.now()
    reading.note_presence(actor=actor_for(request.user), now=now, staff=staff, user=request.user)
    here = reads.present(staff, now=now)
    return render(request, "incidents/staff/_present.html", {"present": here})


@requires(Permission.STAFF_WORK)
@require_http_methods(["GET", "POST"])
@never_cache
def change_level(request: Request, public_id: UUID, staff_id: UUID) -> HttpResponse:
    """More or less of a staff."""
    staff = visible_staff(request, public_id, staff_id)
    demand_work(request.user, staff.incident)
    form = LevelForm(posted(request), initial={"level": staff.level})
    actor = actor_for(request.user)
    done = attempt(
        form,
        lambda: opening.change_level(
            actor=actor, now=clock.now(), staff_id=staff_id, **form.cleaned_data
        ),
    )
    if done is None:
        context = _words(staff.incident, _("Ändra stabens nivå"), _("Ändra nivån"), staff)
        return form_page(request, "incidents/staff/form.html", form, context)
    return HttpResponseRedirect(address_of(staff))


@requires(Permission.STAFF_WORK)
@require_http_methods(["GET", "POST"])
@never_cache
def close(request: Request, public_id: UUID, staff_id: UUID) -> HttpResponse:
    """The end of it."""
    staff = visible_staff(request, public_id, staff_id)
    demand_work(request.user, staff.incident)
    form = CloseForm(posted(request))
    actor = actor_for(request.user)
    done = attempt(
        form,
        lambda: opening.close_staff(
            actor=actor, now=clock.now(), staff_id=staff_id, **form.cleaned_data
        ),
    )
    if done is None:
        context = _words(staff.incident, _("Avsluta staben"), _("Avsluta staben"), staff)
        return form_page(request, "incidents/staff/form.html", form, context)
    messages.success(request, _("Staben är avslutad. Dagboken finns kvar här."))
    return HttpResponseRedirect(address_of(staff))


def _words(incident: Incident, title: str, act: str, staff: Staff) -> dict[str, object]:
    return {"incident": incident, "title": title, "act": act, "back": address_of(staff)}


@requires(Permission.INCIDENT_VIEW)
@require_POST
@never_cache
def paper(request: Request, public_id: UUID, staff_id: UUID) -> HttpResponse:
    """The log as a PDF, whole for those who may read marked rows, or in the open version. That it
    was taken out is recorded, so it is asked for and not linked to."""
    staff = visible_staff(request, public_id, staff_id)
    clear = "oppen" not in request.POST and reads.may_read_marked(request.user, staff.incident)
    now = clock.now()
    lines = reads.whole_log(staff, clear=clear)
    actor = actor_for(request.user)
    reading.note_export(
        actor=actor, now=now, staff=staff, last=lines[-1].row, open_version=not clear
    )
    marked = [line.row for line in lines if line.row.is_marked and line.words is not None]
    reading.note_marked(actor=actor, now=now, staff=staff, rows=marked)
    try:
        made = staff_log.pdf_of(staff, lines, at=now, clear=clear, by=request.user.signature)
    except PressFailed:
        messages.error(
            request, _("Dagboken gick inte att göra till PDF just nu. Den står här. Försök igen.")
        )
        return HttpResponseRedirect(address_of(staff))
    response = HttpResponse(made, content_type="application/pdf")
    name = f"stabsdagbok-{staff.incident.number}-rad-{lines[-1].row.number}.pdf"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
