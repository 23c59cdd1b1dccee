"""No small number is shown to a reader of aggregates, and none can be worked out."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alarms.selectors.figures import Figures, PeriodKind, period_of, report_for, scope_of
from alarms.selectors.figures.suppression import COUNTS, LEAST, NESTED, suppressed
from tests.accounts.factories import person
from tests.alarms.figures.planting import plant
from tests.personas import City

AGGREGATE_ROLES = ("EXEC_READER", "DECISION_MAKER", "PREP_COORD", "AUDITOR")


@st.composite
def lines(draw: st.DrawFn) -> Figures:
    """A line in which each count is a part of the one before."""
    received = draw(st.one_of(st.integers(0, 12), st.integers(0, 3000)))
    answered = draw(st.integers(0, received))
    closed = draw(st.integers(0, answered))
    return Figures(
        received=received,
        answered=answered,
        closed=closed,
        late=draw(st.integers(0, received)),
        unfounded=draw(st.integers(0, closed)),
        p80=1.5 if answered else None,
        p985=2.5 if answered else None,
    )


def total_of(rows: dict[object, Figures]) -> Figures:
    """The line that the others add up to."""
    sums = {name: sum(getattr(row, name) for row in rows.values()) for name in COUNTS}
    return Figures(**sums, p80=1.5, p985=2.5)


@given(st.lists(lines(), max_size=7))
def test_what_is_shown_is_never_small_and_leaves_nothing_small_over(table: list[Figures]) -> None:
    rows: dict[object, Figures] = dict(enumerate(table))
    shown, total = suppressed(rows, total_of(rows))
    for name in COUNTS:
        seen = [row for row in (*shown.values(), total) if name not in row.hidden]
        assert all(getattr(row, name) >= LEAST for row in seen)
        unseen = [getattr(row, name) for row in shown.values() if name in row.hidden]
        if unseen and name not in total.hidden:
            assert len(unseen) > 1
            assert sum(unseen) >= LEAST
    for row in (*shown.values(), total):
        nested = [name in row.hidden for name in NESTED]
        assert all(nested) or not any(nested)
        assert ("p80" in row.hidden) is ("answered" in row.hidden)


@given(st.lists(lines(), min_size=1, max_size=7))
def test_nothing_is_hidden_where_nothing_is_small(table: list[Figures]) -> None:
    rows: dict[object, Figures] = dict(enumerate(table))
    shown, total = suppressed(rows, total_of(rows))
    if all(getattr(row, name) >= LEAST for row in table for name in COUNTS):
        assert not any(row.hidden for row in (*shown.values(), total))


def test_the_next_smallest_line_is_hidden_with_the_only_small_one() -> None:
    def line(number: int) -> Figures:
        return Figures(
            received=number, answered=number, closed=number, late=number, unfounded=number
        )

    rows: dict[object, Figures] = {"a": line(3), "b": line(40), "c": line(9), "d": line(70)}
    shown, total = suppressed(rows, total_of(rows))
    assert {key for key, row in shown.items() if "received" in row.hidden} == {"a", "c"}
    assert not total.hidden


@pytest.mark.parametrize("role", AGGREGATE_ROLES)
def test_readers_of_aggregates_see_no_small_cell_in_any_table(
    role: str, city: City, now: dt.datetime
) -> None:
    plant(city.technical, now, [5] * 3, category="fire")
    plant(city.technical, now, [5] * 9, category="burglary")
    plant(city.service, now, [5] * 20, category="medical")
    plant(city.service, now, [5] * 30, category="technical", unfounded=4)
    plant(city.service, now - dt.timedelta(days=40), [5] * 4, category="technical")
    reader = person(role, city.root)
    report = report_for(reader, period_of(PeriodKind.MONTH, now.date()), now=now, most_late=9)
    assert not report.detailed
    assert [table.code for table in report.tables] == ["desk", "category"]
    assert report.late.rows == ()
    for table in report.tables:
        hidden = {line.label for line in table.lines if "received" in line.now.hidden}
        assert hidden in ({"Brand", "Inbrott och överfall"}, {"Brandlarm", "Inbrottslarm"})
        assert table.total.now.received == 62
        assert "received" not in table.total.now.hidden
        assert "received" in table.total.before.hidden
        assert "unfounded" in table.total.now.hidden


def test_operating_roles_see_small_numbers_since_they_see_the_alarms(
    city: City, now: dt.datetime
) -> None:
    plant(city.technical, now, [5])
    for role in ("SHIFT_LEAD", "DUTY_OFFICER", "SEC_COORD"):
        reader = person(role, city.root)
        report = report_for(reader, period_of(PeriodKind.DAY, now.date()), now=now, most_late=9)
        assert report.detailed
        assert report.tables[0].total.now.received == 1
        assert not report.tables[0].total.now.hidden


def test_alarms_seen_in_one_part_do_not_open_the_figures_of_the_whole(city: City) -> None:
    reader = person("EXEC_READER", city.root)
    assert not scope_of(reader).detailed
    both = person("SEC_COORD", city.technical)
    assert scope_of(both).detailed
    from_both = person("EXEC_READER", city.root)
    grant = person("SEC_COORD", city.technical).grants.get()
    grant.user = from_both
    grant.save()
    assert not scope_of(type(from_both).objects.get(pk=from_both.pk)).detailed
