"""The start page and the alarm board."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from alarms.selectors.board import last_received_at
from trygghetscentral.accounts.access import requires, signed_in
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.accounts.requests import Request
from trygghetscentral.board.context import menu_for
from trygghetscentral.live import snapshots
from trygghetscentral.shared import clock

WINDOW = 200


@signed_in
@require_GET
def start(request: Request) -> HttpResponse:
    """The role's own start: the board for those who watch it, else the first room they may enter,
    else their own account."""
    menu = menu_for(request.user, "")
    return HttpResponseRedirect(menu[0].href if menu else reverse("accounts:profile"))


@requires(Permission.BOARD_LIVE)
@require_GET
@never_cache
def larm(request: Request) -> HttpResponse:
    """The board: a snapshot and the ledger's `seq` it stands for; the socket goes on from there."""
    shown = snapshots.snapshot("alarms", request.user, limit=WINDOW)
    return render(
        request,
        "board/larm.html",
        {
            "rows": shown.rows,
            "counts": shown.counts,
            "seq": shown.seq,
            "now": clock.now(),
            "window": WINDOW,
            "last_received_at": None if shown.rows else last_received_at(request.user.audiences()),
        },
    )


@requires(Permission.BOARD_LIVE)
@require_GET
@never_cache
def missed_rows(request: Request) -> JsonResponse:
    """What the board missed since `since`, for a browser whose socket is down. Garbage counts as
    having missed everything."""
    since = request.GET.get("since", "")
    number = int(since) if since.isascii() and since.isdecimal() and len(since) < 19 else 0
    return JsonResponse(snapshots.missed("alarms", request.user, since=number))
