"""Rows are appended last, together with the change, in the order of the commits."""

from __future__ import annotations

import datetime as dt
import threading
import time
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from tests.ledger.support import ACTOR, in_threads, newest, note, numbers, say
from trygghetscentral.ledger import append
from trygghetscentral.ledger.models import DisposalDecision, LedgerPayload, LedgerRow
from trygghetscentral.ledger.services import register_disposal_decision
from trygghetscentral.shared import db
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import Unit, unit_of_work


@pytest.mark.django_db(transaction=True)
def test_the_slower_of_two_transactions_comes_later(now: dt.datetime) -> None:
    begun, other_done = threading.Event(), threading.Event()

    def slow() -> None:
        with unit_of_work(actor=ACTOR, now=now):
            say(1)
            begun.set()
            assert other_done.wait(10)

    def quick() -> None:
        assert begun.wait(10)
        note(2, now=now)
        other_done.set()

    in_threads(slow, quick)

    assert numbers() == [2, 1]


@pytest.mark.django_db(transaction=True)
def test_a_reader_that_follows_seq_misses_nothing(
    now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    writers, rows_each = 4, 6
    finished = threading.Barrier(writers + 1)
    seen: list[int] = []

    def linger(unit: Unit) -> None:
        # Stretches the moment between the append and the commit, where a row could be overtaken.
        append.flush(unit)
        time.sleep(0.002 * (unit.now.microsecond % 3))

    monkeypatch.setattr(db, "_flush", [linger])

    def write(first: int) -> None:
        for number in range(first, first + rows_each):
            note(number, now=now + dt.timedelta(microseconds=number))
        finished.wait(20)

    def follow() -> None:
        cursor, ended = 0, False
        while True:
            fresh = list(
                LedgerRow.objects.filter(seq__gt=cursor)
                .order_by("seq")
                .values_list("seq", flat=True)
            )
            seen.extend(fresh)
            cursor = fresh[-1] if fresh else cursor
            if ended and not fresh:
                return
            if finished.n_waiting == writers:
                finished.wait(20)
                ended = True

    in_threads(follow, *(lambda at=at: write(at * 100) for at in range(writers)))

    assert seen == list(LedgerRow.objects.order_by("seq").values_list("seq", flat=True))
    assert len(seen) == writers * rows_each


@pytest.mark.django_db
def test_the_rows_of_one_unit_keep_their_order_and_share_who_when_and_why(
    now: dt.datetime,
) -> None:
    with unit_of_work(actor=Actor.device("dc09"), now=now) as unit:
        for number in range(20):
            say(number)

    assert numbers() == list(range(20))
    rows = LedgerRow.objects.all()
    assert {row.correlation_id for row in rows} == {unit.correlation_id}
    assert {(row.actor_kind, row.actor_id, row.at) for row in rows} == {("device", "dc09", now)}


@pytest.mark.django_db
def test_the_envelope_says_what_it_was_told(now: dt.datetime) -> None:
    note(
        7,
        now=now,
        controller_id=3,
        audiences=("b@1", "a@1", "b@1"),
        exercise_id=9,
    )

    row = newest()
    assert (row.subject_type, row.subject_id) == ("test.thing", "7")
    assert (row.controller_id, row.exercise_id, row.schema_version) == (3, 9, 1)
    assert row.audiences == ["a@1", "b@1"]
    payload = LedgerPayload.objects.get(seq=row.seq)
    assert payload.body == {"number": 7}
    assert len(bytes(payload.salt or b"")) == append.SALT_BYTES


@pytest.mark.django_db
def test_a_model_instance_is_named_by_its_label_and_key(now: dt.datetime) -> None:
    decision = register_disposal_decision(
        actor=ACTOR, now=now, number="KS-2026-1", decided_at=now, controller_id=None
    )

    row = newest()
    assert (row.subject_type, row.subject_id) == ("ledger.disposaldecision", str(decision.pk))


def test_nothing_is_recorded_outside_a_unit_of_work() -> None:
    with pytest.raises(RuntimeError, match="only inside unit_of_work"):
        say(1)


@pytest.mark.django_db
def test_a_unit_that_says_nothing_takes_no_lock(
    now: dt.datetime, django_assert_num_queries: Any
) -> None:
    # Only the savepoint that stands for BEGIN and COMMIT inside a test.
    with django_assert_num_queries(2), unit_of_work(actor=ACTOR, now=now):
        pass


@pytest.mark.django_db(transaction=True)
def test_a_change_whose_append_fails_is_not_made(
    now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_unit: Unit) -> None:
        raise RuntimeError("no ledger")

    monkeypatch.setattr(db, "_flush", [fail])

    with pytest.raises(RuntimeError, match="no ledger"):
        register_disposal_decision(
            actor=ACTOR, now=now, number="KS-2026-1", decided_at=now, controller_id=None
        )

    assert not DisposalDecision.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_change_that_fails_leaves_no_row(now: dt.datetime) -> None:
    with pytest.raises(ValueError, match="no"), unit_of_work(actor=ACTOR, now=now):
        say(1)
        raise ValueError("no")

    assert not LedgerRow.objects.exists()
    assert not LedgerPayload.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_ledger_does_not_join_a_transaction_that_may_still_fail(now: dt.datetime) -> None:
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        note(1, now=now)


@pytest.mark.django_db
@given(
    values=st.lists(
        st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])), max_size=5
    )
)
def test_any_audience_survives_the_array_literal(values: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::text[]", (append.array_literal(tuple(values)),))
        assert cursor.fetchone() == (values,)
