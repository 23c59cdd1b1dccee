"""Thousands who say nothing, and those who speak too slowly, keep no transmitter waiting."""

from __future__ import annotations

import asyncio
import resource
import time
from collections.abc import Iterator

import pytest

from alarms.gateways.dc09.limits import Limits
from tests.alarms.dc09.support import FRAMES, REPLIES, House, Sender, open_house


@pytest.fixture
def many_files() -> Iterator[None]:
    """Both ends of every connection are files of this process."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(10_000, before[1]), before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


async def slowest_answer(house: House, count: int) -> float:
    """Seconds of the slowest of `count` questions, each over a new connection."""
    slowest = 0.0
    for _ in range(count):
        started = time.monotonic()
        sender = await Sender.connect(house.port)
        assert await sender.ask(FRAMES["V03"]) == REPLIES["V03"]
        slowest = max(slowest, time.monotonic() - started)
        await sender.close()
    return slowest


async def crowd(house: House, count: int, opening: bytes) -> None:
    """`count` connections that send `opening` and then nothing."""
    for _ in range(count // 100):
        for sender in await asyncio.gather(*(house.connect() for _ in range(100))):
            await sender.send(opening)


@pytest.mark.usefixtures("many_files")
async def test_300_idle_connections_and_an_honest_sender() -> None:
    async with open_house(Limits(connections=400)) as house:
        await crowd(house, 300, b"")
        assert await slowest_answer(house, 20) < 2.0
        assert house.receiver.connections >= 300


@pytest.mark.proof
@pytest.mark.usefixtures("many_files")
async def test_2000_idle_connections_and_an_honest_sender() -> None:
    async with open_house(Limits(connections=4_000, connections_per_peer=4_000)) as house:
        await crowd(house, 2_000, b"")
        assert await slowest_answer(house, 200) < 0.5
        assert house.receiver.connections >= 2_000


@pytest.mark.usefixtures("many_files")
async def test_slow_speakers_are_closed_while_the_honest_are_answered() -> None:
    limits = Limits(connections=400, connections_per_peer=400, unfinished_frame=0.5)
    async with open_house(limits) as house:
        await crowd(house, 200, FRAMES["V03"][:10])
        worst = 0.0
        for _ in range(10):
            worst = max(worst, await slowest_answer(house, 5))
            await asyncio.sleep(0.2)
        assert worst < 2.0
        assert house.counters.counts["tcp_closed_slow"] == 200
        assert house.receiver.connections == 0


@pytest.mark.proof
@pytest.mark.usefixtures("many_files")
async def test_1500_drip_feeders_at_the_limit() -> None:
    limits = Limits(connections=1_500, connections_per_peer=1_500, unfinished_frame=3.0)
    async with open_house(limits) as house:
        await crowd(house, 1_500, b"\n")
        feeders = house.senders[:]

        async def drip() -> None:
            for byte in FRAMES["V04"][1:40]:
                for feeder in feeders:
                    if not feeder.reader.at_eof() and not feeder.writer.is_closing():
                        feeder.writer.write(bytes([byte]))
                await asyncio.sleep(0.1)

        dripping = asyncio.create_task(drip())
        assert await slowest_answer(house, 100) < 1.0
        await dripping
        await asyncio.sleep(2.0)
        assert await slowest_answer(house, 100) < 0.5
        await asyncio.sleep(0.1)
        assert house.receiver.connections == 0
