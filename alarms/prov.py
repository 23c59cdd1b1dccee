"""What a signal under test is, and which period it falls under. Pure.

Hold-up and fire are tested per zone, by name (domain.md 00.11); a trygghetslarm never is, since
a trial press is answered like any other (00.8). What we cannot read could be any of them, so
it too must be named.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from alarms.codes import Category

KIND: Final = "prov:"
"""Begins the `kind` of a row on the board that is only a test, so that it never becomes one
with the real alarm of the same zone."""
PRIORITY: Final = 5

CRITICAL: Final = frozenset({Category.FIRE.value, Category.HOLDUP.value})
NEVER: Final = frozenset({Category.MEDICAL.value})
BY_NAME: Final = CRITICAL | NEVER | {Category.UNKNOWN.value}
TESTABLE: Final = (
    Category.FIRE.value,
    Category.HOLDUP.value,
    Category.BURGLARY.value,
    Category.TAMPER.value,
    Category.ACCESS.value,
    Category.TECHNICAL.value,
    Category.SUPERVISION.value,
    Category.UNKNOWN.value,
)

# An installation may say that its burglary code is a personal alarm: then that is what it is.
_GRAVE_TYPES: Final = {
    "AL-BRA": Category.FIRE.value,
    "AL-BRM": Category.FIRE.value,
    "AL-OVF": Category.HOLDUP.value,
    "AL-PER": Category.HOLDUP.value,
    "AL-AKU": Category.HOLDUP.value,
    "AL-TRY": Category.MEDICAL.value,
}

Zone = tuple[str, str]


@dataclass(frozen=True, slots=True)
class PeriodRecord:
    """An open period as intake knows it; fields as in `alarms.models.TestPeriod`."""

    id: int
    area: str
    zone: str
    category: str
    starts_at: dt.datetime
    until: dt.datetime

    def lasts(self, now: dt.datetime) -> bool:
        """Whether it holds at this moment."""
        return self.starts_at <= now < self.until

    def stands_at(self, area: str, zone: str, registered: Zone) -> bool:
        """Whether the place is within it. `registered` is the zone as the installation has it:
        fire and hold-up are tested in exactly that one."""
        if self.category in CRITICAL:
            return registered == (self.area, self.zone)
        return self.area in ("", area) and self.zone in ("", zone)

    def covers(self, area: str, zone: str, registered: Zone, category: str) -> bool:
        """Whether an activation of the category at the place is only a test."""
        fits = category == self.category if self.category else category not in BY_NAME
        return fits and self.stands_at(area, zone, registered)


def tested_as(category: str, type_code: str) -> str:
    """The category a signal is tested as: the graver of what its code and its kind say."""
    if category in CRITICAL or category in NEVER:
        return category
    return _GRAVE_TYPES.get(type_code, category)


def normal(number: str) -> str:
    """An area or a zone as panels mean it, however they pad it."""
    return number.strip().lstrip("0")


def is_test(kind: str) -> bool:
    """Whether an alarm's kind is that of a row under test."""
    return kind.startswith(KIND)


def covering(
    periods: Iterable[PeriodRecord],
    *,
    area: str,
    zone: str,
    registered: Zone,
    category: str,
    now: dt.datetime,
) -> PeriodRecord | None:
    """The period that makes an activation a test at this moment."""
    for period in periods:
        if period.lasts(now) and period.covers(area, zone, registered, category):
            return period
    return None


def standing_at(
    periods: Iterable[PeriodRecord], *, area: str, zone: str, registered: Zone, now: dt.datetime
) -> PeriodRecord | None:
    """The period whose place a restore comes from, whatever it restores."""
    for period in periods:
        if period.lasts(now) and period.stands_at(area, zone, registered):
            return period
    return None
