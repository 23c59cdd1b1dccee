"""The receiver's decision table, docs/protocols.md 1.13, row by row.

`decide` is a pure function of the frame, the directory and the time. It never raises on odd
input: the network may send anything.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final, NamedTuple

from alarms.codes import classify
from alarms.gateways.dc09 import cipher, payload, reply
from alarms.gateways.dc09.flags import Flag
from alarms.gateways.dc09.frame import FOREIGN_HEARTBEAT, Header, read_header
from alarms.incoming import (
    Channel,
    Directory,
    Incoming,
    IncomingKind,
    ReportedEvent,
    TransmitterInfo,
)

# Accepted age of an encrypted message against our clock, in seconds (docs/protocols.md 1.7).
OLDEST: Final = -40
NEWEST: Final = 20

_HEARTBEATS: Final = frozenset({b"NULL", b"XNM"})
_SCHEMES: Final = {b"SIA-DCS": "SIA", b"ADM-CID": "CID"}
_REPLY_TOKENS: Final = frozenset({b"ACK", b"NAK", b"DUH", b"RSP"})
_AFTER_DATA: Final = re.compile(rb"((?:\[[^\]]*\])*)(?:_([0-9:,\-]*))?\Z")


class Outcome(enum.StrEnum):
    """How one frame ended; the names of the counters."""

    ACCEPTED = "accepted"
    HEARTBEAT = "heartbeat"
    UNKNOWN_ACCOUNT = "unknown_account"
    BAD_CRC = "bad_crc"
    WRONG_LENGTH = "wrong_length"
    BAD_HEADER = "bad_header"
    UNCLOSED = "unclosed"
    UNSUPPORTED_TOKEN = "unsupported_token"  # noqa: S105  the word of the standard
    REPLY_RECEIVED = "reply_received"
    UNDECIPHERABLE = "undecipherable"
    CLOCK = "clock"
    DOWNGRADE = "downgrade"


class Decision(NamedTuple):
    """What to hand to intake and what to answer.

    `reply` None means silence. With `reply_after_store` the reply is a receipt: it may leave
    only when intake has committed `incoming`. `security` marks what a technician must see.
    """

    incoming: Incoming
    reply: bytes | None
    reply_after_store: bool
    outcome: Outcome
    security: bool = False


class _Content(NamedTuple):
    """The clear part of a message: `core` is the data and its blocks, without pad and time."""

    data: bytes
    blocks: bytes
    core: bytes
    stamp: bytes | None


@dataclass(slots=True)
class _Reading:
    """One frame under way through the table."""

    frame: bytes
    header: Header
    channel: Channel
    now: datetime
    peer: str
    receiver: str
    line: str
    account: str
    info: TransmitterInfo | None
    flags: list[Flag]
    key: bytes | None = None
    skew: int | None = None

    def refused(
        self, outcome: Outcome, answer: bytes | None, flag: Flag, *, security: bool = False
    ) -> Decision:
        """Keep the frame raw and answer at once: a refusal is no receipt."""
        if flag not in self.flags:
            self.flags.append(flag)
        kind = IncomingKind.SECURITY if security else IncomingKind.UNREADABLE
        return Decision(_raw(self, kind), answer, False, outcome, security)

    def flag_names(self) -> tuple[str, ...]:
        """The flags as plain text, which any store can take."""
        return tuple(flag.value for flag in self.flags) if self.flags else ()

    def duh(self, outcome: Outcome, flag: Flag, *, security: bool = False) -> Decision:
        """Refuse with DUH."""
        return self.refused(outcome, reply.duh(self.header), flag, security=security)

    def positive(self, pad: bytes | None) -> bytes:
        """The ACK in the form the message came in."""
        if self.key is None:
            return reply.ack(self.header)
        return reply.encrypted_ack(
            self.header,
            key=self.key,
            now=self.now,
            with_bar=self.info is not None and self.info.ack_with_pipe,
            pad=pad,
        )


def decide(
    frame: bytes,
    *,
    channel: Channel,
    directory: Directory,
    now: datetime,
    peer: str = "",
    pad: bytes | None = None,
) -> Decision:
    """Read one frame (LF to CR inclusive, or a line of another dialect) and decide on it.

    `now` is aware UTC. `pad` replaces the random pad of an encrypted ACK, for worked vectors.
    """
    header = read_header(frame)
    if header is None:
        return _without_crc(frame, channel, directory, now, peer)
    reading = _begin(frame, header, channel, directory, now, peer)
    refusal = _refuse_form(reading)
    if refusal is not None:
        return refusal
    content = header.content or b""
    if header.encrypted:
        opened = _decipher(reading, content)
        if isinstance(opened, Decision):
            return opened
        content = opened
    elif reading.info is not None and reading.info.require_encryption:
        return reading.duh(Outcome.DOWNGRADE, Flag.CLEAR_TEXT, security=True)
    parts = _split_content(reading, content)
    if parts is None:
        return reading.duh(Outcome.UNCLOSED, Flag.UNCLOSED)
    if header.token in _HEARTBEATS:
        return _heartbeat(reading, parts, pad)
    return _event(reading, parts, directory, pad)


def _begin(
    frame: bytes,
    header: Header,
    channel: Channel,
    directory: Directory,
    now: datetime,
    peer: str,
) -> _Reading:
    receiver = header.receiver[1:].decode("ascii").upper()
    line = header.line[1:].decode("ascii").upper()
    account = header.account[1:].decode("ascii").upper()
    flags: list[Flag] = []
    if header.binary_crc:
        flags.append(Flag.BINARY_CRC)
    if header.resynchronised:
        flags.append(Flag.RESYNCHRONISED)
    if not header.length_fits:
        flags.append(Flag.LENGTH)
    info = directory.lookup(receiver, line, account) if account else None
    return _Reading(frame, header, channel, now, peer, receiver, line, account, info, flags)


def _without_crc(
    frame: bytes, channel: Channel, directory: Directory, now: datetime, peer: str
) -> Decision:
    match = FOREIGN_HEARTBEAT.fullmatch(frame)
    if match is None:
        incoming = Incoming(
            kind=IncomingKind.UNREADABLE,
            channel=channel,
            received_at=now,
            raw=frame,
            flags=(Flag.BAD_CRC.value,),
            peer=peer,
        )
        return Decision(incoming, None, False, Outcome.BAD_CRC)
    receiver, line, account = (part.decode("ascii").upper() for part in match.groups())
    info = directory.lookup(receiver, line, account)
    incoming = Incoming(
        kind=IncomingKind.HEARTBEAT,
        channel=channel,
        received_at=now,
        receiver=receiver,
        line=line,
        account=account,
        transmitter_id=info.id if info else None,
        raw=frame,
        flags=(Flag.FOREIGN.value,),
        peer=peer,
    )
    return Decision(incoming, reply.FOREIGN_ACK, True, Outcome.HEARTBEAT)


def _refuse_form(reading: _Reading) -> Decision | None:
    """Rows 4 to 6."""
    header, info = reading.header, reading.info
    if not header.length_fits and info is not None and info.strict_length:
        return reading.refused(Outcome.WRONG_LENGTH, None, Flag.LENGTH)
    if header.content is None:
        return reading.duh(Outcome.BAD_HEADER, Flag.HEADER)
    if header.token in _SCHEMES or header.token in _HEARTBEATS:
        return None
    if header.token in _REPLY_TOKENS:
        # Answering an answer would let one forged datagram set two receivers against each other.
        return reading.refused(Outcome.REPLY_RECEIVED, None, Flag.TOKEN)
    return reading.duh(Outcome.UNSUPPORTED_TOKEN, Flag.TOKEN)


def _decipher(reading: _Reading, content: bytes) -> bytes | Decision:
    """Rows 7 and 8: the clear text after its pad, or the refusal."""
    keys = reading.info.keys if reading.info is not None else ()
    if not keys:
        return reading.duh(Outcome.UNDECIPHERABLE, Flag.NO_KEY, security=True)
    blocks = cipher.decode_hex(content)
    opened = cipher.open_with(keys, blocks) if blocks is not None else None
    if opened is None:
        return reading.duh(Outcome.UNDECIPHERABLE, Flag.WRONG_KEY, security=True)
    reading.key, (clear, timed) = opened
    moment = payload.parse_time(clear[-19:]) if timed else None
    if moment is None:
        return reading.refused(Outcome.CLOCK, reply.nak(reading.now), Flag.NO_TIME)
    reading.skew = _skew(moment, reading.now)
    if not OLDEST <= reading.skew <= NEWEST:
        return reading.refused(Outcome.CLOCK, reply.nak(reading.now), Flag.CLOCK)
    return clear


def _skew(moment: datetime, now: datetime) -> int:
    return (moment - now.replace(microsecond=0)) // timedelta(seconds=1)


def _split_content(reading: _Reading, content: bytes) -> _Content | None:
    close = content.find(b"]")
    if close < 0:
        return None
    data, rest = content[:close], content[close + 1 :]
    if not rest:
        return _Content(data, b"", data, None)
    match = _AFTER_DATA.match(rest)
    if match is None:
        reading.flags.append(Flag.TRAILING)
        return _Content(data, rest, content, None)
    blocks, stamp = match.groups()
    return _Content(data, blocks, data + blocks, stamp)


def _read_stamp(reading: _Reading, stamp: bytes | None) -> None:
    """A plain message is never refused for its time; we note how far off its clock is."""
    if stamp is None or reading.skew is not None:
        return
    moment = payload.parse_time(stamp)
    if moment is None:
        reading.flags.append(Flag.TIME)
    else:
        reading.skew = _skew(moment, reading.now)


def _raw(reading: _Reading, kind: IncomingKind) -> Incoming:
    return Incoming(
        kind=kind,
        channel=reading.channel,
        received_at=reading.now,
        receiver=reading.receiver,
        line=reading.line,
        account=reading.account,
        transmitter_id=reading.info.id if reading.info is not None else None,
        sequence=reading.header.sequence.decode("ascii"),
        raw=reading.frame,
        encrypted=reading.header.encrypted,
        flags=reading.flag_names(),
        clock_skew=reading.skew,
        peer=reading.peer,
    )


def _heartbeat(reading: _Reading, parts: _Content, pad: bytes | None) -> Decision:
    """Row 10: also from accounts we do not know, which intake may count but not act on."""
    _read_stamp(reading, parts.stamp)
    if reading.info is None:
        reading.flags.append(Flag.UNKNOWN_ACCOUNT)
    incoming = _raw(reading, IncomingKind.HEARTBEAT)
    return Decision(incoming, reading.positive(pad), True, Outcome.HEARTBEAT)


def _event(reading: _Reading, parts: _Content, directory: Directory, pad: bytes | None) -> Decision:
    """Rows 11, 12 and 15; row 13 is intake's, which holds the keys, and row 14 the server's."""
    scheme = _SCHEMES[reading.header.token]
    found = payload.parse_sia(parts.data) if scheme == "SIA" else payload.parse_cid(parts.data)
    _read_stamp(reading, parts.stamp)
    if not reading.account and found.account:
        # No account in the header: the subscriber's own is all there is to know it by.
        reading.account = found.account
        reading.info = directory.lookup(reading.receiver, reading.line, found.account)
        if reading.info is not None and reading.info.require_encryption:
            return reading.duh(Outcome.DOWNGRADE, Flag.CLEAR_TEXT, security=True)
    extended = payload.parse_extended(parts.blocks) if parts.blocks else payload.NO_EXTENDED
    incoming = _event_incoming(reading, parts, _complete(found, scheme, reading), extended)
    if reading.info is None:
        if directory.answer_unknown_with_duh():
            return Decision(incoming, reply.duh(reading.header), False, Outcome.UNKNOWN_ACCOUNT)
        return Decision(incoming, reading.positive(pad), True, Outcome.UNKNOWN_ACCOUNT)
    return Decision(incoming, reading.positive(pad), True, Outcome.ACCEPTED)


def _complete(found: payload.Events, scheme: str, reading: _Reading) -> payload.Events:
    """Add the flags, and an event without a code where none could be read: it alarms as unknown."""
    flags = reading.flags
    if not found.complete:
        flags.append(Flag.UNPARSABLE)
    if not found.events:
        return found._replace(events=(ReportedEvent(scheme=scheme, code=""),))
    for event in found.events:
        if not classify(event.scheme, event.code, event.qualifier).known:
            flags.append(Flag.UNKNOWN_CODE)
            break
    if found.account and found.account.lstrip("0") != reading.account.lstrip("0"):
        flags.append(Flag.INNER_ACCOUNT)
    if reading.info is None:
        flags.append(Flag.UNKNOWN_ACCOUNT)
    return found


def _event_incoming(
    reading: _Reading, parts: _Content, found: payload.Events, extended: payload.Extended
) -> Incoming:
    header = reading.header
    sequence = header.sequence.decode("ascii")
    identity = f"{reading.receiver}\0{reading.line}\0{reading.account}\0{sequence}\0"
    events = found.events
    if extended.occurred_at is not None:
        events = tuple(_dated(event, extended.occurred_at) for event in events)
    return Incoming(
        kind=IncomingKind.EVENT,
        channel=reading.channel,
        received_at=reading.now,
        receiver=reading.receiver,
        line=reading.line,
        account=reading.account,
        inner_account=found.account,
        transmitter_id=reading.info.id if reading.info is not None else None,
        sequence=sequence,
        dedupe_key=sha256(identity.encode("ascii") + parts.core).digest(),
        events=events,
        text="; ".join(found.texts + extended.texts),
        location=extended.location,
        media=extended.media,
        position=extended.position,
        extended=extended.blocks,
        raw=reading.frame,
        encrypted=header.encrypted,
        flags=reading.flag_names(),
        clock_skew=reading.skew,
        peer=reading.peer,
    )


def _dated(event: ReportedEvent, moment: datetime) -> ReportedEvent:
    return ReportedEvent(
        scheme=event.scheme,
        code=event.code,
        qualifier=event.qualifier,
        area=event.area,
        zone=event.zone,
        text=event.text,
        occurred_at=moment,
        user=event.user,
        modifiers=event.modifiers,
        replayed=event.replayed,
    )
