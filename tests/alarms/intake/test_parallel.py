"""Several at once: receivers with the same alarm, operators with the same key."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from alarms.models import Alarm
from alarms.services.desk import claim_alarm
from alarms.services.intake import Memory, store_batch
from tests.alarms.intake.senders import Sender, make_installation, make_transmitter
from tests.personas import City
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import User
from trygghetscentral.ledger.models import LedgerRow
from trygghetscentral.shared.errors import Conflict

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(calls: list[Callable[[], Any]]) -> list[Any]:
    """Run the calls in threads that start together; errors are returned as results."""
    gate = threading.Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        gate.wait()
        try:
            return call()
        except Conflict as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_two_receivers_raise_one_alarm(city: City, now: dt.datetime) -> None:
    transmitter = make_transmitter(make_installation(city.technical), "1234")
    senders = [Sender(transmitter, "1234", now) for _ in range(4)]
    directory = senders[0].directory()
    batches = [
        [sender.message("BA", str(zone), sequence=number * 100 + zone) for zone in range(1, 21)]
        for number, sender in enumerate(senders)
    ]

    def storing(number: int) -> Callable[[], Any]:
        # Opposite orders, so that a lock taken in order of arrival would deadlock.
        batch = batches[number] if number % 2 else list(reversed(batches[number]))
        return lambda: store_batch(batch, directory=directory, now=now, memory=Memory())

    receipts = at_once([storing(number) for number in range(len(batches))])
    assert all(len(receipt) == 20 for receipt in receipts)
    assert Alarm.objects.count() == 20
    assert set(Alarm.objects.values_list("signal_count", flat=True)) == {4}
    numbers = sorted(Alarm.objects.values_list("number", flat=True))
    assert numbers == [f"L-{now.year}-{n:06d}" for n in range(1, 21)]
    assert LedgerRow.objects.filter(name="alarm.raised").count() == 20


def test_one_retransmission_over_two_receivers_is_one_event(city: City, now: dt.datetime) -> None:
    transmitter = make_transmitter(make_installation(city.technical), "1234")
    sender = Sender(transmitter, "1234", now)
    directory, message = sender.directory(), sender.message("BA")
    receipts = at_once(
        [lambda: store_batch([message], directory=directory, now=now, memory=Memory())] * 2
    )
    assert sorted(receipt.duplicate for [receipt] in receipts) == [False, True]
    assert Alarm.objects.get().signal_count == 1


def test_the_database_refuses_a_second_open_alarm(city: City, now: dt.datetime) -> None:
    transmitter = make_transmitter(make_installation(city.technical), "1234")
    sender = Sender(transmitter, "1234", now)
    sender.send(sender.message("BA"))
    copy = Alarm.objects.get()
    copy.pk, copy.number = None, "L-2026-999999"
    copy.public_id = type(copy)().public_id
    with pytest.raises(IntegrityError, match="alarm_one_open"), transaction.atomic():
        copy.save(force_insert=True)


def test_both_press_at_once_and_one_has_it(
    city: City, alma: User, bo: User, now: dt.datetime
) -> None:
    transmitter = make_transmitter(make_installation(city.technical), "1234")
    sender = Sender(transmitter, "1234", now)
    for code in ("BA", "TA", "FA", "HA", "AT"):
        sender.send(sender.message(code))
        alarm = Alarm.objects.order_by("-id")[0]
        results = at_once(
            [
                lambda user=user, alarm=alarm: claim_alarm(  # type: ignore[misc]
                    actor=actor_for(user), now=now, public_id=alarm.public_id
                )
                for user in (alma, bo)
            ]
        )
        refused = [result for result in results if isinstance(result, Conflict)]
        assert len(refused) == 1
        alarm.refresh_from_db()
        assert alarm.owner in (alma, bo)
        assert alarm.owner.signature in str(refused[0])
    assert LedgerRow.objects.filter(name="alarm.acknowledged").count() == 5
