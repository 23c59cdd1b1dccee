"""One outermost block; what is nested joins it, and cannot fail alone."""

from __future__ import annotations

import datetime as dt
import threading
from contextvars import copy_context
from uuid import UUID, uuid4

import pytest
import structlog
from django.db import connection, transaction

from tests.ledger.support import in_threads
from trygghetscentral.shared.actor import Actor, ActorKind
from trygghetscentral.shared.db import current_unit, unit_of_work
from trygghetscentral.shared.models import NumberSeries

OUTER, INNER = Actor.system("outer"), Actor.system("inner")


def add(series: str) -> None:
    """A change to look for."""
    NumberSeries.objects.create(series=series, year=2026)


def series() -> set[str]:
    """The changes that were made."""
    return set(NumberSeries.objects.values_list("series", flat=True))


@pytest.mark.django_db(transaction=True)
def test_a_nested_unit_joins_the_outer_one(now: dt.datetime) -> None:
    later = now + dt.timedelta(hours=1)
    with unit_of_work(actor=OUTER, now=now) as outer:
        with unit_of_work(actor=INNER, now=later) as inner:
            assert inner is outer is current_unit()
            assert (inner.actor, inner.now) == (OUTER, now)
            add("B")
        assert current_unit() is outer
        add("A")
    assert series() == {"A", "B"}


@pytest.mark.django_db(transaction=True)
def test_an_error_undoes_everything_and_closes_the_unit(now: dt.datetime) -> None:
    with pytest.raises(ValueError, match="no"), unit_of_work(actor=OUTER, now=now):
        with unit_of_work(actor=INNER, now=now):
            add("B")
        raise ValueError("no")
    assert series() == set()
    with pytest.raises(RuntimeError):
        current_unit()


@pytest.mark.django_db(transaction=True)
def test_a_nested_failure_that_somebody_swallowed_still_undoes_everything(
    now: dt.datetime,
) -> None:
    with (
        pytest.raises(transaction.TransactionManagementError, match="nested"),
        unit_of_work(actor=OUTER, now=now),
    ):
        add("A")
        with pytest.raises(ValueError, match="no"), unit_of_work(actor=INNER, now=now):
            add("B")
            raise ValueError("no")
    assert series() == set()


@pytest.mark.django_db(transaction=True)
def test_a_unit_does_not_reach_into_another_thread(now: dt.datetime) -> None:
    def other() -> None:
        with (
            pytest.raises(RuntimeError, match="another thread"),
            unit_of_work(actor=INNER, now=now),
        ):
            add("B")

    with unit_of_work(actor=OUTER, now=now):
        context = copy_context()
        in_threads(lambda: context.run(other))
    assert series() == set()


@pytest.mark.django_db(transaction=True)
def test_two_threads_have_a_unit_each(now: dt.datetime) -> None:
    both = threading.Barrier(2)
    units: list[UUID] = []

    def work() -> None:
        with unit_of_work(actor=OUTER, now=now) as unit:
            both.wait(10)
            units.append(unit.correlation_id)

    in_threads(work, work)
    assert len(set(units)) == 2


def test_a_naive_moment_is_refused() -> None:
    with (
        pytest.raises(ValueError, match="aware"),
        unit_of_work(actor=OUTER, now=dt.datetime(2026, 1, 1)),  # noqa: DTZ001  that is the point
    ):
        pass


@pytest.mark.django_db
def test_the_correlation_id_is_given_or_bound_or_new(now: dt.datetime) -> None:
    given, bound = uuid4(), uuid4()
    with unit_of_work(actor=OUTER, now=now, correlation_id=given) as unit:
        assert unit.correlation_id == given
    with (
        structlog.contextvars.bound_contextvars(correlation_id=str(bound)),
        unit_of_work(actor=OUTER, now=now) as unit,
    ):
        assert unit.correlation_id == bound
    with unit_of_work(actor=OUTER, now=now) as unit:
        assert unit.correlation_id not in {given, bound}


@pytest.mark.django_db(transaction=True)
def test_the_outermost_unit_is_the_transaction(now: dt.datetime) -> None:
    assert not connection.in_atomic_block
    with unit_of_work(actor=OUTER, now=now):
        assert connection.in_atomic_block
    assert not connection.in_atomic_block


def test_only_people_have_a_user_id() -> None:
    assert Actor(ActorKind.USER, "7", "ANA").user_id == 7
    assert Actor.system("router").user_id is None
    assert Actor.device("dc09").kind == "device"
