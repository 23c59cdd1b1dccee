"""Where one of what is due cannot be done, the others are, and the auditor sees the one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from alarms.models import Alarm, CloseCode, Flood, LinkState
from alarms.models import TestPeriod as Period
from alarms.services import floods, links, prov, returning, waiting
from alarms.services.floods import FloodData
from alarms.services.floods import due as flood_due
from alarms.services.prov import PeriodData, due
from tests.alarms.intake.senders import Sender, make_installation, make_transmitter
from tests.alarms.links.test_supervision import listening
from tests.alarms.routing import town as builder
from tests.alarms.routing.town import Town
from tests.personas import City
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import User
from trygghetscentral.callout.auditor import examine
from trygghetscentral.ledger.models import LedgerRow
from trygghetscentral.shared.actor import Actor

MACHINE = Actor.system("due")
HOUR = dt.timedelta(hours=1)
GRACE = dt.timedelta(seconds=11)


class Poison:
    """Has a function fail for one row while `row` is its key."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.row: int | None = None
        self._monkeypatch = monkeypatch

    def into(self, module: Any, name: str, *, key: Callable[[Any], int]) -> None:
        sound = getattr(module, name)

        def fails(one: Any, *args: Any, **kwargs: Any) -> Any:
            if key(one) == self.row:
                raise RuntimeError
            return sound(one, *args, **kwargs)

        self._monkeypatch.setattr(module, name, fails)


@pytest.fixture
def poison(monkeypatch: pytest.MonkeyPatch) -> Poison:
    """`poison.into(waiting, "to_queue", key=...)`, and then `poison.row = pk`."""
    return Poison(monkeypatch)


@pytest.fixture
def senders(city: City, now: dt.datetime) -> list[Sender]:
    """Three panels, each at a place of its own."""
    made = []
    for n in range(3):
        installation = make_installation(city.technical, slug=f"plats-{n}")
        made.append(Sender(make_transmitter(installation, f"5{n}00"), f"5{n}00", now))
    return made


@pytest.fixture
def town(city: City, now: dt.datetime) -> Town:
    """Places with lines."""
    return builder.build(city, now)


def raised(senders: list[Sender], code: str = "BA") -> list[Alarm]:
    """One alarm at each place, in the order of the places."""
    for sender in senders:
        sender.send(sender.message(code))
    return list(Alarm.objects.order_by("pk"))


def pk(row: Any) -> int:
    return int(row.pk)


def test_a_period_that_cannot_be_ended(
    senders: list[Sender], alma: User, now: dt.datetime, poison: Poison
) -> None:
    made = []
    for sender in senders:
        assert sender.transmitter is not None
        for zone in ("1", "2"):
            asked = PeriodData(kind="test", lasts=HOUR, reason="Prov", zone=zone)
            place = sender.transmitter.installation_id
            made.append(
                prov.start_period(
                    actor=actor_for(alma), now=now, installation_id=place, data=asked
                ).pk
            )
    poison.into(due, "end", key=pk)
    poison.row = made[0]
    later = now + HOUR + GRACE
    prov.run_due(actor=MACHINE, now=later)
    assert list(Period.objects.open().values_list("pk", flat=True)) == [made[0]]
    assert examine(later)["alarms.prov"] == 1
    assert LedgerRow.objects.filter(name="prov.ended").count() == 5
    poison.row = None
    assert prov.run_due(actor=MACHINE, now=later) == 1
    assert examine(later)["alarms.prov"] == 0


def test_an_alarm_that_cannot_be_returned(
    senders: list[Sender], alma: User, now: dt.datetime, poison: Poison
) -> None:
    alarms = raised(senders)
    Alarm.objects.update(
        state="acknowledged", owner=alma, unanswered=False, escalates_at=None, acts_by=now
    )
    poison.into(waiting, "to_queue", key=pk)
    poison.row = alarms[0].pk
    later = now + GRACE
    assert returning.return_due(actor=MACHINE, now=later) == 2
    assert [one.pk for one in Alarm.objects.filter(owner=alma)] == [alarms[0].pk]
    assert examine(later)["alarms.returned"] == 1
    poison.row = None
    assert returning.return_due(actor=MACHINE, now=later) == 1
    assert LedgerRow.objects.filter(name="alarm.released").count() == 3


def test_a_parking_that_cannot_be_ended(
    senders: list[Sender], alma: User, now: dt.datetime, poison: Poison
) -> None:
    alarms = raised(senders)
    Alarm.objects.update(
        state="parked", owner=alma, unanswered=False, escalates_at=None, parked_until=now
    )
    poison.into(waiting, "waits_again", key=pk)
    poison.row = alarms[1].pk
    later = now + GRACE
    assert returning.unpark_due(actor=MACHINE, now=later) == 2
    assert [one.pk for one in Alarm.objects.filter(state="parked")] == [alarms[1].pk]
    assert examine(later)["alarms.parked"] == 1


def test_an_alarm_that_cannot_come_up_from_its_flood_nor_be_closed(
    senders: list[Sender], bo: User, now: dt.datetime, poison: Poison
) -> None:
    flood = floods.declare(
        actor=actor_for(bo),
        now=now,
        data=FloodData(category="technical", cause="power", mode="count", lasts=HOUR),
    )
    alarms = raised(senders, "AT")
    assert Alarm.objects.filter(held=True).count() == 3
    Flood.objects.filter(pk=flood.pk).update(absorbing=False)
    poison.into(waiting, "comes_up", key=pk)
    poison.into(waiting, "no_promises", key=pk)
    poison.row = alarms[0].pk
    later = now + HOUR + GRACE
    floods.run_due(actor=MACHINE, now=later)
    floods.run_due(actor=MACHINE, now=later)
    assert [one.pk for one in Alarm.objects.filter(held=True)] == [alarms[0].pk]
    assert examine(later + HOUR)["alarms.flood"] == 1

    Alarm.objects.update(held=True, unanswered=False, escalates_at=None, restored_at=later)
    reason = CloseCode.objects.get(category="technical", code="flood")
    Flood.objects.update(close_code=reason)
    assert floods.run_due(actor=MACHINE, now=later) == 2
    assert Flood.objects.get().close_code == reason
    poison.row = None
    assert floods.run_due(actor=MACHINE, now=later) == 1
    assert Flood.objects.get().close_code is None
    assert Alarm.objects.filter(state="closed").count() == 3


def test_a_flood_that_cannot_be_ended_keeps_no_other(
    bo: User, city: City, now: dt.datetime, poison: Poison
) -> None:
    made = [
        floods.declare(
            actor=actor_for(bo),
            now=now,
            data=FloodData(category=category, cause="power", mode="count", lasts=HOUR),
        ).pk
        for category in ("technical", "supervision")
    ]
    poison.into(flood_due, "end", key=pk)
    poison.row = made[0]
    floods.run_due(actor=MACHINE, now=now + HOUR)
    assert list(Flood.objects.open().values_list("pk", flat=True)) == [made[0]]


def test_a_line_whose_loss_cannot_be_told_keeps_no_other(
    town: Town, now: dt.datetime, poison: Poison
) -> None:
    lines = [town.transmitter(f"00A{n}", supervision="90s").pk for n in range(3)]
    later = now + dt.timedelta(minutes=2)
    listening(now - HOUR, later)
    poison.into(links, "_activation", key=lambda link: int(link.transmitter_id))
    poison.row = lines[0]
    assert links.supervise(actor=MACHINE, now=later) == 2
    assert [link.transmitter_id for link in LinkState.objects.filter(lost_at=None)] == [lines[0]]
    poison.row = None
    assert links.supervise(actor=MACHINE, now=later) == 1
    assert Alarm.objects.count() == 3
