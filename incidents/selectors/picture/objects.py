"""What stands on the map, counted by the database into heaps that fit the zoom.

Five thousand alarms are a few hundred heaps, and a heap of at most five says which they are. A
trygghetslarm is a number in its stadsområde and no place (domain.md 00.8).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg, BoolOr
from django.db.models import Avg, Count, F, FloatField, Func, Max, Min, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Floor
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from alarms.codes import Category
from alarms.models import Alarm
from alarms.selectors.on_map import RELATED, SHOWN
from alarms.selectors.rows import AlarmRow, kind_label, site_name, state_label
from incidents.models import Incident, Zone
from incidents.selectors.picture.now import ZONE_RELATIONS
from incidents.selectors.picture.rows import IncidentRow, ZoneRow, zone_row
from incidents.states import Stage
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.live.snapshots import newest_seq
from trygghetscentral.places import geometry
from trygghetscentral.places.models import Area

HEAP_PIXELS: Final = 48
TILE_PIXELS: Final = 256
# A degree of latitude is so much taller than one of longitude where the city lies.
FLATTENED: Final = 0.5625
NAMED: Final = 5
MOST_ZONES: Final = 500
ITEM: Final = ("title", "number", "stage", "public_id")
LEAST_ZOOM, MOST_ZOOM = 5, 20

Feature = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Look:
    """The part of the map that is looked at, WGS 84 degrees, and how near."""

    west: float
    south: float
    east: float
    north: float
    zoom: int

    @property
    def cell(self) -> tuple[float, float]:
        """A heap's width and height in degrees. The grid lies still when the map is moved."""
        wide = 360.0 * HEAP_PIXELS / (TILE_PIXELS * 2**self.zoom)
        return wide, wide * FLATTENED


def etag(user: User, look: Look) -> str:
    """Changes when anything in the house has, or the reader's rights: so never too seldom."""
    said = (newest_seq(), sorted(user.audiences()), get_language(), look)
    return f'"{hashlib.sha256(repr(said).encode()).hexdigest()[:32]}"'


def objects(user: User, look: Look) -> dict[str, Any]:
    """Alarms, incidents and zones inside, as a GeoJSON FeatureCollection with the ledger's `seq`
    and how many `total` each stands for. As many queries however many there are."""
    seq = newest_seq()
    features: list[Feature] = []
    totals = {"alarms": 0, "incidents": 0}
    if user.may(Permission.ALARM_VIEW):
        heaps, totals["alarms"] = _alarms(user.audiences(Permission.ALARM_VIEW), look)
        features += heaps
    if user.may(Permission.INCIDENT_VIEW):
        heaps, totals["incidents"] = _incidents(user, look)
        features += heaps
    features += [zone_feature(row) for row in _zones(user, look)]
    return {**geometry.feature_collection(features), "seq": seq, "total": totals}


def _heaped(rows: QuerySet[Any], x: Any, y: Any, look: Look, **more: Any) -> list[dict[str, Any]]:
    wide, tall = look.cell
    inside = rows.annotate(x=x, y=y).filter(
        x__gte=look.west, x__lt=look.east, y__gte=look.south, y__lt=look.north
    )
    heaps = (
        inside.order_by()
        .annotate(
            grid_x=Floor(F("x") / Value(wide, FloatField())),
            grid_y=Floor(F("y") / Value(tall, FloatField())),
        )
        .values("grid_x", "grid_y")
        .annotate(
            n=Count("pk"),
            mean_x=Avg("x"),
            mean_y=Avg("y"),
            some=Func(ArrayAgg("pk", order_by="pk"), template=f"(%(expressions)s)[1:{NAMED}]"),
            **more,
        )
        .order_by("grid_x", "grid_y")
    )
    return list(heaps)


def _part(position: str, index: int) -> Func:
    # A point of PostgreSQL is read as an array of two.
    return Func(F(position), template=f"(%(expressions)s)[{index}]", output_field=FloatField())


def _named(heaps: Iterable[dict[str, Any]]) -> list[int]:
    return [pk for heap in heaps if heap["n"] <= NAMED for pk in heap["some"]]


def _alarms(audiences: frozenset[str], look: Look) -> tuple[list[Feature], int]:
    standing = Alarm.objects.for_audiences(audiences).on_board()
    heaps = _heaped(
        standing.exclude(category=Category.MEDICAL),
        Coalesce("longitude", _part("site__position", 0)),
        Coalesce("latitude", _part("site__position", 1)),
        look,
        worst=Min("priority"),
        unanswered_in=BoolOr("unanswered"),
    )
    found = Alarm.objects.rows().prefetch_related(*RELATED).only(*SHOWN)
    shown = found.in_bulk(_named(heaps))
    features = [
        _feature(
            "alarm",
            heap,
            [_alarm_name(shown[pk]) for pk in heap["some"] if pk in shown],
            priority=heap["worst"],
            unanswered=heap["unanswered_in"],
        )
        for heap in heaps
    ]
    masked = list(_masked(standing))
    return [*features, *masked], sum(one["properties"]["n"] for one in [*features, *masked])


def _alarm_name(alarm: Alarm) -> dict[str, str]:
    kind, place = kind_label(alarm), site_name(alarm)
    return {
        "name": f"{kind}, {place}" if place else kind,
        "text": f"▲{alarm.priority} {state_label(alarm)} · {alarm.number}",
        "url": reverse("alarms:detail", args=(alarm.public_id,)),
    }


def alarm_features(user: User, rows: Sequence[AlarmRow]) -> list[Feature]:
    """Alarms of the past on the map, at their own place or their object's; those without one, and
    every trygghetslarm, are only in the list."""
    named = {row.public_id: row for row in rows if not row.masked}
    places = (
        Alarm.objects.visible_to(user)
        .filter(public_id__in=named)
        .annotate(
            x=Coalesce("longitude", _part("site__position", 0)),
            y=Coalesce("latitude", _part("site__position", 1)),
        )
        .filter(x__isnull=False)
        .values_list("public_id", "x", "y")
    )
    return [_then(named[public_id], x, y) for public_id, x, y in places]


def _then(row: AlarmRow, x: float, y: float) -> Feature:
    name = f"{row.kind_label}, {row.site_name}" if row.site_name else row.kind_label
    item = {
        "name": name,
        "text": f"▲{row.priority} {row.state_label} · {row.number}",
        "url": reverse("alarms:detail", args=(row.public_id,)),
    }
    heap = {"n": 1, "mean_x": x, "mean_y": y}
    return _feature("alarm", heap, [item], priority=row.priority, unanswered=row.unanswered)


def _masked(standing: QuerySet[Alarm]) -> Iterator[Feature]:
    counts = {
        row["city_area"]: row
        for row in standing.filter(category=Category.MEDICAL, city_area__isnull=False)
        .order_by()
        .values("city_area")
        .annotate(n=Count("pk"), worst=Min("priority"), unanswered_in=BoolOr("unanswered"))
    }
    for pk, area in sorted(Area.objects.in_bulk(counts).items()):
        row = counts[pk]
        here = geometry.middle(area.polygon)
        heap = {"n": row["n"], "mean_x": here.longitude, "mean_y": here.latitude}
        name = _("Trygghetslarm, %(area)s") % {"area": area.name}
        text = ngettext("%(n)s öppet", "%(n)s öppna", row["n"]) % {"n": row["n"]}
        yield _feature(
            "alarm",
            heap,
            [{"name": name, "text": text}],
            priority=row["worst"],
            unanswered=row["unanswered_in"],
        )


def _incidents(user: User, look: Look) -> tuple[list[Feature], int]:
    box = ((look.west, look.south), (look.east, look.north))
    heaps = _heaped(
        Incident.objects.visible_to(user).open().filter(position__in_box=box),
        _part("position", 0),
        _part("position", 1),
        look,
        worst=Max("severity"),
    )
    # Words only: whole rows of a thousand incidents would take a second.
    rows = Incident.objects.filter(pk__in=_named(heaps)).values_list("pk", *ITEM)
    shown = {
        pk: incident_item(title, number, str(Stage(stage).label), public_id)
        for pk, title, number, stage, public_id in rows
    }
    features = [
        _feature(
            "incident",
            heap,
            [shown[pk] for pk in heap["some"] if pk in shown],
            severity=heap["worst"],
        )
        for heap in heaps
    ]
    return features, sum(heap["n"] for heap in heaps)


def incident_item(title: str, number: str, stage: str, public_id: UUID) -> dict[str, str]:
    """One line of a pin's list."""
    return {
        "name": title,
        "text": f"{number} · {stage}",
        "url": reverse("incidents:detail", args=(public_id,)),
    }


def _feature(what: str, heap: dict[str, Any], items: list[dict[str, str]], **more: Any) -> Feature:
    return geometry.feature(
        {"type": "Point", "coordinates": [heap["mean_x"], heap["mean_y"]]},
        {"what": what, "n": heap["n"], "items": items, **more},
    )


def incident_feature(row: IncidentRow) -> Feature | None:
    """One of the past on the map; None for one without a place."""
    if row.longitude is None or row.latitude is None:
        return None
    heap = {"n": 1, "mean_x": row.longitude, "mean_y": row.latitude}
    item = incident_item(row.title, row.number, row.stage_label, row.public_id)
    return _feature("incident", heap, [item], severity=row.severity)


def _zones(user: User, look: Look) -> list[ZoneRow]:
    inside = Q(
        west__lte=look.east, east__gte=look.west, south__lte=look.north, north__gte=look.south
    )
    found = (
        Zone.objects.visible_to(user)
        .filter(inside, ended=False)
        .order_by("-changed_at", "-pk")
        .select_related(*ZONE_RELATIONS)[:MOST_ZONES]
    )
    return [zone_row(zone, zone, at=zone.changed_at, by=zone.changed_by) for zone in found]


def zone_feature(row: ZoneRow) -> Feature:
    """A zone as GeoJSON."""
    corners = [list(corner) for corner in row.corners]
    shapes: dict[str, dict[str, Any]] = {
        "point": {"type": "Point", "coordinates": corners[0]},
        "line": {"type": "LineString", "coordinates": corners},
        "area": {"type": "Polygon", "coordinates": [[*corners, corners[0]]]},
    }
    return geometry.feature(
        shapes[row.shape],
        {
            "what": "zone",
            "id": str(row.public_id),
            "kind": row.kind,
            "name": row.name,
            "text": f"{row.kind_label} · {row.layer.name}",
            "url": reverse("picture:zone", args=(row.public_id,)),
            "layer": row.layer.id,
            "code": row.layer.code,
            "pattern": row.layer.pattern,
        },
    )
