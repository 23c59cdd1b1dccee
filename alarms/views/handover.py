"""Handing a shift over, and accepting it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from alarms.forms.shift import HandoverForm
from alarms.selectors import floods, prov
from alarms.selectors import handover as selectors
from alarms.selectors.shift import newest_handover, staffing
from alarms.services import handover as services
from trygghetscentral.accounts.access import requires
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.accounts.requests import Request
from trygghetscentral.accounts.views.common import act, attempt
from trygghetscentral.callout.selectors import on_duty
from trygghetscentral.shared import clock

MOST_PERIODS = 200


@requires(Permission.DESK_SIGN_ON)
@require_GET
@never_cache
def handover_page(request: Request) -> HttpResponse:
    """The position now, the last handover, and the next one's notes."""
    return _page(request, HandoverForm())


@requires(Permission.DESK_SIGN_ON)
@require_POST
def write(request: Request) -> HttpResponse:
    """Hand over."""
    form = HandoverForm(request.POST)
    now = clock.now()
    written = attempt(
        form,
        lambda: services.write_handover(
            actor=actor_for(request.user),
            now=now,
            notes=form.cleaned_data["notes"],
            figures=selectors.figures(request.user, now),
        ),
    )
    if written is None:
        return _page(request, form)
    messages.success(request, _("Passet är överlämnat. Nu kvitterar den som tar över."))
    return HttpResponseRedirect(reverse("alarms:handover"))


@requires(Permission.DESK_SIGN_ON)
@require_POST
def accept(request: Request, pk: int) -> HttpResponse:
    """Take over, by one act."""
    return act(
        request,
        lambda: services.accept_handover(
            actor=actor_for(request.user), now=clock.now(), handover_id=pk
        ),
        done=_("Du har kvitterat överlämningen och tagit över passet."),
        back=reverse("alarms:handover"),
    )


def _page(request: Request, form: HandoverForm) -> HttpResponse:
    now = clock.now()
    desks = staffing(now)
    return render(
        request,
        "alarms/handover.html",
        {
            "now": now,
            "position": selectors.position(request.user),
            "newest": newest_handover(),
            "earlier": selectors.earlier_handovers(),
            "duties": on_duty(now),
            "periods": prov.lines(prov.open_periods(request.user)[:MOST_PERIODS], now=now),
            "floods": floods.bar(request.user, now=now).lines,
            "staffing": desks,
            "unstaffed": [row.desk for row in desks if not row.staffed],
            "form": form,
        },
        status=400 if form.errors else 200,
    )
