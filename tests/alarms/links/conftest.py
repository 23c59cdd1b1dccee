"""Fixtures of these tests: the same town."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.alarms.routing import town as builder
from tests.alarms.routing.town import Town
from tests.personas import City


@pytest.fixture
def town(city: City, now: dt.datetime) -> Town:
    """The sites and their alarms, set up at `now`."""
    return builder.build(city, now)
