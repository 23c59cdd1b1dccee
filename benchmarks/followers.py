"""Screens that keep the whole board, row for row, as static/js does."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

Message = dict[str, Any]
Loader = Callable[[], Message]

TEXT = 1
SHORT, LONG = 126, 127
WINDOW = 200
OPEN_SECONDS = 60.0
AGAIN_SECONDS = 1.0


class Follower:
    """One socket with its rows (by key, with the seq of each) and counts. `load` reads the page
    anew: its seq and its rows; it is called in a thread."""

    def __init__(self, port: int, cookie: str, load: Loader) -> None:
        self.rows: dict[str, Message] = {}
        self.counts: dict[str, int] = {}
        self.seq = 0
        self.lost = self.reloads = 0
        self._port, self._cookie, self._load = port, cookie, load
        self._writer: asyncio.StreamWriter | None = None

    async def follow(self) -> None:
        """Until cancelled; a socket that ends is opened again, and counted."""
        await self._reload()
        while True:
            with suppress(OSError, EOFError):
                reader = await self._open()
                while True:
                    await self._hear(await _message(reader))
            self.lost += 1
            await asyncio.sleep(AGAIN_SECONDS)

    async def _open(self) -> asyncio.StreamReader:
        reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        key = base64.b64encode(os.urandom(16)).decode()
        self._writer.write(
            f"GET /ws/live/ HTTP/1.1\r\nHost: localhost:{self._port}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            f"Origin: http://localhost:{self._port}\r\nCookie: {self._cookie}\r\n\r\n".encode()
        )
        answer = await reader.readuntil(b"\r\n\r\n")
        if b" 101 " not in answer.split(b"\r\n")[0]:
            raise ConnectionError(answer)
        self._say({"t": "open", "stream": "alarms", "since": self.seq, "window": WINDOW})
        return reader

    def _say(self, message: Message) -> None:
        if self._writer is not None:
            body = json.dumps(message).encode()
            self._writer.write(bytes((0x81, 0x80 | len(body))) + b"\0\0\0\0" + body)

    async def _hear(self, message: Message) -> None:
        what = message["t"]
        if what == "rows":
            for row in message["upsert"]:
                old = self.rows.get(row["key"])
                if old is None or old["seq"] <= row["seq"]:
                    self.rows[row["key"]] = row
            for key in message["remove"]:
                self.rows.pop(key, None)
        self.counts = message.get("counts") or self.counts
        if what == "beat":
            self._say({"t": "here"})
        if what == "beat" and message["seq"] > self.seq:
            self._say({"t": "missed", "since": self.seq})
        if what in ("rows", "counts"):
            self.seq = max(self.seq, message["seq"])
        if what == "reload":
            await self._reload()
            self._say({"t": "missed", "since": self.seq})

    async def _reload(self) -> None:
        shown = await asyncio.to_thread(self._load)
        self.reloads += 1
        self.rows = {row["key"]: row for row in shown["rows"]}
        self.seq = shown["seq"]


async def _message(reader: asyncio.StreamReader) -> Message:
    first, length = await reader.readexactly(2)
    if length == SHORT:
        length = int.from_bytes(await reader.readexactly(2), "big")
    elif length == LONG:
        length = int.from_bytes(await reader.readexactly(8), "big")
    body = await reader.readexactly(length)
    found: Message = json.loads(body) if first & 0x0F == TEXT else {"t": "ping"}
    return found


async def _leave() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


@contextmanager
def followers(sessions: list[tuple[str, Loader]], port: int) -> Iterator[list[Follower]]:
    """A follower for each (cookie, loader), in a thread of their own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    found = [Follower(port, cookie, load) for cookie, load in sessions]
    for each in found:
        asyncio.run_coroutine_threadsafe(each.follow(), loop)
    try:
        yield found
    finally:
        asyncio.run_coroutine_threadsafe(_leave(), loop).result(OPEN_SECONDS)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
