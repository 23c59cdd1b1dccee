"""The four answers, byte for byte (docs/protocols.md 1.5). Header fields are echoed as sent."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from alarms.gateways.dc09.cipher import BLOCK, encrypt, random_pad
from alarms.gateways.dc09.frame import Header, crc

FOREIGN_ACK: Final = b'"ACK"'
_MIN_PAD: Final = 16


def wrap(body: bytes) -> bytes:
    """The frame around a body: LF, CRC, length, body, CR."""
    return b"\n%04X%04X%b\r" % (crc(body), len(body), body)


def stamp(now: datetime) -> bytes:
    """`now` (UTC) as DC-09 writes it after the underscore."""
    return now.strftime("%H:%M:%S,%m-%d-%Y").encode("ascii")


def ack(header: Header) -> bytes:
    """Plain ACK."""
    body = b'"ACK"%b%b%b%b[]' % (header.sequence, header.receiver, header.line, header.account)
    return b"\n%04X%04X%b\r" % (crc(body), len(body), body)


def encrypted_ack(
    header: Header, *, key: bytes, now: datetime, with_bar: bool, pad: bytes | None = None
) -> bytes:
    """*ACK under the sender's own key.

    The pad is random and at least 16 bytes, since a zero IV and a constant first block would
    otherwise give the same cipher text each time. Tests pass their own `pad`.
    """
    tail = (b"|]_" if with_bar else b"]_") + stamp(now)
    if pad is None:
        pad = random_pad(_MIN_PAD + (-len(tail) % BLOCK))
    body = b'"*ACK"%b%b%b%b[%b' % (
        header.sequence,
        header.receiver,
        header.line,
        header.account,
        encrypt(key, pad + tail),
    )
    return wrap(body)


def nak(now: datetime) -> bytes:
    """NAK: constant fields, never encrypted; carries our clock so that the sender can set its."""
    return wrap(b'"NAK"0000R0L0A0[]_' + stamp(now))


def duh(header: Header) -> bytes | None:
    """DUH, echoing what could be read; None when not even a sequence number could."""
    if not header.sequence:
        return None
    return wrap(
        b'"DUH"%b%b%b%b[]' % (header.sequence, header.receiver, header.line, header.account)
    )
