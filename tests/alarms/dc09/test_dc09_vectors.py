"""The worked vectors and hostile frames of docs/protocols.md 1.14 and 1.15, exact."""

from __future__ import annotations

from dataclasses import replace

import pytest

from alarms.codes import Category, classify
from alarms.gateways.dc09.decide import Decision, Outcome, decide
from alarms.gateways.dc09.flags import Flag
from alarms.incoming import Channel, IncomingKind
from tests.alarms.dc09.support import (
    FRAMES,
    K128,
    NOW,
    REPLIES,
    MemoryDirectory,
    known,
    transmitter,
)


def settle(
    frame: bytes, directory: MemoryDirectory | None = None, pad: bytes | None = None
) -> Decision:
    return decide(frame, channel=Channel.DC09_TCP, directory=directory or known(), now=NOW, pad=pad)


@pytest.mark.parametrize("name", ["V01", "V02", "V03", "V04", "V05"])
def test_plain_vector_gets_its_exact_ack(name: str) -> None:
    decision = settle(FRAMES[name])
    assert decision.reply == REPLIES[name]
    assert decision.reply_after_store


def test_heartbeat_vectors_are_heartbeats() -> None:
    for name in ("V01", "V02"):
        incoming = settle(FRAMES[name]).incoming
        assert incoming.kind is IncomingKind.HEARTBEAT
        assert incoming.dedupe_key is None
        assert incoming.events == ()


def test_v03_burglary_area_1_zone_12() -> None:
    incoming = settle(FRAMES["V03"]).incoming
    assert (incoming.receiver, incoming.line, incoming.account) == ("", "0", "1234")
    assert (incoming.inner_account, incoming.sequence, incoming.transmitter_id) == (
        "1234",
        "0001",
        1,
    )
    (event,) = incoming.events
    assert (event.scheme, event.code, event.area, event.zone) == ("SIA", "BA", "1", "12")
    assert incoming.flags == ()
    assert incoming.raw == FRAMES["V03"]


def test_v04_text_location_and_times() -> None:
    incoming = settle(FRAMES["V04"]).incoming
    (event,) = incoming.events
    assert (event.code, event.area, event.zone) == ("FA", "1", "007")
    assert event.text == "Serverrum plan 2"
    assert event.occurred_at == NOW.replace(second=28)
    assert incoming.location == "Stadshuset"
    assert incoming.clock_skew == 0


def test_v05_and_v06_alarm_and_restore() -> None:
    for name, qualifier in (("V05", "1"), ("V06", "3")):
        incoming = settle(FRAMES[name]).incoming
        (event,) = incoming.events
        assert (event.scheme, event.code, event.qualifier) == ("CID", "131", qualifier)
        assert (event.area, event.zone) == ("01", "003")


def test_v07_verification_links() -> None:
    incoming = settle(FRAMES["V07"]).incoming
    assert incoming.media == (
        "https://cam.example.se/a1.jpg",
        "https://cam.example.se/a2.jpg",
    )


def test_v08_position_and_long_account() -> None:
    incoming = settle(FRAMES["V08"]).incoming
    assert (incoming.receiver, incoming.line) == ("C0FFD", "1234")
    assert incoming.position is not None
    assert incoming.position.longitude == pytest.approx(17 + 38.123 / 60)
    assert incoming.position.latitude == pytest.approx(59 + 51.456 / 60)
    assert ("M", "080027E62A64") in incoming.extended


def test_v11_encrypted_and_its_exact_answer_a11() -> None:
    decision = settle(FRAMES["V11"], pad=b"0" * 11)
    assert decision.reply == REPLIES["A11"]
    assert decision.incoming.encrypted
    assert decision.incoming.events[0].code == "PA"


def test_v12_aes_192() -> None:
    decision = settle(FRAMES["V12"])
    assert decision.outcome is Outcome.ACCEPTED
    (event,) = decision.incoming.events
    assert (event.code, event.area, event.zone) == ("110", "01", "015")
    assert decision.reply is not None
    assert b'"*ACK"0008L0#1234[' in decision.reply


def test_n01_clock() -> None:
    late = decide(
        FRAMES["V11"],
        channel=Channel.DC09_TCP,
        directory=known(),
        now=NOW.replace(minute=17),
    )
    assert late.outcome is Outcome.CLOCK
    assert late.incoming.clock_skew == -120
    early = decide(
        FRAMES["V11"], channel=Channel.DC09_TCP, directory=known(), now=NOW.replace(minute=14)
    )
    assert early.reply is not None
    assert early.reply.endswith(b'"NAK"0000R0L0A0[]_10:14:30,11-20-2026\r')


@pytest.mark.parametrize(("name", "reply"), [("V03", "D03"), ("V04", "D04")])
def test_downgrade_gets_its_exact_duh(name: str, reply: str) -> None:
    directory = MemoryDirectory(
        transmitter(1, "", "0", "1234", K128, require_encryption=True),
        transmitter(2, "1", "1", "1234", K128, require_encryption=True),
    )
    decision = settle(FRAMES[name], directory)
    assert decision.reply == REPLIES[reply]
    assert decision.security
    assert decision.incoming.kind is IncomingKind.SECURITY


HOSTILE = {
    "E01": (b'\n68AE0025"SIA-DCS"0001L0#1234[#1234|Nri1/BA12]\r', None),
    "E02": (b'\n68AF0024"SIA-DCS"0001L0#1234[#1234|Nri1/BA12]\r', REPLIES["V03"]),
    "E03": (b'\n68AF0037"SIA-DCS"0001L0#1234[#1234|Nri1/BA12]\r', REPLIES["V03"]),
    "E04": (b'\nA74E0024"SIA-DCS0001L0#1234[#1234|Nri1/BA12]\r', None),
    "E05": (b'\n03A9001E"XYZ-99"0001L0#1234[#1234|foo]\r', REPLIES["D03"]),
    "E06": (
        b'\n73820025"SIA-DCS"0002L0#9999[#9999|Nri1/BA12]\r',
        b'\n86070012"ACK"0002L0#9999[]\r',
    ),
    "E08": (
        b'\nAFED0024"SIA-DCS"0004L0#1234[#1234|Nri1/BA12\r',
        b'\n350F0012"DUH"0004L0#1234[]\r',
    ),
    "E15": (
        b'\n94D60025"SIA-DCS"0011L0#1234[#1234|Nri1/QQ12]\r',
        b'\nE7C50012"ACK"0011L0#1234[]\r',
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_frame_gets_the_right_reply(name: str) -> None:
    frame, reply = HOSTILE[name]
    decision = settle(frame)
    assert decision.reply == reply
    assert decision.incoming.raw == frame


def test_wrong_length_is_flagged_or_refused_in_strict_mode() -> None:
    for name in ("E02", "E03"):
        frame, _ = HOSTILE[name]
        lenient = settle(frame)
        assert lenient.incoming.flags == (Flag.LENGTH,)
        strict = settle(
            frame, MemoryDirectory(replace(transmitter(1, "", "0", "1234"), strict_length=True))
        )
        assert (strict.reply, strict.outcome) == (None, Outcome.WRONG_LENGTH)


def test_e06_unknown_account_may_be_refused() -> None:
    directory = known()
    directory.duh = True
    decision = settle(HOSTILE["E06"][0], directory)
    assert decision.reply == b'\nB8D90012"DUH"0002L0#9999[]\r'
    assert decision.incoming.kind is IncomingKind.EVENT


def test_e15_unknown_code_is_an_unknown_event() -> None:
    incoming = settle(HOSTILE["E15"][0]).incoming
    (event,) = incoming.events
    meaning = classify(event.scheme, event.code, event.qualifier)
    assert (meaning.category, meaning.priority) == (Category.UNKNOWN, 2)
    assert meaning.raises_alarm
    assert Flag.UNKNOWN_CODE in incoming.flags
