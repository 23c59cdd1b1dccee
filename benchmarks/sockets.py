"""Screens without a browser: as little of a websocket as the protocol asks for."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

TEXT = 1
SHORT, LONG = 126, 127
READY_SECONDS = 60.0


class Screen:
    """One socket that follows the board. `arrivals`: when each row came first, in Unix seconds."""

    def __init__(self) -> None:
        self.arrivals: dict[str, float] = {}
        self._ready = asyncio.Event()

    async def follow(self, port: int, cookie: str, since: int) -> None:
        """Connect and wait until the server is ready. Raises ConnectionError when refused."""
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", port)
        key = base64.b64encode(os.urandom(16)).decode()
        self._writer.write(
            f"GET /ws/live/ HTTP/1.1\r\nHost: localhost:{port}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            f"Origin: http://localhost:{port}\r\nCookie: {cookie}\r\n\r\n".encode()
        )
        answer = await self._reader.readuntil(b"\r\n\r\n")
        if b" 101 " not in answer.split(b"\r\n")[0]:
            raise ConnectionError(answer)
        self._reading = asyncio.create_task(self._read())
        self._say({"t": "open", "stream": "alarms", "since": since, "window": 200})
        await asyncio.wait_for(self._ready.wait(), READY_SECONDS)

    async def close(self) -> None:
        """Go away."""
        self._reading.cancel()
        self._writer.close()
        await asyncio.gather(self._reading, return_exceptions=True)

    def _say(self, message: dict[str, object]) -> None:
        body = json.dumps(message).encode()
        self._writer.write(bytes((0x81, 0x80 | len(body))) + b"\0\0\0\0" + body)

    async def _read(self) -> None:
        while True:
            first, length = await self._reader.readexactly(2)
            if length == SHORT:
                length = int.from_bytes(await self._reader.readexactly(2), "big")
            elif length == LONG:
                length = int.from_bytes(await self._reader.readexactly(8), "big")
            body = await self._reader.readexactly(length)
            if first & 0x0F == TEXT:
                self._hear(json.loads(body))

    def _hear(self, message: dict[str, object]) -> None:
        at = time.time()
        if message["t"] == "ready":
            self._ready.set()
        if message["t"] == "beat":
            self._say({"t": "here"})
        rows = message.get("upsert")
        for row in rows if isinstance(rows, list) else ():
            self.arrivals.setdefault(row["key"].removeprefix("alarm:"), at)


@contextmanager
def screens(count: int, port: int, cookie: str, since: int) -> Iterator[list[Screen]]:
    """Open sockets that listen in a thread of their own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def enter() -> list[Screen]:
        found = [Screen() for _ in range(count)]
        await asyncio.gather(*(screen.follow(port, cookie, since) for screen in found))
        return found

    async def leave(found: list[Screen]) -> None:
        await asyncio.gather(*(screen.close() for screen in found))

    opened = asyncio.run_coroutine_threadsafe(enter(), loop).result(READY_SECONDS)
    try:
        yield opened
    finally:
        asyncio.run_coroutine_threadsafe(leave(opened), loop).result(READY_SECONDS)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
