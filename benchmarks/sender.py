"""A DC-09 sender that is cheap enough not to be what is measured: one process, many connections,
stop-and-wait on each, frames made beforehand."""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fastcrc import crc16

RECEIVE_BYTES = 4096


def frame(account: str, sequence: int, data: str, kind: str = "SIA-DCS") -> bytes:
    """A plain frame (protocols.md 1.2), with the receiver number that pysiaalarm needs."""
    body = f'"{kind}"{sequence:04d}R1L0#{account}[{data}]'.encode()
    return b"\n%04X0%03X%b\r" % (crc16.arc(body), len(body), body)


def new_events(accounts: Sequence[str], count: int, *, run: int) -> list[bytes]:
    """`count` frames, each a burglary alarm of a zone that has none."""
    size = len(accounts)
    return [
        frame(accounts[n % size], n % 9999 + 1, _event(accounts[n % size], run, n // size))
        for n in range(count)
    ]


def _event(account: str, run: int, number: int, code: str = "BA") -> str:
    return f"#{account}|Nri{run % 90 + 1}/{code}{number + run * 10_000}"


# Ten kinds: burglary, tamper, and faults of eight conditions.
KINDS = ("BA", "TA", "AT", "YT", "WT", "GT", "FT", "LT", "KT", "TT")


def new_rows(accounts: Sequence[str], count: int, *, run: int) -> list[bytes]:
    """`count` frames, each a row of its own on the board if the board was empty, since zones of
    one kind at one object are one row: ten for each account, other kinds in each run."""
    size = len(accounts)
    return [
        frame(
            accounts[n % size],
            n % 9999 + 1,
            _event(accounts[n % size], run, n // size, KINDS[(run + n // size) % len(KINDS)]),
        )
        for n in range(count)
    ]


def heartbeats(accounts: Sequence[str], count: int) -> list[bytes]:
    """`count` frames that only say that the line lives."""
    return [frame(accounts[n % len(accounts)], n % 9999 + 1, "", "NULL") for n in range(count)]


@dataclass(frozen=True, slots=True)
class Result:
    """`latencies` in seconds, sorted."""

    seconds: float
    latencies: list[float]

    @property
    def rate(self) -> float:
        """Acknowledged frames per second."""
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """Milliseconds."""
        return self.latencies[min(int(len(self.latencies) * share), len(self.latencies) - 1)] * 1000


def send(port: int, frames: Sequence[bytes], *, connections: int) -> Result:
    """Send all frames over `connections`, each waiting for its ACK before its next frame."""
    supply: Iterator[bytes] = iter(frames)
    selector = selectors.DefaultSelector()
    sent_at: dict[socket.socket, float] = {}
    latencies: list[float] = []
    for _ in range(connections):
        sock = socket.create_connection(("127.0.0.1", port))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(sock, selectors.EVENT_READ, sock)
        sent_at[sock] = 0.0
    started = time.perf_counter()
    waiting = 0
    for sock in sent_at:
        if (first := next(supply, None)) is None:
            break
        sent_at[sock] = time.perf_counter()
        sock.sendall(first)
        waiting += 1
    while waiting:
        for key, _ in selector.select(timeout=10):
            sock = key.data
            answer = sock.recv(RECEIVE_BYTES)
            now = time.perf_counter()
            if b'"ACK"' not in answer:
                raise RuntimeError(f"no ACK: {answer!r}")
            latencies.append(now - sent_at[sock])
            if (following := next(supply, None)) is None:
                waiting -= 1
                continue
            sent_at[sock] = now
            sock.sendall(following)
    seconds = time.perf_counter() - started
    for sock in sent_at:
        sock.close()
    return Result(seconds, sorted(latencies))
