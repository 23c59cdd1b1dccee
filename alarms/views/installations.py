"""Installations: the list, one of them, and setting them up."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from alarms.forms.installations import (
    AreaForm,
    ChangeInstallationForm,
    NewInstallationForm,
    SearchForm,
    ZoneForm,
    open_sites,
)
from alarms.models import Installation
from alarms.selectors.installations import (
    code_words_of,
    latest_signals,
    listed,
    manageable_controllers,
)
from alarms.services import installations as services
from alarms.views.common import (
    form_page,
    managed_installation,
    page_of,
    posted,
    visible_installation,
)
from trygghetscentral.accounts.access import requires
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.accounts.requests import Request
from trygghetscentral.accounts.views.common import act, attempt
from trygghetscentral.shared import clock


@requires(Permission.INSTALLATION_VIEW)
@require_GET
def installation_list(request: Request) -> HttpResponse:
    """Larmanläggningar, by object in Swedish order."""
    form = SearchForm(request.GET)
    text = form.cleaned_data["q"].strip() if form.is_valid() else ""
    context = {
        "form": form,
        "text": text,
        "page": page_of(request, listed(request.user, text=text)),
        "may_create": bool(manageable_controllers(request.user)),
    }
    return render(request, "alarms/installations.html", context)


@requires(Permission.INSTALLATION_VIEW)
@require_GET
def site_fragment(request: Request) -> HttpResponse:
    """The installations of one object, for its objektskort. 404 for what is no id."""
    try:
        site_id = UUID(request.GET.get("site", ""))
    except ValueError as error:
        raise Http404 from error
    found = listed(request.user).filter(site__public_id=site_id)
    may_create = open_sites(request.user).filter(public_id=site_id).first()
    return render(
        request,
        "alarms/_site_installations.html",
        {"installations": found, "may_create": may_create},
    )


@requires(Permission.INSTALLATION_VIEW)
@require_GET
def installation(request: Request, public_id: UUID) -> HttpResponse:
    """One installation with areas, zones, transmitters and its latest signals."""
    found = visible_installation(request.user, public_id)
    return render(request, "alarms/installation.html", _shown(request, found))


def _shown(request: Request, found: Installation) -> dict[str, object]:
    return {
        "installation": found,
        "signals": latest_signals(found, now=clock.now()),
        "words": code_words_of(found),
        "may_manage": request.user.may(Permission.INSTALLATION_MANAGE, found.controller_id),
        "keeps_care": request.user.may(Permission.CARE_EDIT, found.controller_id),
        "area_form": AreaForm(),
        "zone_form": ZoneForm(),
    }


@requires(Permission.INSTALLATION_MANAGE)
@require_http_methods(["GET", "POST"])
def new_installation(request: Request) -> HttpResponse:
    """Enter an installation; `?objekt=slug` chooses the object beforehand."""
    form = NewInstallationForm(
        posted(request),
        user=request.user,
        initial={"site": request.GET.get("objekt", "")},
    )
    made = attempt(
        form,
        lambda: services.create_installation(
            actor=actor_for(request.user),
            now=clock.now(),
            site=form.cleaned_data["site"],
            name=form.cleaned_data["name"],
            fire_call=form.cleaned_data["fire_call"],
            alarm_class=form.cleaned_data["alarm_class"],
        ),
    )
    if made is not None:
        messages.success(request, _("Anläggningen är upplagd. Lägg nu upp dess sändare."))
        return HttpResponseRedirect(reverse("alarms:installation", args=(made.public_id,)))
    return form_page(request, "alarms/installation_form.html", form, {})


@requires(Permission.INSTALLATION_MANAGE)
@require_http_methods(["GET", "POST"])
def change_installation(request: Request, public_id: UUID) -> HttpResponse:
    """Change name, fire call and whether it is in use."""
    found = managed_installation(request.user, public_id)
    form = ChangeInstallationForm(
        posted(request),
        initial={
            "seen": services.installation_version(found),
            "name": found.name,
            "fire_call": found.fire_call,
            "alarm_class": found.alarm_class,
            "active": found.active,
        },
    )
    changed = attempt(
        form,
        lambda: services.change_installation(
            actor=actor_for(request.user),
            now=clock.now(),
            installation_id=found.pk,
            **form.cleaned_data,
        ),
    )
    if changed is not None:
        messages.success(request, _("Anläggningen är ändrad."))
        return HttpResponseRedirect(reverse("alarms:installation", args=(public_id,)))
    return form_page(request, "alarms/installation_form.html", form, {"installation": found})


@requires(Permission.INSTALLATION_MANAGE)
@require_POST
def save_area(request: Request, public_id: UUID) -> HttpResponse:
    """Name a partition."""
    return _save(request, public_id, AreaForm(request.POST), "area_form", services.save_area)


@requires(Permission.INSTALLATION_MANAGE)
@require_POST
def save_zone(request: Request, public_id: UUID) -> HttpResponse:
    """Name a zone."""
    return _save(request, public_id, ZoneForm(request.POST), "zone_form", services.save_zone)


def _save(
    request: Request,
    public_id: UUID,
    form: forms.Form,
    name: str,
    service: Callable[..., None],
) -> HttpResponse:
    found = managed_installation(request.user, public_id)
    if not form.is_valid():
        context = {**_shown(request, found), name: form}
        return render(request, "alarms/installation.html", context, status=400)
    call = partial(
        service,
        actor=actor_for(request.user),
        now=clock.now(),
        installation=found,
        **form.cleaned_data,
    )
    return act(request, call, done=_("Namnet är sparat."), back=_address(found))


@requires(Permission.INSTALLATION_MANAGE)
@require_POST
def remove_area(request: Request, public_id: UUID, pk: int) -> HttpResponse:
    """Forget a partition's name."""
    return _remove(request, public_id, pk, services.remove_area)


@requires(Permission.INSTALLATION_MANAGE)
@require_POST
def remove_zone(request: Request, public_id: UUID, pk: int) -> HttpResponse:
    """Forget a zone's name."""
    return _remove(request, public_id, pk, services.remove_zone)


def _remove(
    request: Request, public_id: UUID, pk: int, service: Callable[..., None]
) -> HttpResponse:
    found = managed_installation(request.user, public_id)
    call = partial(
        service, actor=actor_for(request.user), now=clock.now(), installation=found, pk=pk
    )
    return act(request, call, done=_("Namnet är borttaget."), back=_address(found))


def _address(found: Installation) -> str:
    return reverse("alarms:installation", args=(found.public_id,))
