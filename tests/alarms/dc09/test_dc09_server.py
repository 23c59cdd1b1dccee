"""The receiver over real sockets: answers, order, silence, draining."""

from __future__ import annotations

import asyncio
import socket
import ssl
import subprocess
from pathlib import Path

import pytest

from alarms.gateways.dc09.handling import FrameHandler
from alarms.gateways.dc09.limits import Limits, StartError
from alarms.gateways.dc09.server import Receiver
from alarms.incoming import Channel
from tests.alarms.dc09.support import (
    FRAMES,
    NOW,
    REPLIES,
    House,
    MemoryCounters,
    MemorySink,
    ask_by_udp,
    framed,
    known,
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


@pytest.mark.parametrize("name", ["V01", "V02", "V03", "V04", "V05"])
async def test_vectors_over_tcp_and_udp(name: str) -> None:
    async with open_house() as house:
        sender = await house.connect()
        assert await sender.ask(FRAMES[name]) == REPLIES[name]
        assert await ask_by_udp(house.port, FRAMES[name]) == REPLIES[name]
        channels = [incoming.channel for incoming in house.sink.stored]
        assert channels == [Channel.DC09_TCP, Channel.DC09_UDP]
        assert {incoming.peer for incoming in house.sink.stored} == {"127.0.0.1"}


@pytest.mark.parametrize("name", HOSTILE)
async def test_hostile_frames_over_tcp_and_udp(name: str) -> None:
    frame, reply = HOSTILE[name]
    async with open_house() as house:
        sender = await house.connect()
        if reply is None:
            await sender.send(frame)
            assert await sender.is_silent()
            assert await ask_by_udp(house.port, frame, timeout=0.15) is None
        else:
            assert await sender.ask(frame) == reply
            assert await ask_by_udp(house.port, frame) == reply
        assert await sender.ask(FRAMES["V03"]) == REPLIES["V03"]
        assert frame in [incoming.raw for incoming in house.sink.stored]


async def test_e16_coalesced_and_e17_split() -> None:
    second = b'\nA7540025"SIA-DCS"0002L0#1234[#1234|Nri1/BR12]\r'
    async with open_house() as house:
        sender = await house.connect()
        assert await sender.ask(FRAMES["V03"] + second) == REPLIES["V03"]
        assert await sender.answer() == b'\n14310012"ACK"0002L0#1234[]\r'
        await sender.send(FRAMES["V03"][:20])
        assert await sender.is_silent()
        assert await sender.ask(FRAMES["V03"][20:]) == REPLIES["V03"]
        assert await sender.is_silent()
        assert len(house.sink.events) == 3


async def test_no_ack_before_the_commit_and_none_without() -> None:
    async with open_house() as house:
        house.sink.hold = True
        sender = await house.connect()
        await sender.send(FRAMES["V03"])
        assert await sender.is_silent()
        house.sink.release()
        assert await sender.answer() == REPLIES["V03"]
        house.sink.hold = False
        house.sink.writable = False
        for frame in (FRAMES["V03"], FRAMES["V01"], HOSTILE["E06"][0]):
            await sender.send(frame)
            assert await sender.is_silent()
            assert await ask_by_udp(house.port, frame, timeout=0.15) is None
        house.sink.writable = True
        house.sink.full = True
        await sender.send(FRAMES["V03"])
        assert await sender.is_silent()
        house.sink.full = False
        assert await sender.ask(FRAMES["V03"]) == REPLIES["V03"]
        assert house.counters.counts["not_stored"] == 6
        assert house.counters.counts["queue_full"] == 1


async def test_answers_keep_the_order_of_the_frames() -> None:
    frames = [framed(f'"SIA-DCS"{number:04d}L0#1234[#1234|NBA1]') for number in range(1, 31)]
    async with open_house() as house:
        house.sink.hold = True
        sender = await house.connect()
        await sender.send(b"".join(frames) + HOSTILE["E05"][0])
        await asyncio.sleep(0.1)
        house.sink.release(backwards=True)
        answers = [await sender.answer() for _ in range(31)]
        assert answers[:-1] == [framed(f'"ACK"{number:04d}L0#1234[]') for number in range(1, 31)]
        assert answers[-1] == HOSTILE["E05"][1]


async def test_drain_answers_what_is_under_way_and_accepts_nothing_new() -> None:
    house = House()
    await house.receiver.start()
    house.sink.hold = True
    busy = await house.connect()
    halfway = await house.connect()
    idle = await house.connect()
    await busy.send(FRAMES["V03"])
    await halfway.send(FRAMES["V05"][:12])
    await asyncio.sleep(0.05)
    draining = asyncio.create_task(house.receiver.drain(timeout=60))
    assert await idle.is_closed()
    with pytest.raises(ConnectionError):
        await house.connect()
    await halfway.send(FRAMES["V05"][12:])
    await asyncio.sleep(0.05)
    house.sink.release()
    assert await busy.answer() == REPLIES["V03"]
    assert await halfway.answer() == REPLIES["V05"]
    assert await busy.is_closed()
    await asyncio.wait_for(draining, 30)
    assert house.receiver.connections == 0
    await house.close()


async def test_drain_cuts_what_does_not_end() -> None:
    house = House()
    await house.receiver.start()
    house.sink.hold = True
    sender = await house.connect()
    await sender.send(FRAMES["V03"])
    await asyncio.sleep(0.05)
    await asyncio.wait_for(house.receiver.drain(timeout=0.1), 30)
    house.sink.release()
    assert await sender.is_closed()
    await house.close()


async def test_two_receivers_share_the_port() -> None:
    async with open_house() as first:
        second = Receiver(
            sink=MemorySink(),
            directory=known(),
            counters=MemoryCounters(),
            now=lambda: NOW,
            port=first.port,
            limits=QUICK,
        )
        await second.start()
        for _ in range(8):
            sender = await first.connect()
            assert await sender.ask(FRAMES["V03"]) == REPLIES["V03"]
            assert await ask_by_udp(first.port, FRAMES["V03"]) == REPLIES["V03"]
        await second.drain()


async def test_a_bug_in_reading_costs_only_its_own_frame(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(frame: bytes, **_: object) -> None:
        raise LookupError(len(frame))

    async with open_house() as house:
        sender = await house.connect()
        with monkeypatch.context() as patch:
            patch.setattr("alarms.gateways.dc09.handling.decide", broken)
            await sender.send(FRAMES["V03"])
            assert await sender.is_silent()
        assert await sender.ask(FRAMES["V03"]) == REPLIES["V03"]
        assert house.counters.counts["internal_error"] == 1


async def test_a_sink_that_fails_means_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> bool:
        raise LookupError

    async with open_house() as house:
        sender = await house.connect()
        with monkeypatch.context() as patch:
            patch.setattr(house.sink, "submit", broken)
            await sender.send(FRAMES["V03"])
            assert await sender.is_silent()
        assert await sender.ask(FRAMES["V03"]) == REPLIES["V03"]


async def test_ipv6() -> None:
    receiver = Receiver(
        sink=MemorySink(),
        directory=known(),
        counters=MemoryCounters(),
        now=lambda: NOW,
        host="::1",
        limits=QUICK,
    )
    await receiver.start()
    reader, writer = await asyncio.open_connection("::1", receiver.port)
    writer.write(FRAMES["V03"])
    assert await asyncio.wait_for(reader.readuntil(b"\r"), 30) == REPLIES["V03"]
    writer.close()
    await receiver.drain()


async def test_a_port_free_for_tcp_only_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    house = House()
    bind = house.receiver._bind
    refusals = [1, 1]

    def picky(kind: socket.SocketKind, port: int) -> socket.socket:
        if kind is socket.SOCK_DGRAM and refusals:
            raise StartError(str(refusals.pop()))
        return bind(kind, port)

    monkeypatch.setattr(house.receiver, "_bind", picky)
    await house.receiver.start()
    assert await ask_by_udp(house.port, FRAMES["V03"]) == REPLIES["V03"]
    await house.close()
    refusals.append(1)
    with pytest.raises(StartError):
        await house.receiver.start()


async def test_aritech_heartbeat_without_line_end() -> None:
    async with open_house() as house:
        sender = await house.connect()
        await sender.send(b"SR0001L0001    006969XX    [ID00000000]")
        assert await asyncio.wait_for(sender.reader.readexactly(5), 30) == b'"ACK"'


async def test_tls(tmp_path: Path) -> None:
    certificate, key = tmp_path / "c.pem", tmp_path / "k.pem"
    subprocess.run(
        f"openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 "
        f"-subj /CN=localhost -keyout {key} -out {certificate}".split(),
        check=True,
        capture_output=True,
    )
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_side.load_cert_chain(certificate, key)
    client_side = ssl.create_default_context(cafile=str(certificate))
    sink = MemorySink()
    receiver = Receiver(
        sink=sink,
        directory=known(),
        counters=MemoryCounters(),
        now=lambda: NOW,
        limits=QUICK,
        tls=server_side,
    )
    await receiver.start()
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", receiver.tls_port, ssl=client_side, server_hostname="localhost"
    )
    writer.write(FRAMES["V03"])
    assert await asyncio.wait_for(reader.readuntil(b"\r"), 30) == REPLIES["V03"]
    writer.close()
    await receiver.drain()
    assert sink.stored[0].channel is Channel.DC09_TLS


async def test_a_taken_port_stops_the_start() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        receiver = Receiver(
            sink=MemorySink(),
            directory=known(),
            counters=MemoryCounters(),
            now=lambda: NOW,
            port=taken.getsockname()[1],
            limits=QUICK,
        )
        with pytest.raises(StartError, match="cannot listen"):
            await receiver.start()


def test_the_handler_needs_no_loop_to_be_built() -> None:
    FrameHandler(
        sink=MemorySink(),
        directory=known(),
        counters=MemoryCounters(),
        limits=QUICK,
        now=lambda: NOW,
    )
