"""The picture as it is, on a wall, and as of a past moment."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from typing import Any, Final

from django.http import Http404, HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from incidents import live_rows
from incidents.forms.picture import MomentForm
from incidents.models import Function
from incidents.selectors.picture import now as picture
from incidents.selectors.picture.as_of import PastPicture, picture_at
from incidents.selectors.picture.objects import (
    LEAST_ZOOM,
    MOST_ZOOM,
    Look,
    alarm_features,
    etag,
    incident_feature,
    zone_feature,
)
from incidents.selectors.picture.objects import objects as objects_in
from trygghetscentral.accounts.access import requires
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.accounts.requests import Request
from trygghetscentral.live import snapshots
from trygghetscentral.places import geometry
from trygghetscentral.shared import clock
from trygghetscentral.shared.clock import local
from trygghetscentral.shared.digits import whole

ALARMS: Final = "alarms"
WALL_ROWS: Final = {live_rows.FUNCTIONS: 9, ALARMS: 6, live_rows.INCIDENTS: 6, live_rows.ZONES: 3}
WALL_COLUMNS: Final = ((live_rows.FUNCTIONS, live_rows.ZONES), (ALARMS, live_rows.INCIDENTS))
# What each list follows, who may follow it, and what it is called.
LISTS: Final = {
    live_rows.FUNCTIONS: (Permission.PICTURE_VIEW, _("Samhällsfunktioner")),
    ALARMS: (Permission.ALARM_VIEW, _("Larm")),
    live_rows.INCIDENTS: (Permission.INCIDENT_VIEW, _("Händelser")),
    live_rows.ZONES: (Permission.PICTURE_VIEW, _("Zoner")),
}
STEPS: Final = (-60, -15, -1, 1, 15, 60)


@requires(Permission.PICTURE_VIEW)
@require_GET
@never_cache
def live(request: Request) -> HttpResponse:
    """The picture now, or as of `da`."""
    if "da" in request.GET:
        return _past(request)
    context = {
        "lists": _lists(request.user, {}),
        "notes": picture.notes(request.user),
        "now": clock.now(),
        "form": MomentForm(now=clock.now(), initial={"da": _by_the_clock(clock.now())}),
        "functions": Function.choices,
    }
    return render(request, "incidents/picture/live.html", context)


@requires(Permission.PICTURE_VIEW)
@require_GET
@never_cache
def wall(request: Request) -> HttpResponse:
    """To be read at a distance: the worst functions, the counts, the newest incidents, the map."""
    lists = {one["name"]: one for one in _lists(request.user, WALL_ROWS)}
    columns = [[lists[name] for name in names if name in lists] for names in WALL_COLUMNS]
    context = {"columns": columns, "now": clock.now()}
    return render(request, "incidents/picture/wall.html", context)


def _lists(user: User, limits: Mapping[str, int]) -> list[dict[str, Any]]:
    window = {name: limits.get(name, snapshots.WINDOW) for name in LISTS}
    return [
        {
            "name": name,
            "label": label,
            "window": window[name],
            "shown": snapshots.snapshot(name, user, limit=window[name]),
            "poll": reverse("picture:rows", args=(name,)),
        }
        for name, (permission, label) in LISTS.items()
        if user.may(permission)
    ]


@requires(Permission.PICTURE_VIEW)
@require_GET
@never_cache
def missed_rows(request: Request, stream: str) -> JsonResponse:
    """What a list has missed since `since`, for a browser whose socket is down."""
    if stream not in LISTS or not request.user.may(LISTS[stream][0]):
        raise Http404
    since = whole(request.GET.get("since", "")) or 0
    limit = min(whole(request.GET.get("window", "")) or snapshots.WINDOW, snapshots.WINDOW)
    return JsonResponse(snapshots.missed(stream, request.user, since=since, limit=limit))


@requires(Permission.PICTURE_VIEW)
@require_GET
def objects(request: Request) -> HttpResponse:
    """What stands inside `bbox` (west,south,east,north) at `zoom`, in heaps; 304 while nothing in
    the house has changed."""
    look = _look(request)
    if look is None:
        return JsonResponse({"detail": "bbox=west,south,east,north&zoom=12"}, status=400)
    tag = etag(request.user, look)
    response: HttpResponse
    if request.headers.get("If-None-Match") == tag:
        response = HttpResponseNotModified()
    else:
        response = JsonResponse(objects_in(request.user, look))
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _look(request: Request) -> Look | None:
    try:
        west, south, east, north = (float(part) for part in request.GET["bbox"].split(","))
        zoom = math.floor(float(request.GET["zoom"]))
    except (KeyError, ValueError, OverflowError):
        return None
    inside = -180 <= west < east <= 180 and -90 <= south < north <= 90
    if not inside:
        return None
    return Look(west, south, east, north, max(LEAST_ZOOM, min(MOST_ZOOM, zoom)))


def _past(request: Request) -> HttpResponse:
    now = clock.now()
    form = MomentForm(request.GET, now=now)
    at: dt.datetime | None = form.cleaned_data["at"] if form.is_valid() else None
    past = picture_at(request.user, at=at) if at else None
    context: dict[str, Any] = {"form": form, "past": past}
    if at is not None and past is not None:
        context["features"] = geometry.feature_collection(_features(request.user, past))
        context["steps"] = [
            (minutes, _written(moved))
            for minutes in STEPS
            if (moved := at + dt.timedelta(minutes=minutes)) <= now
        ]
    return render(request, "incidents/picture/past.html", context, status=200 if at else 400)


def _written(moment: dt.datetime) -> str:
    """With its offset, so that the hour that comes twice is told apart."""
    return local(moment).isoformat(timespec="seconds")


def _by_the_clock(moment: dt.datetime) -> str:
    """As the browser's own field for a time writes it."""
    return local(moment).strftime("%Y-%m-%dT%H:%M:%S")


def _features(user: User, past: PastPicture) -> list[dict[str, Any]]:
    alarms = alarm_features(user, past.alarms.rows) if past.alarms else []
    incidents = [incident_feature(row) for row in past.incidents.rows] if past.incidents else []
    return [
        *alarms,
        *(one for one in incidents if one is not None),
        *(zone_feature(row) for row in past.zones),
    ]
