"""Parking an alarm and ending it; moving it and changing its priority."""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from alarms.forms.moving import MoveForm, ParkForm, PriorityForm
from alarms.services import leading, parking
from alarms.views.acting import after, door
from trygghetscentral.accounts.access import requires
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.accounts.requests import Request
from trygghetscentral.shared import clock
from trygghetscentral.shared.errors import Invalid

F = TypeVar("F", bound=forms.Form)


@requires(Permission.ALARM_CLAIM)
@require_POST
def park(request: Request, public_id: UUID) -> HttpResponse:
    """Parkera."""
    door(request, public_id, Permission.ALARM_CLAIM)
    form = _usable(ParkForm(request.POST))
    now = clock.now()
    parking.park_alarm(
        actor=actor_for(request.user),
        now=now,
        public_id=public_id,
        until=form.until(now),
        reason=form.cleaned_data["reason"],
        note=form.cleaned_data["note"],
    )
    return after(request, public_id)


@requires(Permission.ALARM_CLAIM)
@require_POST
def unpark(request: Request, public_id: UUID) -> HttpResponse:
    """Avsluta parkeringen."""
    door(request, public_id, Permission.ALARM_CLAIM)
    parking.unpark_alarm(actor=actor_for(request.user), now=clock.now(), public_id=public_id)
    return after(request, public_id)


@requires(Permission.ALARM_REASSIGN)
@require_POST
def move(request: Request, public_id: UUID) -> HttpResponse:
    """Flytta, to a colleague or a desk."""
    door(request, public_id, Permission.ALARM_REASSIGN)
    form = _usable(MoveForm(request.POST))
    kind, pk = form.target()
    actor, now, reason = actor_for(request.user), clock.now(), form.cleaned_data["reason"]
    if kind == "user":
        leading.move_to_colleague(
            actor=actor, now=now, public_id=public_id, user_id=pk, reason=reason
        )
    else:
        leading.move_to_desk(actor=actor, now=now, public_id=public_id, desk_id=pk, reason=reason)
    return after(request, public_id)


@requires(Permission.ALARM_REASSIGN)
@require_POST
def reprioritise(request: Request, public_id: UUID) -> HttpResponse:
    """Ändra prioritet."""
    door(request, public_id, Permission.ALARM_REASSIGN)
    form = _usable(PriorityForm(request.POST))
    leading.reprioritise(
        actor=actor_for(request.user),
        now=clock.now(),
        public_id=public_id,
        priority=form.cleaned_data["priority"],
        reason=form.cleaned_data["reason"],
    )
    return after(request, public_id)


def _usable(form: F) -> F:
    if not form.is_valid():
        first = next(iter(form.errors.values()))[0]
        raise Invalid(str(first), code="form", kept=_("Larmet är oförändrat."))
    return form
