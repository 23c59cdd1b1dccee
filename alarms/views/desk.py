"""One alarm on the screen, and what an operator does with it. Each act answers with the alarm as
it stands afterwards: a fragment for htmx, a redirect for a plain form."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from alarms.selectors.details import detail_of, visible_alarms
from alarms.services import codes, desk
from alarms.states import Action, AlarmState
from alarms.views.acting import after, door
from trygghetscentral.accounts.access import requires
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.accounts.requests import Request
from trygghetscentral.live.snapshots import newest_seq
from trygghetscentral.shared import clock
from trygghetscentral.shared.errors import Invalid

PROGRESS_ACTIONS = {
    AlarmState.VERIFYING.value: Action.VERIFY,
    AlarmState.IN_PROGRESS.value: Action.PROGRESS,
}


@requires(Permission.ALARM_VIEW)
@require_GET
def detail(request: Request, public_id: UUID) -> HttpResponse:
    """The alarm as the board's pane (htmx) or as a page of its own."""
    seq = newest_seq()
    now = clock.now()
    alarm = get_object_or_404(visible_alarms(request.user), public_id=public_id)
    shown = detail_of(alarm, user=request.user, now=now)
    if request.headers.get("HX-Request"):
        return render(request, "alarms/_detail.html", {"detail": shown, "heading": "h2"})
    return render(request, "alarms/detail.html", {"detail": shown, "seq": seq, "now": now})


@requires(Permission.ALARM_CLAIM)
@require_POST
def claim(request: Request, public_id: UUID) -> HttpResponse:
    """Ta, or Svara."""
    door(request, public_id, Permission.ALARM_CLAIM)
    desk.claim_alarm(actor=actor_for(request.user), now=clock.now(), public_id=public_id)
    return after(request, public_id)


@requires(Permission.ALARM_CLAIM)
@require_POST
def release(request: Request, public_id: UUID) -> HttpResponse:
    """Lämna tillbaka."""
    door(request, public_id, Permission.ALARM_CLAIM)
    desk.release_alarm(actor=actor_for(request.user), now=clock.now(), public_id=public_id)
    return after(request, public_id)


@requires(Permission.ALARM_CLAIM)
@require_POST
def progress(request: Request, public_id: UUID) -> HttpResponse:
    """Verifierar, or Åtgärd pågår."""
    door(request, public_id, Permission.ALARM_CLAIM)
    action = PROGRESS_ACTIONS.get(request.POST.get("state", ""))
    if action is None:
        raise Invalid(_("Läget finns inte."), code="no_such_state", kept=_("Larmet är oförändrat."))
    desk.progress_alarm(
        actor=actor_for(request.user), now=clock.now(), public_id=public_id, action=action
    )
    return after(request, public_id)


@requires(Permission.ALARM_CLAIM)
@require_POST
def note(request: Request, public_id: UUID) -> HttpResponse:
    """Anteckna."""
    door(request, public_id, Permission.ALARM_CLAIM)
    desk.note_alarm(
        actor=actor_for(request.user),
        now=clock.now(),
        public_id=public_id,
        text=request.POST.get("text", ""),
    )
    return after(request, public_id)


@requires(Permission.ALARM_CLOSE)
@require_POST
def close(request: Request, public_id: UUID) -> HttpResponse:
    """Avsluta, with a code."""
    door(request, public_id, Permission.ALARM_CLOSE)
    desk.close_alarm(
        actor=actor_for(request.user),
        now=clock.now(),
        public_id=public_id,
        code=request.POST.get("code", ""),
        note=request.POST.get("note", ""),
        voice_contact=request.POST.get("voice_contact", ""),
        said_by=request.POST.get("said_by", ""),
        said=request.POST.get("said", ""),
    )
    return after(request, public_id)


@requires(Permission.SITE_ACCESS_CODE)
@require_POST
def code(request: Request, public_id: UUID) -> HttpResponse:
    """Visa kod: recorded, and the shift lead is told."""
    door(request, public_id, Permission.SITE_ACCESS_CODE)
    revealed = codes.reveal_for_alarm(
        actor=actor_for(request.user), now=clock.now(), public_id=public_id
    )
    response = render(request, "alarms/_codes.html", {"codes": revealed})
    response["Cache-Control"] = "no-store"
    return response
