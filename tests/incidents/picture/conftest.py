"""Zones, functions and notes of servicenämnden, drawn by Cia; Tor draws at tekniska nämnden."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from incidents.models import FunctionSlot, PictureNote, Zone
from incidents.services.picture import functions, notes, zones
from incidents.services.picture.common import Layer
from incidents.services.picture.functions import StatusData
from incidents.services.picture.notes import NoteData
from incidents.services.picture.zones import ZoneData
from tests.personas import City
from trygghetscentral.places.geometry import Position
from trygghetscentral.shared.actor import Actor

SQUARE = (
    Position(13.00, 55.60),
    Position(13.01, 55.60),
    Position(13.01, 55.61),
    Position(13.00, 55.61),
)


@pytest.fixture
def zone_data(city: City, now: dt.datetime) -> Callable[..., ZoneData]:
    """`zone_data(shared=True, kind="cordon")`."""

    def go(*, layer: int = city.service.pk, **fields: Any) -> ZoneData:
        who = {
            name: fields.pop(name) for name in ("shared", "restricted_group_id") if name in fields
        }
        given = {
            "kind": "outage",
            "name": "Elavbrott norr",
            "shape": "area",
            "corners": SQUARE,
            "valid_from": now,
            "source": "Nätbolaget",
            **fields,
        }
        return ZoneData(layer=Layer(organisation_id=layer, **who), **given)

    return go


@pytest.fixture
def draw(
    zone_data: Callable[..., ZoneData], by_cia: Actor, now: dt.datetime
) -> Callable[..., Zone]:
    """`draw(shared=True)`, by Cia unless told otherwise."""

    def go(*, by: Actor = by_cia, at: dt.datetime = now, **fields: Any) -> Zone:
        return zones.draw(actor=by, now=at, data=zone_data(**fields))

    return go


@pytest.fixture
def say(city: City, by_cia: Actor, now: dt.datetime) -> Callable[..., FunctionSlot]:
    """`say(level=3)` of the power in the whole city, by Cia unless told otherwise."""

    def go(
        *,
        by: Actor = by_cia,
        at: dt.datetime = now,
        layer: int = city.service.pk,
        seen: int | None = None,
        shared: bool = False,
        **fields: Any,
    ) -> FunctionSlot:
        given = {
            "function": "1-power",
            "level": 3,
            "trend": "worse",
            "sentence": "Tre stadsområden saknar el.",
            **fields,
        }
        data = StatusData(layer=Layer(organisation_id=layer, shared=shared), **given)
        return functions.set_status(actor=by, now=at, data=data, seen=seen)

    return go


@pytest.fixture
def note(city: City, by_cia: Actor, now: dt.datetime) -> Callable[..., PictureNote]:
    """`note(text="...")`, by Cia."""

    def go(*, at: dt.datetime = now, **fields: Any) -> PictureNote:
        given = {
            "kind": "outlook",
            "use": "strategic",
            "relevance": 1,
            "source": "SMHI",
            "dated_on": now.date(),
            "text": "Storm väntas.",
            **fields,
        }
        data = NoteData(layer=Layer(organisation_id=city.service.pk), **given)
        return notes.add_note(actor=by_cia, now=at, data=data)

    return go
