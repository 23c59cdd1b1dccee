"""A past hour of the board."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from alarms.forms.moments import SHAPE, PastMomentForm
from alarms.selectors.as_of import board_at
from trygghetscentral.accounts.access import requires
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.accounts.requests import Request
from trygghetscentral.shared import clock
from trygghetscentral.shared.clock import local

STEPS = (-60, -5, -1, 1, 5, 60)


@requires(Permission.BOARD_LIVE)
@require_GET
def past(request: Request) -> HttpResponse:
    """The board as of `tid`; an hour ago when nothing is asked for."""
    now = clock.now()
    asked = "tid" in request.GET
    hour_ago = now - dt.timedelta(hours=1)
    form = PastMomentForm(request.GET if asked else None, initial={"tid": hour_ago}, now=now)
    at: dt.datetime | None = hour_ago
    if asked:
        at = form.cleaned_data["tid"] if form.is_valid() else None
    board = board_at(request.user, at=at) if at else None
    context: dict[str, Any] = {"form": form, "board": board}
    if at is not None:
        context["steps"] = [
            (minutes, moved.strftime(SHAPE))
            for minutes in STEPS
            if (moved := local(at + dt.timedelta(minutes=minutes))) <= now
        ]
    return render(request, "alarms/as_of.html", context, status=400 if at is None else 200)
