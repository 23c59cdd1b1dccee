"""Cutting frames out of a byte stream."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from alarms.gateways.dc09.frame import MAX_PENDING, Splitter, crc
from tests.alarms.dc09.support import FRAMES, framed

V03 = FRAMES["V03"]
V05 = FRAMES["V05"]


def fed(*chunks: bytes) -> list[bytes]:
    splitter = Splitter()
    return [frame for chunk in chunks for frame in splitter.feed(chunk)]


def test_crc_check_value() -> None:
    assert crc(b"123456789") == 0xBB3D


def test_whole_coalesced_and_split_frames() -> None:
    assert fed(V03) == [V03]
    assert fed(V03 + V05) == [V03, V05]
    assert fed(V03[:20], V03[20:]) == [V03]
    assert fed(*[bytes([byte]) for byte in V03 + V05]) == [V03, V05]
    assert fed(V03[:-1]) == []


def test_junk_before_nuls_after_and_line_ends_between() -> None:
    assert fed(b"noise" + V03) == [V03]
    assert fed(b"\r\n\r" + V03) == [V03]
    assert fed(b"\n" + V03) == [V03]
    assert fed(V03 + b"\0\0" + V05 + b"\r\n", b"\n" + V03) == [V03, V05, V03]


def test_skipped_bytes_are_counted() -> None:
    splitter = Splitter()
    splitter.feed(b"noise\0" + V03 + b"\0")
    assert splitter.junk == 7


def test_line_of_another_dialect_is_handed_over() -> None:
    assert fed(b"F#001234\r" + V03) == [b"F#001234\r", V03]
    heartbeat = b"SR0001L0001    006969XX    [ID00000000]"
    assert fed(heartbeat) == [heartbeat]
    assert fed(heartbeat + b"\r\n", V03) == [heartbeat + b"\r", V03]


def test_lone_line_end_leaves_no_unfinished_frame() -> None:
    splitter = Splitter()
    splitter.feed(V03 + b"\n")
    assert splitter.pending.strip(b"\r\n\0") == b""


def test_binary_crc_may_hold_line_ends() -> None:
    seen = set()
    for number in range(20_000):
        body = b'"NULL"%04dL0#%04X[]' % (number % 10_000, number)
        check = crc(body).to_bytes(2, "big")
        if not set(check) & {0x0A, 0x0D}:
            continue
        seen |= {(place, byte) for place, byte in enumerate(check) if byte in (0x0A, 0x0D)}
        frame = b"\n" + check + b"0%03X" % len(body) + body + b"\r"
        assert fed(frame) == [frame]
        assert fed(V03 + frame + V03) == [V03, frame, V03]
        assert fed(frame[:2], frame[2:5], frame[5:]) == [frame]
    assert len(seen) == 4


def test_endless_frame_overflows() -> None:
    splitter = Splitter()
    for _ in range(MAX_PENDING // 1000 + 1):
        assert splitter.feed(b"\n" + b"x" * 999) == []
    assert splitter.overflowed
    late = Splitter()
    assert late.feed(b"\n" + b"x" * MAX_PENDING + b"\r") == []
    assert late.overflowed


def test_longest_legal_frame_passes() -> None:
    body = b'"SIA-DCS"0001L0#1234[#1234|A' + b"x" * (4095 - 29) + b"]"
    assert len(body) == 4095
    assert fed(framed(body)) == [framed(body)]


@settings(max_examples=200)
@given(st.lists(st.sampled_from(sorted(FRAMES)), max_size=6), st.data())
def test_any_cutting_gives_the_same_frames(names: list[str], data: st.DataObject) -> None:
    stream = b"".join(FRAMES[name] for name in names)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    chunks = [
        stream[start:stop] for start, stop in zip([0, *cuts], [*cuts, len(stream)], strict=True)
    ]
    assert fed(*chunks) == [FRAMES[name] for name in names]
