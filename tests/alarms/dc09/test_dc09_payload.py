"""SIA-DCS, ADM-CID and extended data."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from alarms.gateways.dc09.payload import (
    parse_cid,
    parse_extended,
    parse_sia,
    parse_time,
    text_of,
)
from alarms.incoming import ReportedEvent


def brief(events: tuple[ReportedEvent, ...]) -> list[tuple[str, str, str, str]]:
    return [(event.code, event.area, event.zone, event.user) for event in events]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("#1234|Nri1/BA12", [("BA", "1", "12", "")]),
        ("#1234|Nri1BA12", [("BA", "1", "12", "")]),
        ("#1234|NBA4", [("BA", "", "4", "")]),
        ("#1234|NRP0", [("RP", "", "", "")]),
        ("#1234|NRP", [("RP", "", "", "")]),
        ("#1234|0|NRP", [("RP", "", "", "")]),
        ("#1234|Nri2/id7/CL7", [("CL", "2", "", "7")]),
        ("#1234|Nri2/id7/CL", [("CL", "2", "", "7")]),
        ("#1234|Nri0/BA0", [("BA", "", "", "")]),
        ("#1234|NBV3", [("BV", "3", "", "")]),
        ("#1234|NDF0A", [("DF", "", "0A", "")]),
        ("#1234|Nti10:01:00/da08-18-24/RP", [("RP", "", "", "")]),
        ("NBA4", [("BA", "", "4", "")]),
        ("BA4", [("BA", "", "4", "")]),
        ("#1234|BA4", [("BA", "", "4", "")]),
        (
            "#1234|Nri1/id7/CL7/ti10:15/BB4/ri2/BA5",
            [("CL", "1", "", "7"), ("BB", "1", "4", "7"), ("BA", "2", "5", "7")],
        ),
        ("#1234|Nri1/BA1|NBA2", [("BA", "1", "1", ""), ("BA", "", "2", "")]),
        ("#1234|Nri1/BA1/BA2/BA3/", [("BA", "1", str(zone), "") for zone in (1, 2, 3)]),
        ("#1234|NBA12*45^text^", [("BA", "", "12", "")]),
    ],
)
def test_sia_events(data: str, expected: list[tuple[str, str, str, str]]) -> None:
    found = parse_sia(data.encode())
    assert brief(found.events) == expected
    assert found.complete


def test_sia_texts() -> None:
    found = parse_sia("#7878|Nri01^TOTAL^/LX901^centrale är på^".encode("cp1252"))
    (event,) = found.events
    assert (event.code, event.text) == ("LX", "centrale är på")
    assert ("ri-text", "TOTAL") in event.modifiers
    found = parse_sia(b"#1234|NBA1|AEntr\xc3\xa9 norr|A^tv\xe5^")
    assert found.texts == ("Entré norr", "två")
    assert parse_sia(b'#1234|NBA1*"Dorr 5"NM').events[0].text == "Dorr 5"


def test_sia_modifiers_and_old_events() -> None:
    (event,) = parse_sia(b"#1234|Oti10:15/da11-20-26/pi3/BA1").events
    assert event.replayed
    assert dict(event.modifiers) == {"ti": "10:15", "da": "11-20-26", "pi": "3"}


def test_sia_keeps_what_it_could_read() -> None:
    found = parse_sia(b"#1234|Nri1/BA12/?!")
    assert brief(found.events) == [("BA", "1", "12", "")]
    assert not found.complete
    assert parse_sia(b"#1234|AHello").events == ()
    assert parse_sia(b"#1234|AHello").texts == ("Hello",)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("#7099|1131 01 003", ("131", "1", "01", "003", "")),
        ("#7099|18 1 120 01 007", ("120", "1", "01", "007", "")),
        ("#7099|98 1 120 01 007", ("120", "1", "01", "007", "")),
        ("#7099|113101003", ("131", "1", "01", "003", "")),
        ("#7099|18113101003", ("131", "1", "01", "003", "")),
        ("1131 01 003", ("131", "1", "01", "003", "")),
        ("#7099|3401 01 002", ("401", "3", "01", "", "002")),
        ("#7099|6130 00 000", ("130", "6", "", "", "")),
        ("#7099|1bcd 0f 0aa", ("BCD", "1", "0F", "0AA", "")),
    ],
)
def test_contact_id(data: str, expected: tuple[str, str, str, str, str]) -> None:
    found = parse_cid(data.encode())
    (event,) = found.events
    assert (event.code, event.qualifier, event.area, event.zone, event.user) == expected
    assert found.complete


def test_contact_id_text_and_nonsense() -> None:
    found = parse_cid(b"#7099|1131 01 003|AVaktrum")
    assert found.texts == ("Vaktrum",)
    assert not parse_cid(b"#7099|1131 01").complete
    assert not parse_cid(b"#7099|1131 01 003|what").complete


@pytest.mark.parametrize(
    ("x", "y", "expected"),
    [
        ("017E38.123", "59N51.456", (17 + 38.123 / 60, 59 + 51.456 / 60)),
        ("093W23.456", "45S23.456", (-93 - 23.456 / 60, -45 - 23.456 / 60)),
        ("13.0038", "55.6050", (13.0038, 55.6050)),
        ("-13.0038", "-55.6050", (-13.0038, -55.6050)),
        ("13.0038E", "55.6050N", (13.0038, 55.6050)),
        ("e13.0038", "n55.6050", (13.0038, 55.6050)),
        ("13E", "55N", (13.0, 55.0)),
    ],
)
def test_position(x: str, y: str, expected: tuple[float, float]) -> None:
    position = parse_extended(f"[X{x}][Y{y}][Z12M]".encode()).position
    assert position is not None
    assert (position.longitude, position.latitude) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("x", "y"),
    [
        ("181", "55"),
        ("13", "91"),
        ("13N00", "55N00"),
        ("13E61", "55N00"),
        ("E13E00", "55N"),
        ("13.5E10", "55N10"),
        ("nan", "55"),
        ("", "55"),
        ("-13E10", "55N10"),
    ],
)
def test_impossible_position_is_kept_as_text_only(x: str, y: str) -> None:
    extended = parse_extended(f"[X{x}][Y{y}]".encode())
    assert extended.position is None
    assert extended.blocks == (("X", x), ("Y", y))
    assert parse_extended(b"[X13.0]").position is None


def test_extended_blocks() -> None:
    extended = parse_extended(
        "[IRök i trapphus][LPlan 2][R2322][H13:59:58,12-31-2012][M080027E62A64]".encode("cp1252")
        + b"[Vhttps://a.example/1.jpg, javascript:alert(1)][QWhat][$P1][][Vrtsp://b.example/x]"
    )
    assert extended.texts == ("Rök i trapphus",)
    assert extended.location == "Plan 2, 2322"
    assert extended.occurred_at == datetime(2012, 12, 31, 13, 59, 58, tzinfo=UTC)
    assert extended.media == ("https://a.example/1.jpg", "rtsp://b.example/x")
    assert ("Q", "What") in extended.blocks
    assert ("$", "P1") in extended.blocks


def test_text_is_decoded_late_and_without_controls() -> None:
    assert text_of("Övervåning".encode()) == "Övervåning"
    assert text_of("Övervåning".encode("cp1252")) == "Övervåning"
    assert text_of(b"a\x00b\x1bc") == "a b c"
    assert text_of(b"\x81\x00") == "\ufffd"


@pytest.mark.parametrize("text", [b"", b"25:00:00,11-20-2026", b"10:15:30,13-20-2026", b"now"])
def test_unreal_times(text: bytes) -> None:
    assert parse_time(text) is None
