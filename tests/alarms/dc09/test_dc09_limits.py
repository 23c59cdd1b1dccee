"""What a sender may cost: time, bytes, connections, files and stored samples."""

from __future__ import annotations

import asyncio
import resource
import socket

import pytest

from alarms.gateways.dc09.limits import RESERVED_FILES, Limits, StartError, raise_file_limit
from alarms.incoming import IncomingKind
from tests.alarms.dc09.support import (
    FRAMES,
    REPLIES,
    ask_by_udp,
    framed,
    open_house,
)
from tests.alarms.dc09.test_dc09_vectors import HOSTILE

QUICK = Limits(
    connections=200,
    connections_per_peer=200,
    unfinished_frame=0.3,
    unproven=0.6,
    idle=0.9,
)


async def test_e18_without_cr_waits_and_is_closed() -> None:
    async with open_house(QUICK) as house:
        sender = await house.connect()
        await sender.send(FRAMES["V03"][:-1])
        assert await sender.is_silent()
        assert await sender.is_closed()
        await asyncio.sleep(0.05)
        assert house.counters.counts["tcp_closed_slow"] == 1
        (sample,) = house.sink.stored
        assert (sample.kind, sample.raw) == (IncomingKind.UNREADABLE, FRAMES["V03"][:-1])


async def test_drip_feeding_does_not_extend_the_time_for_a_frame() -> None:
    async with open_house(QUICK) as house:
        sender = await house.connect()
        with pytest.raises(ConnectionError):
            for byte in FRAMES["V04"] * 10:
                await sender.send(bytes([byte]) if byte != 13 else b"x")
                await asyncio.sleep(0.05)
        assert house.counters.counts["tcp_closed_slow"] == 1


async def test_silent_and_idle_senders_are_closed() -> None:
    async with open_house(QUICK) as house:
        silent = await house.connect()
        speaking = await house.connect()
        assert await speaking.ask(FRAMES["V03"]) == REPLIES["V03"]
        assert await silent.is_closed()
        assert await speaking.is_closed()
        assert house.counters.counts["tcp_closed_silent"] == 1
        assert house.counters.counts["tcp_closed_idle"] == 1


async def test_endless_frame_is_closed_and_sampled() -> None:
    async with open_house() as house:
        sender = await house.connect()
        await sender.send(b"\n" + b"x" * 9000)
        assert await sender.is_closed()
        assert len(house.sink.stored[0].raw) == 8192
        assert house.counters.counts["tcp_closed_overflow"] == 1


async def test_a_flood_on_one_line_is_bounded_and_fully_answered() -> None:
    frames = b"".join(
        framed(f'"SIA-DCS"{number:04d}L0#1234[#1234|NBA1]') for number in range(1, 1001)
    )
    async with open_house() as house:
        sender = await house.connect()
        await sender.send(frames)
        for number in range(1, 1001):
            assert (await sender.answer())[9:18] == b'"ACK"%04d' % number
        await sender.send(HOSTILE["E01"][0] * 1000 + FRAMES["V03"])
        assert await sender.answer() == REPLIES["V03"]
        assert house.counters.counts["bad_crc"] == 1000
        assert house.counters.counts["sample_skipped"] == 1000 - QUICK.samples_per_peer


async def test_a_sender_that_does_not_read_is_stopped_and_cut() -> None:
    tight = Limits(connections=50, stalled_send=0.3, send_buffer=1024)
    frame = framed('"SIA-DCS"0001L0#1234[#1234|NBA1]')
    async with open_house(tight) as house:
        sock = socket.socket()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        sock.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(sock, ("127.0.0.1", house.port))
        with pytest.raises((ConnectionError, TimeoutError)):
            for _ in range(400):
                await asyncio.wait_for(loop.sock_sendall(sock, frame * 400), 3)
        sock.close()
        assert house.counters.counts["tcp_closed_stalled"] == 1
        honest = await house.connect()
        assert await honest.ask(FRAMES["V03"]) == REPLIES["V03"]


async def test_newcomer_takes_the_place_of_an_idle_stranger_not_of_a_transmitter() -> None:
    crowded = Limits(connections=6, connections_per_peer=6)
    async with open_house(crowded) as house:
        transmitters = [await house.connect() for _ in range(3)]
        for sender in transmitters:
            assert await sender.ask(FRAMES["V03"]) == REPLIES["V03"]
        for _ in range(5):
            await house.connect()
        newcomer = await house.connect()
        assert await newcomer.ask(FRAMES["V05"]) == REPLIES["V05"]
        for sender in transmitters:
            assert await sender.ask(FRAMES["V03"]) == REPLIES["V03"]
        assert house.receiver.connections == 6
        assert house.counters.counts["tcp_evicted"] == 3


@pytest.mark.parametrize(
    "limits", [Limits(connections=3), Limits(connections=9, connections_per_peer=3)]
)
async def test_when_all_are_transmitters_the_newcomer_is_refused(limits: Limits) -> None:
    async with open_house(limits) as house:
        transmitters = [await house.connect() for _ in range(3)]
        for sender in transmitters:
            assert await sender.ask(FRAMES["V03"]) == REPLIES["V03"]
        newcomer = await house.connect()
        assert await newcomer.is_closed()
        assert house.counters.counts["tcp_refused"] == 1
        for sender in transmitters:
            assert await sender.ask(FRAMES["V03"]) == REPLIES["V03"]


async def test_odd_datagrams() -> None:
    async with open_house(Limits(connections=50, in_flight_datagrams=2)) as house:
        assert await ask_by_udp(house.port, b"", timeout=0.1) is None
        assert await ask_by_udp(house.port, b"x" * 9000, timeout=0.1) is None
        assert await ask_by_udp(house.port, FRAMES["V03"][:-1], timeout=0.1) is None
        assert await ask_by_udp(house.port, FRAMES["V03"] + b"\0\r\n") == REPLIES["V03"]
        house.sink.hold = True
        assert await ask_by_udp(house.port, FRAMES["V03"] * 3, timeout=0.1) is None
        assert house.counters.counts["udp_dropped"] == 1
        assert house.counters.counts["udp_oversize"] == 1
        assert house.counters.counts["udp_unfinished"] == 1
        house.sink.release()
        house.sink.hold = False
        assert await ask_by_udp(house.port, FRAMES["V03"]) == REPLIES["V03"]


async def test_answer_that_cannot_be_sent_is_only_counted() -> None:
    async with open_house() as house:
        house.sink.hold = True
        assert await ask_by_udp(house.port, FRAMES["V03"], timeout=0.1) is None
        await house.receiver.drain(timeout=0.1)
        house.sink.release()
        assert house.counters.counts["udp_unsent"] == 1


async def test_unknown_account_refused_with_duh_is_stored_even_in_a_flood() -> None:
    frame, _ = HOSTILE["E06"]
    async with open_house(Limits(connections=9, samples_per_peer=1)) as house:
        house.directory.duh = True
        sender = await house.connect()
        for _ in range(5):
            assert b"DUH" in await sender.ask(frame)
            assert b"DUH" in await sender.ask(HOSTILE["E05"][0])
        house.sink.full = True
        assert b"DUH" in await sender.ask(frame)
        kinds = [incoming.kind for incoming in house.sink.stored]
        assert kinds.count(IncomingKind.EVENT) == 5
        assert kinds.count(IncomingKind.UNREADABLE) == 1
        assert house.counters.counts["queue_full"] == 1


def test_file_limit_is_raised_or_the_start_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    allowed: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _: (64, 4096))
    monkeypatch.setattr(resource, "setrlimit", lambda _, pair: allowed.append(pair))
    assert raise_file_limit(1000) == 1000 + RESERVED_FILES
    assert allowed == [(1000 + RESERVED_FILES, 4096)]

    def refuse(_: int, pair: tuple[int, int]) -> None:
        raise ValueError(pair)

    monkeypatch.setattr(resource, "setrlimit", refuse)
    with pytest.raises(StartError, match="open files"):
        raise_file_limit(100_000)
    monkeypatch.setattr(resource, "getrlimit", lambda _: (9_000, 9_000))
    assert raise_file_limit(1000) == 9_000


async def test_a_sender_that_reads_late_still_gets_every_answer() -> None:
    frames = b"".join(
        framed(f'"SIA-DCS"{number:04d}L0#1234[#1234|NBA1]') for number in range(1, 6001)
    )
    loop = asyncio.get_running_loop()
    async with open_house(Limits(connections=50, send_buffer=1024)) as house:
        with socket.socket() as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            sock.setblocking(False)
            await loop.sock_connect(sock, ("127.0.0.1", house.port))
            sending = asyncio.create_task(loop.sock_sendall(sock, frames))
            await asyncio.sleep(0.3)
            assert len(house.sink.stored) < 6000
            received = b""
            while received.count(b"\r") < 6000:
                received += await asyncio.wait_for(loop.sock_recv(sock, 65_536), 30)
            await sending
        numbers = [int(answer[14:18]) for answer in received.split(b"\r")[:-1]]
        assert numbers == list(range(1, 6001))
