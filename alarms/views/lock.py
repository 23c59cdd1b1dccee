"""The workstation lock: the board without places and names, and the two ways on."""

from __future__ import annotations

import dataclasses

from allauth.mfa.utils import is_mfa_enabled
from allauth.socialaccount.providers.base import Provider
from django import forms
from django.contrib.auth import logout
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from alarms.selectors import board
from alarms.selectors.rows import AlarmRow, row_of
from trygghetscentral.accounts.access import requires
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.entrance_forms import (
    LoginForm,
    MFAReauthenticateForm,
    ReauthenticateForm,
)
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.accounts.requests import Request
from trygghetscentral.live import idp, services
from trygghetscentral.live.locking import while_locked
from trygghetscentral.live.models import Presence
from trygghetscentral.shared import clock

SHOWN = 40
SWITCH_ID = "byt_%s"


@while_locked
@requires(Permission.BOARD_LIVE)
@require_http_methods(["GET", "POST"])
@never_cache
def lock(request: Request) -> HttpResponse:
    """Lås, and the page that a locked workstation shows."""
    if request.method == "POST":
        services.lock_workstation(
            actor=actor_for(request.user),
            now=clock.now(),
            session_key=_session_key(request),
            user_id=request.user.pk,
        )
        return HttpResponseRedirect(reverse("alarms:lock"))
    if not _is_locked(request):
        return HttpResponseRedirect(reverse("board:larm"))
    return _page(
        request,
        unlocking=proof_form(request),
        switching=LoginForm(request=request, auto_id=SWITCH_ID),
    )


@while_locked
@requires(Permission.BOARD_LIVE)
@require_GET
@never_cache
def locked_rows(request: Request) -> HttpResponse:
    """The list alone, asked for again and again by the lock page."""
    if not _is_locked(request):
        return HttpResponseRedirect(reverse("board:larm"))
    return render(request, "alarms/_locked_rows.html", _rows(request))


@while_locked
@sensitive_post_parameters()
@requires(Permission.BOARD_LIVE)
@require_POST
@never_cache
def unlock(request: Request) -> HttpResponse:
    """Lås upp: whoever locked it proves that it is them, here or at the city's IdP."""
    if not _is_locked(request):
        return HttpResponseRedirect(reverse("board:larm"))
    provider = _idp(request)
    if provider is not None:
        return idp.to_unlock(request, provider)
    form = proof_form(request)
    if form is None or not form.is_valid():
        return _page(
            request,
            unlocking=form,
            switching=LoginForm(request=request, auto_id=SWITCH_ID),
            status=400,
        )
    services.unlock_workstation(
        actor=actor_for(request.user),
        now=clock.now(),
        session_key=_session_key(request),
        user_id=request.user.pk,
    )
    return HttpResponseRedirect(reverse("board:larm"))


@while_locked
@sensitive_post_parameters()
@requires(Permission.BOARD_LIVE)
@require_POST
@never_cache
def switch(request: Request) -> HttpResponse:
    """Byt operatör: the next one signs in here, and the session of the one before ends.

    A wrong password ends nothing. The one before keeps what they own, until the rule about owners
    who are gone returns it (domain.md 00.9).
    """
    if not _is_locked(request):
        return HttpResponseRedirect(reverse("board:larm"))
    form = LoginForm(request.POST, request=request, auto_id=SWITCH_ID)
    if not form.is_valid():
        return _page(request, unlocking=proof_form(request, fresh=True), switching=form, status=400)
    logout(request)
    answer: HttpResponse = form.login(request, redirect_url=reverse("alarms:shift"))
    return answer


def proof_form(request: Request, *, fresh: bool = False) -> forms.Form | None:
    """The password once more; a code for whoever has none; None for whoever has neither, and for
    whoever signs in by the city's IdP and proves it there."""
    data = request.POST if request.method == "POST" and not fresh else None
    if request.user.has_usable_password():
        return ReauthenticateForm(data, user=request.user)
    if _idp(request) is not None:
        return None
    return MFAReauthenticateForm(data, user=request.user) if is_mfa_enabled(request.user) else None


def _idp(request: Request) -> Provider | None:
    return None if request.user.has_usable_password() else idp.idp_of(request)


def _is_locked(request: Request) -> bool:
    return Presence.objects.is_locked(request.session.session_key)


def _session_key(request: Request) -> str:
    return str(request.session.session_key)


def _page(
    request: Request, *, unlocking: forms.Form | None, switching: forms.Form, status: int = 200
) -> HttpResponse:
    provider = _idp(request)
    context = {
        **_rows(request),
        "unlocking": unlocking,
        "idp": None if provider is None else provider.name,
        "switching": switching,
        "nav": [],
    }
    return render(request, "alarms/lock.html", context, status=status)


def _rows(request: Request) -> dict[str, object]:
    audiences = request.user.audiences()
    return {
        "rows": [_masked(row_of(alarm)) for alarm in board.window(audiences, SHOWN)],
        "counts": board.counts(audiences),
        "now": clock.now(),
    }


def _masked(row: AlarmRow) -> AlarmRow:
    """As a trygghetslarm stands in every list: what it is and which part of the city."""
    return dataclasses.replace(
        row,
        masked=True,
        site_name="",
        place_line="",
        zone_line="",
        text="",
        controller_name="",
    )
