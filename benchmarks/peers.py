"""What intake is measured against, each as a process of its own on the port it is told.

`pysiaalarm`: a receiver in wide use, which stores nothing and ACKs before its handler runs.
`bare`: the least that a durable ACK can cost, one INSERT of the raw frames per group commit,
without parsing, duplicates, alarms or ledger.
"""

from __future__ import annotations

import asyncio
import logging
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from pysiaalarm.account import SIAAccount
from pysiaalarm.aio.client import SIAClient

from benchmarks.accounts import NAMES
from benchmarks.house import free_port

MOST_PER_BATCH = 500
START_SECONDS = 20.0


@contextmanager
def peer(name: str, *arguments: str) -> Iterator[int]:
    """The port of a running peer."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.peers", name, str(port), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert process.stdout is not None
        if not process.stdout.readline():
            raise RuntimeError(f"{name} did not start")
        yield port
    finally:
        process.kill()
        process.wait(START_SECONDS)


async def pysiaalarm(port: int) -> None:
    """Serve until killed."""
    logging.disable()

    async def handle(_event: object) -> None:
        return

    accounts = [SIAAccount(name) for name in NAMES]
    # The class hands out a subclass of itself, which its types do not tell.
    client = SIAClient("127.0.0.1", port, accounts, handle)  # type: ignore[abstract]
    await client.async_start()
    await _serve_for_ever()


class BareCommitter(threading.Thread):
    """Takes what waits and commits it as one INSERT."""

    def __init__(self, dsn: str, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(daemon=True)
        self.waiting: queue.SimpleQueue[tuple[bytes, asyncio.Transport]] = queue.SimpleQueue()
        self._dsn = dsn
        self._loop = loop

    def run(self) -> None:
        """Until killed."""
        with psycopg.connect(self._dsn, autocommit=True) as connection:
            connection.execute("DROP TABLE IF EXISTS bare")
            connection.execute("CREATE TABLE bare (at timestamptz DEFAULT now(), raw bytea)")
            while True:
                batch = [self.waiting.get()]
                while len(batch) < MOST_PER_BATCH and not self.waiting.empty():
                    batch.append(self.waiting.get())
                connection.execute(
                    "INSERT INTO bare (raw) SELECT unnest(%b::bytea[])",
                    ([raw for raw, _ in batch],),
                    prepare=True,
                )
                self._loop.call_soon_threadsafe(_answer, batch)


def _answer(batch: list[tuple[bytes, asyncio.Transport]]) -> None:
    for _, transport in batch:
        transport.write(b'\n00000010"ACK"0001L0#B0000[]\r')


class BareConnection(asyncio.Protocol):
    """One frame at a time, as the sender sends them."""

    def __init__(self, committer: BareCommitter) -> None:
        self._committer = committer
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where the answer goes."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Hand it to the committer."""
        if self._transport is not None:
            self._committer.waiting.put((data, self._transport))


async def bare(port: int, dsn: str) -> None:
    """Serve until killed."""
    loop = asyncio.get_running_loop()
    committer = BareCommitter(dsn, loop)
    committer.start()
    await loop.create_server(lambda: BareConnection(committer), "127.0.0.1", port)
    await _serve_for_ever()


async def _serve_for_ever() -> None:
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    what, number, *rest = sys.argv[1:]
    asyncio.run(pysiaalarm(int(number)) if what == "pysiaalarm" else bare(int(number), *rest))
