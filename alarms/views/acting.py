"""What the views of acts on one alarm share: its door, and the answer afterwards."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from alarms.selectors.details import detail_of, visible_alarms
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.accounts.requests import Request
from trygghetscentral.shared import clock
from trygghetscentral.shared.errors import Forbidden


def door(request: Request, public_id: UUID, permission: Permission) -> None:
    """Before anything is tried on an alarm: 404 when the user cannot see it, and Forbidden when
    the user sees it by one role and holds the permission by another, in another nämnd."""
    alarm = get_object_or_404(visible_alarms(request.user), public_id=public_id)
    if not request.user.may(permission, alarm.controller_id):
        raise Forbidden(
            _("Du får se larmet men inte göra det här med det."),
            code="permission_needed",
            kept=_("Larmet är oförändrat."),
            todo=_("Ring larmcentralen."),
        )


def after(request: Request, public_id: UUID) -> HttpResponse:
    """The alarm after the act: a fragment for htmx, a redirect for a plain form."""
    if not request.headers.get("HX-Request"):
        return HttpResponseRedirect(reverse("alarms:detail", args=(public_id,)))
    alarm = get_object_or_404(visible_alarms(request.user), public_id=public_id)
    shown = detail_of(alarm, user=request.user, now=clock.now())
    return render(request, "alarms/_detail.html", {"detail": shown, "heading": "h2"})
