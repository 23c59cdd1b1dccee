"""What a picture says of itself: its size, how the camera was held, and where it was taken. Pure.

Only what is needed is read, and nothing is believed: whatever is odd is as if it were not there.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from trygghetscentral.files.content import ContentType

ORIENTATION: Final = 0x0112
GPS: Final = 0x8825
UPRIGHT: Final = 1
_SIZES: Final = {2: 1, 3: 2, 4: 4, 5: 8}
_LETTERS: Final = {2: "B", 3: "H", 4: "I"}
_MOST_ENTRIES: Final = 200
_FRAMES: Final = frozenset({0xC0, 0xC1, 0xC2})
_BARE: Final = frozenset({0x01, *range(0xD0, 0xD9)})


@dataclass(frozen=True, slots=True)
class Told:
    """What the bytes tell. `position` is longitude and latitude in degrees."""

    width: int
    height: int
    orientation: int = UPRIGHT
    position: tuple[float, float] | None = None


def told_by(data: bytes, kind: ContentType) -> Told | None:
    """What a picture tells; None when not even its size can be read."""
    readers = {
        ContentType.JPEG: _of_jpeg,
        ContentType.PNG: _of_png,
        ContentType.WEBP: _of_webp,
    }
    try:
        size, exif = readers[kind](data)
    except (struct.error, IndexError, KeyError):
        return None
    if size is None or min(size) < 1:
        return None
    return Told(*size, *_read_exif(exif))


_Found = tuple[tuple[int, int] | None, bytes]


def _of_jpeg(data: bytes) -> _Found:
    size, exif = None, b""
    for marker, body in _segments(data):
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", body, 1)
            size = (width, height)
        if marker == 0xE1 and body.startswith(b"Exif\0\0"):
            exif = body[6:]
    return size, exif


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
        elif marker in _BARE:
            at += 2
        elif marker == 0xDA:
            return
        else:
            (length,) = struct.unpack_from(">H", data, at + 2)
            yield marker, data[at + 4 : at + 2 + length]
            at += 2 + max(length, 2)


def _of_png(data: bytes) -> _Found:
    width, height = struct.unpack_from(">II", data, 16)
    exif, at = b"", 8
    while at + 8 <= len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        if name == b"eXIf":
            exif = data[at + 8 : at + 8 + length]
        at += 12 + length
    return (width, height), exif


def _of_webp(data: bytes) -> _Found:
    size, exif, at = None, b"", 12
    while at + 8 <= len(data):
        name, length = struct.unpack_from("<4sI", data, at)
        body = data[at + 8 : at + 8 + length]
        if name == b"VP8X":
            size = (_three(body, 4) + 1, _three(body, 7) + 1)
        elif name == b"VP8 " and size is None:
            width, height = struct.unpack_from("<HH", body, 6)
            size = (width & 0x3FFF, height & 0x3FFF)
        elif name == b"VP8L" and size is None:
            (bits,) = struct.unpack_from("<I", body, 1)
            size = ((bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1)
        elif name == b"EXIF":
            exif = body.removeprefix(b"Exif\0\0")
        at += 8 + length + length % 2
    return size, exif


def _three(body: bytes, at: int) -> int:
    return int.from_bytes(body[at : at + 3], "little")


def _read_exif(exif: bytes) -> tuple[int, tuple[float, float] | None]:
    order = {b"II": "<", b"MM": ">"}.get(exif[:2])
    if order is None:
        return UPRIGHT, None
    try:
        (first,) = struct.unpack_from(f"{order}I", exif, 4)
        entries = _entries(exif, first, order)
        orientation = int(entries.get(ORIENTATION, [UPRIGHT])[0])
        gps = entries.get(GPS)
        position = _position(_entries(exif, int(gps[0]), order)) if gps else None
    except (struct.error, IndexError, ZeroDivisionError):
        return UPRIGHT, None
    return orientation if 1 <= orientation <= 8 else UPRIGHT, position


def _entries(exif: bytes, at: int, order: str) -> dict[int, list[float]]:
    """One directory of TIFF (TIFF 6.0, section 2): numbers by tag."""
    (count,) = struct.unpack_from(f"{order}H", exif, at)
    found: dict[int, list[float]] = {}
    for index in range(min(count, _MOST_ENTRIES)):
        tag, kind, many = struct.unpack_from(f"{order}HHI", exif, at + 2 + 12 * index)
        if kind not in _SIZES or many > 16:
            continue
        place = at + 10 + 12 * index
        if _SIZES[kind] * many > 4:
            (place,) = struct.unpack_from(f"{order}I", exif, place)
        found[tag] = [_number(exif, place + _SIZES[kind] * one, kind, order) for one in range(many)]
    return found


def _number(exif: bytes, at: int, kind: int, order: str) -> float:
    if kind == 5:
        above, below = struct.unpack_from(f"{order}II", exif, at)
        return float(above / below)
    (value,) = struct.unpack_from(f"{order}{_LETTERS[kind]}", exif, at)
    return float(value)


def _position(gps: dict[int, list[float]]) -> tuple[float, float] | None:
    """EXIF 2.32, table 15: 1 and 3 are the hemispheres, 2 and 4 degrees, minutes and seconds."""
    if not {1, 2, 3, 4} <= gps.keys():
        return None
    latitude, longitude = _degrees(gps[2]), _degrees(gps[4])
    south, west = gps[1][0] == ord("S"), gps[3][0] == ord("W")
    if latitude > 90 or longitude > 180 or (latitude == 0 and longitude == 0):
        return None
    return (-longitude if west else longitude, -latitude if south else latitude)


def _degrees(parts: list[float]) -> float:
    degrees, minutes, seconds = (*parts, 0.0, 0.0)[:3]
    return degrees + minutes / 60 + seconds / 3600
