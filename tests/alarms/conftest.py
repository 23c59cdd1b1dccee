"""Senders for the intake tests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from alarms.selectors.directory import LiveDirectory
from alarms.services.intake import GroupCommitter
from tests.alarms.intake.senders import Sender, make_installation, make_transmitter
from tests.personas import City


@pytest.fixture
def sender(city: City, now: dt.datetime) -> Sender:
    """A panel at a school of tekniska nämnden."""
    transmitter = make_transmitter(make_installation(city.technical), "1234")
    return Sender(transmitter, "1234", now)


@pytest.fixture
def stranger(city: City, now: dt.datetime) -> Sender:
    """A panel that nobody has registered."""
    return Sender(None, "9999", now)


@pytest.fixture
def committer(sender: Sender) -> Iterator[GroupCommitter]:
    """The house's own, with the house's directory."""
    assert sender.transmitter is not None
    made = GroupCommitter(LiveDirectory())
    made.start()
    yield made
    made.stop()
