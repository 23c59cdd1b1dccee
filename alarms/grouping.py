"""Which alarms are one row of the board: those of one kind at one object (docs/adr/0011). Pure."""

from __future__ import annotations

from typing import Final

from alarms.codes import Category
from alarms.prov import tested_as

ALONE: Final = frozenset({Category.HOLDUP.value, Category.MEDICAL.value})
"""Somebody has pressed for help: each is a row of its own, and every press is heard."""


def stands_alone(category: str, type_code: str) -> bool:
    """Whether an alarm is somebody's own call, by its code or by what its installation is."""
    return tested_as(category, type_code) in ALONE


def group_key(*, site_id: int, controller_id: int) -> str:
    """The object, as all its alarms name it. Those of another controller are seen by others, and
    are another row."""
    return f"s{site_id}c{controller_id}"
