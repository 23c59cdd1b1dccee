"""A technician tests a fire detector: real frames through the real receiver, stored and ACKed."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from alarms.gateways.dc09.server import Limits, Receiver
from alarms.models import Signal
from alarms.models import TestPeriod as Period
from alarms.selectors.directory import LiveDirectory
from alarms.services.intake import GroupCommitter
from tests.alarms.dc09.support import FRAMES, NOW, REPLIES, framed
from tests.alarms.dc09.support import Sender as Line
from tests.alarms.intake.senders import Sender
from tests.alarms.prov.conftest import WORD, open_alarms, outcomes
from trygghetscentral.shared import clock

pytestmark = pytest.mark.django_db(transaction=True)


class _Counters:
    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def count(self, name: str, amount: int = 1) -> None:
        self.counts[name] += amount


@pytest.fixture
def committer(sender: Sender) -> Iterator[GroupCommitter]:
    """The house's own, with the house's directory."""
    assert sender.transmitter is not None
    made = GroupCommitter(LiveDirectory())
    made.start()
    yield made
    made.stop()


def _ask(committer: GroupCommitter, *frames: bytes) -> list[bytes]:
    async def talk() -> list[bytes]:
        loop = asyncio.get_running_loop()

        def deliver(call: Callable[[], None]) -> None:
            loop.call_soon_threadsafe(call)

        committer._deliver = deliver
        receiver = Receiver(
            sink=committer,
            directory=committer.directory,
            counters=_Counters(),
            now=clock.now,
            limits=Limits(connections=10, connections_per_peer=10),
        )
        await receiver.start()
        line = await Line.connect(receiver.port)
        answers = [await line.ask(frame) for frame in frames]
        await line.close()
        await receiver.drain(timeout=1.0)
        return answers

    return asyncio.run(talk())


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
    answers = _ask(committer, FRAMES["V03"], fire, fire)
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
    [answer] = _ask(committer, framed('"SIA-DCS"0002L0#1234[#1234|Nri1/FA13]'))
    assert b'"ACK"' in answer
    assert [(row.kind, row.priority) for row in open_alarms()] == [("fire.alarm", 1)]
