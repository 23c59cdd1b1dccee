"""Calls, dispatches, räddningstjänsten and the code word of one opened alarm."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from alarms.models import CallChannel, CallResult, Direction, Party
from alarms.services import calls, code_words
from alarms.views.acting import after, door
from trygghetscentral.accounts.access import requires
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.accounts.requests import Request
from trygghetscentral.shared import clock
from trygghetscentral.shared.digits import whole
from trygghetscentral.shared.errors import Invalid


@requires(Permission.ALARM_CLAIM)
@require_POST
def call(request: Request, public_id: UUID) -> HttpResponse:
    """Whom was rung, or rang, and what came of it."""
    door(request, public_id, Permission.ALARM_CLAIM)
    sent = request.POST
    data = calls.CallData(
        whom=sent.get("whom", ""),
        direction=sent.get("direction", Direction.OUT),
        channel=sent.get("channel", CallChannel.PHONE),
        result=sent.get("result", CallResult.ANSWERED),
        contact_id=whole(sent.get("contact", "")),
        name=sent.get("name", ""),
        phone=sent.get("phone", ""),
        note=sent.get("note", ""),
    )
    calls.record_call(
        actor=actor_for(request.user), now=clock.now(), public_id=public_id, call=data
    )
    return after(request, public_id)


@requires(Permission.ALARM_CLAIM)
@require_POST
def dispatch(request: Request, public_id: UUID) -> HttpResponse:
    """Send somebody out."""
    door(request, public_id, Permission.ALARM_CLAIM)
    sent = request.POST
    calls.dispatch(
        actor=actor_for(request.user),
        now=clock.now(),
        public_id=public_id,
        whom=sent.get("whom", ""),
        channel=sent.get("channel", CallChannel.PHONE),
        name=sent.get("name", ""),
        note=sent.get("note", ""),
    )
    return after(request, public_id)


@requires(Permission.ALARM_CLAIM)
@require_POST
def dispatch_step(request: Request, public_id: UUID, call_id: int) -> HttpResponse:
    """På väg, framme, klart or kommer inte."""
    door(request, public_id, Permission.ALARM_CLAIM)
    calls.step_dispatch(
        actor=actor_for(request.user),
        now=clock.now(),
        public_id=public_id,
        call_id=call_id,
        step=request.POST.get("step", ""),
    )
    return after(request, public_id)


@requires(Permission.ALARM_CLAIM)
@require_POST
def rescue(request: Request, public_id: UUID) -> HttpResponse:
    """Räddningstjänst larmad (domain.md 00.10)."""
    door(request, public_id, Permission.ALARM_CLAIM)
    calls.dispatch(
        actor=actor_for(request.user),
        now=clock.now(),
        public_id=public_id,
        whom=Party.RESCUE_SERVICE,
    )
    return after(request, public_id)


@requires(Permission.ALARM_CLAIM)
@require_POST
def code_word(request: Request, public_id: UUID) -> HttpResponse:
    """Compare the code word that was said; only the outcome comes back."""
    door(request, public_id, Permission.ALARM_CLAIM)
    said = "" if "not_given" in request.POST else request.POST.get("said_word", "")
    if "not_given" not in request.POST and not said.strip():
        raise Invalid(
            _("Inget ord är ifyllt."),
            code="empty_word",
            todo=_("Skriv ordet som sades, eller tryck ”Inget kodord gavs”."),
        )
    code_words.check_code_word(
        actor=actor_for(request.user), now=clock.now(), public_id=public_id, said=said
    )
    return after(request, public_id)
