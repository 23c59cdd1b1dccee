"""One ear of the channel layer per process, however many sockets it has.

A message is taken in and unpacked once, and handed to each reader's own inbox. A reader who is
too slow loses messages, is told so, and reads the database instead. Without Redis nothing is
heard, and each reader's heartbeat finds what is missing.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar
from weakref import WeakKeyDictionary

import structlog
from channels.db import database_sync_to_async
from channels.layers import get_channel_layer
from redis import RedisError

from trygghetscentral.live.registry import Counts, Stream
from trygghetscentral.live.rights import Rights
from trygghetscentral.live.rows import Batch, View, unpacked_batch
from trygghetscentral.live.selection import Selection
from trygghetscentral.live.shared_reads import SharedReads
from trygghetscentral.live.snapshots import Newest, newest_change, read_view

COUNTS_SECONDS = 0.5
NEWEST_SECONDS = 1.0
VIEW_SECONDS = 1.0
JOIN_SECONDS = 1.0
REST_SECONDS = 1.0
DATABASE_THREADS = 4

log = structlog.get_logger()

T = TypeVar("T")

_database = ThreadPoolExecutor(DATABASE_THREADS, thread_name_prefix="live-db")


async def in_database(work: Callable[[], T]) -> T:
    """Run `work` in one of a few threads, with a connection that goes back to the pool.

    Not in the one thread that the process's other sync code shares, where a slow query would
    hold up every socket.
    """
    run = database_sync_to_async(work, thread_sensitive=False, executor=_database)
    answer: T = await run()
    return answer


class Reader(Protocol):
    """Somebody who follows a group."""

    def hear(self, batch: Batch) -> None:
        """Take a message in, at once and without waiting."""
        ...


@dataclass(frozen=True, slots=True)
class Timed:
    """Counts, when they were read, and the seq that they are true at, or later."""

    counts: Counts
    seq: int
    at: float


class Hub:
    """The readers of one event loop. Hears from the first `join` to the last `leave`."""

    def __init__(self) -> None:
        self._readers: dict[str, set[Reader]] = {}
        self._heard: set[str] = set()
        self._task: asyncio.Task[None] | None = None
        self._wanted = asyncio.Event()
        self._joined = asyncio.Condition()
        self._views: SharedReads[tuple[float, View]] = SharedReads()
        self._counts: SharedReads[Timed] = SharedReads()
        self._newest: SharedReads[tuple[float, Newest]] = SharedReads()

    async def join(self, group: str, reader: Reader) -> None:
        """Have the reader hear the group. Returns when it does, or after a second without Redis."""
        self._readers.setdefault(group, set()).add(reader)
        if self._task is None:
            self._task = asyncio.create_task(self._hear())
        self._wanted.set()
        try:
            async with asyncio.timeout(JOIN_SECONDS), self._joined:
                await self._joined.wait_for(lambda: group in self._heard)
        except TimeoutError:
            log.warning("live_group_not_heard", group=group)

    async def leave(self, group: str, reader: Reader) -> None:
        """The reader hears the group no more."""
        readers = self._readers.get(group, set())
        readers.discard(reader)
        if not readers and self._readers.pop(group, None) is not None:
            self._wanted.set()
        if not self._readers and self._task is not None:
            task, self._task = self._task, None
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _hear(self) -> None:
        layer = get_channel_layer()
        while True:
            try:
                channel = await layer.new_channel("live.")
                break
            except (RedisError, OSError) as error:
                log.warning("live_without_redis", error=type(error).__name__)
                await asyncio.sleep(REST_SECONDS)
        heard = self._heard = set[str]()
        self._wanted.set()
        listening = asyncio.create_task(self._listen(layer, channel))
        try:
            while True:
                await self._enter(layer, channel)
        finally:
            await self._leave_all(layer, channel, heard)
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)

    async def _leave_all(self, layer: Any, channel: str, heard: set[str]) -> None:
        while heard:
            try:
                await layer.group_discard(heard.pop(), channel)
            except (RedisError, OSError) as error:
                log.warning("live_without_redis", error=type(error).__name__)

    async def _enter(self, layer: Any, channel: str) -> None:
        """Enter the groups that have got their first reader, leave those that lost their last."""
        await self._wanted.wait()
        self._wanted.clear()
        try:
            for group in self._readers.keys() - self._heard:
                await layer.group_add(group, channel)
                self._heard.add(group)
            for group in self._heard - self._readers.keys():
                self._heard.discard(group)
                await layer.group_discard(group, channel)
        except (RedisError, OSError) as error:
            log.warning("live_without_redis", error=type(error).__name__)
            await asyncio.sleep(REST_SECONDS)
            self._wanted.set()
        async with self._joined:
            self._joined.notify_all()

    async def _listen(self, layer: Any, channel: str) -> None:
        while True:
            message = await layer.receive(channel)
            try:
                group, batch = message["group"], unpacked_batch(message)
            except (LookupError, TypeError, ValueError):
                # A publisher of another version: its next message shows that this one is missing.
                log.exception("live_message_unreadable")
                continue
            for reader in tuple(self._readers.get(group, ())):
                reader.hear(batch)

    async def view(
        self, stream: Stream, rights: Rights, selection: Selection, *, limit: int, seq: int
    ) -> View:
        """The reader's window, true at `seq` or later and at most a second old."""

        async def ask() -> tuple[float, View]:
            asked = time.monotonic()
            return asked, await in_database(lambda: read_view(stream, rights, limit, selection))

        kind = (rights.language, rights.level)
        question = (stream.name, rights.audiences, kind, limit, selection)
        _, view = await self._views.get(
            question,
            lambda known: known[1].seq >= seq and time.monotonic() - known[0] < VIEW_SECONDS,
            ask,
        )
        return view

    async def counts(
        self, stream: Stream, rights: Rights, selection: Selection, *, seq: int
    ) -> Timed:
        """The counts, true at `seq` or at most half a second old."""

        async def ask() -> Timed:
            asked = time.monotonic()
            found = await in_database(lambda: stream.counts(rights.audiences, selection))
            return Timed(found, seq, asked)

        def fresh(known: Timed) -> bool:
            return time.monotonic() - known.at < COUNTS_SECONDS

        question = (stream.name, rights.audiences, selection)
        return await self._counts.get(question, fresh, ask)

    async def newest(self, stream: Stream, rights: Rights, *, since: int) -> Newest:
        """The newest change for the reader after `since`, at most a second old."""

        async def ask() -> tuple[float, Newest]:
            asked = time.monotonic()
            return asked, await in_database(lambda: newest_change(stream, rights.audiences, since))

        _, newest = await self._newest.get(
            (stream.name, rights.audiences),
            lambda known: known[1].floor <= since and time.monotonic() - known[0] < NEWEST_SECONDS,
            ask,
        )
        return newest


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub() -> Hub:
    """The hub of the running loop."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub()
    return _hubs[loop]
