"""Which rule fits: pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from alarms.routing import Condition, Days, Facts, RuleRecord, counted_day, decide, explain, match
from trygghetscentral.shared.clock import STOCKHOLM

MIDSUMMER_EVE = dt.date(2026, 6, 19)


def rule(**values: Any) -> RuleRecord:
    return RuleRecord(**{"id": 1, "position": 1, "name": "R", "desk_id": 1, **values})


def facts(moment: str = "2026-03-12T14:37", **values: Any) -> Facts:
    return Facts(
        **{
            "category": "fire",
            "site": 10,
            "areas": frozenset({20, 21}),
            "controllers": frozenset({30, 1}),
            "at": dt.datetime.fromisoformat(moment).replace(tzinfo=STOCKHOLM),
            "holidays": frozenset({MIDSUMMER_EVE}),
            **values,
        }
    )


def test_a_rule_without_conditions_fits_all() -> None:
    assert match(rule(), facts())
    assert match(rule(), facts(site=None, areas=frozenset()))


@pytest.mark.parametrize(
    ("condition", "fits", "misses"),
    [
        ("categories", {"fire", "holdup"}, {"burglary"}),
        ("sites", {10}, {11}),
        ("areas", {21, 99}, {99}),
        ("controllers", {1}, {31}),
        ("weekdays", {4}, {1, 2, 3, 5, 6, 7}),
    ],
)
def test_each_condition(condition: str, fits: set[Any], misses: set[Any]) -> None:
    assert match(rule(**{condition: frozenset(fits)}), facts())
    assert explain(rule(**{condition: frozenset(misses)}), facts()) == (Condition(condition),)


def test_an_alarm_without_site_fits_no_rule_about_sites() -> None:
    assert not match(rule(sites=frozenset({10})), facts(site=None))


@pytest.mark.parametrize(
    ("start", "end", "at", "fits"),
    [
        ("08:00", "17:00", "08:00", True),
        ("08:00", "17:00", "16:59", True),
        ("08:00", "17:00", "17:00", False),
        ("08:00", "17:00", "07:59", False),
        ("22:00", "06:00", "23:30", True),
        ("22:00", "06:00", "05:59", True),
        ("22:00", "06:00", "06:00", False),
        ("22:00", "06:00", "12:00", False),
        ("00:00", "00:00", "12:00", True),
    ],
)
def test_hours(start: str, end: str, at: str, fits: bool) -> None:
    hours = rule(from_time=dt.time.fromisoformat(start), to_time=dt.time.fromisoformat(end))
    assert match(hours, facts(f"2026-03-12T{at}")) is fits


def test_a_night_belongs_to_the_day_it_began() -> None:
    friday_night = rule(from_time=dt.time(22), to_time=dt.time(6), weekdays=frozenset({5}))
    assert match(friday_night, facts("2026-03-13T22:30"))
    assert match(friday_night, facts("2026-03-14T03:00"))
    assert not match(friday_night, facts("2026-03-14T22:30"))
    assert not match(friday_night, facts("2026-03-13T03:00"))
    assert counted_day(friday_night, facts("2026-03-14T03:00").at) == dt.date(2026, 3, 13)


@pytest.mark.parametrize(
    ("moment", "workday", "holiday"),
    [
        ("2026-03-12T12:00", True, False),  # Thursday
        ("2026-03-14T12:00", False, False),  # Saturday
        ("2026-03-15T12:00", False, True),  # Sunday
        ("2026-06-19T12:00", False, True),  # Friday, Midsummer Eve, in the list
    ],
)
def test_workdays_and_holidays(moment: str, workday: bool, holiday: bool) -> None:
    assert match(rule(days=Days.WORKDAYS), facts(moment)) is workday
    assert match(rule(days=Days.HOLIDAYS), facts(moment)) is holiday
    assert match(rule(days=Days.ANY), facts(moment))


def test_explain_names_everything_that_does_not_fit() -> None:
    wrong = rule(categories=frozenset({"holdup"}), weekdays=frozenset({7}), days=Days.HOLIDAYS)
    assert explain(wrong, facts()) == (Condition.CATEGORIES, Condition.WEEKDAYS, Condition.DAYS)
    assert explain(rule(), facts()) == ()


def test_the_first_that_fits_decides() -> None:
    first = rule(id=1, categories=frozenset({"holdup"}))
    second, third = rule(id=2), rule(id=3)
    assert decide([first, second, third], facts()) is second
    assert decide([first], facts()) is None
    assert decide([replace(first, categories=frozenset())], facts())
