"""Open alarms as a map shows them. A trygghetslarm is a number in its stadsområde, no place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alarms.models import Alarm, AlarmType
from alarms.selectors.rows import is_masked, kind_label, site_name, state_label
from trygghetscentral.places import geometry
from trygghetscentral.places.geometry import Position
from trygghetscentral.places.models import Area, Site

MOST = 2_000

# What a mark says: two thousand whole rows would take a second to load, and their sites and areas
# are few and asked for once.
SHOWN = (
    *("public_id", "number", "priority", "category", "kind", "code", "account", "state", "held"),
    *("unanswered", "again_at", "returned_at", "parked_until", "longitude", "latitude"),
    *("type", "site", "city_area"),
)
RELATED = (
    Prefetch("type", AlarmType.objects.only("label")),
    Prefetch("site", Site.objects.only("name", "position")),
    Prefetch("city_area", Area.objects.only("name", "polygon")),
)
_NOBODY = UUID(int=0)


def open_alarms(audiences: frozenset[str]) -> dict[str, Any]:
    """The worst open alarms of these audiences, at most 2,000, as a GeoJSON FeatureCollection.

    WGS 84. One feature for each alarm with a position, its own or its site's; one for each
    stadsområde with open trygghetslarm, at a point inside it (domain.md 00.8). Four queries.
    """
    alarms = list(
        Alarm.objects.for_audiences(audiences)
        .on_board()
        .worst_first()
        .prefetch_related(*RELATED)
        .only(*SHOWN)[:MOST]
    )
    url = reverse("alarms:detail", args=(_NOBODY,))
    words = _("Prioritet %(priority)s, %(state)s, %(number)s")
    shown = [
        _feature(alarm, here, url.replace(str(_NOBODY), str(alarm.public_id)), words)
        for alarm in alarms
        if (here := _position(alarm)) is not None
    ]
    return geometry.feature_collection([*shown, *_masked(alarms)])


def _position(alarm: Alarm) -> Position | None:
    if is_masked(alarm):
        return None
    if alarm.longitude is not None and alarm.latitude is not None:
        return Position(alarm.longitude, alarm.latitude)
    return alarm.site.position if alarm.site else None


def _feature(alarm: Alarm, here: Position, url: str, words: str) -> dict[str, Any]:
    kind, place = kind_label(alarm), site_name(alarm)
    again = alarm.again_at is not None
    return geometry.feature(
        geometry.point_geojson(here),
        {
            "name": f"{kind}, {place}" if place else kind,
            "kind_label": words
            % {
                "priority": alarm.priority,
                "state": _("larmar igen") if again else state_label(alarm).lower(),
                "number": alarm.number,
            },
            "priority": alarm.priority,
            "unanswered": alarm.unanswered,
            "url": url,
        },
    )


def _masked(alarms: Iterable[Alarm]) -> Iterator[dict[str, Any]]:
    masked = [alarm for alarm in alarms if is_masked(alarm) and alarm.city_area is not None]
    counts = Counter(alarm.city_area_id for alarm in masked)
    waiting = Counter(alarm.city_area_id for alarm in masked if alarm.unanswered)
    areas: dict[int | None, Area] = {
        alarm.city_area_id: alarm.city_area for alarm in masked if alarm.city_area is not None
    }
    for pk, area in areas.items():
        n = counts[pk]
        yield geometry.feature(
            geometry.point_geojson(geometry.middle(area.polygon)),
            {
                "name": _("Trygghetslarm, %(area)s") % {"area": area.name},
                "kind_label": ngettext("%(n)s öppet", "%(n)s öppna", n) % {"n": n},
                "priority": min(alarm.priority for alarm in masked if alarm.city_area_id == pk),
                "unanswered": waiting[pk] > 0,
            },
        )
