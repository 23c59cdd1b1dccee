"""The data field and what follows it: SIA-DCS, ADM-CID, extended data, time.

Grammars in docs/protocols.md 1.11 and 1.12. Nothing here fails on odd input: what cannot be
read is reported as such, and the frame is kept raw elsewhere.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final, NamedTuple

from alarms.codes import classify
from alarms.incoming import Position, ReportedEvent

_TIME: Final = re.compile(rb"([0-9]{2}):([0-9]{2}):([0-9]{2}),([0-9]{2})-([0-9]{2})-([0-9]{4})\Z")
_CONTROLS: Final = re.compile("[\x00-\x1f\x7f-\x9f]+")
_ZEROS: Final = re.compile(r"0*")


def text_of(raw: bytes) -> str:
    """Decode a text field late: UTF-8 when it is, else Windows-1252; no control characters."""
    if raw.isascii():
        text = raw.decode("ascii")
        return text.strip() if text.isprintable() else _CONTROLS.sub(" ", text).strip()
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        text = raw.decode("cp1252", "replace")
    return _CONTROLS.sub(" ", text).strip()


def parse_time(raw: bytes) -> datetime | None:
    """`HH:MM:SS,MM-DD-YYYY` in UTC, None when it is no real moment."""
    match = _TIME.match(raw)
    if match is None:
        return None
    hour, minute, second, month, day, year = map(int, match.groups())
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None


def _address(raw: bytes) -> str:
    address = raw.decode("ascii")
    return "" if address.strip("0") == "" else address


# --- events -----------------------------------------------------------------------------------


class Events(NamedTuple):
    """What a data field said. `account` is the inner account, upper case, "" when absent."""

    account: str
    events: tuple[ReportedEvent, ...]
    texts: tuple[str, ...]
    complete: bool


_ACCOUNT: Final = re.compile(rb"#([0-9A-Fa-f]{1,16})\Z")
# The form nearly all panels send: one event, perhaps an area before it and a text after it.
_USUAL: Final = re.compile(
    rb"#([0-9A-Fa-f]{1,16})\|N(?:ri([0-9]{1,6})/?)?([A-Z]{2})([0-9A-F]{0,16})"
    rb"(?:\^([^^|/]*)\^)?/?\Z"
)
_PACKET: Final = re.compile(
    rb"/*(?:([a-z]{2})([0-9.:\-]*)"
    rb'|([A-Z]{2})([0-9A-F]*)(?:\*"([^"]*)"(?:[A-Z]{2})?|\*([^/^|]*))?)'
    rb"(?:\^([^^]*)\^?)?/*"
)
_CID: Final = re.compile(
    rb"\s*(?:(?:18|98)\s*)?([0-9A-Fa-f])\s*([0-9A-Fa-f]{3})\s*([0-9A-Fa-f]{2})\s*([0-9A-Fa-f]{3})\s*\Z"
)
_EVENT_BLOCKS: Final = b"NO"
_OTHER_BLOCKS: Final = b"AECP@&#"


def event_of(
    code: str,
    address: str,
    *,
    modifiers: dict[str, str],
    text: str = "",
    replayed: bool = False,
) -> ReportedEvent:
    """One SIA event with its address in the field that the code's table gives it."""
    kind = classify("SIA", code).address_kind
    area, user, zone = modifiers.get("ri", ""), modifiers.get("id", ""), ""
    if kind == "user":
        user = address or user
    elif kind == "area":
        area = address or area
    else:
        zone = address
    return ReportedEvent(
        scheme="SIA",
        code=code,
        area=area,
        zone=zone,
        user=user,
        text=text,
        modifiers=tuple(
            (key, value) for key, value in modifiers.items() if key not in ("ri", "id")
        ),
        replayed=replayed,
    )


def parse_sia(data: bytes) -> Events:
    """SIA-DCS: `#acct|N mod… /CODE addr ^text^ /…|A free text`, modifiers sticky in a block."""
    usual = _USUAL.match(data)
    if usual is None:
        return _parse_sia_blocks(data)
    account, area, code, address, text = usual.groups()
    modifiers = {"ri": _address(area)} if area else {}
    event = event_of(
        code.decode("ascii"),
        _address(address),
        modifiers=modifiers,
        text=text_of(text) if text else "",
    )
    return Events(account.decode("ascii").upper(), (event,), (), True)


def _parse_sia_blocks(data: bytes) -> Events:
    account = ""
    events: list[ReportedEvent] = []
    texts: list[str] = []
    complete = True
    for index, block in enumerate(data.split(b"|")):
        match = _ACCOUNT.match(block) if index == 0 else None
        letter = block[:1]
        if match is not None:
            account = match[1].decode("ascii").upper()
        elif letter and letter in _EVENT_BLOCKS:
            found, whole = _packets(block[1:], replayed=letter == b"O")
            events.extend(found)
            complete &= whole
        elif letter == b"A":
            texts.append(text_of(block[1:].strip(b"^")))
        elif letter and letter not in _OTHER_BLOCKS:
            # Some panels leave the N out or send a lone digit before it.
            found, _ = _packets(block, replayed=False)
            events.extend(found)
    return Events(account, tuple(events), tuple(filter(None, texts)), complete and bool(events))


def _packets(block: bytes, *, replayed: bool) -> tuple[list[ReportedEvent], bool]:
    events: list[ReportedEvent] = []
    modifiers: dict[str, str] = {}
    position = 0
    while position < len(block):
        match = _PACKET.match(block, position)
        if match is None:
            return events, False
        modifier, value, code, address, quoted, _units, text = match.groups()
        position = match.end()
        if modifier is not None:
            name = modifier.decode("ascii")
            modifiers[name] = _address(value) if name in ("ri", "id") else value.decode("ascii")
            if text:
                modifiers[f"{name}-text"] = text_of(text)
            continue
        events.append(
            event_of(
                code.decode("ascii"),
                _address(address),
                modifiers=modifiers,
                text=text_of(text or quoted or b""),
                replayed=replayed,
            )
        )
    return events, bool(events)


def parse_cid(data: bytes) -> Events:
    """ADM-CID: `#acct|QXYZ GG CCC`; blanks optional, a leading message type 18 or 98 tolerated."""
    account = ""
    events: list[ReportedEvent] = []
    texts: list[str] = []
    complete = True
    for index, block in enumerate(data.split(b"|")):
        if index == 0 and (match := _ACCOUNT.match(block)):
            account = match[1].decode("ascii").upper()
        elif match := _CID.match(block):
            events.append(_cid_event(*(part.decode("ascii").upper() for part in match.groups())))
        elif block[:1] == b"A":
            texts.append(text_of(block[1:].strip(b"^")))
        elif block:
            complete = False
    return Events(account, tuple(events), tuple(filter(None, texts)), complete and bool(events))


def _cid_event(qualifier: str, code: str, group: str, number: str) -> ReportedEvent:
    address = "" if number == "000" else number
    is_user = classify("CID", code, qualifier).address_kind == "user"
    return ReportedEvent(
        scheme="CID",
        code=code,
        qualifier=qualifier,
        area="" if group == "00" else group,
        zone="" if is_user else address,
        user=address if is_user else "",
    )


# --- extended data ----------------------------------------------------------------------------


class Extended(NamedTuple):
    """The `[x…]` blocks: all of them in `blocks`, the useful ones also read out."""

    blocks: tuple[tuple[str, str], ...]
    texts: tuple[str, ...]
    location: str
    media: tuple[str, ...]
    position: Position | None
    occurred_at: datetime | None


NO_EXTENDED: Final = Extended((), (), "", (), None, None)
_BLOCK: Final = re.compile(rb"\[([^\]]*)\]")
_COORDINATE: Final = re.compile(
    r"([NSEW])?\s*([+-]?[0-9]{1,3}(?:\.[0-9]+)?)\s*(?:([NSEW])\s*([0-9]{1,2}(?:\.[0-9]+)?)?)?\s*"
)
_LIMITS: Final = {"X": 180.0, "Y": 90.0}
_HEMISPHERES: Final = {"X": "EW", "Y": "NS"}
_MEDIA_SCHEMES: Final = ("https://", "http://", "rtsp://", "rtsps://")


def parse_extended(raw: bytes) -> Extended:
    """Read the blocks after the data field; any order, ids may repeat, unknown ids are kept."""
    blocks: list[tuple[str, str]] = []
    occurred_at = None
    for match in _BLOCK.finditer(raw):
        field = match[1]
        if field:
            blocks.append((field[:1].decode("latin-1"), text_of(field[1:])))
            if field[:1] == b"H":
                occurred_at = parse_time(field[1:]) or occurred_at
    values: dict[str, list[str]] = {}
    for key, value in blocks:
        values.setdefault(key, []).append(value)
    places = [value for key in "LRO" for value in values.get(key, ()) if value]
    links = [link.strip() for value in values.get("V", ()) for link in value.split(",")]
    return Extended(
        blocks=tuple(blocks),
        texts=tuple(value for value in values.get("I", ()) if value),
        location=", ".join(places),
        media=tuple(link for link in links if link.lower().startswith(_MEDIA_SCHEMES)),
        position=_position(values),
        occurred_at=occurred_at,
    )


def _position(values: dict[str, list[str]]) -> Position | None:
    longitude = _degrees("X", values.get("X", ("",))[-1])
    latitude = _degrees("Y", values.get("Y", ("",))[-1])
    if longitude is None or latitude is None:
        return None
    return Position(longitude=longitude, latitude=latitude)


def _degrees(axis: str, text: str) -> float | None:
    """`093W23.456` (degrees, hemisphere, decimal minutes) or decimal degrees, also `18.07E`."""
    match = _COORDINATE.fullmatch(text.upper())
    if match is None:
        return None
    before, number, after, minutes = match.groups()
    hemisphere = before or after or ""
    if (before and after) or (hemisphere and hemisphere not in _HEMISPHERES[axis]):
        return None
    degrees = float(number)
    if minutes is not None:
        if "." in number or degrees < 0 or float(minutes) >= 60:
            return None
        degrees += float(minutes) / 60
    if hemisphere in ("W", "S"):
        degrees = -degrees
    return degrees if abs(degrees) <= _LIMITS[axis] else None
