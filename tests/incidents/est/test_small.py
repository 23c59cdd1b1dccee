"""No small number is shown, and none can be worked out from what is shown."""

from __future__ import annotations

import datetime as dt
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incidents.selectors.est.counts import counted_incidents, incidents_shown
from incidents.selectors.est.small import LEAST, parts, table
from incidents.selectors.est.weeks import Week, week_now
from tests.incidents.conftest import Make
from trygghetscentral.accounts.models import NeedToKnowGroup

few = st.integers(0, 9)
TABLES = st.dictionaries(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")), few, min_size=1)


def can_be(total: int, shown: dict[str, int | None]) -> dict[str, set[int]]:
    """What each hidden part may be, to somebody who knows the total and the others."""
    hidden = [key for key, count in shown.items() if count is None]
    left = total - sum(count for count in shown.values() if count is not None)
    found: dict[str, set[int]] = {key: set() for key in hidden}
    for guess in product(range(left + 1), repeat=len(hidden)):
        if sum(guess) == left:
            for key, value in zip(hidden, guess, strict=True):
                found[key].add(value)
    return found


@given(st.dictionaries(st.sampled_from("abcd"), few, min_size=1))
@settings(max_examples=150)
def test_no_part_is_small_and_none_can_be_told(counts: dict[str, int]) -> None:
    total, shown = parts(counts)
    assert all(count is None or count >= LEAST for count in (total, *shown.values()))
    assert all(count in (None, counts[key]) for key, count in shown.items())
    if total is None:
        assert set(shown.values()) == {None}
    else:
        assert total == sum(counts.values())
        assert all(len(values) > 1 for values in can_be(total, shown).values())


@given(TABLES)
@settings(max_examples=150)
def test_the_same_in_two_floors(counts: dict[tuple[str, str], int]) -> None:
    shown = table(counts)
    if shown.total is not None:
        assert all(len(values) > 1 for values in can_be(shown.total, dict(shown.rows)).values())
    for key, row in shown.rows.items():
        cells = {area: count for (of, area), count in shown.cells.items() if of == key}
        assert all(count is None or count >= LEAST for count in cells.values())
        if row is None:
            assert set(cells.values()) <= {None}
        elif len(cells) > 1:
            assert all(len(values) > 1 for values in can_be(row, cells).values())


def test_what_is_never_counted(make: Make, group: NeedToKnowGroup, now: dt.datetime) -> None:
    week = week_now(now)
    make(kind="BR-03")
    make(kind="OT-01", restricted_group_id=group.pk)
    make(kind="VA-04", restricted_group_id=group.pk)
    make(kind="BR-01", restricted_group_id=group.pk)
    counted = {key: number for key, number in counted_incidents(week).items() if number}
    assert counted == {("BR", ""): 1}
    assert incidents_shown(week).total is None
    for _n in range(LEAST):
        make(kind="BR-03")
    shown = incidents_shown(week)
    assert shown.total == LEAST + 1
    # Every other group is none, which is a small number too, and would be told by this one.
    assert set(shown.rows.values()) == {None}


@pytest.mark.parametrize(("weeks", "expected"), [(-11, Week(2025, 52)), (42, Week(2026, 53))])
def test_weeks_go_over_the_year(now: dt.datetime, weeks: int, expected: Week) -> None:
    assert week_now(now).plus(weeks) == expected
