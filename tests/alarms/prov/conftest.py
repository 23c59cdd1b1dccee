"""A panel at a school, and people who may set it in prov."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from alarms.models import Alarm, Installation, Signal
from alarms.models import TestPeriod as Period
from alarms.services import prov
from alarms.services.prov import PeriodData, Verification
from tests.alarms.intake.senders import Sender
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import User
from trygghetscentral.shared.actor import Actor

HOUR = dt.timedelta(hours=1)
WORD = Verification("code_word")
MACHINE = Actor.system("prov")


@pytest.fixture
def by_alma(alma: User) -> Actor:
    """The operator acting."""
    return actor_for(alma)


@pytest.fixture
def by_bo(bo: User) -> Actor:
    """The shift lead acting."""
    return actor_for(bo)


@pytest.fixture
def installation(sender: Sender) -> Installation:
    """The panel's."""
    assert sender.transmitter is not None
    return sender.transmitter.installation


def data(**fields: Any) -> PeriodData:
    """An hour's prov of the whole installation unless told otherwise."""
    return PeriodData(**{"kind": "test", "lasts": HOUR, "reason": "Årlig provning", **fields})


@pytest.fixture
def set_prov(installation: Installation, by_alma: Actor, sender: Sender) -> Callable[..., Period]:
    """`set_prov(zone="12")`, at the sender's moment; `actor` for somebody else than Alma."""

    def go(*, actor: Actor = by_alma, **fields: Any) -> Period:
        return prov.start_period(
            actor=actor, now=sender.now, installation_id=installation.pk, data=data(**fields)
        )

    return go


@pytest.fixture
def fire_prov(set_prov: Callable[..., Period]) -> Period:
    """The fire detectors of zone 12 in section 1, after the code word."""
    return set_prov(area="1", zone="12", category="fire", verification=WORD)


def open_alarms() -> list[Alarm]:
    """What stands on the board, worst first."""
    return list(Alarm.objects.open().worst_first())


def outcomes() -> list[str]:
    """What became of the signals, in order."""
    return list(Signal.objects.order_by("pk").values_list("outcome", flat=True))


def run_due(now: dt.datetime) -> int:
    """As the beat's task does."""
    return prov.run_due(actor=MACHINE, now=now)
