"""Zones: drawn, drawn anew, ended. Each state is kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from alarms.services.holding import cleaned
from alarms.versions import fingerprint, refuse_if_changed
from incidents.models import Shape, Zone, ZoneKind, ZoneVersion
from incidents.picture_events import ZoneChanged, ZoneDrawn, ZoneEnded
from incidents.services.picture.common import (
    Layer,
    artist,
    found,
    nothing_kept,
    put_in_layer,
    tell,
)
from trygghetscentral.accounts.models import User
from trygghetscentral.ledger.events import Code
from trygghetscentral.places import geometry
from trygghetscentral.places.geometry import Position
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.errors import Conflict, Invalid
from trygghetscentral.shared.portions import do_each

MOST_NAME, MOST_NOTE, MOST_SOURCE, MOST_CORNERS = 120, 1000, 160, 500
PORTION: Final = 100
CONTENT: Final = (
    *("kind", "name", "note", "source", "shape", "corners"),
    *("valid_from", "valid_until", "ended"),
)
FEWEST: Final = {Shape.POINT: 1, Shape.LINE: 2, Shape.AREA: 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneData:
    """What is drawn, and whose. `source` is who said so, in words."""

    layer: Layer
    kind: str
    name: str
    shape: str
    corners: Sequence[Position]
    valid_from: dt.datetime
    valid_until: dt.datetime | None = None
    note: str = ""
    source: str = ""


def seal_of(zone: Zone) -> str:
    """What a form was filled in from."""
    return fingerprint(zone.public_id, zone.version)


def draw(*, actor: Actor, now: dt.datetime, data: ZoneData) -> Zone:
    """Draw a zone. Raises Forbidden for a layer that is not the person's, Invalid for a shape that
    can not be, a time that is out, or no name."""
    with unit_of_work(actor=actor, now=now):
        user = artist(actor, data.layer.organisation_id)
        zone = Zone(drawn_at=now)
        _fill(zone, data, now=now)
        zone.changed_at, zone.changed_by = now, user
        zone.save(force_insert=True)
        _keep(zone, user, now=now)
        event = ZoneDrawn(
            public_id=zone.public_id,
            kind=Code(zone.kind),
            shape=Code(zone.shape),
            corners=len(zone.corners),
            valid_from=zone.valid_from,
            valid_until=zone.valid_until,
        )
        tell(event, zone)
    return zone


def redraw(*, actor: Actor, now: dt.datetime, public_id: UUID, seen: str, data: ZoneData) -> Zone:
    """Draw it anew; how it was stays in its history. Raises as `draw`, and Conflict for one that
    has ended or that somebody else has changed meanwhile."""
    with unit_of_work(actor=actor, now=now):
        zone, user = found(Zone.objects.all(), actor, public_id)
        artist(actor, data.layer.organisation_id)
        _refuse_ended(zone)
        refuse_if_changed(seen, seal_of(zone))
        before = list(zone.audiences)
        _fill(zone, data, now=now)
        _next_version(zone, user, now=now)
        tell(ZoneChanged(public_id=zone.public_id, version=zone.version), zone, also=before)
    return zone


def end(*, actor: Actor, now: dt.datetime, public_id: UUID) -> Zone:
    """It no longer holds. Raises Conflict for one that has ended."""
    with unit_of_work(actor=actor, now=now):
        zone, user = found(Zone.objects.all(), actor, public_id)
        _refuse_ended(zone)
        _end(zone, user, now=now)
    return zone


def end_due(*, actor: Actor, now: dt.datetime) -> int:
    """End one portion of the zones whose time is out; returns how many."""
    with unit_of_work(actor=actor, now=now):
        due = list(
            Zone.objects.select_for_update(of=("self",), skip_locked=True)
            .filter(ended=False, valid_until__lte=now)
            .order_by("pk")[:PORTION]
        )

        def act(rows: list[Zone]) -> None:
            for zone in rows:
                _end(zone, None, now=now)

        return do_each(due, act, what="picture.end_zone")


def _end(zone: Zone, user: User | None, *, now: dt.datetime) -> None:
    zone.ended = True
    _next_version(zone, user, now=now)
    event = ZoneEnded(public_id=zone.public_id, version=zone.version, by_the_clock=user is None)
    tell(event, zone)


def _refuse_ended(zone: Zone) -> None:
    if zone.ended:
        raise Conflict(
            _("Zonen är avslutad och ändras inte."),
            code="zone_ended",
            kept=nothing_kept(),
            todo=_("Rita en ny zon om den behövs igen."),
        )


def _fill(zone: Zone, data: ZoneData, *, now: dt.datetime) -> None:
    put_in_layer(zone, data.layer)
    zone.name = cleaned(data.name, most=MOST_NAME, what=_("Namnet"))
    zone.note = cleaned(data.note, most=MOST_NOTE, what=_("Texten"))
    zone.source = cleaned(data.source, most=MOST_SOURCE, what=_("Källan"))
    if not zone.name:
        raise Invalid(_("Zonen saknar namn."), code="zone_unnamed", kept=nothing_kept())
    if data.kind not in ZoneKind.values or data.shape not in Shape.values:
        raise Invalid(_("Välj slag och form."), code="zone_kind", kept=nothing_kept())
    zone.kind, zone.shape = data.kind, data.shape
    corners = checked_corners(Shape(data.shape), data.corners)
    zone.corners = [list(corner) for corner in corners]
    zone.west = min(corner.longitude for corner in corners)
    zone.east = max(corner.longitude for corner in corners)
    zone.south = min(corner.latitude for corner in corners)
    zone.north = max(corner.latitude for corner in corners)
    if data.valid_until is not None and data.valid_until <= max(now, data.valid_from):
        raise Invalid(
            _("Sluttiden måste ligga framåt och efter starten."),
            code="zone_until",
            kept=nothing_kept(),
        )
    zone.valid_from, zone.valid_until = data.valid_from, data.valid_until


def checked_corners(shape: Shape, corners: Sequence[Position]) -> list[Position]:
    """The corners, rounded. Raises Invalid for too few or too many of them, for a border that
    crosses itself, and for what lies outside Sweden."""
    if shape == Shape.AREA:
        checked = list(geometry.outline(corners))
    else:
        checked = [geometry.position(*corner) for corner in corners]
    if len(set(checked)) < FEWEST[shape] or (shape == Shape.POINT and len(checked) != 1):
        raise Invalid(
            _("En punkt har ett läge, en linje minst två och en yta minst tre."),
            code="zone_corners",
            kept=nothing_kept(),
        )
    if len(checked) > MOST_CORNERS:
        raise Invalid(
            _("Zonen har fler än 500 hörn."),
            code="zone_size",
            kept=nothing_kept(),
            todo=_("Förenkla gränsen och försök igen."),
        )
    return checked


def _next_version(zone: Zone, user: User | None, *, now: dt.datetime) -> None:
    zone.version += 1
    zone.changed_at, zone.changed_by = now, user
    zone.save()
    _keep(zone, user, now=now)


def _keep(zone: Zone, user: User | None, *, now: dt.datetime) -> None:
    said = {name: getattr(zone, name) for name in CONTENT}
    ZoneVersion.objects.create(zone=zone, number=zone.version, at=now, by=user, **said)
