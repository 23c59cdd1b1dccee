"""From bytes to frames, and from a frame to its header fields.

Grammar in docs/protocols.md 1.2, deviations in 1.16. Everything stays bytes: pads may hold any
byte, and texts are CP1252 or UTF-8.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from fastcrc import crc16

LF: Final = 0x0A
CR: Final = 0x0D
MAX_PENDING: Final = 8192

# CRC-16/ARC over the body, from the first quote to the byte before CR.
crc: Final = crc16.arc

_ASCII: Final = re.compile(
    rb'\n([0-9A-Fa-f]{4})([0-9A-Fa-f]{4})("(\*?)([^"\r\n]{1,20})"([0-9A-Fa-f]{4})'
    rb"(R[0-9A-Fa-f]{1,6})?(L[0-9A-Fa-f]{0,6})?(#[0-9A-Fa-f]{1,16})?\[([^\r]*))\r\Z"
)
_ENVELOPE: Final = re.compile(rb'\n([0-9A-Fa-f]{4})([0-9A-Fa-f]{4})(".*)\r\Z', re.DOTALL)
_BINARY_ENVELOPE: Final = re.compile(rb'\n(..)(0[0-9A-Fa-f]{3})(".*)\r\Z', re.DOTALL)
_BODY: Final = re.compile(
    rb'"(\*?)([^"\r\n]{1,20})"([0-9A-Fa-f]{4})'
    rb"(R[0-9A-Fa-f]{1,6})?(L[0-9A-Fa-f]{0,6})?(#[0-9A-Fa-f]{1,16})?\[(.*)\Z",
    re.DOTALL,
)
_PARTIAL: Final = re.compile(
    rb'"\*?[^"\r\n]{1,20}"([0-9A-Fa-f]{4})(R[0-9A-Fa-f]{1,6})?(L[0-9A-Fa-f]{0,6})?'
    rb"(#[0-9A-Fa-f]{1,16}(?=\[|\Z))?"
)
# A new frame inside what looked like one frame: the sender started over without finishing.
_RESTART: Final = re.compile(rb'\n(?:[0-9A-Fa-f]{8}|..0[0-9A-Fa-f]{3})"', re.DOTALL)
_BINARY_START: Final = re.compile(rb'\n..0[0-9A-Fa-f]{3}"', re.DOTALL)

# Aritech OH panels on the same port: `SR0001L0001    006969XX    [ID00000000]`, CR optional.
FOREIGN_HEARTBEAT: Final = re.compile(
    rb"\n?SR([0-9]{4})L([0-9]{4})\s+(\w{8})\s+\[\w+\]\s*", re.ASCII
)


class Header(NamedTuple):
    """The header fields as sent, letters R, L and # included; "" where the sender left one out.

    `sequence` is "" when not even that could be read; `content` is what follows the bracket and
    None when there was no bracket. `length_fits` compares with the length field.
    """

    body: bytes
    length_fits: bool
    encrypted: bool
    token: bytes
    sequence: bytes
    receiver: bytes
    line: bytes
    account: bytes
    content: bytes | None
    binary_crc: bool
    resynchronised: bool


def read_header(frame: bytes) -> Header | None:
    """Check the CRC (ASCII form, then binary, then a frame started anew inside) and split.

    `frame` runs from LF to CR, both included. None means that no CRC fits: silence.
    """
    match = _ASCII.match(frame)
    if match is not None:
        crc_, length, body, star, token, sequence, receiver, line, account, content = match.groups()
        if crc(body) == int(crc_, 16):
            return Header(
                body,
                int(length, 16) == len(body),
                star == b"*",
                token,
                sequence,
                receiver or b"",
                line or b"",
                account or b"",
                content,
                False,
                False,
            )
    return _read_odd(frame, resynchronised=False)


def _read_odd(frame: bytes, *, resynchronised: bool) -> Header | None:
    match = _ENVELOPE.match(frame)
    if match is not None and crc(match[3]) == int(match[1], 16):
        fits = int(match[2], 16) == len(match[3])
        return _split(match[3], fits=fits, binary=False, resynchronised=resynchronised)
    match = _BINARY_ENVELOPE.match(frame)
    if match is not None and crc(match[3]) == int.from_bytes(match[1], "big"):
        fits = int(match[2], 16) == len(match[3])
        return _split(match[3], fits=fits, binary=True, resynchronised=resynchronised)
    if not resynchronised:
        starts = [found.start() for found in _RESTART.finditer(frame, 1)]
        if starts:
            return _read_odd(frame[starts[-1] :], resynchronised=True)
    return None


def _split(body: bytes, *, fits: bool, binary: bool, resynchronised: bool) -> Header:
    match = _BODY.match(body)
    if match is not None:
        star, token, sequence, receiver, line, account, content = match.groups()
        return Header(
            body,
            fits,
            star == b"*",
            token,
            sequence,
            receiver or b"",
            line or b"",
            account or b"",
            content,
            binary,
            resynchronised,
        )
    partial = _PARTIAL.match(body)
    sequence, receiver, line, account = partial.groups(b"") if partial else (b"", b"", b"", b"")
    return Header(
        body, fits, False, b"", sequence, receiver, line, account, None, binary, resynchronised
    )


class Splitter:
    """Cuts one connection's byte stream into frames.

    Coalesced and split frames, junk before LF and NULs after CR are all ordinary. A line that
    ends with CR but has no LF is handed over too, since other dialects look like that.
    `pending` bytes wait for their CR; `overflowed` when they are more than MAX_PENDING, and then
    nothing more is cut. `junk` counts bytes skipped.
    """

    __slots__ = ("_buffer", "junk", "overflowed")

    def __init__(self) -> None:
        self._buffer = b""
        self.junk = 0
        self.overflowed = False

    @property
    def pending(self) -> bytes:
        """Bytes received since the last complete frame."""
        return self._buffer

    def feed(self, data: bytes) -> list[bytes]:
        """Return the frames completed by `data`, each from LF (or line start) to CR inclusive."""
        if (
            not self._buffer
            and data[:1] == b"\n"
            and data.find(b"\r") == len(data) - 1 >= 8
            and data[1] != LF
            and len(data) <= MAX_PENDING
        ):
            return [data]
        frames = self._cut(self._buffer + data)
        if FOREIGN_HEARTBEAT.fullmatch(self._buffer):
            frames.append(self._buffer)
            self._buffer = b""
        return self._bounded(frames)

    def _cut(self, data: bytes) -> list[bytes]:
        frames: list[bytes] = []
        position = 0
        while True:
            position = self._skip_filler(data, position)
            end = _end_of_frame(data, position)
            if end < 0:
                break
            frames.append(data[position : end + 1])
            position = end + 1
        self._buffer = data[position:]
        return frames

    def _bounded(self, frames: list[bytes]) -> list[bytes]:
        kept = [frame for frame in frames if len(frame) <= MAX_PENDING]
        if len(kept) != len(frames) or len(self._buffer) > MAX_PENDING:
            self.overflowed = True
        return kept

    def _skip_filler(self, data: bytes, position: int) -> int:
        start = position
        size = len(data)
        while position < size:
            byte = data[position]
            if byte == LF:
                if data[position + 1 : position + 2] not in (b"\n", b"\r"):
                    break
                # Two line ends may also be a binary CRC that begins with one.
                if size - position < 8 or _BINARY_START.match(data, position):
                    break
            elif byte not in (0, CR):
                position = self._skip_junk(data, position)
                break
            position += 1
        self.junk += position - start
        return position

    @staticmethod
    def _skip_junk(data: bytes, position: int) -> int:
        feed = data.find(b"\n", position)
        stop = data.find(b"\r", position)
        if feed >= 0 and (stop < 0 or feed < stop):
            return feed
        return position


def _end_of_frame(data: bytes, position: int) -> int:
    """Index of the CR that ends the frame at `position`, -1 when it has not come yet."""
    end = data.find(b"\r", position)
    if 0 <= end <= position + 2 and _BINARY_START.match(data, position):
        # The CR is one of the two bytes of a binary CRC.
        return data.find(b"\r", position + 8)
    if 0 <= end <= position + 2 and len(data) < position + 8 and data[position] == LF:
        return -1
    return end
