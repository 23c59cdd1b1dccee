"""Monitoring hears of desks that nobody works."""

from __future__ import annotations

import pytest

from alarms.models import Desk
from trygghetscentral.board.measures import exposition
from trygghetscentral.shared import clock


@pytest.mark.django_db
def test_unstaffed_desks_are_counted_and_those_not_in_use_are_not() -> None:
    assert b"tc_desks_unstaffed 6.0" in exposition(now=clock.now())[0]
    Desk.objects.filter(code="vaxel").update(active=False)
    assert b"tc_desks_unstaffed 5.0" in exposition(now=clock.now())[0]
