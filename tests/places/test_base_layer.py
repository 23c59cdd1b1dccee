"""The base layer that the project draws itself."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.conf import settings
from shapely.geometry import Point, shape

from trygghetscentral.places import geometry

PATH = settings.BASE_DIR / "static" / "geo" / "malmo.geojson"
MAX_BYTES = 300_000

TURNING_TORSO = (12.9763, 55.6133)
TRIANGELN = (13.0005, 55.5930)
ROSENGARD = (13.0450, 55.5870)
HYLLIE = (12.9760, 55.5630)
OXIE = (13.0890, 55.5420)
KIRSEBERG = (13.0370, 55.6030)
LIMHAMN = (12.9330, 55.5820)
IN_THE_SOUND = (12.8600, 55.6100)


@pytest.fixture(scope="module")
def base() -> dict[str, Any]:
    """The file as a browser reads it."""
    document: dict[str, Any] = json.loads(PATH.read_text(encoding="utf-8"))
    return document


def of_kind(base: dict[str, Any], kind: str) -> dict[str, Any]:
    return {
        item["properties"].get("name", ""): shape(item["geometry"])
        for item in base["features"]
        if item["properties"]["kind"] == kind
    }


def test_is_small() -> None:
    assert PATH.stat().st_size < MAX_BYTES


def test_is_geojson_inside_its_box(base: dict[str, Any]) -> None:
    assert base["type"] == "FeatureCollection"
    west, south, east, north = base["bbox"]
    for item in base["features"]:
        drawn = shape(item["geometry"])
        assert drawn.is_valid, item["properties"]
        left, bottom, right, top = drawn.bounds
        assert west <= left <= right <= east, item["properties"]
        assert south <= bottom <= top <= north, item["properties"]


def test_every_drawing_names_a_source(base: dict[str, Any]) -> None:
    assert {item["properties"]["source"] for item in base["features"]} == set(base["sources"])


@pytest.mark.parametrize(
    "kind",
    ["land", "municipality", "area", "motorway", "primary", "secondary", "rail", "park", "place"],
)
def test_every_layer_is_there(base: dict[str, Any], kind: str) -> None:
    assert of_kind(base, kind)


@pytest.mark.parametrize("at", [TURNING_TORSO, TRIANGELN, ROSENGARD, HYLLIE, OXIE, LIMHAMN])
def test_known_places_are_on_land_in_the_municipality(
    base: dict[str, Any], at: tuple[float, float]
) -> None:
    land = [
        shape(item["geometry"])
        for item in base["features"]
        if item["properties"]["kind"] in {"land", "municipality"}
    ]
    assert sum(piece.covers(Point(at)) for piece in land) == 2


def test_the_sound_is_water(base: dict[str, Any]) -> None:
    assert not any(land.covers(Point(IN_THE_SOUND)) for land in of_kind(base, "land").values())


@pytest.mark.parametrize(
    ("at", "name"),
    [
        (TURNING_TORSO, "Norr"),
        (KIRSEBERG, "Norr"),
        (TRIANGELN, "Innerstaden"),
        (ROSENGARD, "Öster"),
        (OXIE, "Söder"),
        (HYLLIE, "Väster"),
        (LIMHAMN, "Väster"),
    ],
)
def test_places_lie_in_their_area(base: dict[str, Any], at: tuple[float, float], name: str) -> None:
    areas = of_kind(base, "area")
    assert [area for area, drawn in areas.items() if drawn.covers(Point(at))] == [name]


def test_areas_fill_the_municipality_without_overlap(base: dict[str, Any]) -> None:
    areas = list(of_kind(base, "area").values())
    whole = of_kind(base, "municipality")["Malmö kommun"].area
    assert sum(area.area for area in areas) == pytest.approx(whole, rel=1e-3)


def test_areas_can_be_stored(base: dict[str, Any]) -> None:
    rings = [
        geometry.outline_from_geojson(item)
        for item in base["features"]
        if item["properties"]["kind"] == "area"
    ]
    # The municipality is 158 km² of land (SCB); the drawing is generalised.
    assert sum(map(geometry.area_m2, rings)) / 1e6 == pytest.approx(158, rel=0.06)


def test_roads_meet(base: dict[str, Any]) -> None:
    motorways = of_kind(base, "motorway")
    for name in ("Öresundsbron", "E6 söderut", "E22 mot Lund", "E65 mot Svedala"):
        assert motorways[name].distance(motorways["Yttre Ringvägen"]) < 1e-6
    assert motorways["Inre Ringvägen"].distance(motorways["Yttre Ringvägen"]) < 1e-6


def test_trains_pass_their_stations(base: dict[str, Any]) -> None:
    rails = of_kind(base, "rail")
    for name, station in of_kind(base, "station").items():
        # 0.0006 degrees is some 50 metres.
        assert min(rail.distance(station) for rail in rails.values()) < 0.0006, name


def test_the_border_on_land_runs_from_coast_to_coast(base: dict[str, Any]) -> None:
    border = of_kind(base, "border")["Kommungräns"]
    coast = max(of_kind(base, "land").values(), key=lambda land: land.area).exterior
    for end in (border.coords[0], border.coords[-1]):
        assert coast.distance(Point(end)) < 1e-4
