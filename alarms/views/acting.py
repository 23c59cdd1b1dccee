"""What the views of acts on one alarm share: its door, and the answer afterwards."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from alarms.selectors.details import detail_of, visible_alarms
from trygghetscentral.accounts.requests import Request
from trygghetscentral.shared import clock


def refuse_hidden(request: Request, public_id: UUID) -> None:
    """404 for an alarm the user cannot see, before anything is tried on it."""
    get_object_or_404(visible_alarms(request.user), public_id=public_id)


def after(request: Request, public_id: UUID) -> HttpResponse:
    """The alarm after the act: a fragment for htmx, a redirect for a plain form."""
    if not request.headers.get("HX-Request"):
        return HttpResponseRedirect(reverse("alarms:detail", args=(public_id,)))
    alarm = get_object_or_404(visible_alarms(request.user), public_id=public_id)
    shown = detail_of(alarm, user=request.user, now=clock.now())
    return render(request, "alarms/_detail.html", {"detail": shown, "heading": "h2"})
