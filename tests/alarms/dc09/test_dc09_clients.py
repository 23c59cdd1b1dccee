"""Senders and codecs that this project did not write: my-dc09-spt, siadc09 and pysiaalarm."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from my_dc09_spt.comm.transpath import TransPath
from my_dc09_spt.dc09_spt import dc09_spt
from pysiaalarm.event import SIAEvent
from siadc09 import message
from siadc09.account import Account
from siadc09.xdata import Data, parse_xdata

from alarms.gateways.dc09.cipher import encrypt
from alarms.gateways.dc09.frame import crc
from alarms.gateways.dc09.payload import parse_cid, parse_sia
from alarms.incoming import IncomingKind
from tests.alarms.dc09.support import (
    FRAMES,
    K128,
    K192,
    K256,
    House,
    ask_by_udp,
    open_house,
    transmitter,
)
from trygghetscentral.shared import clock

KEYS = [None, K128, K192, K256]
TRANSPORTS = ["tcp", "udp"]


def admit(house: House, key: bytes | None, line: str = "1") -> None:
    """The account that the foreign senders use, and the real time."""
    keys = (key,) if key else ()
    house.directory.add(
        transmitter(7, "1", line, "4711", *keys, require_encryption=key is not None)
    )
    house.clock = clock.now


# --- my-dc09-spt: a whole transmitter with threads, retries and clock correction ------------


def dialler(house: House, transport: str, key: bytes | None, line: int | None = 1) -> Any:
    spt = dc09_spt("4711", receiver=1, line=line)
    spt.set_path(
        "main", "primary", "127.0.0.1", house.port, key=key, type=transport, account="4711"
    )
    return spt


class ClosedPath(TransPath):  # type: ignore[misc]
    """The sender forgets its socket when reading an answer fails; we remember it."""

    connection: Any = None

    def connect(self) -> Any:
        self.connection = super().connect()
        return self.connection


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("key", [None, K128, K256])
async def test_dialler_delivers_sia_and_contact_id(transport: str, key: bytes | None) -> None:
    async with open_house() as house:
        admit(house, key)
        spt = dialler(house, transport, key)
        sia = {"area": 1, "zone": 12, "code": "BA", "text": "Entre", "zonename": "Dorr"}
        await asyncio.to_thread(spt.send_msg, "SIA", sia)
        cid = {"area": 2, "zone": 15, "code": 110, "q": 1, "lon": "13.0038", "lat": "55.6050"}
        await asyncio.to_thread(spt.send_msg, "CID", cid)
        assert spt.isConnected()
        assert spt.notSent() == 0
        burglary, fire = house.sink.stored
        assert burglary.transmitter_id == fire.transmitter_id == 7
        assert burglary.encrypted is (key is not None)
        (event,) = burglary.events
        assert (event.code, event.area, event.zone) == ("BA", "1", "12")
        assert (event.text, burglary.text) == ("Dorr", "Entre")
        (event,) = fire.events
        assert (event.code, event.qualifier, event.area, event.zone) == ("110", "1", "02", "015")
        assert fire.position is not None
        assert (fire.position.longitude, fire.position.latitude) == (13.0038, 55.6050)


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("key", [None, K128, K256])
async def test_dialler_polls(transport: str, key: bytes | None) -> None:
    async with open_house() as house:
        admit(house, key)
        spt = dialler(house, transport, key)
        path = TransPath(
            "127.0.0.1", house.port, "4711", key=key, receiver=1, line=1, type=transport
        )
        answered = await asyncio.to_thread(spt.transfer_msg, 0, "NULL", "]", path)
        assert answered
        (heartbeat,) = house.sink.stored
        assert heartbeat.kind is IncomingKind.HEARTBEAT
        assert heartbeat.transmitter_id == 7


async def test_dialler_without_line_prefix() -> None:
    async with open_house() as house:
        admit(house, None, line="")
        await asyncio.to_thread(dialler(house, "tcp", None, None).send_msg, "SIA", {"code": "FA"})
        (fire,) = house.sink.stored
        assert (fire.line, fire.transmitter_id) == ("", 7)


@pytest.mark.parametrize("seconds", [-90, 300])
async def test_dialler_with_a_wrong_clock_corrects_it_from_our_nak(seconds: int) -> None:
    async with open_house() as house:
        admit(house, K128)
        spt = dialler(house, "tcp", K128)
        path = ClosedPath("127.0.0.1", house.port, "4711", key=K128, receiver=1, line=1)
        path.set_offset(seconds)
        # The sender fails on the answer to its own resent message, after it was stored.
        with pytest.raises(TypeError):
            await asyncio.to_thread(spt.transfer_msg, 1, "SIA-DCS", "#4711|NFA1]", path)
        path.connection.disconnect()
        assert abs(path.get_offset()) < 2
        refused, accepted = house.sink.stored
        assert (refused.kind, accepted.kind) == (IncomingKind.UNREADABLE, IncomingKind.EVENT)
        assert refused.clock_skew == pytest.approx(seconds, abs=2)
        assert await asyncio.to_thread(spt.transfer_msg, 2, "SIA-DCS", "#4711|NFA2]", path)


# --- siadc09: an independent codec of the 2026 edition ---------------------------------------


def built(name: str, key: bytes | None, data: bytes | None = None, **config: Any) -> bytes:
    account = Account(acct=0x4711, pref=1, rcvr=1, key=key)
    sent = message.Message(
        account,
        {
            "idtoken": name,
            "data": Data(data) if data is not None else None,
            "timestamp": clock.now(),
            **config,
        },
    )
    return bytes(sent.encode(seq=42, encrypt=key is not None))


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("key", KEYS)
async def test_codec_of_2026_reads_our_answers(transport: str, key: bytes | None) -> None:
    frames = [
        built("SIA-DCS", key, b"#4711|Nri1/FA129", xdata=[parse_xdata(b"M0026b9e4268b")]),
        built("ADM-CID", key, b"#4711|1130 01 003"),
        built("NULL", key),
        built("XNM", key, xdata=[parse_xdata(b"G2")]),
    ]
    async with open_house() as house:
        admit(house, key)
        sender = await house.connect()
        for frame in frames:
            ask = sender.ask(frame) if transport == "tcp" else ask_by_udp(house.port, frame)
            answer = await ask
            assert answer is not None
            read = message.parse_frame(answer, keys=key)
            assert isinstance(read, message.AckMessage)
            assert read.seq == 42
            assert (read.account.acct, read.account.pref, read.account.rcvr) == (0x4711, 1, 1)
            assert read.encrypted is (key is not None)
            if key is not None:
                assert abs(read.timestamp - clock.now()) < timedelta(seconds=3)
        codes = [event.code for incoming in house.sink.stored for event in incoming.events]
        assert codes == ["FA", "130"]


async def test_codec_of_2026_reads_our_duh() -> None:
    async with open_house() as house:
        admit(house, K128)
        sender = await house.connect()
        plain = message.parse_frame(await sender.ask(built("SIA-DCS", None, b"#4711|NFA1")))
        assert isinstance(plain, message.DuhMessage)
        assert plain.seq == 42


@pytest.mark.parametrize(
    "data",
    [
        b"#1234|Nri1/BA12",
        b"#1234|Nri2/id7/CL7",
        b"#1234|Nri1/id7/OP7/ti10:15/BB4",
        b"#7878|Nri01^TOTAL^/LX901^central^",
        b"#1234|NRP",
        b"#1234|NBA1/BA2/BA3",
        b"#1234|Nri1/FA0A1*12PA^rum^",
    ],
)
def test_codec_of_2026_finds_the_same_events(data: bytes) -> None:
    theirs = message.parse_siadcs(data)
    pairs = [
        (event.code, event.descr)
        for block in theirs.blocks
        for event in getattr(block, "events", [])
    ]
    ours = [(event.code, event.text or None) for event in parse_sia(data).events]
    assert ours == pairs


def test_codec_of_2026_finds_the_same_contact_id() -> None:
    theirs = message.parse_admcid(b"#7099|1131 01 003").event
    (ours,) = parse_cid(b"#7099|1131 01 003").events
    assert (ours.qualifier, ours.code) == (theirs.qualifier, theirs.code)
    assert (int(ours.area, 16), int(ours.zone, 16)) == (theirs.group, theirs.addr)


# --- pysiaalarm: the receiver of Home Assistant, as an oracle --------------------------------


@pytest.mark.parametrize("name", sorted(FRAMES))
def test_receiver_of_home_assistant_counts_the_same_crc(name: str) -> None:
    body = FRAMES[name][9:-1]
    assert SIAEvent._crc_calc(body.decode("ascii")) == f"{crc(body):04X}"


def test_receiver_of_home_assistant_encrypts_the_same() -> None:
    from_zero_iv = encrypt(K128, b"0" * 16)
    assert from_zero_iv == bytes(message.encrypt(K128, b"0" * 16)).hex().upper().encode()
