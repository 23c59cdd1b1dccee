"""The hint after a commit: fast when Redis is there, harmless when it is not."""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Iterator

import pytest
import redis
from django.conf import settings
from pytest_django import Settings

from tests.ledger.conftest import Subscribe
from tests.ledger.support import ACTOR, newest, note, say
from trygghetscentral.ledger import wake
from trygghetscentral.shared.db import unit_of_work


@pytest.fixture
def server() -> Iterator[redis.Redis]:
    """This test run's Redis, emptied."""
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.flushdb()
        yield client
        client.flushdb()


def hears(listener: redis.client.PubSub, seq: int) -> bool:
    """Whether the hint comes. Redis tells the readers of all its databases, so that the hints of
    other test runs may come first."""
    told = iter(lambda: listener.get_message(timeout=30), None)
    return any(int(hint["data"]) == seq for hint in told)


@pytest.mark.django_db(transaction=True)
def test_a_commit_tells_the_newest_seq_and_asks_for_delivery(
    ledger_wake: None, server: redis.Redis, subscribe: Subscribe, now: dt.datetime
) -> None:
    subscribe("test.noted", subscriber="one", handler=print)
    with redis.client.PubSub(server.connection_pool, ignore_subscribe_messages=True) as listener:
        listener.subscribe(wake.CHANNEL)
        listener.get_message(timeout=1)
        note(1, now=now)
        assert hears(listener, newest().seq)
    wake.rest()
    assert server.llen("critical") == 1


@pytest.mark.django_db(transaction=True)
def test_many_commits_cost_few_messages(
    ledger_wake: None, server: redis.Redis, now: dt.datetime
) -> None:
    for seq in range(1, 1001):
        wake.wake(seq, deliveries=True)
    wake.rest()
    assert 1 <= server.llen("critical") < 100


@pytest.mark.django_db(transaction=True)
def test_nothing_is_told_of_what_was_rolled_back(
    ledger_wake: None, server: redis.Redis, subscribe: Subscribe, now: dt.datetime
) -> None:
    subscribe("test.noted", subscriber="one", handler=print)
    with pytest.raises(ValueError, match="no"), unit_of_work(actor=ACTOR, now=now):
        say(1)
        raise ValueError("no")
    wake.rest()
    assert server.llen("critical") == 0


@pytest.mark.django_db(transaction=True)
def test_a_redis_that_is_down_delays_and_hurts_nobody(
    ledger_wake: None, settings: Settings, subscribe: Subscribe, now: dt.datetime
) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    subscribe("test.noted", subscriber="one", handler=print)
    begun = time.perf_counter()
    for number in range(20):
        note(number, now=now)
    assert time.perf_counter() - begun < 2
    assert newest().subject_id == "19"


def test_a_forked_process_makes_a_waker_of_its_own(
    ledger_wake: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    wake.wake(1, deliveries=False)
    inherited = wake._waker
    assert inherited is not None
    monkeypatch.setattr(os, "getpid", lambda: inherited.pid + 1)
    wake.wake(2, deliveries=False)
    assert wake._waker is not inherited
    inherited.stop()


def test_without_wake_there_is_no_thread() -> None:
    wake.rest()
    wake.wake(1, deliveries=True)
    assert wake._waker is None
