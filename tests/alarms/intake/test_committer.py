"""The thread that everyone waits for: one bad message, a database that is away, an end."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from alarms.incoming import Incoming, IntakeUnavailable, Stored
from alarms.models import Alarm
from alarms.selectors.directory import LiveDirectory
from alarms.services.intake import committer as module
from alarms.services.intake import store_batch
from alarms.services.intake.committer import GroupCommitter
from tests.alarms.intake.senders import Sender, make_installation, make_transmitter
from tests.personas import City

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sender(city: City, now: dt.datetime) -> Sender:
    """A panel whose rows are committed, so that the thread sees them."""
    transmitter = make_transmitter(make_installation(city.technical), "1234")
    return Sender(transmitter, "1234", now)


@pytest.fixture
def committer(sender: Sender) -> Iterator[GroupCommitter]:
    """Not yet started: what is submitted before becomes one batch."""
    made = GroupCommitter(LiveDirectory())
    yield made
    if made._thread.is_alive():
        made.stop()


def test_what_waits_is_one_batch_and_each_gets_its_own_receipt(
    committer: GroupCommitter, sender: Sender
) -> None:
    futures = [committer.submit_future(sender.message("BA", str(zone))) for zone in (1, 2, 3)]
    committer.start()
    receipts = [future.result(10) for future in futures]
    assert len({receipt.alarm_number for receipt in receipts}) == 3
    assert Alarm.objects.count() == 3


def test_one_message_that_cannot_be_stored_does_not_keep_the_others_out(
    committer: GroupCommitter, sender: Sender
) -> None:
    good = [sender.message("BA", str(zone)) for zone in (1, 2)]
    # Longer than its column: the database itself refuses it.
    bad = dataclasses.replace(sender.message("BA", "3"), sequence="123456789")
    futures = [committer.submit_future(message) for message in (good[0], bad, good[1])]
    committer.start()
    assert futures[0].result(10).alarm_number
    assert futures[2].result(10).alarm_number
    with pytest.raises(IntakeUnavailable):
        futures[1].result(10)
    assert Alarm.objects.count() == 2


def test_any_fault_is_silence_and_the_thread_lives_on(
    committer: GroupCommitter, sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    real: Callable[..., list[Stored]] = store_batch
    faults = iter([RuntimeError("något ingen tänkt på")])

    def failing(batch: Any, **rest: Any) -> list[Stored]:
        for fault in faults:
            raise fault
        return real(batch, **rest)

    monkeypatch.setattr(module, "store_batch", failing)
    committer.start()
    with pytest.raises(IntakeUnavailable):
        committer.submit_future(sender.message("BA", "1")).result(10)
    assert committer.submit_future(sender.message("BA", "2")).result(10).alarm_number


def test_a_full_queue_says_no_at_once(
    committer: GroupCommitter, sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[Stored | None] = []
    monkeypatch.setattr(committer._waiting, "maxsize", 1)
    message: Incoming = sender.message("BA")
    assert committer.submit(message, heard.append)
    assert not committer.submit(message, heard.append)
    assert heard == []


def test_stopping_stores_what_waits(committer: GroupCommitter, sender: Sender) -> None:
    future = committer.submit_future(sender.message("BA"))
    committer.start()
    committer.stop()
    assert future.result(0).alarm_number
