"""One incident, the steps along its way, its alarms, and its persons."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from alarms.views.common import form_page, posted
from incidents.forms.follow_up import MoveForm, PersonForm, SplitForm
from incidents.forms.parts import FLAG_LABELS
from incidents.models import Incident
from incidents.selectors.details import detail_of
from incidents.selectors.lists import disclosures_of
from incidents.selectors.sitreps import state_of
from incidents.services import alarm_links, flood_incidents, follow_up, persons, registering, way
from incidents.services.parts import FLAGS
from incidents.states import Move
from incidents.views.common import back_to, editable, visible
from trygghetscentral.accounts.access import requires
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.accounts.requests import Request
from trygghetscentral.accounts.responses import is_htmx
from trygghetscentral.accounts.views.common import act, attempt
from trygghetscentral.places import geometry
from trygghetscentral.shared import clock
from trygghetscentral.shared.errors import Invalid


@requires(Permission.INCIDENT_VIEW)
@require_GET
@never_cache
def detail(request: Request, public_id: UUID) -> HttpResponse:
    """Everything about it. Opening a restricted one is written in the ledger."""
    incident = visible(request, public_id)
    now = clock.now()
    shown = detail_of(incident, request.user, now=now)
    if shown.is_recorded:
        persons.note_read(actor=actor_for(request.user), now=now, incident=incident)
    context = {
        "detail": shown,
        "incident": incident,
        "today": clock.local(now).date(),
        "flags": [FLAG_LABELS[name] for name in FLAGS if getattr(incident, name)],
        "affected": [one.name for one in incident.affected.all()],
        "feature": _feature(incident),
        "kept_years": (incident.kept_months or 0) // 12,
        "sitreps": state_of(incident, now=now),
        "disclosures": disclosures_of(incident, request.user),
        "may_disclose": request.user.may(Permission.DISCLOSURE_DECIDE, incident.controller_id),
    }
    return render(request, "incidents/detail.html", context)


def _feature(incident: Incident) -> dict[str, Any] | None:
    if incident.position is None:
        return None
    point = geometry.point_geojson(incident.position)
    words = {"id": incident.number, "name": incident.title, "url": incident.get_absolute_url()}
    return geometry.feature_collection([geometry.feature(point, words)])


@requires(Permission.INCIDENT_CREATE)
@require_POST
def from_alarm(request: Request, public_id: UUID) -> HttpResponse:
    """Gör händelse. From the board the operator stays by the alarm and gets the way to it; when
    the alarm has one already, the way is taken."""
    incident, made = registering.from_alarm(
        actor=actor_for(request.user), now=clock.now(), public_id=public_id
    )
    url = incident.get_absolute_url()
    if is_htmx(request):
        if not made:
            return HttpResponse(headers={"HX-Redirect": url})
        return render(request, "incidents/_of_alarm.html", {"incident": incident})
    if made:
        messages.success(request, _("%(number)s är upplagd.") % {"number": incident.number})
    return HttpResponseRedirect(url)


@requires(Permission.INCIDENT_CREATE)
@require_POST
def from_flood(request: Request, public_id: UUID) -> HttpResponse:
    """Gör händelse of a larmflod; pressed again, the way leads to the one there is."""
    incident, made = flood_incidents.from_flood(
        actor=actor_for(request.user), now=clock.now(), public_id=public_id
    )
    if made:
        messages.success(request, _("%(number)s är upplagd.") % {"number": incident.number})
    return HttpResponseRedirect(incident.get_absolute_url())


@requires(Permission.INCIDENT_EDIT)
@require_POST
def move(request: Request, public_id: UUID) -> HttpResponse:
    """One step along its way."""
    visible(request, public_id)
    form = MoveForm(request.POST)
    wanted = request.POST.get("move", "")
    if wanted not in Move.values or not form.is_valid():
        raise Invalid(_("Steget finns inte."), code="no_such_move")
    return act(
        request,
        lambda: way.move(
            actor=actor_for(request.user),
            now=clock.now(),
            public_id=public_id,
            step=Move(wanted),
            reason=form.cleaned_data["reason"],
        ),
        done=_("Händelsen är flyttad."),
        back=request.path.removesuffix("steg/"),
    )


@requires(Permission.INCIDENT_EDIT)
@require_POST
def finish_task(request: Request, public_id: UUID, task_id: int) -> HttpResponse:
    """Klar."""
    incident = visible(request, public_id)
    return act(
        request,
        lambda: follow_up.finish_task(
            actor=actor_for(request.user),
            now=clock.now(),
            public_id=public_id,
            task_id=task_id,
            outcome=request.POST.get("outcome", ""),
        ),
        done=_("Åtgärden är klar."),
        back=incident.get_absolute_url(),
    )


@requires(Permission.INCIDENT_EDIT)
@require_http_methods(["GET", "POST"])
def split_alarm(request: Request, public_id: UUID, link_id: int) -> HttpResponse:
    """Let an alarm no longer belong to it."""
    incident = editable(request, public_id)
    form = SplitForm(posted(request))
    done = attempt(
        form,
        lambda: alarm_links.split_alarm(
            actor=actor_for(request.user),
            now=clock.now(),
            public_id=public_id,
            link_id=link_id,
            reason=form.cleaned_data["reason"],
        ),
    )
    if done is None:
        context = {"incident": incident, "title": _("Skilj av larmet"), "act": _("Skilj av")}
        return form_page(request, "incidents/part.html", form, context)
    return back_to(request, public_id, done=_("Larmet hör inte längre till händelsen."))


@requires(Permission.INCIDENT_PERSONS)
@require_http_methods(["GET", "POST"])
@never_cache
def person_list(request: Request, public_id: UUID) -> HttpResponse:
    """Its persons, for those who have the task; each look is written in the ledger."""
    incident = visible(request, public_id)
    actor, now = actor_for(request.user), clock.now()
    form = PersonForm(posted(request))
    added = attempt(
        form,
        lambda: persons.add_person(actor=actor, now=now, public_id=public_id, **form.cleaned_data),
    )
    if added is not None:
        return back_to(request, public_id, done=_("Personen är inskriven."))
    context = {
        "incident": incident,
        "persons": persons.read_persons(actor=actor, now=now, public_id=public_id),
    }
    return form_page(request, "incidents/persons.html", form, context)
