"""Drawing areas."""

from __future__ import annotations

from datetime import date, datetime

from trygghetscentral.ledger.events import Code
from trygghetscentral.ledger.services import record
from trygghetscentral.places import geometry
from trygghetscentral.places.events import AreaSaved
from trygghetscentral.places.geometry import Ring
from trygghetscentral.places.models import Area, AreaKind, Site
from trygghetscentral.places.selectors import city_area_at
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work


def save_area(
    *,
    actor: Actor,
    now: datetime,
    slug: str,
    name: str,
    kind: AreaKind,
    polygon: Ring,
    controller_id: int,
    valid_from: date,
    valid_to: date | None = None,
) -> Area:
    """Draw an area or redraw the one with this slug, and move the sites it gains or loses.

    Raises Invalid for a polygon that is not simple or leaves Sweden.
    """
    ring = geometry.outline(polygon)
    with unit_of_work(actor=actor, now=now):
        before = Area.objects.select_for_update().filter(slug=slug).first()
        area = before or Area(slug=slug)
        old_ring = before.polygon if before else None
        area.name = name
        area.kind = kind
        area.polygon = ring
        area.controller_id = controller_id
        area.valid_from = valid_from
        area.valid_to = valid_to
        area.full_clean(exclude=("controller",))
        area.save()
        moved = _move_sites(area, old_ring, now=now) if kind == AreaKind.CITY_AREA else 0
        record(
            AreaSaved(
                area_id=area.pk,
                slug=Code(area.slug[:64]),
                kind=Code(kind),
                corners=len(ring),
                sites_moved=moved,
            ),
            subject=area,
            controller_id=controller_id,
        )
    return area


def _move_sites(area: Area, old_ring: Ring | None, *, now: datetime) -> int:
    """Only sites inside the old or the new border can have changed area."""
    touched = Site.objects.filter(area=area) | Site.objects.filter(position__within=area.polygon)
    if old_ring is not None:
        touched |= Site.objects.filter(position__within=old_ring)
    moved = []
    for site in touched.order_by("pk"):
        previous = site.area_id
        site.area = city_area_at(site.position, now)
        if site.area_id != previous:
            moved.append(site)
    Site.objects.bulk_update(moved, ["area"], batch_size=500)
    return len(moved)
