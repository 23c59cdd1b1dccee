"""A row that chatters sounds five times and then once in ten minutes; nothing of it is dropped."""

from __future__ import annotations

import datetime as dt

import pytest

from alarms.models import Alarm, Signal
from alarms.runaway import BURST, REFILL, Spent, spend
from alarms.services.desk import claim_alarm
from tests.alarms.intake.senders import Sender
from tests.alarms.zones.conftest import FIRE, HOLD_UP, INTRUSION, lead, rows, zones
from trygghetscentral.accounts.models import User
from trygghetscentral.ledger.models import LedgerRow
from trygghetscentral.shared.actor import Actor

SECOND = dt.timedelta(seconds=1)


def answer(sender: Sender, by_alma: Actor, alarm: Alarm | None = None) -> None:
    claim_alarm(actor=by_alma, now=sender.now, public_id=(alarm or lead()).public_id)


def sounded(sender: Sender, by_alma: Actor, code: str, zone: int, *, times: int) -> int:
    """How many of so many activations, five seconds apart, each answered, that sounded."""
    count = 0
    for _ in range(times):
        sender.later(seconds=5)
        zones(sender, code, zone)
        if lead().unanswered:
            count += 1
            answer(sender, by_alma)
    return count


@pytest.mark.parametrize("zone", [1, 2])
def test_the_sixth_is_stored_and_shown_and_does_not_sound(
    sender: Sender, alma: User, by_alma: Actor, zone: int
) -> None:
    zones(sender, INTRUSION, 1, 2)
    answer(sender, by_alma)
    assert sounded(sender, by_alma, INTRUSION, zone, times=9) == BURST
    (row,) = rows(alma)
    assert (row.runaway, row.unanswered, row.state) == (True, False, "acknowledged")
    assert Alarm.objects.get(zone=str(zone)).signal_count == 10
    assert Signal.objects.count() == 11
    assert LedgerRow.objects.filter(name="alarm.ran_away").count() == 1


def test_it_sounds_once_more_when_ten_minutes_have_gone(
    sender: Sender, alma: User, by_alma: Actor
) -> None:
    zones(sender, INTRUSION, 1)
    answer(sender, by_alma)
    first = sender.now + 5 * SECOND
    assert sounded(sender, by_alma, INTRUSION, 1, times=7) == BURST
    sender.now = first + REFILL - 6 * SECOND
    assert sounded(sender, by_alma, INTRUSION, 1, times=2) == 1
    assert not rows(alma)[0].runaway
    assert sounded(sender, by_alma, INTRUSION, 1, times=2) == 0
    assert rows(alma)[0].runaway
    assert LedgerRow.objects.filter(name="alarm.ran_away").count() == 2


def test_a_runaway_does_not_end_a_parking(sender: Sender, by_alma: Actor) -> None:
    zones(sender, INTRUSION, 1)
    answer(sender, by_alma)
    sounded(sender, by_alma, INTRUSION, 1, times=6)
    Alarm.objects.update(state="parked", parked_until=sender.now + REFILL)
    zones(sender, INTRUSION, 1)
    assert lead().state == "parked"


def test_a_press_for_help_sounds_each_time(sender: Sender, by_alma: Actor) -> None:
    zones(sender, HOLD_UP, 1)
    answer(sender, by_alma)
    assert sounded(sender, by_alma, HOLD_UP, 1, times=12) == 12
    assert lead().runaway_at is None


def test_so_does_a_trygghetslarm(sender: Sender, by_alma: Actor) -> None:
    zones(sender, "MA", 1)
    answer(sender, by_alma)
    assert sounded(sender, by_alma, "MA", 1, times=12) == 12


def test_a_new_zone_of_fire_sounds_though_the_row_runs_away(sender: Sender, by_alma: Actor) -> None:
    zones(sender, FIRE, 1)
    answer(sender, by_alma)
    assert sounded(sender, by_alma, FIRE, 1, times=8) == BURST
    for zone in (2, 3):
        assert sounded(sender, by_alma, FIRE, zone, times=3) == 1


def test_spending_five_at_once_and_one_back_for_each_ten_minutes(now: dt.datetime) -> None:
    spent: Spent | None = Spent(0, None)
    for _ in range(BURST):
        assert spent is not None
        spent = spend(spent, now=now)
    assert spent == Spent(BURST, now)
    assert spend(spent, now=now + REFILL - SECOND) is None
    assert spend(spent, now=now + REFILL) == Spent(BURST, now + REFILL)
    assert spend(spent, now=now + 3 * REFILL + SECOND) == Spent(3, now + 3 * REFILL)
    assert spend(spent, now=now + 99 * REFILL) == Spent(1, now + 99 * REFILL)
    assert spend(spent, now=now - REFILL) is None
