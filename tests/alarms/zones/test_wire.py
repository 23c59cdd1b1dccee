"""A site whose every zone alarms within a minute: real frames through the real receiver."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from alarms.models import Alarm, Signal
from alarms.selectors import board
from alarms.services.intake import GroupCommitter
from tests.alarms.dc09.support import NOW, framed
from tests.alarms.intake.senders import Sender
from tests.alarms.wire import ask
from trygghetscentral.accounts.models import User

pytestmark = pytest.mark.django_db(transaction=True)

ZONES, CONNECTIONS = 1000, 20


def test_a_thousand_frames_of_one_site_are_one_row_below_the_hold_up(
    committer: GroupCommitter, sender: Sender, alma: User, travel: Callable[..., object]
) -> None:
    travel(NOW)
    committer.directory.refresh()
    codes = [f"BA{zone}" for zone in range(1, ZONES + 1)]
    codes.insert(ZONES // 2, "HA7")
    answers = ask(
        committer,
        [
            framed(f'"SIA-DCS"{number:04d}L0#1234[#1234|Nri1/{code}]')
            for number, code in enumerate(codes, 1)
        ],
        connections=CONNECTIONS,
    )
    assert len(answers) == ZONES + 1
    assert all(b'"ACK"' in answer for answer in answers)
    shown = board.window(alma.audiences(), 200)
    assert [(row.category, row.followers) for row in shown] == [
        ("holdup", 0),
        ("burglary", ZONES - 1),
    ]
    assert Signal.objects.filter(outcome="raised").count() == ZONES + 1
    stored = Alarm.objects.filter(category="burglary").values_list("zone", flat=True)
    assert set(stored) == {str(zone) for zone in range(1, ZONES + 1)}
