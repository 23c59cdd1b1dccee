"""Larmflod: the list, declaring one, its page with its alarms, ending it and closing them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from alarms.forms.floods import CloseFloodForm, EndFloodForm, FloodForm, LongerForm
from alarms.models import Flood
from alarms.selectors import floods as selectors
from alarms.selectors.rows import row_of
from alarms.services import floods as services
from alarms.services.closing import needs_statement
from alarms.services.floods.closing import Scope
from alarms.views.common import demand_at_centre, form_page, page_of, posted
from trygghetscentral.accounts.access import requires
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.accounts.requests import Request
from trygghetscentral.accounts.views.common import attempt
from trygghetscentral.shared import clock
from trygghetscentral.shared.digits import whole

# What is left after this is done by the workers, or by pressing again.
PATIENCE: Final = 4.0


@requires(Permission.BOARD_LIVE)
@require_GET
def flood_list(request: Request) -> HttpResponse:
    """What goes on, what the system proposes, and what has been."""
    now = clock.now()
    context = {
        "lines": selectors.open_lines(request.user, now=now),
        "past": selectors.past_lines(request.user, now=now),
        "proposals": selectors.proposals(request.user),
        "may_lead": selectors.may_lead(request.user),
    }
    return render(request, "alarms/floods.html", context)


@requires(Permission.BOARD_LIVE)
@require_GET
def flood_bar(request: Request) -> HttpResponse:
    """The board's words about floods, fetched by itself; `?vagg=1` for a screen nobody touches."""
    bar = selectors.bar(request.user, now=clock.now())
    return render(
        request, "alarms/_flood_bar.html", {"bar": bar, "wall": request.GET.get("vagg") == "1"}
    )


@requires(Permission.ALARM_REASSIGN)
@require_http_methods(["GET", "POST"])
def new_flood(request: Request) -> HttpResponse:
    """Declare one; `?forslag=` fills in what the system proposes."""
    demand_at_centre(request.user, Permission.ALARM_REASSIGN)
    form = FloodForm(posted(request), initial=_proposed(request))
    actor = actor_for(request.user)
    made = attempt(
        form,
        lambda: services.declare(actor=actor, now=clock.now(), data=form.data_given()),
    )
    if made is None:
        return form_page(request, "alarms/flood_form.html", form, {})
    _for_a_while(lambda: services.absorb_portion(actor=actor, now=clock.now(), flood_id=made.pk))
    messages.success(request, _("Larmfloden gäller för nya larm inom två sekunder."))
    return HttpResponseRedirect(reverse("alarms:flood", args=(made.public_id,)))


@requires(Permission.BOARD_LIVE)
@require_GET
def flood_page(request: Request, public_id: UUID) -> HttpResponse:
    """One flood with its alarms; as a fragment the figures, for the page that keeps fresh."""
    flood = _flood(request, public_id)
    if request.headers.get("HX-Request") == "true":
        line = selectors.line_of(flood, request.user, now=clock.now())
        return render(request, "alarms/_flood_head.html", {"line": line, "flood": flood})
    return _page(request, flood)


@requires(Permission.ALARM_REASSIGN)
@require_POST
def extend_flood(request: Request, public_id: UUID) -> HttpResponse:
    """Förläng."""
    form = LongerForm(request.POST)
    return _act(
        request,
        public_id,
        {"longer": form},
        lambda: services.extend_flood(
            actor=actor_for(request.user), now=clock.now(), public_id=public_id, lasts=form.lasts
        ),
        done=lambda _made: _("Förlängd."),
    )


@requires(Permission.ALARM_REASSIGN)
@require_POST
def end_flood(request: Request, public_id: UUID) -> HttpResponse:
    """Avsluta larmfloden; what is not restored comes to the board."""
    form = EndFloodForm(request.POST)
    actor = actor_for(request.user)

    def end() -> Flood:
        ended = services.end_flood(
            actor=actor,
            now=clock.now(),
            public_id=public_id,
            close_restored=form.cleaned_data["close_restored"],
        )
        _for_a_while(lambda: services.settle(actor=actor, now=clock.now()))
        return ended

    return _act(
        request,
        public_id,
        {"end": form},
        end,
        done=lambda _made: _("Larmfloden är över. Det som inte är återställt står på larmlistan."),
    )


@requires(Permission.ALARM_REASSIGN)
@require_POST
def close_alarms(request: Request, public_id: UUID) -> HttpResponse:
    """Avsluta larmfloden's alarms with one cause; pressed again, it goes on where it was."""
    flood = _flood(request, public_id)
    form = CloseFloodForm(request.POST, category=flood.category)
    actor = actor_for(request.user)

    def close() -> int:
        given = form.cleaned_data
        return _for_a_while(
            lambda: services.close_portion(
                actor=actor,
                now=clock.now(),
                public_id=public_id,
                code=given["code"],
                scope=Scope(given["scope"]),
                note=given["note"],
            )
        )

    def done(count: int) -> str:
        return ngettext("%(n)d larm avslutat.", "%(n)d larm avslutade.", count) % {"n": count}

    return _act(request, public_id, {"close": form}, close, done=done)


def _act(
    request: Request,
    public_id: UUID,
    bound: dict[str, forms.Form],
    call: Callable[[], Any],
    *,
    done: Callable[[Any], str],
) -> HttpResponse:
    flood = _flood(request, public_id)
    [form] = bound.values()
    made = attempt(form, call)
    if made is not None:
        messages.success(request, done(made))
        return HttpResponseRedirect(reverse("alarms:flood", args=(public_id,)))
    flood.refresh_from_db()
    return _page(request, flood, status=400, **bound)


def _page(
    request: Request, flood: Flood, *, status: int = 200, **bound: forms.Form
) -> HttpResponse:
    page = page_of(request, selectors.alarms_of(flood, request.user))
    context: dict[str, Any] = {
        "flood": flood,
        "line": selectors.line_of(flood, request.user, now=clock.now()),
        "page": page,
        "rows": [row_of(alarm) for alarm in page.object_list],
        "may_lead": selectors.may_lead(request.user),
        "one_by_one": needs_statement(flood.category),
        "longer": LongerForm(),
        "end": EndFloodForm(),
        "close": CloseFloodForm(category=flood.category),
        **bound,
    }
    return render(request, "alarms/flood.html", context, status=status)


def _flood(request: Request, public_id: UUID) -> Flood:
    return get_object_or_404(selectors.flood_for(request.user), public_id=public_id)


def _proposed(request: Request) -> dict[str, object]:
    asked = whole(request.GET.get("forslag", ""))
    if asked is None:
        return {}
    proposal = selectors.proposal_for(request.user, asked)
    if proposal is None:
        return {}
    return {
        "category": proposal.category,
        "areas": [str(proposal.area_id)],
        "cause": proposal.cause,
    }


def _for_a_while(portion: Callable[[], int]) -> int:
    """Portions until one is empty or our patience ends; how many rows were done."""
    began, done = time.monotonic(), 0
    while time.monotonic() - began < PATIENCE:
        count = portion()
        done += count
        if count == 0:
            break
    return done
