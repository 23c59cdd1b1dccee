"""Positions and outlines: WGS 84 degrees in, metres in SWEREF 99 13 30 out (design.md 8).

Pure functions over plain tuples; nothing here knows of the database.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple, TypeAlias

from django.utils.translation import gettext_lazy as _
from pyproj import Transformer
from shapely import LineString, Polygon, force_2d
from shapely.geometry import shape
from shapely.validation import explain_validity

from trygghetscentral.shared.errors import Invalid

MIN_CORNERS = 3
MAX_CORNERS = 2_000
DECIMALS = 7  # about one centimetre, so that a round trip through GeoJSON moves nothing


class Position(NamedTuple):
    """A point on earth, WGS 84 degrees, in the order of GeoJSON."""

    longitude: float
    latitude: float


Ring: TypeAlias = tuple[Position, ...]
"""The corners of a simple polygon in order, each once: the last is joined to the first."""

SWEDEN = (Position(10.5, 55.1), Position(24.3, 69.2))
"""South-west and north-east corners, territorial sea included."""


def position(longitude: float, latitude: float) -> Position:
    """Check and round a position. Raises Invalid for one that is not in Sweden."""
    if not (math.isfinite(longitude) and math.isfinite(latitude)):
        raise Invalid(_("Läget är inte två tal."), code="position_not_numbers")
    here = Position(round(longitude, DECIMALS), round(latitude, DECIMALS))
    if _in_sweden(here):
        return here
    if _in_sweden(Position(here.latitude, here.longitude)):
        raise Invalid(
            _("Longitud och latitud verkar omkastade."),
            code="position_swapped",
            todo=_("Skriv longituden (till exempel 13,0007) först och latituden (55,6090) sedan."),
        )
    raise Invalid(
        _("Läget ligger utanför Sverige."),
        code="position_outside",
        todo=_("Ange grader i WGS 84: longitud 10,5 till 24,3 och latitud 55,1 till 69,2."),
    )


def _in_sweden(here: Position) -> bool:
    south_west, north_east = SWEDEN
    return (
        south_west.longitude <= here.longitude <= north_east.longitude
        and south_west.latitude <= here.latitude <= north_east.latitude
    )


def outline(corners: Iterable[Sequence[float]]) -> Ring:
    """Check a polygon given as (longitude, latitude) pairs, closed or not.

    Raises Invalid when it has too few corners, crosses itself, has no area or leaves Sweden.
    """
    ring = [position(float(corner[0]), float(corner[1])) for corner in corners]
    if len(ring) > 1 and ring[0] == ring[-1]:
        ring.pop()
    if len(set(ring)) < MIN_CORNERS:
        raise Invalid(_("En yta behöver minst tre olika hörn."), code="outline_corners")
    if len(ring) > MAX_CORNERS:
        raise Invalid(
            _("Ytan har fler än 2 000 hörn."),
            code="outline_size",
            todo=_("Förenkla gränsen och försök igen."),
        )
    drawn = Polygon(ring)
    if not drawn.is_valid:
        raise Invalid(
            _("Ytans gräns korsar eller rör sig själv."),
            code="outline_crosses",
            todo=_("Flytta hörnen så att gränsen går ett varv utan att korsa sig. (%(where)s)")
            % {"where": explain_validity(drawn)},
        )
    return tuple(ring)


@cache
def _to_metres() -> Transformer:
    return Transformer.from_crs(4326, 3008, always_xy=True)


@cache
def _to_degrees() -> Transformer:
    return Transformer.from_crs(3008, 4326, always_xy=True)


def to_sweref(here: Position) -> tuple[float, float]:
    """East and north in metres, SWEREF 99 13 30 (EPSG:3008)."""
    east, north = _to_metres().transform(here.longitude, here.latitude)
    return east, north


def from_sweref(east: float, north: float) -> Position:
    """A checked position from metres in SWEREF 99 13 30."""
    longitude, latitude = _to_degrees().transform(east, north)
    return position(longitude, latitude)


def distance_m(one: Position, other: Position) -> float:
    """Straight distance in metres."""
    return math.dist(to_sweref(one), to_sweref(other))


def length_m(line: Sequence[Position]) -> float:
    """Length of a line in metres."""
    return float(LineString([to_sweref(point) for point in line]).length)


def perimeter_m(ring: Ring) -> float:
    """Length of the border in metres."""
    return float(_in_metres(ring).length)


def area_m2(ring: Ring) -> float:
    """Area in square metres."""
    return float(_in_metres(ring).area)


def middle(ring: Ring) -> Position:
    """A point that surely lies inside, for a label or a pin."""
    point = _in_metres(ring).representative_point()
    return from_sweref(point.x, point.y)


def _in_metres(ring: Ring) -> Polygon:
    return Polygon([to_sweref(corner) for corner in ring])


def box_around(here: Position, metres: float) -> tuple[Position, Position]:
    """South-west and north-east corners, in degrees, of a box that holds every point within
    `metres`. It may leave Sweden, so its corners are not checked."""
    east, north = to_sweref(here)
    # The grid is turned against true north away from its central meridian, so all four corners.
    corners = [
        _to_degrees().transform(east + x * metres, north + y * metres)
        for x in (-1, 1)
        for y in (-1, 1)
    ]
    longitudes, latitudes = zip(*corners, strict=True)
    return (
        Position(min(longitudes), min(latitudes)),
        Position(max(longitudes), max(latitudes)),
    )


def moved(here: Position, *, east_m: float = 0.0, north_m: float = 0.0) -> Position:
    """The position so many metres away: what arrow keys and number fields do to a pin."""
    east, north = to_sweref(here)
    return from_sweref(east + east_m, north + north_m)


def position_from_geojson(value: Mapping[str, Any]) -> Position:
    """Read a GeoJSON Point, or a Feature that holds one."""
    drawn = _shape(value)
    if drawn.geom_type != "Point" or drawn.is_empty:
        raise Invalid(_("Filen innehåller inte en punkt."), code="geojson_point")
    return position(drawn.x, drawn.y)


def outline_from_geojson(value: Mapping[str, Any]) -> Ring:
    """Read a GeoJSON Polygon, or a Feature that holds one. Holes and several parts are refused."""
    drawn = _shape(value)
    if drawn.geom_type == "MultiPolygon" and len(drawn.geoms) == 1:
        drawn = drawn.geoms[0]
    if drawn.geom_type != "Polygon" or drawn.is_empty:
        raise Invalid(
            _("Filen innehåller inte en sammanhängande yta."),
            code="geojson_polygon",
            todo=_("Lägg in en yta i taget."),
        )
    if drawn.interiors:
        raise Invalid(
            _("Ytan har hål, och det går inte att spara."),
            code="outline_holes",
            todo=_("Dela ytan i två som tillsammans omger hålet."),
        )
    return outline(drawn.exterior.coords)


def _shape(value: Mapping[str, Any]) -> Any:
    try:
        geometry = value["geometry"] if value["type"] == "Feature" else value
        # Height, if any, says nothing here and would not fit the columns.
        return force_2d(shape(geometry))
    except (AttributeError, KeyError, TypeError, ValueError, IndexError) as error:
        raise Invalid(
            _("Filen är inte giltig GeoJSON."),
            code="geojson",
            todo=_("Ange en GeoJSON-geometri i WGS 84, longitud före latitud."),
        ) from error


def point_geojson(here: Position) -> dict[str, Any]:
    """A GeoJSON Point."""
    return {"type": "Point", "coordinates": list(here)}


def polygon_geojson(ring: Ring) -> dict[str, Any]:
    """A GeoJSON Polygon, closed and counter-clockwise (RFC 7946, 3.1.6)."""
    corners = list(ring) if Polygon(ring).exterior.is_ccw else list(reversed(ring))
    return {
        "type": "Polygon",
        "coordinates": [[list(corner) for corner in [*corners, corners[0]]]],
    }


def feature(geometry: dict[str, Any], properties: dict[str, Any]) -> dict[str, Any]:
    """A GeoJSON Feature."""
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def feature_collection(features: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """A GeoJSON FeatureCollection."""
    return {"type": "FeatureCollection", "features": list(features)}
