"""Measures against values worked by hand, and what is refused."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trygghetscentral.places import geometry
from trygghetscentral.places.geometry import Position
from trygghetscentral.shared.errors import Invalid

SOUTH_WEST = Position(13.0, 55.6)
SQUARE = (
    SOUTH_WEST,
    Position(13.01, 55.6),
    Position(13.01, 55.61),
    Position(13.0, 55.61),
)

# Lengths of a degree on the WGS 84 ellipsoid at 55.6 (55.605 for the meridian arc's middle):
#   north  111132.95 - 559.82 cos 2φ + 1.17 cos 4φ = 111334.6 m
#   east   111412.84 cos φ - 93.50 cos 3φ + 0.12 cos 5φ = 63036.3 m
# SWEREF 99 13 30 has scale 1 on its central meridian and 1 + x²/2R² = 1.000012 here.
NORTH_METRES = 1113.35
EAST_METRES = 630.36


def test_distance_north() -> None:
    assert geometry.distance_m(SOUTH_WEST, SQUARE[3]) == pytest.approx(NORTH_METRES, rel=3e-5)


def test_distance_east() -> None:
    assert geometry.distance_m(SOUTH_WEST, SQUARE[1]) == pytest.approx(EAST_METRES, rel=3e-5)


def test_known_control_point_of_the_central_meridian() -> None:
    east, north = geometry.to_sweref(Position(13.5, 55.6))
    assert east == pytest.approx(150_000, abs=0.001)
    # Meridian arc on GRS 80: 111132.9525 φ - 16038.509 sin 2φ + 16.833 sin 4φ - 0.022 sin 6φ.
    assert north == pytest.approx(6_164_027.7, abs=0.5)


def test_area_of_a_square() -> None:
    middle_width = (EAST_METRES + 630.20) / 2
    assert geometry.area_m2(SQUARE) == pytest.approx(NORTH_METRES * middle_width, rel=3e-4)


def test_area_does_not_depend_on_direction() -> None:
    assert geometry.area_m2(tuple(reversed(SQUARE))) == pytest.approx(geometry.area_m2(SQUARE))


def test_length_and_perimeter() -> None:
    line = geometry.length_m(SQUARE[:3])
    assert line == pytest.approx(EAST_METRES + NORTH_METRES, rel=3e-5)
    assert geometry.perimeter_m(SQUARE) == pytest.approx(2 * NORTH_METRES + 1260.56, rel=3e-4)


def test_middle_lies_inside() -> None:
    middle = geometry.middle(SQUARE)
    assert 13.0 < middle.longitude < 13.01
    assert 55.6 < middle.latitude < 55.61


def test_moved_goes_that_far() -> None:
    there = geometry.moved(SOUTH_WEST, east_m=30, north_m=-40)
    assert geometry.distance_m(SOUTH_WEST, there) == pytest.approx(50, abs=0.02)
    assert there.latitude < SOUTH_WEST.latitude


@given(st.floats(12.8, 13.3), st.floats(55.4, 55.7), st.floats(0, 2 * math.pi), st.floats(1, 5_000))
def test_box_holds_everything_within_reach(
    longitude: float, latitude: float, turn: float, metres: float
) -> None:
    here = geometry.position(longitude, latitude)
    there = geometry.moved(
        here, east_m=math.cos(turn) * metres * 0.999, north_m=math.sin(turn) * metres * 0.999
    )
    south_west, north_east = geometry.box_around(here, metres)
    assert south_west.longitude <= there.longitude <= north_east.longitude
    assert south_west.latitude <= there.latitude <= north_east.latitude


@pytest.mark.parametrize(
    ("longitude", "latitude", "code"),
    [
        (float("nan"), 55.6, "position_not_numbers"),
        (float("inf"), 55.6, "position_not_numbers"),
        (55.6, 13.0, "position_swapped"),
        (0.0, 0.0, "position_outside"),
        (2.35, 48.85, "position_outside"),
    ],
)
def test_position_is_refused(longitude: float, latitude: float, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        geometry.position(longitude, latitude)
    assert refusal.value.code == code


def test_outline_may_be_closed_or_open() -> None:
    assert geometry.outline([*SQUARE, SQUARE[0]]) == SQUARE
    assert geometry.outline(SQUARE) == SQUARE


@pytest.mark.parametrize(
    ("corners", "code"),
    [
        ([], "outline_corners"),
        ([(13.0, 55.6), (13.1, 55.6)], "outline_corners"),
        ([(13.0, 55.6), (13.1, 55.6), (13.0, 55.6)], "outline_corners"),
        ([(13.0, 55.6), (13.1, 55.7), (13.1, 55.6), (13.0, 55.7)], "outline_crosses"),
        ([(13.0, 55.6), (13.05, 55.6), (13.1, 55.6)], "outline_crosses"),
        ([(13.0, 55.6), (13.1, 55.6), (40.0, 55.7)], "position_outside"),
    ],
)
def test_outline_is_refused(corners: list[tuple[float, float]], code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        geometry.outline(corners)
    assert refusal.value.code == code


def test_outline_with_too_many_corners_is_refused() -> None:
    circle = [
        (
            13 + 0.1 * math.cos(turn / 2001 * 2 * math.pi),
            55.6 + 0.1 * math.sin(turn / 2001 * 6.2832),
        )
        for turn in range(2001)
    ]
    with pytest.raises(Invalid) as refusal:
        geometry.outline(circle)
    assert refusal.value.code == "outline_size"


def test_geojson_point_round_trip() -> None:
    point = geometry.point_geojson(SOUTH_WEST)
    assert point == {"type": "Point", "coordinates": [13.0, 55.6]}
    assert geometry.position_from_geojson(point) == SOUTH_WEST
    assert geometry.position_from_geojson(geometry.feature(point, {"name": "x"})) == SOUTH_WEST


def test_geojson_polygon_is_closed_and_counter_clockwise() -> None:
    clockwise = tuple(reversed(SQUARE))
    ring = geometry.polygon_geojson(clockwise)["coordinates"][0]
    assert ring[0] == ring[-1]
    assert [tuple(corner) for corner in ring[:-1]] == list(SQUARE)
    assert set(geometry.outline_from_geojson(geometry.polygon_geojson(clockwise))) == set(SQUARE)


def test_geojson_height_is_dropped() -> None:
    value = {"type": "Point", "coordinates": [13.0, 55.6, 12.5]}
    assert geometry.position_from_geojson(value) == SOUTH_WEST


def test_geojson_single_part_is_taken() -> None:
    ring = geometry.polygon_geojson(SQUARE)["coordinates"]
    assert geometry.outline_from_geojson({"type": "MultiPolygon", "coordinates": [ring]}) == SQUARE


HOLE = [[13.002, 55.602], [13.004, 55.602], [13.004, 55.604], [13.002, 55.602]]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ({}, "geojson"),
        ([], "geojson"),
        ({"type": "Polygon"}, "geojson"),
        ({"type": "Polygon", "coordinates": "norr"}, "geojson"),
        ({"type": "Polygon", "coordinates": [[[13.0, 55.6]]]}, "geojson"),
        ({"type": "Feature", "geometry": None, "properties": {}}, "geojson"),
        ({"type": "Polygon", "coordinates": []}, "geojson_polygon"),
        ({"type": "Point", "coordinates": [13.0, 55.6]}, "geojson_polygon"),
        (
            {
                "type": "Polygon",
                "coordinates": [geometry.polygon_geojson(SQUARE)["coordinates"][0], HOLE],
            },
            "outline_holes",
        ),
    ],
)
def test_geojson_outline_is_refused(value: Any, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        geometry.outline_from_geojson(value)
    assert refusal.value.code == code


def test_geojson_position_must_be_a_point() -> None:
    with pytest.raises(Invalid) as refusal:
        geometry.position_from_geojson(geometry.polygon_geojson(SQUARE))
    assert refusal.value.code == "geojson_point"


def test_refusals_say_what_to_do() -> None:
    with pytest.raises(Invalid) as refusal:
        geometry.position(55.6, 13.0)
    assert "först" in refusal.value.sentence()


def test_collection() -> None:
    made = geometry.feature_collection([geometry.feature(geometry.point_geojson(SOUTH_WEST), {})])
    assert made["type"] == "FeatureCollection"
    assert made["features"][0]["type"] == "Feature"
