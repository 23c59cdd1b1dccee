"""Three stadsområden with panels in each, and a shift lead who may declare a larmflod."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from alarms.incoming import Incoming
from alarms.models import Alarm, Flood
from alarms.services import floods
from alarms.services.floods import FloodData
from tests.alarms.intake.senders import Sender, make_installation, make_transmitter
from tests.personas import City
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import User
from trygghetscentral.places.geometry import Position
from trygghetscentral.places.models import Area
from trygghetscentral.shared.actor import Actor

HOUR = dt.timedelta(hours=1)
MINUTE = dt.timedelta(minutes=1)
MACHINE = Actor.system("flood")
MAINS, MAINS_BACK = "AT", "AR"


@dataclass
class Town:
    """Panels in stadsområden; `sent` counts up so that no message is a retransmission."""

    areas: list[Area]
    senders: list[Sender]

    def send(self, *messages: tuple[int, str, str], now: dt.datetime) -> None:
        """Store one batch: (which area, code, zone), as a receiver would hand it over."""
        batch: list[Incoming] = []
        for index, code, zone in messages:
            sender = self.senders[index]
            sender.now = now
            batch.append(sender.message(code, zone))
        self.senders[0].now = now
        self.senders[0].send(*batch)

    def mains(self, count: int, *, area: int = 0, code: str = MAINS, now: dt.datetime) -> None:
        """So many mains faults (or `code`) in one area, each its own zone."""
        self.send(*[(area, code, str(zone)) for zone in range(1, count + 1)], now=now)


@pytest.fixture(autouse=True)
def _rows(each_zone_its_own_row: None) -> None:
    """A flood is of many objects; here they are zones of three."""


@pytest.fixture
def town(city: City, now: dt.datetime) -> Town:
    """As `make_town`, at the tests' moment."""
    return make_town(city, now)


def make_town(city: City, now: dt.datetime) -> Town:
    """Sofielund, Rosengård and Limhamn with one panel each."""
    areas, senders = [], []
    for index, name in enumerate(("Sofielund", "Rosengård", "Limhamn")):
        west = 12.90 + index / 10
        ring = [(west, 55.5), (west + 0.05, 55.5), (west + 0.05, 55.6), (west, 55.6)]
        area = Area.objects.create(
            kind="city_area",
            name=name,
            slug=f"flod-{index}",
            polygon=tuple(map(Position._make, ring)),
            controller=city.root,
            valid_from=dt.date(2020, 1, 1),
        )
        installation = make_installation(city.technical, slug=f"skola-{index}")
        installation.site.area = area
        installation.site.save(update_fields=("area",))
        account = f"4{index}00"
        senders.append(Sender(make_transmitter(installation, account), account, now))
        areas.append(area)
    return Town(areas, senders)


@pytest.fixture
def by_bo(bo: User) -> Actor:
    """The shift lead acting."""
    return actor_for(bo)


@pytest.fixture
def by_alma(alma: User) -> Actor:
    """The operator acting."""
    return actor_for(alma)


def data(**fields: Any) -> FloodData:
    """A power cut whose faults wait half an hour to be restored, unless told otherwise."""
    given = {
        "category": "technical",
        "cause": "power",
        "mode": "delay",
        "hold_minutes": 30,
        "lasts": HOUR * 4,
        "absorb": False,
    }
    return FloodData(**{**given, **fields})


@pytest.fixture
def declare(by_bo: Actor, now: dt.datetime) -> Callable[..., Flood]:
    """`declare(mode="count", hold_minutes=None)`, at the tests' moment unless `at` is given."""

    def go(*, at: dt.datetime = now, actor: Actor = by_bo, **fields: Any) -> Flood:
        return floods.declare(actor=actor, now=at, data=data(**fields))

    return go


def on_board() -> list[Alarm]:
    """What stands on the board, worst first."""
    return list(Alarm.objects.on_board().worst_first())


def held() -> int:
    """How many are held back."""
    return Alarm.objects.filter(held=True).count()


def run_due(now: dt.datetime) -> int:
    """As the beat's task does, until nothing is left."""
    done = 0
    while count := floods.run_due(actor=MACHINE, now=now):
        done += count
    return done
