"""Which rule fits an alarm. Pure: facts and rules in, an answer out."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from alarms.codes import Category

SATURDAY: Final = 6
SUNDAY: Final = 7
DAY: Final = dt.timedelta(days=1)

# Where an alarm goes when no rule fits: the desk's code by category (domain.md R9).
DEFAULT_DESK: Final[dict[str, str]] = {
    Category.FIRE: "brand",
    Category.MEDICAL: "trygghetslarm",
    Category.BURGLARY: "inbrott",
    Category.HOLDUP: "inbrott",
    Category.TAMPER: "inbrott",
    Category.ACCESS: "inbrott",
    Category.OPEN_CLOSE: "inbrott",
    Category.UNKNOWN: "inbrott",
    Category.TECHNICAL: "teknik",
    Category.SUPERVISION: "teknik",
    Category.TEST: "teknik",
}


class Days(enum.StrEnum):
    """How holidays count. Workdays are Monday to Friday that are no holiday; a holiday is a
    Sunday (lag 1989:253) or a day in the list."""

    ANY = "any"
    WORKDAYS = "workdays"
    HOLIDAYS = "holidays"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRecord:
    """A rule as it stands. An empty condition fits all; `controllers` fit all below them too."""

    id: int | None
    position: int
    name: str
    categories: frozenset[str] = frozenset()
    sites: frozenset[int] = frozenset()
    areas: frozenset[int] = frozenset()
    controllers: frozenset[int] = frozenset()
    days: str = Days.ANY
    weekdays: frozenset[int] = frozenset()
    from_time: dt.time | None = None
    to_time: dt.time | None = None
    desk_id: int
    priority: int | None = None
    target_seconds: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What rules look at. `at` is the arrival on the city's wall clock; `areas` are all areas
    around the place; `controllers` the controller and all above it; `holidays` local dates."""

    category: str
    site: int | None
    areas: frozenset[int]
    controllers: frozenset[int]
    at: dt.datetime
    holidays: frozenset[dt.date]


class Condition(enum.StrEnum):
    """The conditions a rule can have, in the order of the form."""

    CATEGORIES = "categories"
    SITES = "sites"
    AREAS = "areas"
    CONTROLLERS = "controllers"
    HOURS = "hours"
    WEEKDAYS = "weekdays"
    DAYS = "days"


def counted_day(rule: RuleRecord, at: dt.datetime) -> dt.date:
    """The day a moment belongs to: hours that span midnight belong to the day they began."""
    if (
        rule.from_time
        and rule.to_time
        and rule.from_time > rule.to_time
        and (at.time() < rule.to_time)
    ):
        return (at - DAY).date()
    return at.date()


def _within_hours(rule: RuleRecord, facts: Facts) -> bool:
    start, end = rule.from_time, rule.to_time
    if start is None or end is None or start == end:
        return True
    clock = facts.at.time()
    return start <= clock < end if start < end else clock >= start or clock < end


def _fits_weekday(rule: RuleRecord, facts: Facts) -> bool:
    return not rule.weekdays or counted_day(rule, facts.at).isoweekday() in rule.weekdays


def _fits_days(rule: RuleRecord, facts: Facts) -> bool:
    day = counted_day(rule, facts.at)
    holiday = day.isoweekday() == SUNDAY or day in facts.holidays
    if rule.days == Days.WORKDAYS:
        return not holiday and day.isoweekday() < SATURDAY
    return holiday if rule.days == Days.HOLIDAYS else True


_TESTS: Final[dict[Condition, Callable[[RuleRecord, Facts], bool]]] = {
    Condition.CATEGORIES: lambda rule, facts: (
        not rule.categories or facts.category in rule.categories
    ),
    Condition.SITES: lambda rule, facts: not rule.sites or facts.site in rule.sites,
    Condition.AREAS: lambda rule, facts: not rule.areas or bool(rule.areas & facts.areas),
    Condition.CONTROLLERS: lambda rule, facts: (
        not rule.controllers or bool(rule.controllers & facts.controllers)
    ),
    Condition.HOURS: _within_hours,
    Condition.WEEKDAYS: _fits_weekday,
    Condition.DAYS: _fits_days,
}


def match(rule: RuleRecord, facts: Facts) -> bool:
    """Whether every condition of the rule fits."""
    return all(test(rule, facts) for test in _TESTS.values())


def explain(rule: RuleRecord, facts: Facts) -> tuple[Condition, ...]:
    """The conditions that do not fit; empty when the rule does."""
    return tuple(name for name, test in _TESTS.items() if not test(rule, facts))


def decide(rules: Iterable[RuleRecord], facts: Facts) -> RuleRecord | None:
    """The first rule that fits; None when the default desk is to be used."""
    return next((rule for rule in rules if match(rule, facts)), None)
