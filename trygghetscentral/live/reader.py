"""One screen: what it holds, how far it has come, and what it is told when.

It is true by the chain of messages (each says what it follows on), by a reading of the database
whenever the chain is broken, and by a heartbeat that asks the ledger itself. One task does all
that concerns the window, one thing after the other; what heartbeat and counts ask of the database
is asked beside it, so that a slow database does not hold up what the publisher says.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import time
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import structlog
from django.db import Error as DatabaseError

from trygghetscentral.live import metrics
from trygghetscentral.live.groups import group_name
from trygghetscentral.live.hub import Timed, hub, in_database
from trygghetscentral.live.registry import Stream
from trygghetscentral.live.rights import Gone, Rights, fresh_rights
from trygghetscentral.live.rows import Batch, View
from trygghetscentral.live.selection import Selection
from trygghetscentral.live.services import touch_presence
from trygghetscentral.live.snapshots import Newest, read_missed
from trygghetscentral.live.window import Diff, Window
from trygghetscentral.shared import clock

BEAT_SECONDS = 5.0
COUNTS_SECONDS = 1.0
FILL_SECONDS = 1.0
ROWS_A_SECOND = 25
MISSED_SECONDS = 1.0
REST_SECONDS = 1.0
INBOX = 64

# Every so many heartbeats the window is compared with the database whatever the ledger says.
BEATS_BETWEEN_CHECKS = 6

NEVER = float("inf")

log = structlog.get_logger()


class Screen:
    """Runs until cancelled, or until the account or the session has ended.

    `send` takes JSON text; `close` ends the socket with a code.
    """

    def __init__(
        self,
        stream: Stream,
        rights: Rights,
        *,
        session_key: str,
        limit: int,
        selection: Selection,
        send: Callable[[str], Awaitable[None]],
        close: Callable[[], Awaitable[None]],
    ) -> None:
        self.stream = stream
        self.rights = rights
        self._session_key = session_key
        self._send_text = send
        self._close = close
        self._window = Window(limit, selection)
        self._inbox: deque[Batch] = deque()
        self._asked: int | None = None
        self._news = asyncio.Event()
        # Everything up to `position` is on the screen; `known` is the newest seq heard of;
        # `told` is what the screen has been told that it stands at.
        self.position = self.known = self.told = 0
        self._behind = False
        self._fill_at = self._counts_at = NEVER
        self._beat_at = time.monotonic() + BEAT_SECONDS
        self._fill_after = self._counted_at = self._missed_after = 0.0
        self._beats = 0
        self._alive_at: dt.datetime | None = None
        self._readings: dict[str, asyncio.Task[Any]] = {}

    def hear(self, batch: Batch) -> None:
        """Take a message in. When too many wait, forget them and read the database instead."""
        if len(self._inbox) >= INBOX:
            self._inbox.clear()
            self._behind = True
        self._inbox.append(batch)
        self._news.set()

    def ask_missed(self, since: int) -> None:
        """The screen says that it stands at `since` and wants the rest."""
        self._asked = since if self._asked is None else min(since, self._asked)
        self._news.set()

    def ask_fill(self) -> None:
        """The screen has room for more rows."""
        self._want_fill()
        self._news.set()

    def alive(self, moment: dt.datetime) -> None:
        """The screen has been heard. A socket whose line is cut can be written to for long."""
        self._alive_at = moment

    async def run(self, since: int) -> None:
        """Answer what was missed since `since`, then follow."""
        await self._join()
        metrics.SOCKETS.labels(self.stream.name).inc()
        try:
            await self._open(since)
            while await self._step():
                pass
        finally:
            metrics.SOCKETS.labels(self.stream.name).dec()
            for reading in self._readings.values():
                reading.cancel()
            await asyncio.gather(*self._readings.values(), return_exceptions=True)
            await hub().leave(self._group(), self)

    async def _open(self, since: int) -> None:
        while not await self._guarded(lambda: self._missed(since)):
            await asyncio.sleep(REST_SECONDS)
        await self._send(t="ready", seq=self.position, stream=self.stream.name)

    async def _step(self) -> bool:
        await self._sleep()
        now = time.monotonic()
        if self._asked is not None and now >= self._missed_after:
            since, self._asked = self._asked, None
            if not await self._guarded(lambda: self._missed(since)):
                self.ask_missed(since)
        await self._take_in()
        now = time.monotonic()
        if now >= self._fill_at and not await self._guarded(lambda: self._fill("change")):
            self._fill_at = now + REST_SECONDS
        if now >= self._counts_at:
            self._counts_at = NEVER
            self._read("counts", self._read_counts())
        if now >= self._beat_at:
            self._beat_at = now + BEAT_SECONDS
            self._read("beat", self._read_beat())
        return await self._take_readings()

    def _read(self, name: str, reading: Coroutine[Any, Any, Any]) -> None:
        """Ask the database beside everything else, unless it has not answered the last time."""
        if name in self._readings:
            reading.close()
            return
        task = self._readings[name] = asyncio.create_task(reading)
        task.add_done_callback(lambda _task: self._news.set())

    async def _take_readings(self) -> bool:
        """Returns whether the socket stays open."""
        for name in [name for name, task in self._readings.items() if task.done()]:
            task = self._readings.pop(name)
            try:
                answer = task.result()
                if name == "beat":
                    if not await self._beat(answer):
                        return False
                else:
                    await self._count(answer)
            except DatabaseError as error:
                log.warning("live_without_database", error=type(error).__name__)
        return True

    async def _sleep(self) -> None:
        asked_at = NEVER if self._asked is None else self._missed_after
        pause = min(asked_at, self._fill_at, self._counts_at, self._beat_at) - time.monotonic()
        if pause > 0:
            try:
                async with asyncio.timeout(pause):
                    await self._news.wait()
            except TimeoutError:
                pass
        self._news.clear()

    async def _guarded(self, work: Callable[[], Awaitable[None]]) -> bool:
        """Whether the database answered. While it does not, silence tells the screen so."""
        try:
            await work()
        except DatabaseError as error:
            log.warning("live_without_database", error=type(error).__name__)
            return False
        return True

    async def _missed(self, since: int) -> None:
        self._missed_after = time.monotonic() + MISSED_SECONDS
        moment = clock.now()
        found = await in_database(
            lambda: read_missed(
                self.stream,
                self.rights,
                since=since,
                limit=self._window.limit,
                now=moment,
                selection=self._window.selection,
            )
        )
        if found is None:
            metrics.RELOADS.labels(self.stream.name).inc()
            view = await self._view()
            self._window.adopt(view)
            self._reached(view.seq)
            await self._send(t="reload")
            return
        counts = await self._counts(self.rights, found.view.seq)
        self._window.adopt(found.view)
        self._reached(found.view.seq)
        self.told = found.view.seq
        await self._send(**found.message(now=moment, counts=counts.counts))
        self._recount(counts.seq)

    async def _view(self) -> View:
        held = self._window
        return await hub().view(
            self.stream, self.rights, held.selection, limit=held.limit, seq=self.known
        )

    async def _counts(self, rights: Rights, seq: int) -> Timed:
        return await hub().counts(self.stream, rights, self._window.selection, seq=seq)

    def _reached(self, seq: int) -> None:
        """The window is what the database said at `seq`."""
        self.position = max(self.position, seq)
        self.known = max(self.known, seq)
        self._behind = False
        self._fill_at = NEVER

    async def _take_in(self) -> None:
        if not self._inbox:
            return
        batches = list(self._inbox)
        self._inbox.clear()
        metrics.BATCHES.labels(self.stream.name).inc(len(batches))
        for batch in batches:
            self.known = max(self.known, batch.seq)
            if batch.prev > self.position or batch.dirty:
                self._behind = True
            if not self._behind:
                self.position = max(self.position, batch.seq)
        diff = self._window.apply(
            (row for batch in batches for row in batch.rows), self.rights.audiences
        )
        if diff:
            await self._tell(diff)
        if diff.wants_fill or self._behind:
            self._want_fill()
        if diff.touched or self._behind:
            self._want_counts()

    def _want_fill(self) -> None:
        self._fill_at = min(self._fill_at, max(time.monotonic(), self._fill_after))

    def _want_counts(self) -> None:
        due = max(time.monotonic(), self._counted_at + COUNTS_SECONDS)
        self._counts_at = min(self._counts_at, due)

    async def _fill(self, why: str) -> None:
        """Make the window what the database says."""
        metrics.FILLS.labels(self.stream.name, why).inc()
        view = await self._view()
        diff = self._window.take(view)
        self._reached(view.seq)
        pace = max(FILL_SECONDS, len(diff.upsert) / ROWS_A_SECOND)
        self._fill_after = time.monotonic() + pace
        if diff:
            await self._tell(diff)
        self._want_counts()

    async def _tell(self, diff: Diff) -> None:
        metrics.ROWS_TOLD.labels(self.stream.name).inc(len(diff.upsert))
        self.told = self.position
        rows = sorted(diff.upsert.values(), key=lambda row: row.sort)
        head = json.dumps({"t": "rows", "seq": self.position, "now": clock.now().isoformat()})
        await self._send_text(
            f'{head[:-1]}, "upsert": [{", ".join(row.text for row in rows)}],'
            f' "remove": {json.dumps(sorted(diff.remove))}}}'
        )

    async def _read_counts(self) -> Timed:
        self._counted_at = time.monotonic()
        return await self._counts(self.rights, self.known)

    async def _count(self, counts: Timed) -> None:
        self.told = self.position
        await self._send(t="counts", seq=self.position, counts=counts.counts)
        self._recount(counts.seq)

    def _recount(self, counted: int) -> None:
        """Counts shared with others may be older than what this screen knows of."""
        self._counted_at = time.monotonic()
        if counted < self.known:
            self._want_counts()

    async def _read_beat(self) -> tuple[Rights | Gone, Newest, Timed]:
        alive, self._alive_at = self._alive_at, None
        rights = await in_database(lambda: self._read_rights(alive))
        mine = self.rights if isinstance(rights, Gone) else rights
        newest = await hub().newest(self.stream, mine, since=self.position)
        seq = max(self.known, newest.seq)
        return rights, newest, await self._counts(mine, seq)

    def _read_rights(self, alive: dt.datetime | None) -> Rights | Gone:
        """In a thread: the rights as they are; while there are any, when the screen was heard."""
        key, user_id = self._session_key, self.rights.user_id
        rights = fresh_rights(self.stream, user_id=user_id, session_key=key, now=clock.now())
        if alive is not None and not isinstance(rights, Gone):
            touch_presence(now=alive, session_key=key, user_id=user_id)
        return rights

    async def _beat(self, read: tuple[Rights | Gone, Newest, Timed]) -> bool:
        """Rights, gaps, counts and the time. Returns whether the socket stays open."""
        rights, newest, counts = read
        if isinstance(rights, Gone):
            await self._end(rights)
            return False
        if rights != self.rights:
            await self._become(rights)
        self._beats += 1
        if self._is_paced():
            pass
        elif self._behind or newest.seq > self.position:
            self.known = max(self.known, newest.seq)
            await self._fill("beat")
        elif self._beats % BEATS_BETWEEN_CHECKS == 0:
            await self._fill("check")
        else:
            self.position = max(self.position, newest.head)
        if newest.seq > self.told and not self._behind:
            self.told = self.position
            await self._send(t="counts", seq=self.position, counts=counts.counts)
        seq = self.told if self._behind else max(newest.seq, self.told)
        await self._send(t="beat", seq=seq, counts=counts.counts)
        self._counts_at = NEVER
        self._recount(counts.seq)
        return True

    def _is_paced(self) -> bool:
        """Whether a reading is on its way and is only held back so as not to flood the screen."""
        return self._fill_at < NEVER and time.monotonic() < self._fill_after

    async def _become(self, rights: Rights) -> None:
        """Rights, language or level have changed: hear the right group, show the right rows."""
        before = self._group()
        same_html = (rights.language, rights.level) == (self.rights.language, self.rights.level)
        self.rights = rights
        if not same_html:
            self._window.forget_versions()
        if self._group() != before:
            await hub().leave(before, self)
            await self._join()
        await self._fill("rights")

    async def _end(self, why: Gone) -> None:
        if why is Gone.CLOSED and self._window.held:
            diff = Diff(remove=set(self._window.held))
            await self._tell(diff)
        await self._send(t="bye", why=why.value)
        await self._close()

    async def _join(self) -> None:
        await hub().join(self._group(), self)

    def _group(self) -> str:
        return group_name(self.stream, self.rights.language, self.rights.level)

    async def _send(self, **message: Any) -> None:
        message.setdefault("now", clock.now().isoformat())
        await self._send_text(json.dumps(message, ensure_ascii=False))
