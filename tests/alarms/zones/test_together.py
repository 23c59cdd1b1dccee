"""Receivers and operators at once: one row, nothing lost, and nobody waits in a ring."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction

from alarms.models import Alarm, Signal
from alarms.services.desk import claim_alarm, close_alarm
from alarms.services.intake import Memory, store_batch
from tests.alarms.intake.senders import Sender, make_installation, make_transmitter
from tests.alarms.intake.test_parallel import at_once
from tests.alarms.zones.conftest import INTRUSION, INTRUSION_OVER, lead, zones
from tests.personas import City
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import User
from trygghetscentral.shared.db import unit_of_work

pytestmark = pytest.mark.django_db(transaction=True)

RECEIVERS, BATCHES, EACH = 4, 6, 5


@pytest.fixture
def sender(city: City, now: dt.datetime) -> Sender:
    return Sender(make_transmitter(make_installation(city.technical), "1234"), "1234", now)


def test_receivers_with_different_zones_make_one_row(sender: Sender, city: City) -> None:
    """Each stores batch after batch, so that rows are locked while others begin to look."""
    directory = sender.directory()

    def receive(number: int) -> int:
        memory, first = Memory(), number * 1000
        for batch in range(BATCHES):
            messages = [
                sender.message(INTRUSION, str(zone), sequence=zone)
                for zone in range(first + batch * EACH + 1, first + (batch + 1) * EACH + 1)
            ]
            store_batch(messages, directory=directory, now=sender.now, memory=memory)
        return BATCHES * EACH

    assert sum(at_once([partial(receive, number) for number in range(RECEIVERS)])) == 120
    assert Alarm.objects.rows().count() == 1
    row = lead()
    assert (row.followers, row.followers_active) == (119, 119)
    assert Alarm.objects.filter(lead=row).count() == 119
    assert Signal.objects.filter(outcome="raised").count() == 120


def test_the_database_refuses_a_second_row_of_a_kind_at_an_object(sender: Sender) -> None:
    zones(sender, INTRUSION, 1, 2)
    copy = lead()
    copy.pk, copy.number, copy.zone = None, "L-2026-999999", "77"
    copy.public_id = type(copy)().public_id
    with pytest.raises(IntegrityError, match="alarm_one_row"), transaction.atomic():
        copy.save(force_insert=True)


def test_the_database_refuses_a_zone_that_promises_something(sender: Sender) -> None:
    zones(sender, INTRUSION, 1, 2)
    zone = Alarm.objects.filter(lead__isnull=False)
    for promise in ({"unanswered": True}, {"escalates_at": sender.now}, {"target_at": sender.now}):
        with pytest.raises(IntegrityError, match="promises_nothing"), transaction.atomic():
            zone.update(**promise)


@contextmanager
def waits_for_a_lock(threads: int = 1) -> Iterator[None]:
    """Leave the block when so many of the database's connections wait for somebody."""
    yield
    with psycopg.connect(**connection.get_connection_params() | {}) as look:
        look.autocommit = True
        for _ in range(3000):
            (waiting,) = look.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            ).fetchone() or (0,)
            if waiting >= threads:
                return
            time.sleep(0.01)
        raise AssertionError("nobody came to wait")


def in_thread(call: Callable[[], Any]) -> threading.Thread:
    def run() -> None:
        try:
            call()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@pytest.mark.parametrize("zone", ["1", "2", "9"])
def test_a_signal_while_the_row_is_being_closed_is_a_new_row(
    sender: Sender, alma: User, zone: str
) -> None:
    zones(sender, INTRUSION, 1, 2)
    claim_alarm(actor=actor_for(alma), now=sender.now, public_id=lead().public_id)
    first, directory = lead(), sender.directory()
    message = sender.message(INTRUSION, zone)
    with unit_of_work(actor=actor_for(alma), now=sender.now):
        close(first, sender, alma)
        with waits_for_a_lock():
            thread = in_thread(
                lambda: store_batch([message], directory=directory, now=sender.now, memory=Memory())
            )
    thread.join(30)
    assert not Alarm.objects.open().filter(lead=first).exists()
    row = lead()
    assert (row.zone, row.unanswered) == (zone, True)
    assert row.pk != first.pk


def close(row: Alarm, sender: Sender, alma: User) -> None:
    close_alarm(
        actor=actor_for(alma),
        now=sender.now,
        public_id=row.public_id,
        code="real",
        said_by="vaktmästaren",
        said="Det var inbrott.",
    )


def test_closing_waits_for_the_batch_and_closes_the_zone_it_brought(
    sender: Sender, alma: User
) -> None:
    zones(sender, INTRUSION, 1, 2)
    claim_alarm(actor=actor_for(alma), now=sender.now, public_id=lead().public_id)
    first = lead()
    Alarm.objects.filter(pk=first.pk).update(again_spent=5, again_since=sender.now)
    with unit_of_work(actor=actor_for(alma), now=sender.now):
        zones(sender, INTRUSION, 3)
        with waits_for_a_lock():
            thread = in_thread(lambda: close(first, sender, alma))
    thread.join(30)
    assert not Alarm.objects.open().exists()
    assert Alarm.objects.filter(lead=first, state="closed").count() == 2


def test_restores_and_acts_at_once_end_in_order(sender: Sender, alma: User) -> None:
    zones(sender, INTRUSION, *range(1, 40))
    row, directory = lead(), sender.directory()
    over = [sender.message(INTRUSION_OVER, str(zone)) for zone in range(39, 0, -1)]
    at_once(
        [
            lambda: store_batch(over, directory=directory, now=sender.now, memory=Memory()),
            lambda: claim_alarm(actor=actor_for(alma), now=sender.now, public_id=row.public_id),
        ]
    )
    row.refresh_from_db()
    assert (row.followers_active, row.restored_at, row.owner) == (0, sender.now, alma)
