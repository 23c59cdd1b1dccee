"""What the views of one incident share: its door, and going back to it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from incidents.models import Incident
from incidents.selectors.details import visible_incidents
from incidents.services.holding import demand, refuse_closed
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.accounts.requests import Request


def visible(request: Request, public_id: UUID) -> Incident:
    """The incident, or 404 for somebody who may not know of it."""
    incident: Incident = get_object_or_404(visible_incidents(request.user), public_id=public_id)
    return incident


def editable(
    request: Request,
    public_id: UUID,
    permission: Permission = Permission.INCIDENT_EDIT,
    *,
    closed: bool = False,
) -> Incident:
    """The same; `closed` ones too when asked for. Raises Forbidden for somebody who only reads
    it, Conflict when it is closed."""
    incident = visible(request, public_id)
    demand(request.user, permission, incident.controller_id)
    if not closed:
        refuse_closed(incident)
    return incident


def back_to(request: Request, public_id: UUID, *, done: str) -> HttpResponse:
    """To the incident, or to the list for somebody who no longer sees it."""
    messages.success(request, done)
    if visible_incidents(request.user).filter(public_id=public_id).exists():
        return HttpResponseRedirect(reverse("incidents:detail", args=(public_id,)))
    messages.info(request, _("Du får inte längre se händelsen."))
    return HttpResponseRedirect(reverse("incidents:list"))
