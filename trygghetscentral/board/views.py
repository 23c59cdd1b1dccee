"""The start page and the alarm board."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from alarms.selectors import on_map
from alarms.selectors.board import last_received_at
from alarms.selectors.shift import desk_bar
from trygghetscentral.accounts.access import requires, signed_in
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.accounts.requests import Request
from trygghetscentral.board.choosing import beside_words, choice_of, hidden_words, waiting_text
from trygghetscentral.board.context import menu_for
from trygghetscentral.board.pages import pages_for
from trygghetscentral.callout.selectors.board import BoardState, board_state
from trygghetscentral.live import snapshots
from trygghetscentral.shared import clock
from trygghetscentral.shared.digits import whole

WINDOW = 200
WALL_ROWS = 8


@signed_in
@require_GET
def start(request: Request) -> HttpResponse:
    """The role's own start: the board for those who watch it, else the first room they may enter,
    else their own account."""
    menu = menu_for(request.user, "")
    return HttpResponseRedirect(menu[0].href if menu else reverse("accounts:profile"))


def duty_state(user: User) -> BoardState | None:
    """Who is on duty, for those who may see the staffing."""
    return board_state(user, now=clock.now()) if user.may(Permission.DUTY_VIEW) else None


@requires(Permission.BOARD_LIVE)
@require_GET
@never_cache
def larm(request: Request) -> HttpResponse:
    """The board, or what is selected of it: a snapshot and the ledger's `seq` it stands for; the
    socket goes on from there with the same selection."""
    now = clock.now()
    choice = choice_of(request.GET, request.user, now)
    shown = snapshots.snapshot("alarms", request.user, limit=WINDOW, selection=choice.selection)
    return render(
        request,
        "board/larm.html",
        {
            "rows": shown.rows,
            "counts": shown.counts,
            "seq": shown.seq,
            "now": now,
            "window": WINDOW,
            "choice": choice,
            "hidden_words": hidden_words(shown.counts),
            "beside_words": beside_words(shown.counts),
            "waiting": waiting_text(shown.counts),
            "pages": pages_for(request.user),
            "duty": duty_state(request.user),
            "desk_bar": desk_bar(request.user, now),
            "last_received_at": None if shown.rows else last_received_at(request.user.audiences()),
        },
    )


@requires(Permission.BOARD_LIVE)
@require_GET
@never_cache
def missed_rows(request: Request) -> JsonResponse:
    """What the board missed since `since`, for a browser whose socket is down. Garbage counts as
    having missed everything. `window` is how many rows the page shows, if fewer than the board."""
    since = whole(request.GET.get("since", "")) or 0
    limit = min(whole(request.GET.get("window", "")) or WINDOW, WINDOW)
    selection = choice_of(request.GET, request.user, clock.now()).selection
    return JsonResponse(
        snapshots.missed("alarms", request.user, since=since, limit=limit, selection=selection)
    )


@requires(Permission.BOARD_WALL)
@require_GET
@never_cache
def wall(request: Request) -> HttpResponse:
    """The worst eight, the counts, the clock and the map, to be read at five metres. No controls:
    nothing can be done here."""
    shown = snapshots.snapshot("alarms", request.user, limit=WALL_ROWS)
    context = {
        "rows": shown.rows,
        "counts": shown.counts,
        "seq": shown.seq,
        "now": clock.now(),
        "window": WALL_ROWS,
    }
    return render(request, "board/wall.html", context)


@requires(Permission.BOARD_WALL)
@require_GET
@never_cache
def alarm_map(request: Request) -> HttpResponse:
    """The operator's second screen: every open alarm on one map."""
    return render(request, "board/map.html", {"now": clock.now()})


@requires(Permission.BOARD_WALL)
@require_GET
@never_cache
def map_data(request: Request) -> JsonResponse:
    """Open alarms as GeoJSON, asked for again and again by the maps."""
    audiences = request.user.audiences(Permission.ALARM_VIEW)
    return JsonResponse(on_map.open_alarms(audiences))
