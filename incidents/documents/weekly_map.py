"""The map of a veckorapport as SVG, drawn from the base layer of our own, for paper."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from typing import Any, Final
from xml.sax.saxutils import escape

from django.conf import settings
from shapely import box, transform
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from trygghetscentral.places.geometry import Position, to_sweref

LAYER: Final = "static/geo/malmo.geojson"
WIDTH: Final = 1000.0
SHAPE: Final = 1.5
MARGIN_M: Final = 1500.0
LEAST_WIDE_M: Final = 9000.0
DETAIL: Final = 1.2

# What is drawn, in order: fill, line, width. Light print colours, told apart by shape too.
LOOKS: Final[dict[str, tuple[str, str, float]]] = {
    "land": ("#f7f6f2", "#9aa5a6", 1.0),
    "park": ("#e0eadd", "none", 0.0),
    "canal": ("none", "#c3d8e2", 4.0),
    "area": ("none", "#a3adae", 1.2),
    "rail": ("none", "#8b8b8b", 1.5),
    "secondary": ("none", "#d6cdbb", 2.0),
    "primary": ("none", "#c2b7a2", 3.0),
    "motorway": ("none", "#a99c84", 4.0),
    "border": ("none", "#5d6768", 2.0),
}
NAMES_TO_RANK: Final = 2


def map_svg(priorities: Sequence[dict[str, Any]]) -> str:
    """The places with their numbers; "" when none has a position."""
    marks = [
        (one["order"], to_sweref(Position(one["longitude"], one["latitude"])))
        for one in priorities
        if one["longitude"] is not None
    ]
    if not marks:
        return ""
    west, north, scale, height = _frame([at for _order, at in marks])

    def flat(x: float, y: float) -> tuple[float, float]:
        return (x - west) * scale, (north - y) * scale

    seen = box(0, 0, WIDTH, height)
    parts = [_head(height)]
    for kind, geometry in _layer():
        drawn = transform(geometry, lambda at: (at - [west, north]) * [scale, -scale])
        drawn = drawn.simplify(DETAIL)
        parts.append(_path(kind, drawn.intersection(seen)))
    parts += [_name(name, *flat(*at), height) for name, at in _names()]
    parts += [_mark(order, *flat(*at)) for order, at in marks]
    return "".join([*parts, "</svg>"])


def _frame(marks: list[tuple[float, float]]) -> tuple[float, float, float, float]:
    xs, ys = zip(*marks, strict=True)
    wide = max(xs) - min(xs) + 2 * MARGIN_M
    high = max(ys) - min(ys) + 2 * MARGIN_M
    wide = max(wide, high * SHAPE, LEAST_WIDE_M)
    high = wide / SHAPE
    middle_x, middle_y = (max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2
    scale = WIDTH / wide
    return middle_x - wide / 2, middle_y + high / 2, scale, high * scale


@cache
def _layer() -> tuple[tuple[str, BaseGeometry], ...]:
    features = json.loads((settings.BASE_DIR / LAYER).read_text("utf-8"))["features"]
    order = list(LOOKS)
    kinds = [
        (feature["properties"]["kind"], _metres(shape(feature["geometry"])))
        for feature in features
        if feature["properties"].get("kind") in LOOKS
    ]
    return tuple(sorted(kinds, key=lambda one: order.index(one[0])))


@cache
def _names() -> tuple[tuple[str, tuple[float, float]], ...]:
    features = json.loads((settings.BASE_DIR / LAYER).read_text("utf-8"))["features"]
    return tuple(
        (feature["properties"]["name"], to_sweref(Position(*feature["geometry"]["coordinates"])))
        for feature in features
        if feature["properties"]["kind"] == "place"
        and feature["properties"].get("rank", NAMES_TO_RANK + 1) <= NAMES_TO_RANK
    )


def _name(name: str, x: float, y: float, height: float) -> str:
    if not (0 < x < WIDTH and 0 < y < height):
        return ""
    return (
        f'<text x="{x:.0f}" y="{y:.0f}" font-size="19" text-anchor="middle" fill="#4c5a5f">'
        f"{escape(name)}</text>"
    )


def _metres(geometry: BaseGeometry) -> BaseGeometry:
    return transform(geometry, lambda at: [to_sweref(Position(x, y)) for x, y in at])


def _head(height: float) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {height:.0f}">'
        f'<rect width="{WIDTH:.0f}" height="{height:.0f}" fill="#d5e3ea"/>'
    )


def _path(kind: str, geometry: BaseGeometry) -> str:
    fill, line, width = LOOKS[kind]
    d = "".join(_lines(geometry))
    if not d:
        return ""
    return f'<path d="{d}" fill="{fill}" stroke="{line}" stroke-width="{width}"/>'


def _lines(geometry: BaseGeometry) -> list[str]:
    if geometry.is_empty:
        return []
    if hasattr(geometry, "geoms"):
        return [line for part in geometry.geoms for line in _lines(part)]
    if geometry.geom_type == "Polygon":
        rings = [geometry.exterior, *geometry.interiors]
        return [_line(ring.coords, "Z") for ring in rings]
    if geometry.geom_type == "LineString":
        return [_line(geometry.coords, "")]
    return []


def _line(coords: Any, end: str) -> str:
    points = [f"{x:.0f} {y:.0f}" for x, y in coords]
    return f"M{'L'.join(points)}{end}"


def _mark(order: int, x: float, y: float) -> str:
    return (
        f'<circle cx="{x:.0f}" cy="{y:.0f}" r="22" fill="#0d1517" stroke="#ffffff" '
        f'stroke-width="4"/><text x="{x:.0f}" y="{y + 9:.0f}" font-size="26" font-weight="700" '
        f'text-anchor="middle" fill="#ffffff">{escape(str(order))}</text>'
    )
