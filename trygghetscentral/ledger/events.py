"""What a ledger payload may hold: ids, codes, numbers, times; never free text or personal data.

The class itself refuses a field of another type, so a mistake is found at import (design.md 3).
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
import functools
import math
import operator
import re
import types
import typing
from collections.abc import Callable
from typing import Any, ClassVar, dataclass_transform
from uuid import UUID

CODE = re.compile(r"[A-Za-z0-9ÅÄÖåäö_.:#@+|/-]{0,64}")

SCALARS = (bool, int, float, dt.datetime, dt.date, UUID)


class Code(str):
    """A short code or number, never prose: no spaces, at most 64 characters."""

    __slots__ = ()

    def __new__(cls, value: object = "") -> Code:
        """Raise ValueError for anything that looks like a sentence."""
        text = str(value)
        if not CODE.fullmatch(text):
            raise ValueError("not a code")
        return super().__new__(cls, text)


def _allowed(annotation: Any) -> bool:
    if annotation is type(None) or annotation is Code or annotation in SCALARS:
        return True
    origin = typing.get_origin(annotation)
    if origin in {typing.Union, types.UnionType, tuple}:
        return all(part is Ellipsis or _allowed(part) for part in typing.get_args(annotation))
    if isinstance(annotation, type):
        if issubclass(annotation, enum.Enum):
            return True
        if dataclasses.is_dataclass(annotation):
            return all(_allowed(hint) for hint in typing.get_type_hints(annotation).values())
    return False


EVENTS: dict[str, type[Event]] = {}

E = typing.TypeVar("E", bound="Event")


class Event:
    """Base of every payload. Subclasses are frozen dataclasses with a `name`."""

    name: ClassVar[str] = ""
    schema_version: ClassVar[int] = 1

    def payload(self) -> dict[str, Any]:
        """The JSON form; field order does not matter, the canonical form sorts keys."""
        return _plain_fields(self)


@dataclass_transform(frozen_default=True, kw_only_default=True)
def published(cls: type[E]) -> type[E]:
    """Class decorator that makes a frozen payload class and enters its name in the catalogue.

    Raises TypeError for a field that could carry free text, and for a name used twice.
    """
    made = dataclasses.dataclass(frozen=True, slots=True, kw_only=True)(cls)
    for name, hint in typing.get_type_hints(made).items():
        if typing.get_origin(hint) is ClassVar:
            continue
        if not _allowed(hint):
            raise TypeError(f"{cls.__qualname__}.{name}: {hint!r} may carry free text")
    if not made.name or made.name in EVENTS:
        raise TypeError(f"{cls.__qualname__}: event name missing or taken")
    EVENTS[made.name] = made
    return made


_AS_IS: frozenset[type] = frozenset({Code, int, bool, type(None)})


@functools.cache
def _reader(kind: type[Any]) -> tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]:
    names = tuple(sorted(item.name for item in dataclasses.fields(kind)))
    if len(names) > 1:
        return names, operator.attrgetter(*names)
    return names, lambda value: tuple(getattr(value, name) for name in names)


def _plain_fields(value: Any) -> dict[str, Any]:
    kind: Any = type(value)
    names, parts = _reader(kind)
    return {
        name: part if type(part) in _AS_IS else _plain(part)
        for name, part in zip(names, parts(value), strict=True)
    }


def _plain(value: Any) -> Any:
    kind = type(value)
    if kind in _AS_IS:
        return value
    if kind is dt.datetime:
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        moment = value if value.tzinfo is dt.UTC else value.astimezone(dt.UTC)
        return moment.isoformat(timespec="microseconds")
    if isinstance(value, enum.Enum):
        return value.value
    if kind is UUID:
        return str(value)
    if kind is dt.date:
        return value.isoformat()
    if kind is float:
        return _plain_float(value)
    if kind is tuple:
        return [_plain(part) for part in value]
    if dataclasses.is_dataclass(kind):
        return _plain_fields(value)
    # Annotations are not checked at run time, so a bare str stops here.
    raise TypeError(f"a {kind.__name__} may carry free text")


def _plain_float(value: float) -> float | int:
    # jsonb gives 1e16 and -0.0 back as 10000000000000000 and 0, and the hash must still hold.
    if not math.isfinite(value):
        raise ValueError("not a finite number")
    return int(value) if value.is_integer() else value
