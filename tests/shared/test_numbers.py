"""Running numbers without gaps, whoever asks at once and whatever fails."""

from __future__ import annotations

import datetime as dt
import threading

import pytest

from tests.ledger.support import ACTOR, in_threads
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.models import NumberSeries
from trygghetscentral.shared.numbers import allocate, allocate_many, lock_series


def take(now: dt.datetime, year: int = 2026) -> str:
    """One number in a unit of its own."""
    with unit_of_work(actor=ACTOR, now=now):
        return allocate(series="L", year=year)


@pytest.mark.django_db
def test_numbers_run_from_one_in_each_series_and_year(now: dt.datetime) -> None:
    assert [take(now), take(now), take(now, 2027)] == [
        "L-2026-000001",
        "L-2026-000002",
        "L-2027-000001",
    ]
    with unit_of_work(actor=ACTOR, now=now):
        assert allocate_many(series="L", year=2026, count=3) == [
            "L-2026-000003",
            "L-2026-000004",
            "L-2026-000005",
        ]
        assert allocate(series="H", year=2026) == "H-2026-000001"
    assert take(now) == "L-2026-000006"


@pytest.mark.django_db
def test_a_number_past_a_million_keeps_all_its_digits(now: dt.datetime) -> None:
    NumberSeries.objects.create(series="L", year=2026, last=999_999)
    assert take(now) == "L-2026-1000000"


@pytest.mark.django_db(transaction=True)
def test_a_rollback_gives_the_number_back(now: dt.datetime) -> None:
    take(now)
    with pytest.raises(ValueError, match="no"), unit_of_work(actor=ACTOR, now=now):
        allocate_many(series="L", year=2026, count=10)
        raise ValueError("no")
    assert take(now) == "L-2026-000002"


@pytest.mark.django_db(transaction=True)
def test_parallel_takers_leave_no_gap_and_no_pair(now: dt.datetime) -> None:
    start = threading.Barrier(4)
    taken: list[str] = []

    def work(fails: bool) -> None:
        start.wait(10)
        for turn in range(5):
            try:
                with unit_of_work(actor=ACTOR, now=now):
                    number = allocate(series="L", year=2026)
                    if fails and turn % 2:
                        raise ValueError
            except ValueError:
                continue
            taken.append(number)

    in_threads(*(lambda fails=fails: work(fails) for fails in (True, False, True, False)))

    assert sorted(taken) == [f"L-2026-{number:06d}" for number in range(1, len(taken) + 1)]
    assert len(taken) == 16


@pytest.mark.django_db(transaction=True)
def test_a_held_series_makes_others_wait(now: dt.datetime) -> None:
    held, order = threading.Event(), []

    def holder() -> None:
        with unit_of_work(actor=ACTOR, now=now):
            lock_series(series="L", year=2026)
            held.set()
            order.append(allocate(series="L", year=2026))

    def other() -> None:
        assert held.wait(10)
        order.append(take(now))

    in_threads(holder, other)
    assert order == ["L-2026-000001", "L-2026-000002"]


def test_numbers_are_taken_inside_a_unit_only() -> None:
    for call in (
        lambda: allocate(series="L", year=2026),
        lambda: lock_series(series="L", year=2026),
    ):
        with pytest.raises(RuntimeError, match="unit_of_work"):
            call()
