"""While the database does not answer a screen is told nothing, and hears so by the silence."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import OperationalError

from tests.live.alarm_rows import many_raised, raised
from tests.live.browser import browsing, cookie_of, db, publishing, socket_of, until, until_new
from tests.personas import City
from trygghetscentral.accounts.models import User
from trygghetscentral.live import consumer, hub, reader
from trygghetscentral.live.consumer import AWAY

pytestmark = pytest.mark.django_db(transaction=True)


class Away:
    """Whether the database answers the sockets."""

    def __init__(self) -> None:
        self.away = False
        self.refused = 0

    def wrap(self, in_database: Callable[..., Any]) -> Callable[..., Any]:
        """Refuse while away."""

        async def asked(work: Callable[[], Any]) -> Any:
            if self.away:
                self.refused += 1
                raise OperationalError("away")
            return await in_database(work)

        return asked


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch) -> Iterator[Away]:
    """A database that can be taken away from the sockets."""
    away = Away()
    for module in (consumer, hub, reader):
        monkeypatch.setattr(module, "in_database", away.wrap(hub.in_database))
    monkeypatch.setattr(reader, "REST_SECONDS", 0.05)
    yield away


async def test_no_heartbeat_without_the_database(
    city: City, alma: User, quick_beats: None, database: Away
) -> None:
    async with publishing(), browsing(alma) as browser:
        await until(lambda: bool(browser.of("beat")))
        database.away = True
        await until(lambda: database.refused >= 2)
        beats = len(browser.of("beat"))
        alarms = await db(many_raised, city.technical, 2)
        await browser.say(t="fill")
        await browser.say(t="missed", since=browser.page.seq)
        refused = database.refused
        await until(lambda: database.refused >= refused + 4)
        assert len(browser.of("beat")) == beats
        database.away = False
        await until_new(browser)
        await until(lambda: len(browser.of("beat")) > beats)
        assert len(browser.page.rows) == len(alarms)


async def test_a_slow_database_does_not_hold_up_what_the_publisher_says(
    city: City, alma: User, quick_beats: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = asyncio.Event()

    async def slow(work: Callable[[], Any]) -> Any:
        await answers.wait()
        return await browser_database(work)

    browser_database = hub.in_database
    async with publishing(), browsing(alma) as browser:
        for module in (hub, reader):
            monkeypatch.setattr(module, "in_database", slow)
        await asyncio.sleep(0.5)
        beats = len(browser.of("beat"))
        for _ in range(3):
            await db(raised, city.technical)
            await until_new(browser)
        assert len(browser.of("beat")) == beats
        answers.set()
        await until(lambda: browser.page.counts.get("total") == 3)


async def test_a_page_that_comes_while_it_is_away_waits_for_it(
    city: City, alma: User, quick_beats: None, database: Away, monkeypatch: pytest.MonkeyPatch
) -> None:
    await db(raised, city.technical)
    refusals = iter((False, True, True))

    def wrap(in_database: Callable[..., Any]) -> Callable[..., Any]:
        async def asked(work: Callable[[], Any]) -> Any:
            if next(refusals, False):
                raise OperationalError("away")
            return await in_database(work)

        return asked

    monkeypatch.setattr(reader, "in_database", wrap(hub.in_database))
    async with browsing(alma) as browser:
        await until_new(browser)


async def test_a_socket_that_cannot_ask_for_rights_is_closed(alma: User, database: Away) -> None:
    socket = socket_of(await db(cookie_of, alma))
    assert (await socket.connect())[0]
    database.away = True
    await socket.send_json_to({"t": "open", "stream": "alarms", "since": 0, "window": 200})
    assert (await socket.receive_output(5))["code"] == AWAY


async def test_a_socket_that_fails_is_closed_and_not_left_looking_calm(
    alma: User, quick_beats: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with browsing(alma) as browser:

        def broken(*_args: Any, **_kwargs: Any) -> None:
            raise LookupError("broken")

        monkeypatch.setattr(reader, "fresh_rights", broken)
        await until(lambda: browser.closed_with is not None)
        assert browser.closed_with == AWAY


async def test_a_screen_that_takes_nothing_in_is_closed(
    alma: User, quick_beats: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with browsing(alma) as browser:

        async def stuck(*_args: Any, **_kwargs: Any) -> None:
            raise TimeoutError

        monkeypatch.setattr(reader.Screen, "_send", stuck)
        await until(lambda: browser.closed_with is not None)
        assert browser.closed_with == AWAY
