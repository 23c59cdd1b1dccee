"""A live page says that somebody sits there; a locked one is closed."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.live.browser import browsing, db, until
from trygghetscentral.accounts.models import User
from trygghetscentral.live.models import Presence
from trygghetscentral.shared import clock

pytestmark = pytest.mark.django_db(transaction=True)


async def seen(user: User) -> dt.datetime:
    """When the user's one page was last heard."""
    row = await db(Presence.objects.get, user=user)
    assert row.seen_at is not None
    return row.seen_at


async def test_opening_a_live_page_and_its_answers_are_signs_of_life(
    alma: User, quick_beats: None
) -> None:
    async with browsing(alma) as browser:
        first = await seen(alma)
        await until(lambda: len(browser.of("beat")) >= 3)
        assert await seen(alma) == first, "heartbeats go also where nobody is left"
        before = clock.now()
        await browser.say(t="here")
        heard = len(browser.of("beat"))
        await until(lambda: len(browser.of("beat")) >= heard + 3)
        assert before <= await seen(alma) <= clock.now()


async def test_a_workstation_that_is_locked_loses_its_live_page(
    alma: User, quick_beats: None
) -> None:
    async with browsing(alma) as browser:
        await db(Presence.objects.filter(user=alma).update, locked_at=clock.now())
        await until(lambda: browser.of("bye") != [])
        assert browser.of("bye")[0]["why"] == "locked"
