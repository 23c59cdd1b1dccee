"""Larmflod: what it may hold back, and which flood an alarm falls under. Pure.

A storm or a power cut brings hundreds of alarms of one kind. They may be lowered, delayed until
they are restored, or only counted (peers.md 8). Hold-up, fire, trygghetslarm and personal alarms
never are, nor what we cannot read, nor anything whose code says priority 1, such as gas.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from alarms.codes import Category
from alarms.prov import is_test, tested_as

NEVER: Final = frozenset(
    {Category.HOLDUP.value, Category.FIRE.value, Category.MEDICAL.value, Category.UNKNOWN.value}
)
FLOODABLE: Final = (
    Category.TECHNICAL.value,
    Category.SUPERVISION.value,
    Category.BURGLARY.value,
    Category.TAMPER.value,
    Category.ACCESS.value,
)
# Kinds of installation's own that are never held, whatever category their code has.
GRAVE_TYPES: Final = frozenset({"AL-BRA", "AL-BRM", "AL-OVF", "AL-PER", "AL-AKU", "AL-TRY"})
URGENT: Final = 1
"""A priority that no flood touches."""
PRIORITIES: Final = (2, 3, 4, 5)

LONGEST: Final = dt.timedelta(hours=12)
WARNED_BEFORE: Final = dt.timedelta(minutes=15)
HOLD_MINUTES: Final = 30
MOST_HOLD_MINUTES: Final = 240

PROPOSED_WITHIN: Final = dt.timedelta(minutes=5)
PROPOSED_FROM: Final = 20
"""New alarms of one category in one stadsområde within five minutes that make a proposal [GK]."""
PROPOSED_TIMES: Final = 5
"""And this many times the mean of an hour there, over the last 24 hours [GK]."""
MEAN_HOURS: Final = 24
# Mains, battery and power supply, as SIA and Contact ID name them.
POWER_KINDS: Final = (
    *("SIA:mains.trouble", "SIA:battery.trouble", "SIA:power-supply.trouble"),
    *("CID:301.trouble", "CID:302.trouble"),
)


@dataclass(frozen=True, slots=True)
class FloodRecord:
    """An open flood as intake knows it; fields as in `alarms.models.Flood`. No areas is the whole
    city; `priority` is set when it lowers, `hold_minutes` when it delays."""

    id: int
    category: str
    areas: frozenset[int]
    holds: bool
    priority: int | None
    hold_minutes: int | None
    started_at: dt.datetime
    ends_at: dt.datetime

    def lasts(self, now: dt.datetime) -> bool:
        """Whether it holds at this moment."""
        return self.started_at <= now < self.ends_at

    def held_until(self, now: dt.datetime) -> dt.datetime | None:
        """When an alarm that comes now is to stand on the board unless restored; None when not
        before the flood ends."""
        if not self.holds or self.hold_minutes is None:
            return None
        return now + dt.timedelta(minutes=self.hold_minutes)

    def lowered(self, priority: int) -> int:
        """The priority that it gives an alarm; never a graver one."""
        return priority if self.priority is None else max(priority, self.priority)


def may_hold(*, category: str, type_code: str, kind: str, priority: int) -> bool:
    """Whether any flood may touch such an alarm. `priority` is what its code says."""
    if priority <= URGENT or is_test(kind) or type_code in GRAVE_TYPES:
        return False
    return tested_as(category, type_code) in FLOODABLE


def covering(
    floods: Iterable[FloodRecord], *, category: str, area_id: int | None, now: dt.datetime
) -> FloodRecord | None:
    """The flood that an alarm of the category in the area falls under at this moment."""
    for flood in floods:
        if flood.category == category and flood.lasts(now) and covers(flood.areas, area_id):
            return flood
    return None


def covers(areas: frozenset[int], area_id: int | None) -> bool:
    """Whether the areas, none for the whole city, hold this one."""
    return not areas or area_id in areas
