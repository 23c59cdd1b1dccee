"""The shift lead's view of load, asked for again every five seconds."""

from __future__ import annotations

import datetime as dt

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from alarms.documents.words import clock_text
from alarms.selectors.load import load_now
from trygghetscentral.accounts.access import requires
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.accounts.requests import Request
from trygghetscentral.shared import clock


@requires(Permission.ALARM_REASSIGN)
@require_GET
@never_cache
def load(request: Request) -> HttpResponse:
    """The page; for htmx only the part that changes."""
    now = clock.now()
    found = load_now(request.user, now=now)
    context = {
        "load": found,
        "now": now,
        "desks": [(desk, _since(desk.waiting_since, now)) for desk in found.desks],
        "late": [(row, _since(row.target_at, now)) for row in found.late_rows],
    }
    template = "alarms/_load.html" if request.headers.get("HX-Request") else "alarms/load.html"
    return render(request, template, context)


def _since(moment: dt.datetime | None, now: dt.datetime) -> str:
    return "" if moment is None else clock_text((now - moment).total_seconds())
