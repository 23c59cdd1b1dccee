"""UDP senders: one message per datagram, the answer to where it came from."""

from __future__ import annotations

import asyncio
import socket
from typing import Any, Final

from alarms.gateways.dc09.frame import MAX_PENDING, Splitter
from alarms.gateways.dc09.handling import FrameHandler
from alarms.incoming import Channel, Stored

# Datagrams read before TCP senders get their turn.
_TURN: Final = 64
_MAX_DATAGRAM: Final = 65_535

Address = tuple[Any, ...]


class _Slot:
    __slots__ = ("_address", "_door", "proves", "reply")

    def __init__(self, door: DatagramDoor, address: Address) -> None:
        self._door = door
        self._address = address
        self.reply: bytes | None = None
        self.proves = False

    def __call__(self, stored: Stored | None, /) -> None:
        if stored is None:
            self._door.handler.count("not_stored")
        self._door.answer(None if stored is None else self.reply, self._address)

    def settle(self, reply: bytes | None, /) -> None:
        self._door.answer(reply, self._address)


class DatagramDoor:
    """Reads the socket itself rather than through a transport: many datagrams per wake-up."""

    def __init__(self, handler: FrameHandler, sock: socket.socket) -> None:
        self.handler = handler
        self.in_flight = 0
        self._socket = sock
        self._loop = asyncio.get_running_loop()

    def open(self) -> None:
        """Start reading."""
        self._loop.add_reader(self._socket.fileno(), self._readable)

    def stop_reading(self) -> None:
        """Leave what comes from now on to other processes on the port, or to silence."""
        if self._socket.fileno() >= 0:
            self._loop.remove_reader(self._socket.fileno())

    def close(self) -> None:
        """Close the socket; answers still due are lost and their senders try again."""
        self.stop_reading()
        self._socket.close()

    def answer(self, reply: bytes | None, address: Address) -> None:
        """Send `reply`, or nothing when None, and forget the datagram."""
        self.in_flight -= 1
        if reply is None:
            return
        try:
            self._socket.sendto(reply, address)
        except OSError:
            # Full buffer, closed socket or unreachable sender: it will ask again.
            self.handler.count("udp_unsent")
        else:
            self.handler.count("replies")

    def _readable(self) -> None:
        for _ in range(_TURN):
            try:
                data, address = self._socket.recvfrom(_MAX_DATAGRAM)
            except (BlockingIOError, InterruptedError):
                return
            except OSError:
                # An earlier answer came back as unreachable; the socket itself is well.
                self.handler.count("udp_error")
                continue
            self._take(data, address)

    def _take(self, data: bytes, address: Address) -> None:
        peer = str(address[0])
        if len(data) > MAX_PENDING:
            self.handler.count("udp_oversize")
            return
        splitter = Splitter()
        frames = splitter.feed(data)
        if splitter.pending.strip(b"\r\n\0"):
            self.handler.count("udp_unfinished")
            self.handler.keep_sample(splitter.pending, Channel.DC09_UDP, peer)
        for frame in frames:
            if self.in_flight >= self.handler.limits.in_flight_datagrams:
                self.handler.count("udp_dropped")
                return
            self.in_flight += 1
            self.handler.handle(frame, Channel.DC09_UDP, peer, _Slot(self, address))
