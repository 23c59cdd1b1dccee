"""Arrays for multi-row statements, in PostgreSQL's binary form.

psycopg dumps any list, and for that looks at every element several times; with a known type a
column costs a third. Use as the parameter of `%b::bigint[]` and the like.
"""

from __future__ import annotations

import datetime as dt
import struct
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final
from uuid import UUID

from psycopg.adapt import Dumper
from psycopg.pq import Format

_EPOCH: Final = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
_DAY: Final = 86_400_000_000
_SECOND: Final = 1_000_000
_HEAD: Final = struct.Struct("!iiiii").pack
_EMPTY: Final = struct.Struct("!iii").pack
_LENGTH: Final = struct.Struct("!i").pack
_NULL: Final = _LENGTH(-1)

_SMALLINT: Final = struct.Struct("!ih").pack
_INT: Final = struct.Struct("!ii").pack
_BIGINT: Final = struct.Struct("!iq").pack
_FLOAT: Final = struct.Struct("!id").pack
_BOOL: Final = struct.Struct("!i?").pack


class Column(bytes):
    """One encoded array."""

    __slots__ = ()


class ColumnDumper(Dumper):
    """Hands a column on as it is; the statement's cast says its type."""

    format = Format.BINARY

    def dump(self, obj: Column) -> Column:
        """As it is."""
        return obj


def _moment(value: dt.datetime) -> bytes:
    since = value - _EPOCH
    return _BIGINT(8, since.days * _DAY + since.seconds * _SECOND + since.microseconds)


def _text(value: str) -> bytes:
    data = value.encode()
    return _LENGTH(len(data)) + data


def _bytes(value: bytes) -> bytes:
    return _LENGTH(len(value)) + value


def _uuid(value: UUID) -> bytes:
    return _LENGTH(16) + value.bytes


# The type's number in pg_type, and how one element is written.
_KINDS: Final[dict[str, tuple[int, Callable[[Any], bytes]]]] = {
    "bool": (16, lambda value: _BOOL(1, value)),
    "bytea": (17, _bytes),
    "bigint": (20, lambda value: _BIGINT(8, value)),
    "smallint": (21, lambda value: _SMALLINT(2, value)),
    "int": (23, lambda value: _INT(4, value)),
    "text": (25, _text),
    "float8": (701, lambda value: _FLOAT(8, value)),
    "timestamptz": (1184, _moment),
    "uuid": (2950, _uuid),
}


def column(kind: str, values: Sequence[Any]) -> Column:
    """An array of `kind`, as written in the statement's cast; None is NULL.

    Times must be aware. Raises KeyError for a kind that is not here, and struct.error,
    TypeError or AttributeError for a value of another type.
    """
    oid, encode = _KINDS[kind]
    if not values:
        return Column(_EMPTY(0, 0, oid))
    first, count = values[0], len(values)
    if values.count(first) == count:
        # Most columns of a batch say one thing.
        body = (_NULL if first is None else encode(first)) * count
    else:
        body = b"".join([_NULL if value is None else encode(value) for value in values])
    return Column(_HEAD(1, 1, oid, count, 1) + body)


class Columns:
    """The columns of a multi-row statement: `FROM unnest({arrays}) AS t({names})`."""

    def __init__(self, **kinds: str) -> None:
        self.names = ", ".join(kinds)
        self.arrays = ", ".join(f"%b::{kind}[]" for kind in kinds.values())
        self._kinds = tuple(kinds.values())

    def of(self, rows: Iterable[Sequence[Any]]) -> list[Column]:
        """The parameters for at least one row, its values in the order of the columns."""
        turned = zip(*rows, strict=True)
        return [column(kind, values) for kind, values in zip(self._kinds, turned, strict=True)]
