"""The one process that follows the ledger and tells every screen.

A hint in Redis wakes it; without Redis it looks four times a second. Neither Redis nor
PostgreSQL going away ends it: it waits, leads again and goes on from its cursor.
"""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

import structlog
from channels.layers import get_channel_layer
from django.conf import settings
from django.db import Error as DatabaseError
from redis import RedisError
from redis.asyncio import Redis

from trygghetscentral.ledger.wake import CHANNEL
from trygghetscentral.live import follow, registry, services
from trygghetscentral.live.groups import group_name
from trygghetscentral.live.merge import Budget, Due, Merger
from trygghetscentral.live.registry import Stream
from trygghetscentral.live.rows import Batch
from trygghetscentral.shared import clock

TICK_SECONDS = 0.25
# Between two looks at the ledger: what comes in a flood is read, rendered and sent together.
LOOK_SECONDS = 0.02
BEAT_SECONDS = 1.0
STANDBY_SECONDS = 1.0
FIRST_REST_SECONDS = 0.2
LAST_REST_SECONDS = 2.0
SEND_SECONDS = 2.0

log = structlog.get_logger()

T = TypeVar("T")


@dataclass(slots=True)
class Line:
    """One stream on its way out. `told` is the seq of the last message."""

    stream: Stream
    merger: Merger
    told: int
    budget: Budget = field(default_factory=Budget)


class Publisher:
    """`await run()` leads when nobody else does, until `stop()`."""

    def __init__(self, streams: Iterable[Stream] | None = None) -> None:
        self._streams = tuple(registry.all_streams() if streams is None else streams)
        self._name = f"{socket.gethostname()}:{os.getpid()}"
        self._database = ThreadPoolExecutor(1, thread_name_prefix="publisher-db")
        self._stopping = asyncio.Event()
        self._news = asyncio.Event()
        self._lines: tuple[Line, ...] = ()
        self._covered: int | None = None
        self._beat_at = 0.0
        self._behind = 0.0
        self.leading = False
        self.rows_rendered = 0
        self.messages_sent = 0

    @property
    def covered(self) -> int:
        """The seq up to which every change has gone out."""
        return self._covered or 0

    def stop(self) -> None:
        """End in order, soon."""
        self._stopping.set()
        self._news.set()

    async def run(self) -> None:
        """Follow the ledger until told to stop. Never ends because of Redis or PostgreSQL."""
        listener = asyncio.create_task(self._listen())
        rest = FIRST_REST_SECONDS
        cold = True
        try:
            while not self._stopping.is_set():
                try:
                    if cold:
                        await self._warm_up()
                        cold = False
                    if await self._in_database(follow.lead):
                        rest = FIRST_REST_SECONDS
                        await self._lead()
                    else:
                        await self._pause(STANDBY_SECONDS)
                except DatabaseError as error:
                    log.warning("publisher_without_database", error=type(error).__name__)
                    self.leading = False
                    await self._in_database(follow.step_down)
                    await self._pause(rest)
                    rest = min(LAST_REST_SECONDS, rest * 2)
        finally:
            listener.cancel()
            await asyncio.gather(listener, return_exceptions=True)
            await self._in_database(follow.step_down)
            self._database.shutdown()

    async def _warm_up(self) -> None:
        """Show one row to nobody: the first reading of templates and addresses takes long."""
        for stream in self._streams:
            subjects = await self._in_database(partial(follow.latest, stream))
            due = Due(subjects, covered=0, dirty=False)
            await self._in_database(partial(_prepared, stream, due, len(subjects)))

    async def _lead(self) -> None:
        start = await self._in_database(lambda: follow.start_after(self._covered))
        self._covered = read = start.seq
        self._lines = tuple(Line(stream, Merger(read), read) for stream in self._streams)
        self.leading = True
        log.info("publisher_leads", seq=read, leader=self._name, skipped=start.skipped)
        if start.skipped:
            for line in self._lines:
                await self._tell(line, Due({}, read, dirty=True), follow.unprepared(line.stream))
        await self._beat()
        while not self._stopping.is_set():
            looked_at = time.monotonic()
            self._news.clear()
            told = await self._in_database(partial(follow.portion, read))
            if told:
                read = told[-1].seq
                self._behind = max(self._behind, (clock.now() - told[0].at).total_seconds())
                self._take_in(told, read)
            for line in self._lines:
                await self._send(line)
            self._covered = min((line.merger.covered() for line in self._lines), default=read)
            if time.monotonic() - self._beat_at >= BEAT_SECONDS:
                await self._beat()
            if len(told) < follow.PORTION:
                await self._pause(looked_at + LOOK_SECONDS - time.monotonic())
                await self._wait()
        await self._beat()
        self.leading = False

    def _take_in(self, told: list[follow.Told], read: int) -> None:
        for line in self._lines:
            for row in told:
                if not row.exercise and line.stream.concerns(row.name, row.subject_type):
                    line.merger.add(row.subject_id, row.seq)
            line.merger.reach(read)

    async def _send(self, line: Line) -> None:
        now = time.monotonic()
        due = line.merger.take(now)
        if due is None:
            return
        room = line.budget.left(now)
        prepared = await self._in_database(lambda: _prepared(line.stream, due, room))
        line.budget.spend(prepared.living)
        line.merger.rest_until(now + line.budget.wait(now))
        self.rows_rendered += prepared.living * len(prepared.rows)
        await self._tell(line, due, prepared)

    async def _tell(self, line: Line, due: Due, prepared: follow.Prepared) -> None:
        layer = get_channel_layer()
        previous, line.told = line.told, due.covered
        for (language, level), rows in prepared.rows.items():
            batch = Batch(previous, due.covered, due.dirty or prepared.dirty, rows)
            group = group_name(line.stream, language, level)
            try:
                async with asyncio.timeout(SEND_SECONDS):
                    await layer.group_send(group, batch.packed(group))
                self.messages_sent += 1
            except (RedisError, OSError) as error:
                # The next message shows every reader that this one is missing.
                log.warning("publisher_without_redis", error=type(error).__name__)

    async def _beat(self) -> None:
        self._beat_at = time.monotonic()
        behind, self._behind = self._behind, 0.0
        await self._in_database(
            lambda: services.keep_cursor(
                now=clock.now(),
                seq=self._covered or 0,
                leader=self._name,
                behind_seconds=behind,
                rows_rendered=self.rows_rendered,
                messages_sent=self.messages_sent,
            )
        )

    async def _wait(self) -> None:
        now = time.monotonic()
        dues = [line.merger.next_due(now) for line in self._lines]
        soonest = min((due - now for due in dues if due is not None), default=TICK_SECONDS)
        await _happens(self._news, min(TICK_SECONDS, max(0.0, soonest)))

    async def _pause(self, seconds: float) -> None:
        await _happens(self._stopping, seconds)

    async def _listen(self) -> None:
        """Take hints, for as long as there is somebody to give them."""
        rest = FIRST_REST_SECONDS
        while True:
            client = Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2)
            try:
                async with client, client.pubsub() as hints:
                    await hints.subscribe(CHANNEL)
                    async for _hint in hints.listen():
                        rest = FIRST_REST_SECONDS
                        self._news.set()
            except (RedisError, OSError) as error:
                log.warning("publisher_hears_no_hints", error=type(error).__name__)
            await asyncio.sleep(rest)
            rest = min(LAST_REST_SECONDS, rest * 2)

    async def _in_database(self, work: Callable[[], T]) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._database, work)


def _prepared(stream: Stream, due: Due, room: int) -> follow.Prepared:
    try:
        return follow.prepare(stream, due.subjects, room=room)
    except DatabaseError:
        raise
    except Exception:
        # One row that cannot be shown must not freeze the others: every screen reads for itself.
        log.exception("publisher_cannot_prepare", stream=stream.name)
        return follow.unprepared(stream)


async def _happens(event: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True
