"""One TCP or TLS sender: frames in, answers out in the same order.

A plain asyncio.Protocol and no task per frame: at tens of thousands of frames a second the
tasks would cost more than the frames.
"""

from __future__ import annotations

import asyncio
import socket
from collections import deque
from typing import Final, Protocol

from typing_extensions import override

from alarms.gateways.dc09.frame import MAX_PENDING, Splitter
from alarms.gateways.dc09.handling import FrameHandler
from alarms.incoming import Channel, Stored

# Frames of one sender handled before other senders get their turn.
_TURN: Final = 64
_FILLER: Final = b"\r\n\0"


class Registry(Protocol):
    """Who keeps count of the open connections."""

    def admit(self, connection: Connection) -> bool:
        """Whether it may stay; making room by closing another is allowed."""

    def proven(self, connection: Connection) -> None:
        """A message from a known transmitter on it has been stored."""

    def gone(self, connection: Connection) -> None:
        """It is closed."""


class _Slot:
    __slots__ = ("_connection", "proves", "ready", "reply")

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.reply: bytes | None = None
        self.proves = False
        self.ready = False

    def __call__(self, stored: Stored | None, /) -> None:
        connection = self._connection
        if stored is None:
            self.reply = None
            connection.handler.count("not_stored")
        elif self.proves and not connection.is_proven:
            connection.prove()
        self.ready = True
        connection.flush()

    def settle(self, reply: bytes | None, /) -> None:
        self.reply = reply
        self.ready = True
        self._connection.flush()


class Connection(asyncio.Protocol):
    """Splits the stream, hands frames on and writes the answers in the order of the frames."""

    def __init__(self, handler: FrameHandler, registry: Registry, channel: Channel) -> None:
        self.handler = handler
        self.peer = ""
        self.is_proven = False
        self._registry = registry
        self._channel = channel
        self._splitter = Splitter()
        self._backlog: deque[bytes] = deque()
        self._slots: deque[_Slot] = deque()
        self._transport: asyncio.Transport | None = None
        self._loop = asyncio.get_running_loop()
        self._active = self._loop.time()
        self._frame_started: float | None = None
        self._stalled_since: float | None = None
        self._leaving = False
        self._deaf = False
        self._turn_due = False

    @property
    def is_busy(self) -> bool:
        """Whether answers are still owed."""
        return bool(self._slots or self._backlog)

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  what asyncio promises
        self._transport = transport
        address = transport.get_extra_info("peername")
        self.peer = str(address[0]) if address else ""
        size = self.handler.limits.send_buffer
        transport.set_write_buffer_limits(high=size)
        # Left alone, the system's own buffer grows to megabytes for each sender that never reads.
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, size)
        if not self._registry.admit(self):
            transport.abort()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._backlog.clear()
        self._slots.clear()
        self._registry.gone(self)

    @override
    def data_received(self, data: bytes) -> None:
        if self._deaf:
            return
        splitter = self._splitter
        frames = splitter.feed(data)
        if splitter.junk:
            self.handler.count("junk_bytes", splitter.junk)
            splitter.junk = 0
        if frames:
            self._active = self._loop.time()
            self._frame_started = None
            self._backlog.extend(frames)
            if not self._turn_due:
                self._work()
        if splitter.overflowed:
            self._give_up("tcp_closed_overflow")
        elif self._frame_started is None and splitter.pending.strip(_FILLER):
            self._frame_started = self._loop.time()

    @override
    def pause_writing(self) -> None:
        self._stalled_since = self._loop.time()
        self._pause()

    @override
    def resume_writing(self) -> None:
        self._stalled_since = None
        self._resume()

    def flush(self) -> None:
        """Write every answer that is due: those before the first one still awaited."""
        slots = self._slots
        replies: list[bytes] = []
        while slots and slots[0].ready:
            reply = slots.popleft().reply
            if reply is not None:
                replies.append(reply)
        if replies and self._transport is not None and not self._transport.is_closing():
            self._transport.write(replies[0] if len(replies) == 1 else b"".join(replies))
            self.handler.count("replies", len(replies))
        if self._backlog and not self._turn_due:
            self._turn_due = True
            self._loop.call_soon(self._next_turn)
        elif self._leaving and not self.is_busy:
            self._leave_if_done()

    def prove(self) -> None:
        """Remember that a known transmitter speaks here, so that it is never evicted."""
        self.is_proven = True
        self._registry.proven(self)

    def overdue(self, at: float) -> str | None:
        """The counter of the limit that this sender has broken at monotonic second `at`."""
        limits = self.handler.limits
        if self._stalled_since is not None and at - self._stalled_since > limits.stalled_send:
            return "tcp_closed_stalled"
        if self._frame_started is not None and (at - self._frame_started > limits.unfinished_frame):
            return "tcp_closed_slow"
        if self.is_busy:
            return None
        if not self.is_proven and at - self._active > limits.unproven:
            return "tcp_closed_silent"
        return "tcp_closed_idle" if at - self._active > limits.idle else None

    def close(self, reason: str) -> None:
        """Close for having broken a limit; an unfinished frame is kept as a sample."""
        if self._frame_started is not None:
            self._give_up(reason)
        else:
            self.handler.count(reason)
            self.abort()

    def leave(self) -> None:
        """Finish what is under way, then close."""
        self._leaving = True
        self._leave_if_done()

    def abort(self) -> None:
        """Close at once."""
        if self._transport is not None:
            self._transport.abort()

    def _give_up(self, reason: str) -> None:
        self.handler.count(reason)
        self.handler.keep_sample(self._splitter.pending[:MAX_PENDING], self._channel, self.peer)
        self._splitter = Splitter()
        self._frame_started = None
        self._deaf = True
        self._pause()
        self.leave()

    def _leave_if_done(self) -> None:
        if self._transport is not None and not self.is_busy and self._frame_started is None:
            self._transport.close()

    def _next_turn(self) -> None:
        self._turn_due = False
        self._work()

    def _work(self) -> None:
        backlog, slots, handler = self._backlog, self._slots, self.handler
        most = handler.limits.in_flight_per_connection
        for _ in range(_TURN):
            if not backlog or len(slots) >= most:
                break
            # The slot is queued first: a sink may answer before submit returns.
            slot = _Slot(self)
            slots.append(slot)
            self._turn_due = True
            handler.handle(backlog.popleft(), self._channel, self.peer, slot)
            self._turn_due = False
        if not backlog:
            self._resume()
            if self._leaving:
                self._leave_if_done()
        else:
            self._pause()
            if len(slots) < most and not self._turn_due:
                self._turn_due = True
                self._loop.call_soon(self._next_turn)

    def _pause(self) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.pause_reading()

    def _resume(self) -> None:
        hears = self._stalled_since is None and not self._deaf
        if hears and self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()
