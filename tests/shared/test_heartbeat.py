"""Signs of life of parts that only the database knows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from trygghetscentral.shared import tasks
from trygghetscentral.shared.models import Heartbeat
from trygghetscentral.shared.selectors import heartbeat_age
from trygghetscentral.shared.services import note_heartbeat

pytestmark = pytest.mark.django_db


def test_pulse_twice_changes_nothing(
    now: dt.datetime, travel: Callable[[dt.datetime], Any]
) -> None:
    travel(now)
    tasks.pulse(from_a_newer_version=1)
    tasks.pulse()
    beat = Heartbeat.objects.get()
    assert (str(beat), beat.at) == ("beat", now)


def test_a_heartbeat_goes_forward_and_at_most_once_a_second(now: dt.datetime) -> None:
    for seconds, known in ((0, 0), (0.9, 0), (1.1, 1.1), (0.5, 1.1)):
        note_heartbeat(part="worker", now=now + dt.timedelta(seconds=seconds))
        assert Heartbeat.objects.get().at == now + dt.timedelta(seconds=known)


def test_the_age_is_in_seconds_and_unknown_at_first(now: dt.datetime) -> None:
    assert heartbeat_age(part="worker", now=now) is None
    note_heartbeat(part="worker", now=now)
    assert heartbeat_age(part="worker", now=now + dt.timedelta(minutes=1)) == 60
    assert heartbeat_age(part="worker", now=now - dt.timedelta(minutes=1)) == 0
