"""A live page says that somebody sits there; a locked one is closed."""

from __future__ import annotations

import pytest

from tests.live.browser import browsing, db, until
from trygghetscentral.accounts.models import User
from trygghetscentral.live.models import Presence
from trygghetscentral.shared import clock

pytestmark = pytest.mark.django_db(transaction=True)


async def test_opening_a_live_page_and_its_heartbeats_are_signs_of_life(
    alma: User, quick_beats: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trygghetscentral.live.reader.TOUCH_SECONDS", 0.1)
    async with browsing(alma) as browser:
        first = await db(Presence.objects.get, user=alma)
        assert first.seen_at is not None
        await until(lambda: len(browser.of("beat")) >= 3)
        later = await db(Presence.objects.get, user=alma)
        assert later.seen_at is not None
        assert later.seen_at > first.seen_at


async def test_a_workstation_that_is_locked_loses_its_live_page(
    alma: User, quick_beats: None
) -> None:
    async with browsing(alma) as browser:
        await db(Presence.objects.filter(user=alma).update, locked_at=clock.now())
        await until(lambda: browser.of("bye") != [])
        assert browser.of("bye")[0]["why"] == "locked"
