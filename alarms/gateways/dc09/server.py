"""The DC-09 receiver: TCP and UDP on one port, TLS on another if wished.

Several processes may share the port (SO_REUSEPORT). No positive answer leaves before intake has
committed; when intake cannot, the answer is silence and the sender keeps its alarm.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final

import structlog

from alarms.gateways.dc09.connection import Connection
from alarms.gateways.dc09.datagrams import DatagramDoor
from alarms.gateways.dc09.handling import Counters, FrameHandler
from alarms.gateways.dc09.limits import Limits, StartError, raise_file_limit
from alarms.incoming import BatchSink, Channel, Directory

__all__ = ["Counters", "Limits", "Receiver", "StartError"]

_log: Final = structlog.get_logger(__name__)
_BACKLOG: Final = 1024
_UDP_BUFFER: Final = 4 * 1024 * 1024
_SWEEP_SECONDS: Final = 1.0
_DRAIN_STEP_SECONDS: Final = 0.02
_PORT_ATTEMPTS: Final = 20
_TLS_HANDSHAKE_SECONDS: Final = 10.0


class Receiver:
    """One receiver process. `start`, then `drain` when told to stop; not reusable.

    `now` gives aware UTC. With `port` 0 the system chooses; see `port` and `tls_port` afterwards.
    """

    def __init__(
        self,
        *,
        sink: BatchSink,
        directory: Directory,
        counters: Counters,
        now: Callable[[], datetime],
        host: str = "127.0.0.1",
        port: int = 0,
        limits: Limits | None = None,
        tls: ssl.SSLContext | None = None,
        tls_port: int = 0,
    ) -> None:
        self.port = port
        self.tls_port = tls_port
        self._host = host
        self._tls = tls
        self._limits = limits or Limits()
        self._handler = FrameHandler(
            sink=sink, directory=directory, counters=counters, limits=self._limits, now=now
        )
        self._guests = Guests(self._limits, counters)
        self._servers: list[asyncio.Server] = []
        self._datagrams: DatagramDoor | None = None
        self._sweeper: asyncio.Task[None] | None = None

    @property
    def connections(self) -> int:
        """How many senders are connected now."""
        return len(self._guests.all)

    async def start(self) -> None:
        """Open the ports; StartError when the file limit or a port cannot be had."""
        raise_file_limit(self._limits.connections)
        tcp, udp = self._bind_pair()
        await self._listen(tcp, Channel.DC09_TCP, None)
        self._datagrams = DatagramDoor(self._handler, udp)
        self._datagrams.open()
        if self._tls is not None:
            secure = self._bind(socket.SOCK_STREAM, self.tls_port)
            self.tls_port = secure.getsockname()[1]
            await self._listen(secure, Channel.DC09_TLS, self._tls)
        self._sweeper = asyncio.create_task(self._sweep(), name="dc09-sweeper")
        _log.info("dc09.started", port=self.port, tls_port=self.tls_port if self._tls else None)

    async def drain(self, timeout: float = 10.0) -> None:
        """Accept nothing new, answer what is under way, close; cut what is left at `timeout`.

        May be called again.
        """
        self._guests.is_full = True
        for server in self._servers:
            server.close()
        if self._datagrams is not None:
            self._datagrams.stop_reading()
        for guest in list(self._guests.all):
            guest.leave()
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout
        while self._is_busy() and loop.time() < deadline:
            await asyncio.sleep(_DRAIN_STEP_SECONDS)
        cut = self.connections
        for guest in list(self._guests.all):
            guest.abort()
        if self._sweeper is not None:
            self._sweeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._sweeper
        if self._datagrams is not None:
            self._datagrams.close()
        await asyncio.sleep(0)
        _log.info("dc09.drained", cut=cut)

    def _is_busy(self) -> bool:
        waiting = self._datagrams.in_flight if self._datagrams is not None else 0
        return bool(self._guests.all or waiting)

    async def _listen(
        self, sock: socket.socket, channel: Channel, tls: ssl.SSLContext | None
    ) -> None:
        def welcome() -> Connection:
            return Connection(self._handler, self._guests, channel)

        self._servers.append(
            await asyncio.get_running_loop().create_server(
                welcome,
                sock=sock,
                backlog=_BACKLOG,
                ssl=tls,
                ssl_handshake_timeout=_TLS_HANDSHAKE_SECONDS if tls is not None else None,
            )
        )

    def _bind_pair(self) -> tuple[socket.socket, socket.socket]:
        """TCP and UDP on the same number; with port 0 until one is free for both."""
        wanted = self.port
        for attempt in range(_PORT_ATTEMPTS):
            tcp = self._bind(socket.SOCK_STREAM, wanted)
            self.port = tcp.getsockname()[1]
            try:
                return tcp, self._bind(socket.SOCK_DGRAM, self.port)
            except StartError:
                tcp.close()
                if wanted or attempt == _PORT_ATTEMPTS - 1:
                    raise
        raise StartError("no port is free for both TCP and UDP")

    def _bind(self, kind: socket.SocketKind, port: int) -> socket.socket:
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        sock = socket.socket(family, kind)
        try:
            sock.setblocking(False)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            if kind is socket.SOCK_DGRAM:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _UDP_BUFFER)
            if family == socket.AF_INET6:
                sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
            sock.bind((self._host, port))
        except OSError as error:
            sock.close()
            raise StartError(f"cannot listen on {self._host} port {port}: {error}") from error
        return sock

    async def _sweep(self) -> None:
        """One timer for all senders is cheaper than one each."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(_SWEEP_SECONDS)
            at = loop.time()
            for guest in list(self._guests.all):
                reason = guest.overdue(at)
                if reason is not None:
                    guest.close(reason)


class Guests:
    """The open connections, and who has to leave when there are too many.

    Whoever has had a message stored is never put out for a newcomer, so that a flood of idle
    connections neither takes a transmitter's line nor keeps a new one from getting through.
    `is_full` closes the door for good.
    """

    def __init__(self, limits: Limits, counters: Counters) -> None:
        self.all: dict[Connection, None] = {}
        self.is_full = False
        self._limits = limits
        self._count = counters.count
        self._unproven: dict[Connection, None] = {}
        self._peers: dict[str, dict[Connection, None]] = {}

    def admit(self, connection: Connection) -> bool:
        """Let `connection` in, if need be in place of the oldest unproven one."""
        peers = self._peers.get(connection.peer, {})
        if self.is_full:
            room = False
        elif len(peers) >= self._limits.connections_per_peer:
            room = self._put_out(guest for guest in peers if guest in self._unproven)
        elif len(self.all) >= self._limits.connections:
            room = self._put_out(self._unproven)
        else:
            room = True
        if not room:
            self._count("tcp_refused")
            return False
        self._count("tcp_opened")
        self.all[connection] = None
        self._unproven[connection] = None
        self._peers.setdefault(connection.peer, {})[connection] = None
        return True

    def proven(self, connection: Connection) -> None:
        """`connection` speaks for a known transmitter."""
        self._unproven.pop(connection, None)

    def gone(self, connection: Connection) -> None:
        """Forget `connection`."""
        if connection not in self.all:
            return
        del self.all[connection]
        self._unproven.pop(connection, None)
        peers = self._peers[connection.peer]
        del peers[connection]
        if not peers:
            del self._peers[connection.peer]
        self._count("tcp_closed")

    def _put_out(self, candidates: Iterable[Connection]) -> bool:
        guest = next(iter(candidates), None)
        if guest is None:
            return False
        self._count("tcp_evicted")
        self.gone(guest)
        guest.abort()
        return True
