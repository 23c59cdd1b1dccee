"""Every subscriber acts once on every row, whatever dies in between."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Sequence

import pytest
from django.db import IntegrityError, OperationalError

from tests.ledger.conftest import Subscribe
from tests.ledger.support import ACTOR, in_threads, newest, note, say
from trygghetscentral.ledger import delivery, subscriptions, tasks
from trygghetscentral.ledger.models import Delivery, DisposalDecision, LedgerRow
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.errors import Conflict

Deliver = Callable[..., int]


class Listener:
    """A handler that remembers, and may fail for some rows."""

    def __init__(self, error: Exception | None = None) -> None:
        self.heard: list[int] = []
        self.error = error
        self.bad: set[int] = set()

    def __call__(self, seqs: Sequence[int]) -> None:
        if self.bad.intersection(seqs) and self.error:
            raise self.error
        self.heard.extend(seqs)


@pytest.mark.django_db
def test_each_subscriber_hears_each_row_once(subscribe: Subscribe, now: dt.datetime) -> None:
    first, second = Listener(), Listener()
    subscribe("test.noted", subscriber="first", handler=first)
    subscribe("test.noted", subscriber="second", handler=second)
    subscribe("test.other", subscriber="second", handler=second)
    for number in range(3):
        note(number, now=now)
    seqs = list(LedgerRow.objects.order_by("seq").values_list("seq", flat=True))

    assert delivery.deliver_portion(now=now) == 6
    assert delivery.deliver_portion(now=now) == 0
    assert first.heard == second.heard == seqs


@pytest.mark.django_db
def test_a_subscription_made_twice_is_one(subscribe: Subscribe, now: dt.datetime) -> None:
    for _ in range(2):
        subscribe("test.noted", subscriber="only", handler=Listener())
    note(1, now=now)
    assert Delivery.objects.count() == 1
    with pytest.raises(IntegrityError):
        Delivery.objects.create(seq=newest().seq, subscriber="only", due_at=now)


@pytest.mark.django_db
def test_nobody_asked_means_nothing_to_deliver(subscribe: Subscribe, now: dt.datetime) -> None:
    note(1, now=now)
    assert not Delivery.objects.exists()
    assert subscriptions.subscribers_of("test.noted") == ()


@pytest.mark.django_db
def test_what_a_handler_records_is_delivered_in_turn(
    subscribe: Subscribe, deliver_all: Deliver, now: dt.datetime
) -> None:
    def echo(_seqs: Sequence[int]) -> None:
        if LedgerRow.objects.count() < 3:
            say(2)

    subscribe("test.noted", subscriber="echo", handler=echo)
    note(1, now=now)

    assert deliver_all() == 3
    assert LedgerRow.objects.filter(actor_id="delivery").count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_workers_hand_each_row_over_once(subscribe: Subscribe, now: dt.datetime) -> None:
    together = threading.Barrier(2)
    heard: list[int] = []

    def handler(seqs: Sequence[int]) -> None:
        heard.extend(seqs)
        together.wait(10)

    subscribe("test.noted", subscriber="slow", handler=handler)
    rows = delivery.PORTION + 10
    with unit_of_work(actor=ACTOR, now=now):
        for number in range(rows):
            say(number)

    in_threads(*(lambda: delivery.deliver_portion(now=now) for _ in range(2)))

    assert len(heard) == len(set(heard)) == rows
    assert not Delivery.objects.filter(done_at__isnull=True).exists()


@pytest.mark.django_db(transaction=True)
def test_a_worker_leaves_alone_what_another_holds(subscribe: Subscribe, now: dt.datetime) -> None:
    holding, tried = threading.Event(), threading.Event()
    taken: list[int] = []

    def handler(_seqs: Sequence[int]) -> None:
        holding.set()
        assert tried.wait(10)

    def second() -> None:
        assert holding.wait(10)
        taken.append(delivery.deliver_portion(now=now))
        taken.append(delivery._deliver_singly(now=now))
        tried.set()

    subscribe("test.noted", subscriber="slow", handler=handler)
    note(1, now=now)
    in_threads(lambda: taken.append(delivery.deliver_portion(now=now)), second)

    assert taken == [0, 0, 1]


@pytest.mark.parametrize(
    "error",
    [
        ValueError(),
        KeyError(),
        AttributeError(),
        RuntimeError(),
        OSError(),
        Conflict("Nej.", code="no"),
        IntegrityError(),
    ],
    ids=lambda error: type(error).__name__,
)
@pytest.mark.django_db
def test_one_bad_row_does_not_hold_up_the_others(
    subscribe: Subscribe, now: dt.datetime, error: Exception
) -> None:
    listener = Listener(error)
    subscribe("test.noted", subscriber="picky", handler=listener)
    for number in range(3):
        note(number, now=now)
    first, bad, last = LedgerRow.objects.order_by("seq").values_list("seq", flat=True)
    listener.bad = {bad}

    assert delivery.deliver_portion(now=now) == 3

    assert listener.heard == [first, last]
    postponed = Delivery.objects.get(done_at__isnull=True)
    assert (postponed.seq, postponed.attempts) == (bad, 1)
    assert postponed.due_at == now + dt.timedelta(seconds=1)
    assert postponed.failed_at is None


@pytest.mark.django_db(transaction=True)
def test_what_a_failing_handler_wrote_is_undone(subscribe: Subscribe, now: dt.datetime) -> None:
    def handler(_seqs: Sequence[int]) -> None:
        DisposalDecision.objects.create(number="X-1", decided_at=now, registered_by="x")
        say(2)
        raise ValueError

    subscribe("test.noted", subscriber="half", handler=handler)
    note(1, now=now)
    delivery.deliver_portion(now=now)

    assert not DisposalDecision.objects.exists()
    assert LedgerRow.objects.count() == 1


@pytest.mark.django_db
def test_attempts_come_further_and_further_apart_and_end(
    subscribe: Subscribe, now: dt.datetime
) -> None:
    listener = Listener(ValueError())
    subscribe("test.noted", subscriber="never", handler=listener)
    note(1, now=now)
    listener.bad = {newest().seq}
    waits = []
    moment = now
    for _ in range(delivery.MAX_ATTEMPTS):
        assert delivery.deliver_portion(now=moment) == 1
        row = Delivery.objects.get()
        waits.append((row.due_at - moment).total_seconds())
        assert delivery.deliver_portion(now=row.due_at - dt.timedelta(microseconds=1)) == 0
        moment = row.due_at

    assert waits == [1, 5, 15, 60, 300, 300, 300, 300, 300, 300]
    row = Delivery.objects.get()
    assert row.attempts == delivery.MAX_ATTEMPTS
    assert row.failed_at is not None
    assert row.done_at is None
    assert delivery.deliver_portion(now=moment + dt.timedelta(days=1)) == 0


@pytest.mark.django_db
def test_a_subscriber_that_left_the_code_is_retried_then_marked(
    subscribe: Subscribe, now: dt.datetime
) -> None:
    subscribe("test.noted", subscriber="gone", handler=Listener())
    note(1, now=now)
    subscriptions._handlers.clear()

    assert delivery.deliver_portion(now=now) == 1

    row = Delivery.objects.get()
    assert (row.attempts, row.done_at) == (1, None)


@pytest.mark.django_db
def test_deliver_due_twice_changes_nothing(
    subscribe: Subscribe, now: dt.datetime, travel: Callable[[dt.datetime], object]
) -> None:
    travel(now)
    listener = Listener()
    subscribe("test.noted", subscriber="one", handler=listener)
    note(1, now=now)

    assert tasks.deliver_due(from_a_newer_version=1) == 1
    assert tasks.deliver_due() == 0
    assert len(listener.heard) == 1


@pytest.mark.django_db
def test_deliver_due_stops_after_its_time(
    subscribe: Subscribe,
    now: dt.datetime,
    monkeypatch: pytest.MonkeyPatch,
    travel: Callable[[dt.datetime], object],
) -> None:
    travel(now)
    subscribe("test.noted", subscriber="one", handler=Listener())
    note(1, now=now)
    monkeypatch.setattr(tasks, "RUN_SECONDS", -1.0)

    assert tasks.deliver_due() == 0
    assert Delivery.objects.filter(done_at__isnull=True).count() == 1


@pytest.mark.django_db
def test_a_long_row_of_bad_ones_is_taken_in_portions(
    subscribe: Subscribe, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    listener = Listener(ValueError())
    subscribe("test.noted", subscriber="never", handler=listener)
    for number in range(3):
        note(number, now=now)
    listener.bad = set(LedgerRow.objects.values_list("seq", flat=True))
    monkeypatch.setattr(delivery, "PORTION", 2)

    assert delivery.deliver_portion(now=now) == 2
    assert Delivery.objects.filter(attempts=0).count() == 1


@pytest.mark.django_db
def test_a_database_that_cannot_be_asked_is_nobodys_fault(
    subscribe: Subscribe, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_: object) -> list[Delivery]:
        raise OperationalError

    subscribe("test.noted", subscriber="one", handler=Listener())
    note(1, now=now)
    monkeypatch.setattr(delivery, "_claim", broken)

    with pytest.raises(OperationalError):
        delivery.deliver_portion(now=now)
    assert Delivery.objects.get().attempts == 0


@pytest.mark.django_db
def test_what_another_worker_did_meanwhile_is_not_postponed(
    subscribe: Subscribe, now: dt.datetime
) -> None:
    subscribe("test.noted", subscriber="one", handler=Listener())
    note(1, now=now)
    row = Delivery.objects.get()
    delivery.deliver_portion(now=now)

    delivery._postpone(row.pk, now=now, error="ValueError")

    row.refresh_from_db()
    assert (row.attempts, row.done_at) == (0, now)
    assert str(row) == f"one@{row.seq}"
