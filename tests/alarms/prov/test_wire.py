"""A technician tests a fire detector: real frames through the real receiver, stored and ACKed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from alarms.models import Signal
from alarms.models import TestPeriod as Period
from alarms.services.intake import GroupCommitter
from tests.alarms.dc09.support import FRAMES, NOW, REPLIES, framed
from tests.alarms.intake.senders import Sender
from tests.alarms.prov.conftest import WORD, open_alarms, outcomes
from tests.alarms.wire import ask

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_frame_of_a_tested_zone_is_acknowledged_stored_and_calls_nobody(
    committer: GroupCommitter,
    sender: Sender,
    set_prov: Callable[..., Period],
    travel: Callable[..., object],
) -> None:
    sender.now = NOW
    travel(NOW)
    set_prov(area="1", zone="12", category="fire", verification=WORD)
    set_prov()
    committer.directory.refresh()
    fire = framed('"SIA-DCS"0002L0#1234[#1234|Nri1/FA12]')
    answers = ask(committer, [FRAMES["V03"], fire, fire])
    assert answers[0] == REPLIES["V03"]
    assert all(b'"ACK"' in answer for answer in answers)
    assert outcomes() == ["prov", "prov", "duplicate"]
    [row] = open_alarms()
    assert (row.kind, row.signal_count) == ("prov:fire.alarm", 1)
    assert all(bytes(raw) for raw in Signal.objects.values_list("raw", flat=True))


def test_the_same_frame_from_the_next_zone_is_a_fire(
    committer: GroupCommitter,
    sender: Sender,
    set_prov: Callable[..., Period],
    travel: Callable[..., object],
) -> None:
    sender.now = NOW
    travel(NOW)
    set_prov(area="1", zone="12", category="fire", verification=WORD)
    committer.directory.refresh()
    [answer] = ask(committer, [framed('"SIA-DCS"0002L0#1234[#1234|Nri1/FA13]')])
    assert b'"ACK"' in answer
    assert [(row.kind, row.priority) for row in open_alarms()] == [("fire.alarm", 1)]
