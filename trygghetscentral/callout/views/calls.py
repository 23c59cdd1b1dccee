"""Calls as people meet them: on the board, on an alarm, and signed in as the one called."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from trygghetscentral.accounts.access import requires
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.accounts.requests import Request
from trygghetscentral.callout.models import Call
from trygghetscentral.callout.selectors import board
from trygghetscentral.callout.services import answers
from trygghetscentral.callout.states import PhoneResult
from trygghetscentral.shared import clock
from trygghetscentral.shared.digits import whole


@requires(Permission.DUTY_VIEW)
@require_GET
@never_cache
def state(request: Request) -> HttpResponse:
    """Who is on duty and what is red, for the board to put in its place every few seconds."""
    shown = board.board_state(request.user, now=clock.now())
    return render(request, "callout/_state.html", {"duty": shown})


@requires(Permission.DUTY_VIEW)
@require_GET
@never_cache
def about(request: Request, subject_type: str, subject_id: str) -> HttpResponse:
    """The calls about one thing, as a part of its page; empty when there are none to see."""
    calls = board.calls_about(request.user, subject_type=subject_type, subject_id=subject_id)
    return _calls(request, calls)


@requires(Permission.DUTY_VIEW)
@require_GET
def page(request: Request, public_id: UUID) -> HttpResponse:
    """One call as a page of its own."""
    call = _seen(request, public_id)
    return render(
        request,
        "callout/call.html",
        {
            "calls": [board.shown(call)],
            "call": call,
            **_choices(request),
        },
    )


@requires(Permission.DUTY_VIEW)
@require_POST
def answer(request: Request, public_id: UUID) -> HttpResponse:
    """Jag tar det, signed in."""
    _seen(request, public_id)
    answers.answer_signed_in(actor=actor_for(request.user), now=clock.now(), public_id=public_id)
    return _after(request, public_id)


@requires(Permission.ALARM_CLAIM)
@require_POST
def phone(request: Request, public_id: UUID) -> HttpResponse:
    """What came of ringing."""
    _seen(request, public_id)
    answers.note_phone_result(
        actor=actor_for(request.user),
        now=clock.now(),
        public_id=public_id,
        user_id=whole(request.POST.get("user", "")),
        result=request.POST.get("result", ""),
    )
    return _after(request, public_id)


def _seen(request: Request, public_id: UUID) -> Call:
    """404 for a call the user cannot see, before anything is tried on it."""
    calls = Call.objects.visible_to(request.user).select_related("duty", "answered_by")
    return get_object_or_404(calls, public_id=public_id)


def _after(request: Request, public_id: UUID) -> HttpResponse:
    if not request.headers.get("HX-Request"):
        return HttpResponseRedirect(reverse("callout:call", args=(public_id,)))
    call = _seen(request, public_id)
    return _calls(
        request,
        board.calls_about(request.user, subject_type=call.subject_type, subject_id=call.subject_id),
    )


def _calls(request: Request, calls: list[board.ShownCall]) -> HttpResponse:
    return render(request, "callout/_calls.html", {"calls": calls, **_choices(request)})


def _choices(request: Request) -> dict[str, object]:
    return {
        "results": PhoneResult.choices,
        "may_ring": request.user.may(Permission.ALARM_CLAIM),
    }
