"""Desks, sound and the lock before a real browser."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from alarms.models import Desk, DeskSignOn
from tests.board.browser.conftest import Screen, pause, violations
from tests.live.alarm_rows import changed, raised
from tests.personas import City
from trygghetscentral.accounts.models import User, UserSession
from trygghetscentral.live.models import Presence
from trygghetscentral.shared import clock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Sit = Callable[..., Screen]
PASSWORD = "Hemligt-nog-för-ett-prov-1"
OLD = dt.timedelta(seconds=20)


@pytest.fixture
def desks(alma: User, bo: User) -> tuple[Desk, Desk]:
    """Alma works brand and Bo works teknik, both at live boards."""
    fire, technics = Desk.objects.get(code="brand"), Desk.objects.get(code="teknik")
    now = clock.now()
    for user, desk in ((alma, fire), (bo, technics)):
        DeskSignOn.objects.create(user=user, desk=desk, signed_on_at=now)
        key = f"elsewhere{user.pk}"
        later = now + dt.timedelta(hours=1)
        UserSession.objects.create(
            session_key=key, session_data="", user_id=user.pk, expire_date=later
        )
        Presence.objects.create(session_key=key, user=user, seen_at=now)
    return fire, technics


def tones(page: Page) -> int:
    """How many tones were played since the last time this was asked."""
    return int(page.evaluate("window.tones.splice(0).length"))


def came(screen: Screen, city: City, desk: Desk | None, ago: float = 0.0) -> int:
    """An alarm comes to a desk; returns how many tones were heard at once."""
    pause(screen.page, 1600)
    tones(screen.page)
    at = clock.now() - dt.timedelta(seconds=ago)
    raised(city.technical, desk=desk, received_at=at, waiting_since=at)
    screen.tell()
    pause(screen.page, 700)
    return tones(screen.page)


def test_my_desk_sounds_at_once_and_others_after_fifteen_seconds(
    screen_of: Sit, city: City, alma: User, desks: tuple[Desk, Desk]
) -> None:
    screen = screen_of(alma)
    screen.open()
    assert came(screen, city, desks[1]) == 0
    assert came(screen, city, desks[1], ago=16) > 0
    assert screen.errors == []


def test_my_own_desk_is_heard_at_once(
    screen_of: Sit, city: City, alma: User, desks: tuple[Desk, Desk]
) -> None:
    screen = screen_of(alma)
    screen.open()
    assert came(screen, city, desks[0]) > 0


def test_a_busy_operator_is_left_in_peace_for_fifteen_seconds(
    screen_of: Sit, city: City, alma: User, desks: tuple[Desk, Desk]
) -> None:
    changed(raised(city.technical), state="acknowledged", owner=alma, unanswered=False)
    screen = screen_of(alma)
    screen.open()
    assert came(screen, city, desks[0]) == 0


@pytest.mark.parametrize("code", ["inbrott", None])
def test_a_desk_that_nobody_works_and_no_desk_are_heard_by_all(
    screen_of: Sit, city: City, alma: User, desks: tuple[Desk, Desk], code: str | None
) -> None:
    screen = screen_of(alma)
    screen.open()
    assert came(screen, city, Desk.objects.filter(code=code).first()) > 0


def test_my_own_alarm_that_sounds_again_is_heard_at_once_however_busy_i_am(
    screen_of: Sit, city: City, alma: User, desks: tuple[Desk, Desk]
) -> None:
    alarm = changed(
        raised(city.technical, desk=desks[1]), state="acknowledged", owner=alma, unanswered=False
    )
    screen = screen_of(alma)
    screen.open()
    at = clock.now()
    changed(alarm, unanswered=True, again_at=at, waiting_since=at)
    screen.tell()
    pause(screen.page, 700)
    assert tones(screen.page) > 0


def test_who_works_no_desk_hears_all_at_once(
    screen_of: Sit, city: City, alma: User, desks: tuple[Desk, Desk]
) -> None:
    DeskSignOn.objects.filter(user=alma).delete()
    screen = screen_of(alma)
    screen.open()
    assert came(screen, city, desks[1]) > 0


def test_a_shift_by_keyboard_from_signing_on_to_the_lock_and_back(
    screen_of: Sit, city: City, alma: User
) -> None:
    alma.set_password(PASSWORD)
    alma.save()
    raised(city.technical, text="Skolan Väst 070-000 00 00")
    screen = screen_of(alma)
    page = screen.open()
    expect(page.locator("#desk-bar")).to_contain_text("Inte påloggad")
    page.focus(".desk-mine")
    page.keyboard.press("Enter")
    page.wait_for_url("**/larm/pass/")
    assert violations(page) == []
    page.focus("input[name=desk] >> nth=1")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.locator("#mine-title")).to_contain_text("Du är påloggad")
    assert violations(page) == []
    page = screen.open()
    expect(page.locator(".desk-mine")).to_contain_text("Brand")
    expect(page.locator(".desk-unstaffed")).to_be_visible()
    page.keyboard.press("Shift+L")
    page.wait_for_url("**/larm/las/")
    expect(page.locator("#locked-rows")).to_contain_text("1 obesvarat")
    assert "Skolan" not in page.content()
    assert "070" not in page.content()
    assert violations(page) == []
    page.goto(f"{screen.url}/larm/")
    page.wait_for_url("**/larm/las/")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/larm/")
    expect(page.locator("#rows .row")).to_have_count(1)


def test_the_next_operator_takes_the_chair_by_keyboard(
    screen_of: Sit, city: City, alma: User, bo: User
) -> None:
    bo.set_password(PASSWORD)
    bo.save()
    screen = screen_of(alma)
    page = screen.open()
    page.keyboard.press("Shift+L")
    page.wait_for_url("**/larm/las/")
    page.focus("#byt_login")
    page.keyboard.type("bo")
    page.keyboard.press("Tab")
    while page.evaluate("document.activeElement.id") != "byt_password":
        page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/larm/pass/")
    expect(page.locator("#user-menu > summary")).to_contain_text("SL 1")


def test_every_window_of_the_workstation_goes_dark_together(
    screen_of: Sit, city: City, alma: User
) -> None:
    raised(city.technical, text="Skolan Väst")
    screen = screen_of(alma)
    page = screen.open()
    other = page.context.new_page()
    other.goto(f"{screen.url}/larm/pass/")
    page.keyboard.press("Shift+L")
    page.wait_for_url("**/larm/las/")
    other.wait_for_url("**/larm/las/")


def test_a_board_whose_socket_says_locked_goes_dark(screen_of: Sit, city: City, alma: User) -> None:
    raised(city.technical, text="Skolan Väst")
    screen = screen_of(alma)
    page = screen.open()
    session = UserSession.objects.get(user_id=alma.pk)
    Presence.objects.create(session_key=session.pk, user=alma, locked_at=clock.now())
    screen.say({"t": "bye", "why": "locked"})
    page.wait_for_url("**/larm/las/")
    assert "Skolan" not in page.content()


def test_shift_l_never_gives_an_alarm_back(screen_of: Sit, city: City, alma: User) -> None:
    alarm = changed(raised(city.technical), state="acknowledged", owner=alma, unanswered=False)
    screen = screen_of(alma)
    page = screen.open()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_selector("#detail .detail")
    page.keyboard.press("Shift+L")
    page.wait_for_url("**/larm/las/")
    alarm.refresh_from_db()
    assert alarm.owner == alma
