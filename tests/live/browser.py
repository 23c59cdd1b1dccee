"""A browser's socket through the real ASGI application, and a publisher to talk to it."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from channels.db import database_sync_to_async
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.test import Client

from tests.live.page import Message, Page
from trygghetscentral.accounts.models import User
from trygghetscentral.asgi import application
from trygghetscentral.live.publisher import Publisher
from trygghetscentral.live.selection import EVERYTHING, Selection
from trygghetscentral.live.snapshots import snapshot

T = TypeVar("T")

PATIENCE_SECONDS = 30.0


async def db(work: Callable[..., T], *args: Any, **kwargs: Any) -> T:
    """Run sync work from an async test."""
    answer: T = await database_sync_to_async(work, thread_sensitive=False)(*args, **kwargs)
    return answer


async def until(true: Callable[[], bool]) -> None:
    """Wait until something is true; fail when it does not come."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < end, "it never came"
        await asyncio.sleep(0.01)


def cookie_of(user: User) -> str:
    """The session of a browser in which the user has signed in."""
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def socket_of(cookie: str | None, origin: str | None = "http://localhost") -> WebsocketCommunicator:
    """A socket that is not connected yet."""
    headers = [(b"host", b"localhost")]
    if origin is not None:
        headers.append((b"origin", origin.encode()))
    if cookie is not None:
        headers.append((b"cookie", f"{settings.SESSION_COOKIE_NAME}={cookie}".encode()))
    return WebsocketCommunicator(application, "/ws/live/", headers=headers)


class Browser:
    """One page with its socket. What it hears stands in `messages`, and `page` takes it in."""

    def __init__(self, user: User, cookie: str, page: Page) -> None:
        self.user = user
        self.page = page
        self.messages: list[Message] = []
        self.closed_with: int | None = None
        self.asked: list[int] = []
        self._socket = socket_of(cookie)
        self._reading: asyncio.Task[None] | None = None

    async def open(
        self, *, window: int = 200, since: int | None = None, select: Selection = EVERYTHING
    ) -> None:
        """Connect, and wait until the server is ready."""
        accepted, _ = await self._socket.connect(timeout=PATIENCE_SECONDS)
        assert accepted
        self._reading = asyncio.create_task(self._read())
        since = self.page.seq if since is None else since
        chosen = {"select": select.tags} if select else {}
        await self.say(t="open", stream="alarms", since=since, window=window, **chosen)
        await until(lambda: self.of("ready") != [] or self.closed_with is not None)

    async def say(self, **message: Any) -> None:
        """Send a message."""
        await self._socket.send_to(text_data=json.dumps(message))

    async def close(self) -> None:
        """Go away."""
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)
        await self._socket.disconnect(timeout=PATIENCE_SECONDS)

    def of(self, *kinds: str) -> list[Message]:
        """What was heard of some kinds."""
        return [message for message in self.messages if message["t"] in kinds]

    def told(self) -> int:
        """Rows told of so far."""
        return sum(len(message["upsert"]) for message in self.of("rows"))

    async def _read(self) -> None:
        while True:
            event = await self._socket.output_queue.get()
            if event["type"] == "websocket.close":
                self.closed_with = event.get("code")
                return
            message = json.loads(event["text"])
            self.messages.append(message)
            behind = self.page.hear(message)
            if behind is not None:
                self.asked.append(behind)
                await self.say(t="missed", since=behind)


@asynccontextmanager
async def browsing(
    user: User, *, window: int = 200, page: Page | None = None, select: Selection = EVERYTHING
) -> AsyncIterator[Browser]:
    """A page that is loaded and listening."""
    if page is None:
        fresh = await db(User.objects.get, pk=user.pk)
        page = Page(await db(snapshot, "alarms", fresh, limit=window, selection=select))
    browser = Browser(user, await db(cookie_of, user), page)
    await browser.open(window=window, select=select)
    try:
        yield browser
    finally:
        await browser.close()


@asynccontextmanager
async def publishing() -> AsyncIterator[Publisher]:
    """A publisher that leads."""
    publisher = Publisher()
    task = asyncio.create_task(publisher.run())
    await until(lambda: publisher.leading or task.done())
    try:
        yield publisher
    finally:
        publisher.stop()
        await task


async def as_new(browser: Browser, *, window: int = 200, select: Selection = EVERYTHING) -> bool:
    """Whether the page shows what one loaded now would show."""
    user = await db(lambda: User.objects.get(pk=browser.user.pk))
    fresh = await db(snapshot, "alarms", user, limit=window, selection=select)
    return Page(fresh).listed() == browser.page.listed()


async def until_new(browser: Browser, *, window: int = 200, select: Selection = EVERYTHING) -> None:
    """Wait until it does."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not await as_new(browser, window=window, select=select):
        assert time.monotonic() < end, "the page never became what a new one is"
        await asyncio.sleep(0.02)
