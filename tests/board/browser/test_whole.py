"""A list taken whole, and rows that come in because others have left."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.board.browser.conftest import Screen, pause
from tests.live.alarm_rows import closed, many_raised, raised
from tests.personas import City
from trygghetscentral.accounts.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Sit = Callable[..., Screen]


def readings(page: Page, then: Callable[[Route, int], Any]) -> list[Route]:
    """What the page fetches of itself from now on; `then` answers, given how many came before."""
    found: list[Route] = []

    def take(route: Route) -> None:
        found.append(route)
        then(route, len(found) - 1)

    page.route("**/larm/", take)
    return found


def until(page: Page, true: Callable[[], bool]) -> None:
    for _ in range(400):
        if true():
            return
        page.wait_for_timeout(50)
    pytest.fail("it never came")


def test_what_is_told_while_the_list_is_read_is_neither_lost_nor_undone(
    screen_of: Sit, city: City, alma: User
) -> None:
    alarms = many_raised(city.technical, 2)
    screen = screen_of(alma)
    page = screen.open()
    asked = readings(page, lambda route, before: None)
    screen.say({"t": "reload"})
    until(page, lambda: len(asked) == 1)
    answer = asked[0].fetch()
    closed(alarms[0])
    new = raised(city.technical)
    screen.tell()
    screen.say({"t": "reload"})
    asked[0].fulfill(response=answer)
    seq = int((re.findall(r'<main[^>]* data-seq="(\d+)"', answer.text()))[0])
    assert seq < screen.told
    until(page, lambda: {"t": "missed", "since": seq} in screen.sent)
    assert screen.keys_in("#rows") == [f"alarm:{alarm.public_id}" for alarm in (alarms[1], new)]
    assert len(asked) == 1


def test_news_do_not_hide_that_the_list_was_not_taken_whole(
    screen_of: Sit, city: City, alma: User
) -> None:
    raised(city.technical)
    screen = screen_of(alma)
    page = screen.open()
    loaded = int(page.get_attribute("#main", "data-seq") or 0)
    readings(page, lambda route, before: None)
    screen.say({"t": "reload"})
    screen.say({"t": "counts", "seq": loaded + 3, "counts": {}})
    screen.sockets[-1].close()
    until(page, lambda: len(screen.sockets) == 2 and screen.sent[-1]["t"] == "open")
    assert screen.sent[-1]["since"] == loaded


def test_a_list_that_can_not_be_read_is_told_and_tried_again(
    screen_of: Sit, city: City, alma: User
) -> None:
    screen = screen_of(alma)
    page = screen.open()
    asked = readings(page, lambda route, n: route.abort() if n < 2 else route.continue_())
    new = raised(city.technical, priority=1)
    screen.say({"t": "reload"})
    banner = page.locator("#not-live")
    expect(banner).to_contain_text("Listan kan inte hämtas heller")
    screen.say({"t": "beat", "seq": 0, "counts": {}})
    screen.say({"t": "reload"})
    pause(page, 100)
    assert page.get_attribute("#live", "data-live") == "off"
    page.wait_for_selector(f"#alarm-{new.public_id}")
    assert len(asked) == 3
    screen.tell()
    expect(banner).to_be_hidden()
    assert page.get_attribute("#live", "data-live") == "on"


def test_signed_out_while_the_list_is_read(screen_of: Sit, city: City, alma: User) -> None:
    screen = screen_of(alma)
    page = screen.open()
    page.context.clear_cookies()
    screen.say({"t": "reload"})
    expect(page.locator("#not-live")).to_contain_text("utloggad")


def test_an_old_alarm_that_fills_the_window_is_no_news(
    screen_of: Sit, city: City, alma: User
) -> None:
    alarms = many_raised(city.technical, 2)
    screen = screen_of(alma)
    page = screen.open()
    row = page.locator(f"#alarm-{alarms[1].public_id}")
    seq = int(page.get_attribute("#main", "data-seq") or 0)
    old = {
        "key": f"alarm:{alarms[1].public_id}",
        "sort": row.get_attribute("data-sort"),
        "seq": int(row.get_attribute("data-seq") or 0),
        "html": row.evaluate("row => row.outerHTML"),
    }
    screen.say({"t": "rows", "seq": seq + 1, "upsert": [], "remove": [old["key"]]})
    expect(row).to_have_count(0)
    # The one that is left sounds; a new one would be heard at once after the pause between two.
    until(page, lambda: len(page.evaluate("window.tones")) == 2)
    pause(page, 1_700)
    screen.say({"t": "rows", "seq": seq + 2, "upsert": [old], "remove": []})
    expect(row).to_have_count(1)
    pause(page, 300)
    assert page.evaluate("window.tones") == [660, 880]
    assert page.inner_text("#say-polite") == ""
    # Unanswered it is nevertheless, and repeated as such.
    pause(page, 7_000)
    until(page, lambda: len(page.evaluate("window.tones")) == 4)
