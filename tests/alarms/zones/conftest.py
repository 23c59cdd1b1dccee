"""A school with one panel and a town hall with two, and what stands on the board."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest

from alarms.models import Alarm, Installation
from alarms.selectors import board
from alarms.selectors.rows import AlarmRow, row_of
from tests.alarms.intake.senders import Sender, make_installation, make_transmitter
from tests.personas import City
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import User
from trygghetscentral.shared.actor import Actor

MINUTE = dt.timedelta(minutes=1)
INTRUSION, INTRUSION_OVER, FIRE, HOLD_UP, MAINS = "BA", "BR", "FA", "HA", "AT"


@dataclass
class Hall:
    """Two panels at one site of the same controller."""

    east: Sender
    west: Sender


@pytest.fixture
def hall(city: City, now: dt.datetime) -> Hall:
    """The town hall."""
    east = make_installation(city.technical, slug="stadshuset-ost")
    west = Installation.objects.create(name="Väst", site=east.site, controller=city.technical)
    return Hall(
        Sender(make_transmitter(east, "5001"), "5001", now),
        Sender(make_transmitter(west, "5002"), "5002", now),
    )


@pytest.fixture
def by_alma(alma: User) -> Actor:
    """The operator acting."""
    return actor_for(alma)


@pytest.fixture
def by_bo(bo: User) -> Actor:
    """The shift lead acting."""
    return actor_for(bo)


def rows(user: User) -> list[AlarmRow]:
    """The rows of the board as the user sees it, worst first."""
    return [row_of(alarm) for alarm in board.window(user.audiences(), 200)]


def lead() -> Alarm:
    """The only open row."""
    return Alarm.objects.open().rows().get()


def zones(sender: Sender, code: str, *numbers: int) -> None:
    """One batch with a signal from each zone."""
    sender.send(*(sender.message(code, str(number)) for number in numbers))
