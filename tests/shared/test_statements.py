"""Statements that do not wait for each other keep every promise of those that do."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection

from alarms.models import InstallationArea
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.models import NumberSeries
from trygghetscentral.shared.statements import IdPool, ask, pipelined

TAKE = "INSERT INTO shared_numberseries (series, year, last) VALUES (%s, 2026, 1) RETURNING series"
ORPHAN = "INSERT INTO alarms_installationarea (installation_id, number, name) VALUES (-1, '1', '')"


def _unit(now: dt.datetime) -> Any:
    return unit_of_work(actor=Actor.system("test"), now=now)


@pytest.mark.django_db(transaction=True)
def test_answers_come_to_those_who_asked(now: dt.datetime) -> None:
    with pipelined(), _unit(now):
        first, second = ask(TAKE, ("A",), keep_plan=True), ask(TAKE, ("B",), keep_plan=True)
        assert (second(), first()) == ([("B",)], [("A",)])
    assert NumberSeries.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_what_only_the_commit_refuses_is_not_taken_for_stored(now: dt.datetime) -> None:
    with pytest.raises(IntegrityError), pipelined(), _unit(now):
        ask(TAKE, ("A",))
        ask(ORPHAN, ())
    assert not NumberSeries.objects.exists()
    assert not InstallationArea.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_error_that_nobody_read_is_not_lost(now: dt.datetime) -> None:
    with pytest.raises(DatabaseError), pipelined(), _unit(now):
        ask(TAKE, ("A",))
        ask(TAKE, ("A",))
    assert not NumberSeries.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_connection_serves_after_an_error(now: dt.datetime) -> None:
    with pytest.raises(IntegrityError), pipelined(), _unit(now):
        ask(TAKE, ("A",))
        ask(TAKE, ("A",))()
    with pipelined(), _unit(now):
        assert ask(TAKE, ("A",))() == [("A",)]
    assert connection.is_usable()


@pytest.mark.django_db
def test_keys_rise_and_are_fetched_in_portions(now: dt.datetime) -> None:
    pool = IdPool("alarms_signal_seq", ahead=5)
    with pipelined(), _unit(now):
        taken = [*pool.take(3), *pool.take(4), *pool.take(2), *pool.take(0)]
    assert taken == sorted(set(taken))
    assert len(taken) == 9
