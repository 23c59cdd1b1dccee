"""One that fails in a portion of due work takes nothing of the others with it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, connection

from trygghetscentral.ledger.models import LedgerRow
from trygghetscentral.ledger.services import record
from trygghetscentral.live.events import WorkstationLocked
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.models import NumberSeries
from trygghetscentral.shared.portions import do_each

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")


@pytest.fixture
def rows() -> list[NumberSeries]:
    """Nine rows; any model does."""
    return [NumberSeries.objects.create(series=f"T{n}", year=2026, last=0) for n in range(9)]


def work(rows: list[NumberSeries], bad: set[str]) -> None:
    """Write and tell for each, and break the transaction at a bad one."""
    for row in rows:
        row.last += 1
        row.save()
        record(
            WorkstationLocked(user_id=row.last), subject=("test", row.series), controller_id=None
        )
        if row.series in bad:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 / 0")


def done(rows: list[NumberSeries]) -> dict[str, int]:
    return dict(
        NumberSeries.objects.filter(pk__in=[row.pk for row in rows]).values_list("series", "last")
    )


@pytest.mark.parametrize("bad", [set(), {"T0"}, {"T4", "T8"}, {f"T{n}" for n in range(9)}])
def test_all_but_the_bad_are_written_and_told_once(
    rows: list[NumberSeries], bad: set[str], now: dt.datetime, caplog: pytest.LogCaptureFixture
) -> None:
    with unit_of_work(actor=SYSTEM, now=now):
        assert do_each(rows, lambda some: work(some, bad), what="test.work") == 9 - len(bad)
    assert {name for name, last in done(rows).items() if last == 0} == bad
    assert set(done(rows).values()) <= {0, 1}
    told = LedgerRow.objects.filter(subject_type="test").values_list("subject_id", flat=True)
    assert sorted(told) == sorted(row.series for row in rows if row.series not in bad)
    lines = [record.msg for record in caplog.records if isinstance(record.msg, dict)]
    said = [(line["event"], line["what"], line["row_id"]) for line in lines]
    assert said == [("due_failed", "test.work", row.pk) for row in rows if row.series in bad]


def test_what_a_failed_attempt_did_to_an_object_is_not_seen_by_the_next(
    rows: list[NumberSeries], now: dt.datetime
) -> None:
    with unit_of_work(actor=SYSTEM, now=now):
        do_each(rows, lambda some: work(some, {"T3"}), what="test.work")
    assert [row.last for row in rows] == [0] * 9


def test_a_nested_unit_that_fails_is_undone_with_its_row_alone(
    rows: list[NumberSeries], now: dt.datetime
) -> None:
    def nested(some: list[NumberSeries]) -> None:
        for row in some:
            with unit_of_work(actor=SYSTEM, now=now):
                work([row], {"T2"})
                if row.series == "T5":
                    raise IntegrityError

    with unit_of_work(actor=SYSTEM, now=now):
        assert do_each(rows, nested, what="test.work") == 7
    assert {name for name, last in done(rows).items() if last == 0} == {"T2", "T5"}


def test_nothing_to_do_needs_no_unit() -> None:
    assert do_each([], lambda _: None, what="test.work") == 0
