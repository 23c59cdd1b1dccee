"""The decision table, docs/protocols.md 1.13, where the worked frames leave something open."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from alarms.gateways.dc09.cipher import encrypt
from alarms.gateways.dc09.decide import Decision, Outcome, decide
from alarms.gateways.dc09.flags import Flag
from alarms.gateways.dc09.frame import crc
from alarms.incoming import Channel, IncomingKind
from tests.alarms.dc09.support import (
    FRAMES,
    K128,
    K256,
    NOW,
    MemoryDirectory,
    framed,
    known,
    stamped,
    transmitter,
)

KEYED = MemoryDirectory(transmitter(1, "", "0", "1234", K256, K128))


def settle(frame: bytes, directory: MemoryDirectory | None = None, now: datetime = NOW) -> Decision:
    return decide(frame, channel=Channel.DC09_TCP, directory=directory or known(), now=now)


def sealed(
    clear: str | bytes, *, key: bytes = K128, kind: str = "SIA-DCS", pad: bytes = b"x"
) -> bytes:
    """An encrypted frame; the pad is stretched until the whole fills its blocks."""
    text = clear.encode("latin-1") if isinstance(clear, str) else clear
    padding = pad * (16 - len(text) % 16 if len(pad) == 1 else 1)
    cipher_text = encrypt(key, padding + text)
    return framed(b'"*%b"0007L0#1234[%b' % (kind.encode(), cipher_text))


@pytest.mark.parametrize(
    "body",
    [
        '"SIA-DCS"0001L0#1234',
        '"SIA-DCS"0001L0#12G4[#1234|NBA1]',
        '"SIA-DCS"0001R1234567L0#1234[x]',
    ],
)
def test_row_5_bad_header_is_refused_with_what_could_be_read(body: str) -> None:
    decision = settle(framed(body))
    assert decision.outcome is Outcome.BAD_HEADER
    assert decision.reply is not None
    assert b'"DUH"0001' in decision.reply
    assert not decision.reply_after_store
    assert decision.incoming.kind is IncomingKind.UNREADABLE


def test_row_5_nothing_readable_is_silence() -> None:
    assert settle(framed('"SIA-DCS"x')).reply is None
    assert settle(framed("no quote at all")).reply is None


def test_row_6_foreign_token() -> None:
    decision = settle(framed('"SIA-PUL"0001L0#1234[x]'))
    assert decision.outcome is Outcome.UNSUPPORTED_TOKEN
    assert decision.reply == framed('"DUH"0001L0#1234[]')


@pytest.mark.parametrize("token", ["ACK", "NAK", "DUH", "RSP"])
def test_an_answer_is_never_answered(token: str) -> None:
    assert settle(framed(f'"{token}"0001L0#1234[]')).reply is None


@pytest.mark.parametrize(
    ("frame", "flag"),
    [
        (framed('"*SIA-DCS"0007L0#7099[' + "AB" * 32), Flag.NO_KEY),
        (framed('"*SIA-DCS"0007L0#9999[' + "AB" * 32), Flag.NO_KEY),
        (framed('"*SIA-DCS"0007L0#1234[' + "AB" * 32), Flag.WRONG_KEY),
        (framed('"*SIA-DCS"0007L0#1234[' + "AB" * 15), Flag.WRONG_KEY),
        (framed('"*SIA-DCS"0007L0#1234[' + "XY" * 16), Flag.WRONG_KEY),
        (framed('"*SIA-DCS"0007L0#1234['), Flag.WRONG_KEY),
    ],
)
def test_row_7_undecipherable(frame: bytes, flag: Flag) -> None:
    decision = settle(frame)
    assert decision.outcome is Outcome.UNDECIPHERABLE
    assert decision.security
    assert decision.reply is not None
    assert b'"DUH"0007L0#' in decision.reply
    assert decision.incoming.flags == (flag,)
    assert decision.incoming.kind is IncomingKind.SECURITY


@pytest.mark.parametrize(
    ("seconds", "outcome"),
    [
        (-41, Outcome.CLOCK),
        (-40, Outcome.ACCEPTED),
        (20, Outcome.ACCEPTED),
        (21, Outcome.CLOCK),
    ],
)
def test_row_8_window(seconds: int, outcome: Outcome) -> None:
    at = stamped(NOW + timedelta(seconds=seconds))
    now = NOW + timedelta(microseconds=999_999)
    decision = settle(sealed(f"|#1234|NBA1]_{at}"), KEYED, now)
    assert decision.outcome is outcome
    assert decision.incoming.clock_skew == seconds
    if outcome is Outcome.CLOCK:
        assert decision.reply == framed(f'"NAK"0000R0L0A0[]_{stamped(NOW)}')


@pytest.mark.parametrize("clear", ["|#1234|NBA1]", "|#1234|NBA1]_25:61:00,13-40-2026", "|]"])
def test_row_8_no_time_or_no_real_one(clear: str) -> None:
    decision = settle(sealed(clear), KEYED)
    assert decision.outcome is Outcome.CLOCK
    assert decision.reply == framed(f'"NAK"0000R0L0A0[]_{stamped(NOW)}')


@pytest.mark.parametrize("pad", [b"0" * 11, b"", b"q" * 27, bytes(31)])
@pytest.mark.parametrize("clear", ["]_{at}", "|]_{at}"])
def test_encrypted_heartbeat_with_and_without_bar(pad: bytes, clear: str) -> None:
    text = clear.format(at=stamped(NOW)).encode()
    fill = b"z" * (-(len(pad) + len(text)) % 16)
    decision = settle(sealed(fill + pad + text, kind="NULL", pad=b""), KEYED)
    assert decision.outcome is Outcome.HEARTBEAT
    assert decision.reply is not None
    assert b'"*ACK"0007L0#1234[' in decision.reply


def test_pad_may_be_any_byte_and_the_bar_may_be_missing() -> None:
    tail = b"#1234|Nri1/PA003]_" + stamped(NOW).encode()
    with_bar = bytes(range(128, 128 + 16 - (len(tail) + 1) % 16)) + b"|" + tail
    without_bar = b"\xff" * (16 - len(tail) % 16) + tail
    for clear in (with_bar, without_bar):
        incoming = settle(sealed(clear, pad=b""), KEYED).incoming
        assert incoming.inner_account == "1234"
        assert (incoming.events[0].code, incoming.events[0].zone) == ("PA", "003")


def test_lower_case_cipher_text() -> None:
    body = FRAMES["V11"][9:-1]
    head, _, tail = body.partition(b"[")
    assert settle(framed(head + b"[" + tail.lower())).outcome is Outcome.ACCEPTED


def test_answer_uses_the_key_that_opened_the_message() -> None:
    for key in (K128, K256):
        decision = settle(sealed(f"|#1234|NBA1]_{stamped(NOW)}", key=key), KEYED)
        assert decision.outcome is Outcome.ACCEPTED


def test_answers_to_the_same_message_differ() -> None:
    frame = sealed(f"|#1234|NBA1]_{stamped(NOW)}")
    assert settle(frame, KEYED).reply != settle(frame, KEYED).reply


def test_row_9_before_row_10() -> None:
    strict = MemoryDirectory(transmitter(1, "", "0", "1234", K128, require_encryption=True))
    decision = settle(FRAMES["V01"], strict)
    assert decision.outcome is Outcome.DOWNGRADE
    assert decision.reply == framed('"DUH"0000L0#1234[]')


def test_row_9_account_only_in_the_data() -> None:
    strict = MemoryDirectory(transmitter(1, "", "0", "1234", K128, require_encryption=True))
    assert settle(framed('"SIA-DCS"0001L0[#1234|NBA1]'), strict).outcome is Outcome.DOWNGRADE


def test_row_10_xnm_and_counted_null() -> None:
    assert settle(framed('"XNM"0001L0#1234[][G2]')).outcome is Outcome.HEARTBEAT
    assert settle(framed('"NULL"0001L0#1234[]')).reply == framed('"ACK"0001L0#1234[]')


def test_row_10_before_row_11() -> None:
    decision = settle(framed('"NULL"0000L0#9999[]'))
    assert decision.outcome is Outcome.HEARTBEAT
    assert decision.incoming.transmitter_id is None


@pytest.mark.parametrize(
    "data", ["", "#1234|", "nonsense", "#1234|N", "#1234|Nri1/", "#1234|N12", "#1234|\xe5\xe4"]
)
def test_row_12_unparsable_data_still_alarms(data: str) -> None:
    for token in ("SIA-DCS", "ADM-CID"):
        decision = settle(framed(f'"{token}"0001L0#1234[{data}]'))
        assert decision.reply == framed('"ACK"0001L0#1234[]')
        assert decision.reply_after_store
        incoming = decision.incoming
        assert Flag.UNPARSABLE in incoming.flags
        assert [event.code for event in incoming.events] == [""]


def test_row_13_key_survives_a_new_pad_time_and_letter_case() -> None:
    first = settle(sealed(f"|#1234|NBA1]_{stamped(NOW)}"), KEYED).incoming
    later = stamped(NOW + timedelta(seconds=3))
    again = settle(sealed(f"|#1234|NBA1]_{later}", pad=b"y"), KEYED).incoming
    assert first.dedupe_key is not None
    assert len(first.dedupe_key) == 32
    assert first.dedupe_key == again.dedupe_key


@pytest.mark.parametrize(
    "body",
    [
        '"SIA-DCS"0002L0#1234[#1234|Nri1/BA12]',
        '"SIA-DCS"0001L1#1234[#1234|Nri1/BA12]',
        '"SIA-DCS"0001R1L0#1234[#1234|Nri1/BA12]',
        '"SIA-DCS"0001L0#7099[#1234|Nri1/BA12]',
        '"SIA-DCS"0001L0#1234[#1234|Nri1/BA13]',
        '"SIA-DCS"0001L0#1234[#1234|Nri1/BA12][LX]',
    ],
)
def test_row_13_key_tells_messages_apart(body: str) -> None:
    vector = settle(FRAMES["V03"]).incoming
    assert settle(framed(body)).incoming.dedupe_key != vector.dedupe_key


def test_identity_is_read_in_upper_case_and_echoed_as_sent() -> None:
    directory = MemoryDirectory(transmitter(9, "AB", "C", "00AB12"))
    decision = settle(framed('"SIA-DCS"0001RabLc#00ab12[#00AB12|NBA1]'), directory)
    assert decision.reply == framed('"ACK"0001RabLc#00ab12[]')
    assert decision.incoming.transmitter_id == 9


@pytest.mark.parametrize(
    ("body", "echo"),
    [
        ('"SIA-DCS"0001L#1234[#1234|NBA1]', '"ACK"0001L#1234[]'),
        ('"SIA-DCS"0001#1234[#1234|NBA1]', '"ACK"0001#1234[]'),
        ('"SIA-DCS"0001L0[#1234|NBA1]', '"ACK"0001L0[]'),
    ],
)
def test_missing_header_parts_are_tolerated_and_echoed_as_missing(body: str, echo: str) -> None:
    directory = MemoryDirectory(transmitter(5, "", "", "1234"))
    decision = settle(framed(body), directory)
    assert decision.reply == framed(echo)
    assert decision.incoming.transmitter_id == 5


def test_plain_message_is_never_refused_for_its_time() -> None:
    old = settle(framed('"SIA-DCS"0001L0#1234[#1234|NBA1]_10:15:30,11-20-2020')).incoming
    assert old.clock_skew is not None
    assert old.clock_skew < -180_000_000
    unreal = settle(framed('"SIA-DCS"0001L0#1234[#1234|NBA1]_25:61:00,13-40-2026'))
    assert unreal.outcome is Outcome.ACCEPTED
    assert unreal.incoming.flags == (Flag.TIME,)


def test_trailing_bytes_are_flagged_not_refused() -> None:
    decision = settle(framed('"SIA-DCS"0001L0#1234[#1234|NBA1]??'))
    assert decision.outcome is Outcome.ACCEPTED
    assert decision.incoming.flags == (Flag.TRAILING,)


def test_sequence_counted_in_hexadecimal_is_echoed() -> None:
    decision = settle(framed('"SIA-DCS"00aFL0#1234[#1234|NBA1]'))
    assert decision.reply == framed('"ACK"00aFL0#1234[]')


def test_lower_case_crc_and_length() -> None:
    frame = FRAMES["V03"]
    assert settle(frame[:9].lower() + frame[9:]).outcome is Outcome.ACCEPTED


def test_binary_crc_of_the_2007_edition() -> None:
    body = b'"SIA-DCS"0001L0#1234[#1234|Nri1/BA12]'
    frame = b"\n" + crc(body).to_bytes(2, "big") + b"0025" + body + b"\r"
    decision = settle(frame)
    assert decision.reply == framed('"ACK"0001L0#1234[]')
    assert decision.incoming.flags == (Flag.BINARY_CRC,)
    wrong = b"\n" + bytes(2) + frame[3:]
    assert settle(wrong).outcome is Outcome.BAD_CRC


def test_a_frame_begun_anew_is_found() -> None:
    decision = settle(FRAMES["V03"][:30] + FRAMES["V03"])
    assert decision.reply == framed('"ACK"0001L0#1234[]')
    assert Flag.RESYNCHRONISED in decision.incoming.flags


def test_aritech_heartbeat() -> None:
    decision = settle(b"SR0001L0001    006969XX    [ID00000000]\r")
    assert decision.reply == b'"ACK"'
    incoming = decision.incoming
    assert incoming.kind is IncomingKind.HEARTBEAT
    assert (incoming.receiver, incoming.line, incoming.account) == ("0001", "0001", "006969XX")


@pytest.mark.parametrize("line", [b"F#001234\r", b"\x05\x01\x81\x59\x68\r", b"\n\r", b""])
def test_other_dialects_are_met_with_silence_and_kept(line: bytes) -> None:
    decision = settle(line)
    assert decision.reply is None
    assert decision.incoming.raw == line


def test_header_and_inner_account_may_differ() -> None:
    incoming = settle(framed('"SIA-DCS"0001L0#1234[#77AA|NBA1]')).incoming
    assert (incoming.account, incoming.inner_account) == ("1234", "77AA")
    assert incoming.flags == (Flag.INNER_ACCOUNT,)
    zeros = settle(framed('"SIA-DCS"0001L0#1234[#001234|NBA1]')).incoming
    assert zeros.flags == ()


def test_bar_in_the_answer_when_the_transmitter_wants_it() -> None:
    directory = MemoryDirectory(transmitter(1, "", "0", "1234", K128, ack_with_pipe=True))
    frame = sealed(f"|#1234|NBA1]_{stamped(NOW)}")
    decision = decide(frame, channel=Channel.DC09_UDP, directory=directory, now=NOW, pad=b"0" * 10)
    expected = encrypt(K128, b"0" * 10 + f"|]_{stamped(NOW)}".encode())
    assert decision.reply == framed(b'"*ACK"0007L0#1234[' + expected)
