"""N: an alarm by hand, or a call about one that is already open."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from alarms.forms.by_hand import NEW, ManualForm
from alarms.models import Alarm, Direction, Party
from alarms.selectors.by_hand import (
    SHOWN_OPEN,
    city_areas,
    manual_types,
    open_at_place,
    places_like,
)
from alarms.selectors.details import visible_alarms
from alarms.selectors.directory import centre_id
from alarms.selectors.rows import row_of
from alarms.services.by_hand import Report, raise_by_hand
from alarms.services.calls import CallData, record_call
from alarms.views.common import posted
from trygghetscentral.accounts.access import requires
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.accounts.requests import Request
from trygghetscentral.places.models import Site
from trygghetscentral.shared import clock
from trygghetscentral.shared.errors import DomainError, Forbidden

TAKE = "take"


@requires(Permission.ALARM_CLAIM)
@require_http_methods(["GET", "POST"])
def manual(request: Request) -> HttpResponse:
    """The form as the board's dialog (htmx) or as a page, and what is sent in with it."""
    form = _form(request, bound=request.method == "POST" and "search" not in request.POST)
    if not form.is_bound or not form.is_valid():
        return _shown(request, form)
    _demand(request, form.found_site)
    open_there = _open_there(request, form.found_site, form.cleaned_data["address"])
    attach = form.cleaned_data["attach"]
    about = next((alarm for alarm in open_there if str(alarm.public_id) == attach), None)
    if open_there and about is None and attach != NEW:
        form.add_error(None, _("Platsen har redan ett öppet larm. Välj vad samtalet gäller."))
        return _shown(request, form)
    try:
        if about is not None:
            _record(request, form, about)
            return _done(request, about)
        return _done(request, _raise(request, form))
    except DomainError as error:
        if error.code == "already_raised":
            again = visible_alarms(request.user)
            found = get_object_or_404(again, public_id=form.cleaned_data["form_id"])
            return _done(request, found)
        form.add_error(None, error.sentence())
        return _shown(request, form)


@requires(Permission.ALARM_CLAIM)
@require_POST
def manual_places(request: Request) -> HttpResponse:
    """Objects like what is being typed. By POST, since an address must not stand in a log."""
    text = request.POST.get("q", "")
    context = {"places": places_like(request.user, text), "q": text.strip()}
    return render(request, "alarms/_manual_places.html", context)


@requires(Permission.ALARM_CLAIM)
@require_POST
def manual_open(request: Request) -> HttpResponse:
    """The open alarms of the chosen place, to warn before the form is sent."""
    site = Site.objects.visible_to(request.user).filter(slug=request.POST.get("site", "")).first()
    found = _open_there(request, site, request.POST.get("address", ""))
    context = {"open_there": [row_of(alarm) for alarm in found], "attach": ""}
    return render(request, "alarms/_manual_open.html", context)


def _form(request: Request, *, bound: bool) -> ManualForm:
    fields: dict[str, Any] = {
        "types": manual_types(),
        "areas": city_areas(clock.now()),
        "places": Site.objects.visible_to(request.user).filter(closed_at=None),
    }
    data = posted(request)
    if bound:
        return ManualForm(data, **fields)
    if data is not None:
        # "Sök plats" without scripts: what was written comes back, and nothing is judged yet.
        fields["initial"] = data.dict()
    return ManualForm(**fields)


def _demand(request: Request, site: Site | None) -> None:
    controller_id = site.controller_id if site else centre_id()
    if not request.user.may(Permission.ALARM_CLAIM, controller_id):
        raise Forbidden(
            _("Du handlägger inte larm på den platsen."),
            code="permission_needed",
            kept=_("Inget larm är upplagt."),
            todo=_("Ring larmcentralen."),
        )


def _open_there(request: Request, site: Site | None, address: str) -> list[Alarm]:
    audiences = request.user.audiences(Permission.ALARM_VIEW)
    site_id = site.pk if site else None
    return list(open_at_place(audiences, site_id=site_id, address=address)[:SHOWN_OPEN])


def _raise(request: Request, form: ManualForm) -> Alarm:
    values = form.cleaned_data
    return raise_by_hand(
        actor=actor_for(request.user),
        now=clock.now(),
        take=request.POST.get("how") == TAKE,
        report=Report(
            public_id=values["form_id"],
            type_code=values["type"].code,
            site=form.found_site,
            city_area=values["city_area"],
            address=values["address"],
            text=values["text"],
            caller=values["caller"],
            phone=values["phone"],
            audiences=request.user.audiences(Permission.ALARM_VIEW),
            seen=_seen(request),
        ),
    )


def _seen(request: Request) -> frozenset[UUID]:
    seen = set()
    for text in request.POST.getlist("seen"):
        try:
            seen.add(UUID(text))
        except ValueError:
            continue
    return frozenset(seen)


def _record(request: Request, form: ManualForm, about: Alarm) -> None:
    values = form.cleaned_data
    record_call(
        actor=actor_for(request.user),
        now=clock.now(),
        public_id=about.public_id,
        call=CallData(
            whom=Party.CALLER,
            direction=Direction.IN,
            name=values["caller"],
            phone=values["phone"],
            note=values["text"],
        ),
    )


def _shown(request: Request, form: ManualForm) -> HttpResponse:
    in_dialog = bool(request.headers.get("HX-Request"))
    text = request.POST.get("q", "")
    found = places_like(request.user, text)
    site = form.found_site
    if site is not None and site not in found:
        found.insert(0, site)
    open_there = _open_there(request, site, request.POST.get("address", "")) if request.POST else []
    context = {
        "form": form,
        "in_dialog": in_dialog,
        "q": text,
        "places": found,
        "chosen": site.slug if site else "",
        "open_there": [row_of(alarm) for alarm in open_there],
        "attach": request.POST.get("attach", ""),
    }
    if in_dialog:
        # Shown in the dialog's own place, which htmx does only for an answer that is no error.
        return render(request, "alarms/_manual.html", context)
    status = 400 if form.is_bound else 200
    return render(request, "alarms/manual.html", context, status=status)


def _done(request: Request, alarm: Alarm) -> HttpResponse:
    url = reverse("alarms:detail", args=(alarm.public_id,))
    if not request.headers.get("HX-Request"):
        return HttpResponseRedirect(url)
    response = HttpResponse()
    response["HX-Trigger"] = json.dumps(
        {"manual-done": {"key": f"alarm:{alarm.public_id}", "url": url}}
    )
    return response
