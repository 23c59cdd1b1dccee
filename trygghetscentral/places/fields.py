"""Columns of PostgreSQL's own geometric types, and the look-ups the house needs on them.

PostgreSQL compares geometric coordinates with a tolerance of 1e-6: about a decimetre here. A point
on a border is inside (docs/adr/0005).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.lookups import Lookup
from django.db.models.sql.compiler import SQLCompiler

from trygghetscentral.places.geometry import Position, Ring

if TYPE_CHECKING:
    _PointBase = models.Field[Position, Position]
    _PolygonBase = models.Field[Ring, Ring]
    _Lookup = Lookup[Any]
else:
    _PointBase = models.Field
    _PolygonBase = models.Field
    _Lookup = Lookup

_NUMBER = re.compile(r"[-+0-9.eE]+")


def _numbers(text: str) -> list[float]:
    return [float(part) for part in _NUMBER.findall(text)]


def point_literal(value: Position) -> str:
    """PostgreSQL's spelling of a point. repr() keeps every digit."""
    return f"({float(value[0])!r},{float(value[1])!r})"


def polygon_literal(ring: Ring) -> str:
    """PostgreSQL's spelling of a polygon; it closes the ring itself."""
    return f"({','.join(point_literal(corner) for corner in ring)})"


# A list of alarms reads the same few stadsområden again with every row.
@lru_cache(maxsize=256)
def _ring(text: str) -> Ring:
    flat = _numbers(text)
    return tuple(Position(*pair) for pair in zip(flat[::2], flat[1::2], strict=True))


class PointField(_PointBase):
    """A WGS 84 position in a `point` column."""

    description = "WGS 84 position"

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        """The core type, no extension."""
        return "point"

    def get_placeholder(self, value: Any, compiler: Any, connection: Any) -> str:
        """A bare string literal would be taken for text."""
        return "%s::point"

    def get_prep_value(self, value: Any) -> Any:
        """Position to PostgreSQL's spelling."""
        return value if value is None or isinstance(value, str) else point_literal(value)

    def from_db_value(self, value: str | None, *_: Any) -> Position | None:
        """PostgreSQL's spelling to Position."""
        return None if value is None else Position(*_numbers(value))

    def to_python(self, value: Any) -> Position | None:
        """Accept pairs and the text of fixtures."""
        if value is None or isinstance(value, Position):
            return value
        return Position(*(_numbers(value) if isinstance(value, str) else value))

    def value_to_string(self, obj: models.Model) -> str:
        """For dumps."""
        return point_literal(self.value_from_object(obj))


class PolygonField(_PolygonBase):
    """A simple polygon in a `polygon` column."""

    description = "WGS 84 simple polygon"

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        """The core type, no extension."""
        return "polygon"

    def get_placeholder(self, value: Any, compiler: Any, connection: Any) -> str:
        """A bare string literal would be taken for text."""
        return "%s::polygon"

    def get_prep_value(self, value: Any) -> Any:
        """Ring to PostgreSQL's spelling."""
        return value if value is None or isinstance(value, str) else polygon_literal(value)

    def from_db_value(self, value: str | None, *_: Any) -> Ring | None:
        """PostgreSQL's spelling to Ring."""
        return None if value is None else _ring(value)

    def to_python(self, value: Any) -> Ring | None:
        """Accept pairs and the text of fixtures."""
        if value is None:
            return None
        if isinstance(value, str):
            return _ring(value)
        return tuple(Position(*corner) for corner in value)

    def value_to_string(self, obj: models.Model) -> str:
        """For dumps."""
        return polygon_literal(self.value_from_object(obj))


class _GeometricLookup(_Lookup):
    """The right-hand side is plain geometry, turned into a literal here."""

    prepare_rhs = False


@PointField.register_lookup
class Within(_GeometricLookup):
    """`position__within=ring`: inside or on the border; served by the GiST index on the point."""

    lookup_name = "within"

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        """point <@ polygon."""
        lhs, params = self.process_lhs(compiler, connection)
        return f"{lhs} <@ %s::polygon", (*params, polygon_literal(self.rhs))


@PointField.register_lookup
class InBox(_GeometricLookup):
    """`position__in_box=(south_west, north_east)`; served by the GiST index on the point."""

    lookup_name = "in_box"

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        """point <@ box."""
        lhs, params = self.process_lhs(compiler, connection)
        south_west, north_east = self.rhs
        box = f"{point_literal(south_west)},{point_literal(north_east)}"
        return f"{lhs} <@ %s::box", (*params, box)


@PolygonField.register_lookup
class Covers(_GeometricLookup):
    """`polygon__covers=position`: inside or on the border."""

    lookup_name = "covers"

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        """The first half can use the GiST index, which only knows polygons; the second is exact."""
        lhs, params = self.process_lhs(compiler, connection)
        point = point_literal(self.rhs)
        return (
            f"({lhs} && polygon(box(%s::point, %s::point)) AND {lhs} @> %s::point)",
            (*params, point, point, *params, point),
        )


@PolygonField.register_lookup
class Overlaps(_GeometricLookup):
    """`polygon__overlaps=ring`: the two share at least a point."""

    lookup_name = "overlaps"

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        """polygon && polygon."""
        lhs, params = self.process_lhs(compiler, connection)
        return f"{lhs} && %s::polygon", (*params, polygon_literal(self.rhs))
