"""What a receiver hands over to intake: one `Incoming` per frame or HTTP signal.

Plain data, no Django, so that codecs and receivers can be tested alone. Times are aware UTC.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID


class Channel(enum.StrEnum):
    """The door a signal came in through."""

    DC09_TCP = "dc09-tcp"
    DC09_UDP = "dc09-udp"
    DC09_TLS = "dc09-tls"
    HTTP = "http"


class IncomingKind(enum.StrEnum):
    """What intake does with it: events may become alarms, heartbeats only prove the link."""

    EVENT = "event"
    HEARTBEAT = "heartbeat"
    UNREADABLE = "unreadable"
    SECURITY = "security"


@dataclass(frozen=True, slots=True)
class Position:
    """WGS 84 degrees."""

    longitude: float
    latitude: float


@dataclass(frozen=True, slots=True)
class ReportedEvent:
    """One event out of a frame; a SIA-DCS frame may carry several.

    `scheme` is "SIA", "CID" or "TC" (our own HTTP codes); `code` is native ("BA", "130").
    `qualifier` is the Contact ID one ("1", "3", "6") or "" for SIA, where the code tells it.
    The address of the code lands in `zone`, `user` or `area` by what the code's table says it is
    (a door, point or line counts as `zone`); an address of only zeros is "". Leading zeros are
    kept as sent. `modifiers` are the DC-03 ones in force that have no field of their own.
    `replayed` marks a DC-03 "old" event, sent late from the transmitter's memory.
    """

    scheme: str
    code: str
    qualifier: str = ""
    area: str = ""
    zone: str = ""
    text: str = ""
    occurred_at: datetime | None = None
    user: str = ""
    modifiers: tuple[tuple[str, str], ...] = ()
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Incoming:
    """One received message, parsed as far as it could be.

    `account` is the header account (the transmitter, SPT); `inner_account` the subscriber in the
    data block; both upper case, leading zeros kept. `transmitter_id` is what the directory knew.
    `dedupe_key` is the SHA-256 of protocols.md 1.9, None for heartbeats and HTTP without source_id.
    `clock_skew` in seconds (message time minus ours) when the message carried a time.
    `peer` is the address the frame came from: evidence, never for logs.
    `flags` are the tolerated or refused deviations, from `gateways.dc09.flags` for DC-09.
    """

    kind: IncomingKind
    channel: Channel
    received_at: datetime
    receiver: str = ""
    line: str = ""
    account: str = ""
    inner_account: str = ""
    transmitter_id: int | None = None
    sequence: str = ""
    dedupe_key: bytes | None = None
    events: tuple[ReportedEvent, ...] = ()
    text: str = ""
    location: str = ""
    media: tuple[str, ...] = ()
    position: Position | None = None
    extended: tuple[tuple[str, str], ...] = ()
    raw: bytes = b""
    encrypted: bool = False
    flags: tuple[str, ...] = ()
    clock_skew: int | None = None
    api_client_id: int | None = None
    source_id: str = ""
    peer: str = ""


@dataclass(frozen=True, slots=True)
class Stored:
    """Intake's receipt, given only after the commit."""

    signal_id: int | None
    alarm_public_id: UUID | None
    alarm_number: str
    duplicate: bool


@dataclass(frozen=True, slots=True)
class TransmitterInfo:
    """What a receiver must know to read a transmitter's frames. Keys are raw bytes."""

    id: int
    receiver: str
    line: str
    account: str
    keys: tuple[bytes, ...]
    require_encryption: bool
    ack_with_pipe: bool
    strict_length: bool


class Directory(Protocol):
    """Who may send; a cached view of the transmitters, never stale for more than two seconds."""

    def lookup(self, receiver: str, line: str, account: str) -> TransmitterInfo | None:
        """The transmitter with this (R, L, #account), else one registered without R and L."""

    def answer_unknown_with_duh(self) -> bool:
        """Whether unknown accounts are refused with DUH instead of ACK and an operator alarm."""


class BatchSink(Protocol):
    """The durable side of intake for receivers that cannot afford a task per frame."""

    def submit(self, incoming: Incoming, done: Callable[[Stored | None], None]) -> bool:
        """Queue `incoming`; False when the queue is full, and then `done` is never called.

        `done` is called once, in the thread of the receiver's event loop: with the receipt after
        the commit, with None when nothing was stored. Both False and None mean silence.
        """


class IntakeUnavailable(Exception):
    """Nothing was stored: the receiver must stay silent so that the sender keeps its alarm."""
