"""A frozen board must never look calm: live or not, ages, sound, speech, and other ways in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.board.browser.conftest import Screen, pause, violations
from tests.live.alarm_rows import changed, raised
from tests.personas import City
from trygghetscentral.accounts.models import User
from trygghetscentral.shared import clock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Sit = Callable[..., Screen]


def test_three_silent_heartbeats_are_told_across_the_top(
    screen_of: Sit, city: City, alma: User
) -> None:
    screen = screen_of(alma)
    screen.page.clock.install()
    page = screen.open()
    page.clock.fast_forward(14_000)
    assert page.is_hidden("#not-live")
    new = raised(city.technical)
    page.clock.run_for(4_000)
    page.wait_for_selector("#not-live:visible")
    assert "Inte live sedan" in page.inner_text("#not-live")
    # The poll brings what the socket did not.
    page.wait_for_selector(f"#alarm-{new.public_id}")


def test_a_lost_socket_is_opened_again_and_asks_from_where_it_stood(
    screen_of: Sit, city: City, alma: User
) -> None:
    raised(city.technical)
    screen = screen_of(alma)
    page = screen.open()
    raised(city.technical)
    screen.tell()
    screen.sockets[-1].close()
    page.wait_for_selector('#live[data-live="connecting"]')
    page.wait_for_selector('#live[data-live="on"]')
    assert len(screen.sockets) == 2
    assert screen.sent[-1] == {
        "t": "open",
        "stream": "alarms",
        "since": screen.told,
        "window": 200,
    }


def test_signed_out_is_said(screen_of: Sit, city: City, alma: User) -> None:
    screen = screen_of(alma)
    page = screen.open()
    screen.say({"t": "bye", "why": "closed"})
    page.wait_for_selector("#not-live:visible")
    assert "utloggad" in page.inner_text("#not-live")


def test_time_over_the_target_is_filled_and_told_in_words(
    screen_of: Sit, city: City, alma: User
) -> None:
    now = clock.now()
    late = raised(
        city.technical,
        waiting_since=now - dt.timedelta(seconds=132),
        target_at=now - dt.timedelta(seconds=42),
    )
    page = screen_of(alma).open()
    target = page.locator(f"#alarm-{late.public_id} .row-target")
    expect(target).to_have_class("row-target target late")
    assert target.inner_text().startswith("över mål 0:4")
    assert page.inner_text(f"#alarm-{late.public_id} .row-age").startswith("2:1")


def test_sound_until_somebody_has_taken_it(screen_of: Sit, city: City, alma: User) -> None:
    screen = screen_of(alma)
    page = screen.open()
    assert page.evaluate("window.tones") == []
    alarm = raised(city.technical, priority=1)
    screen.tell()
    assert page.evaluate("window.tones") == [660, 880, 1175]
    changed(alarm)
    screen.tell()
    assert len(page.evaluate("window.tones")) == 3
    changed(alarm, state="acknowledged", owner=alma, unanswered=False)
    screen.tell()
    pause(page, 5_500)
    assert len(page.evaluate("window.tones")) == 3
    changed(alarm, unanswered=True, again_at=clock.now())
    screen.tell()
    assert len(page.evaluate("window.tones")) == 6


def test_mute_says_for_how_long(screen_of: Sit, city: City, alma: User) -> None:
    screen = screen_of(alma)
    page = screen.open()
    page.keyboard.press("m")
    assert "(10 min kvar)" in page.inner_text("#sound-state")
    raised(city.technical, priority=1)
    screen.tell()
    assert page.evaluate("window.tones") == []
    page.keyboard.press("m")
    assert page.inner_text("#sound-state") == "Ljud på"


def test_new_alarms_are_spoken(screen_of: Sit, city: City, alma: User) -> None:
    screen = screen_of(alma)
    page = screen.open()
    raised(city.technical, priority=1)
    raised(city.technical)
    screen.tell()
    expect(page.locator("#say-now")).to_contain_text("Nytt larm, prioritet 1")
    expect(page.locator("#say-polite")).to_contain_text("Nytt larm, prioritet 2")


def test_letters_can_be_turned_off(screen_of: Sit, city: City, alma: User) -> None:
    raised(city.technical)
    page = screen_of(alma).open()
    page.keyboard.press("?")
    page.uncheck("#keys-letters")
    page.keyboard.press("Escape")
    page.keyboard.press("m")
    assert page.inner_text("#sound-state") == "Ljud på"
    page.reload()
    page.wait_for_selector('#live[data-live="on"]')
    page.keyboard.press("?")
    assert page.is_hidden("#keys")


def test_the_command_bar_finds_an_alarm(screen_of: Sit, city: City, alma: User) -> None:
    alarm = raised(city.technical, number="L-2026-777777")
    page = screen_of(alma).open()
    page.keyboard.press("/")
    page.keyboard.type("777777")
    page.keyboard.press("Enter")
    page.wait_for_selector(f'.detail[data-key="alarm:{alarm.public_id}"]')
    alarm.refresh_from_db()
    assert alarm.state == "new"


def test_an_alarm_can_be_taken_without_scripts(screen_of: Sit, city: City, alma: User) -> None:
    alarm = raised(city.technical)
    screen = screen_of(alma, java_script_enabled=False)
    screen.page.goto(f"{screen.url}/larm/")
    screen.page.click(f"#alarm-{alarm.public_id} button")
    alarm.refresh_from_db()
    assert alarm.owner_id == alma.pk
    assert screen.page.url.endswith(f"/larm/{alarm.public_id}/")


def test_on_a_phone_an_alarm_opens_as_a_page(screen_of: Sit, city: City, alma: User) -> None:
    alarm = raised(city.technical)
    screen = screen_of(alma, viewport={"width": 390, "height": 844})
    page = screen.open()
    page.click(f"#alarm-{alarm.public_id} .row-open")
    page.wait_for_url(f"**/larm/{alarm.public_id}/")
    page.click('.detail button[data-act="claim"]')
    page.wait_for_selector('.detail[data-state="acknowledged"]')
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert screen.errors == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1366])
def test_axe_finds_nothing(
    scheme: Any, width: int, screen_of: Sit, city: City, alma: User, bo: User
) -> None:
    raised(city.technical, priority=1)
    alarm = raised(city.technical)
    changed(alarm, state="acknowledged", owner=alma, unanswered=False)
    again = raised(city.technical, again_at=clock.now())
    changed(again, state="acknowledged", owner=bo)
    screen = screen_of(alma, color_scheme=scheme, viewport={"width": width, "height": 900})
    page = screen.open()
    found = violations(page)
    if width > 900:
        page.click(f"#alarm-{alarm.public_id} .row-open")
        page.wait_for_selector(".detail")
        page.keyboard.press("x")
        found += violations(page)
        page.keyboard.press("Escape")
    page.goto(f"{screen.url}/larm/{alarm.public_id}/")
    page.wait_for_selector('#live[data-live="on"]')
    assert found + violations(page) == []
