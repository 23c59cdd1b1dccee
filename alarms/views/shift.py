"""The shift: who works which desk, signing on, being away, signing off, and the desks' set-up."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from alarms.forms.shift import DeskForm
from alarms.models import Desk
from alarms.selectors import shift as selectors
from alarms.services import desks as desk_services
from alarms.services import shift as services
from alarms.views.common import demand_at_centre
from trygghetscentral.accounts.access import requires
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.accounts.requests import Request
from trygghetscentral.accounts.views.common import act, attempt
from trygghetscentral.shared import clock
from trygghetscentral.shared.digits import whole

QUEUE = "ko"
TAKER = "till-"


@requires(Permission.DUTY_VIEW)
@require_GET
@never_cache
def shift_page(request: Request) -> HttpResponse:
    """Every desk with those who work it, and one's own signing on and off."""
    now = clock.now()
    staffing = selectors.staffing(now)
    mine = {
        row.desk.pk: person
        for row in staffing
        for person in row.people
        if person.user_id == request.user.pk
    }
    may_sign_on = request.user.may(Permission.DESK_SIGN_ON)
    return render(
        request,
        "alarms/shift.html",
        {
            "now": now,
            "staffing": staffing,
            "unstaffed": [row.desk for row in staffing if not row.staffed],
            "mine": mine,
            "away_since": next((p.away_since for p in mine.values() if p.away_since), None),
            "owned": selectors.owned_alarms(request.user) if may_sign_on else [],
            "colleagues": selectors.colleagues(request.user, now) if mine else [],
            "newest": selectors.newest_handover(),
        },
    )


@requires(Permission.BOARD_LIVE)
@require_GET
@never_cache
def desk_bar_fragment(request: Request) -> HttpResponse:
    """The board's line about desks, asked for again and again while it is open."""
    bar = selectors.desk_bar(request.user, clock.now())
    wall = "vagg" in request.GET
    return render(request, "board/_bar_desks.html", {"desk_bar": bar, "wall": wall})


@requires(Permission.DESK_SIGN_ON)
@require_POST
def sign_on(request: Request) -> HttpResponse:
    """Work the chosen desks."""
    chosen = [pk for text in request.POST.getlist("desk") if (pk := whole(text)) is not None]
    return act(
        request,
        lambda: services.sign_on(actor=actor_for(request.user), now=clock.now(), desk_ids=chosen),
        done=_("Du är påloggad på de larmplatser du valde."),
        back=reverse("board:larm" if request.POST.get("fran") == "larm" else "alarms:shift"),
    )


@requires(Permission.DESK_SIGN_ON)
@require_POST
def away(request: Request) -> HttpResponse:
    """Away, or back."""
    leaves = request.POST.get("away") == "1"
    return act(
        request,
        lambda: services.set_away(actor=actor_for(request.user), now=clock.now(), away=leaves),
        done=_("Du står som borta. Dina larm är kvar hos dig.") if leaves else _("Du är tillbaka."),
        back=reverse("alarms:shift"),
    )


@requires(Permission.DESK_SIGN_ON)
@require_POST
def sign_off(request: Request) -> HttpResponse:
    """Leave every desk, with each open alarm given to somebody or to the queue."""
    return act(
        request,
        lambda: services.sign_off(
            actor=actor_for(request.user), now=clock.now(), to=_takers(request.POST)
        ),
        done=_("Du är avloggad från alla larmplatser. Lämna gärna över passet också."),
        back=reverse("alarms:shift"),
    )


def _takers(posted: QueryDict) -> dict[UUID, int | None]:
    """What the form says of each alarm; what cannot be read counts as not said."""
    found: dict[UUID, int | None] = {}
    for name in posted:
        if not name.startswith(TAKER):
            continue
        value = posted.get(name, "")
        try:
            public_id = UUID(name.removeprefix(TAKER))
        except ValueError:
            continue
        if value == QUEUE:
            found[public_id] = services.TO_QUEUE
        elif (taker := whole(value)) is not None:
            found[public_id] = taker
    return found


@requires(Permission.ALARM_ROUTE)
@require_GET
def desk_list(request: Request) -> HttpResponse:
    """The city's desks and how they are set up."""
    demand_at_centre(request.user, Permission.ALARM_ROUTE)
    return _desks(request)


@requires(Permission.ALARM_ROUTE)
@require_POST
def change_desk(request: Request, pk: int) -> HttpResponse:
    """Set one desk up."""
    demand_at_centre(request.user, Permission.ALARM_ROUTE)
    desk = get_object_or_404(selectors.desks(), pk=pk)
    form = DeskForm(request.POST, desk=desk)
    changed = attempt(
        form,
        lambda: desk_services.change_desk(
            actor=actor_for(request.user), now=clock.now(), desk_id=pk, **form.cleaned_data
        ),
    )
    if changed is None:
        return _desks(request, wrong={pk: form})
    messages.success(request, _("%(desk)s är ändrad.") % {"desk": desk.name})
    return HttpResponseRedirect(f"{reverse('alarms:desk-list')}#larmplats-{pk}")


def _desks(request: Request, wrong: dict[int, DeskForm] | None = None) -> HttpResponse:
    wrong = wrong or {}
    rows = [
        {"desk": desk, "form": wrong.get(desk.pk) or _desk_form(desk)} for desk in selectors.desks()
    ]
    return render(request, "alarms/desks.html", {"rows": rows}, status=400 if wrong else 200)


def _desk_form(desk: Desk) -> DeskForm:
    return DeskForm(
        desk=desk,
        initial={
            "seen": desk_services.desk_version(desk),
            "active": desk.active,
            "arc_category": desk.arc_category,
            "instructions": desk.instructions,
        },
    )
