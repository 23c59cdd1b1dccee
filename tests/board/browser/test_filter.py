"""Screens that show a part of the board, before a real browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from alarms.models import Alarm, Desk, DeskSignOn
from tests.board.browser.conftest import Screen, violations
from tests.live.alarm_rows import NOW, changed, closed, raised
from tests.personas import City
from trygghetscentral.accounts.models import User
from trygghetscentral.live import snapshots
from trygghetscentral.live.selection import selection_of
from trygghetscentral.shared import clock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Sit = Callable[..., Screen]
BRAND = "/larm/?plats=brand"


@pytest.fixture
def fire() -> Desk:
    return Desk.objects.get(code="brand")


@pytest.fixture
def technics() -> Desk:
    return Desk.objects.get(code="teknik")


def key(alarm: Alarm) -> str:
    return f"alarm:{alarm.public_id}"


def shown(screen: Screen) -> list[str]:
    return screen.keys_in("#rows-strip") + screen.keys_in("#rows-mine") + screen.keys_in("#rows")


def open_at(screen: Screen, path: str) -> Page:
    screen.page.goto(f"{screen.url}{path}")
    screen.page.wait_for_selector('#live[data-live="on"]')
    return screen.page


def tell(screen: Screen, *tags: str) -> None:
    """What has happened, as the server tells a screen with such a selection."""
    loaded = int(screen.page.get_attribute("#main", "data-seq") or 0)
    selection = selection_of(tags)
    since = max(loaded, screen.told)
    message = snapshots.missed("alarms", screen.user, since=since, selection=selection)
    screen.told = message["seq"]
    screen.say(message)
    screen.page.wait_for_timeout(150)


def tones(page: Page) -> int:
    return int(page.evaluate("window.tones.splice(0).length"))


def test_a_row_moves_between_a_selected_screen_and_the_rest(
    screen_of: Sit, city: City, alma: User, bo: User, fire: Desk, technics: Desk
) -> None:
    here, there = raised(city.technical, desk=fire), raised(city.technical, desk=technics)
    part, whole = screen_of(alma), screen_of(bo)
    page = open_at(part, BRAND)
    whole.open()
    assert shown(part) == [key(here)] and shown(whole) == [key(here), key(there)]
    assert part.sent[0]["select"] == ["desk:brand"] and "select" not in whole.sent[0]
    expect(page.locator("#selection")).to_contain_text("Urval: Brand.")
    expect(page.locator("#selection-hidden")).to_have_text("1 öppet larm döljs. Det är obesvarat.")
    expect(page.locator("[data-count=unanswered] b")).to_have_text("2")
    changed(here, desk=technics)
    changed(there, desk=fire)
    for screen, tags in ((part, ["desk:brand"]), (whole, [])):
        screen.rest()
        tell(screen, *tags)
    assert shown(part) == [key(there)] and len(shown(whole)) == 2
    closed(here)
    tell(part, "desk:brand")
    expect(page.locator("#selection-hidden")).to_have_text("Inga öppna larm döljs.")
    assert part.errors == whole.errors == []


def test_what_somebody_else_takes_leaves_ones_selection_of_unanswered_and_mine(
    screen_of: Sit, city: City, alma: User, bo: User
) -> None:
    alarm = changed(raised(city.technical), state="acknowledged", owner=alma, unanswered=False)
    screen = screen_of(alma)
    page = open_at(screen, "/larm/?visa=mina")
    assert shown(screen) == [key(alarm)]
    changed(alarm, owner=bo)
    screen.rest()
    tell(screen, f"owner:{alma.pk}")
    assert shown(screen) == []
    expect(page.locator("#empty")).to_contain_text("Inga öppna larm i urvalet.")
    expect(page.locator("#selection-hidden")).to_have_text("1 öppet larm döljs. Det är besvarat.")


def test_an_unanswered_p1_outside_is_in_the_strip_and_says_so(
    screen_of: Sit, city: City, alma: User, bo: User, technics: Desk, fire: Desk
) -> None:
    screen = screen_of(alma)
    page = open_at(screen, BRAND)
    alarm = raised(city.technical, desk=technics, priority=1)
    own = raised(city.technical, desk=fire, priority=1)
    tell(screen, "desk:brand")
    assert screen.keys_in("#rows-strip") == [key(alarm), key(own)]
    expect(page.locator(".mark-outside")).to_have_count(1)
    expect(page.locator(f'[data-key="{key(alarm)}"] .mark-outside')).to_be_visible()
    expect(page.locator("#selection-beside")).to_have_text(
        "1 obesvarat med prioritet 1 visas ändå."
    )
    changed(alarm, state="acknowledged", owner=bo, unanswered=False)
    screen.rest()
    tell(screen, "desk:brand")
    assert shown(screen) == [key(own)]


def test_what_is_hidden_and_unanswered_is_heard_and_told(
    screen_of: Sit, city: City, alma: User, technics: Desk
) -> None:
    screen = screen_of(alma)
    page = open_at(screen, BRAND)
    page.wait_for_timeout(1600)
    assert tones(page) == 0
    alarm = raised(city.technical, desk=technics, waiting_since=clock.now())
    tell(screen, "desk:brand")
    page.wait_for_timeout(700)
    assert shown(screen) == [] and tones(page) > 0
    expect(page.locator("#say-polite")).to_contain_text("utanför urvalet, prioritet 2")
    page = open_at(screen, BRAND)
    page.wait_for_timeout(1000)
    assert tones(page) > 0, "a page loaded anew hears it too"
    closed(alarm)
    tell(screen, "desk:brand")
    tones(page)
    page.wait_for_timeout(1200)
    assert tones(page) == 0


def test_hidden_alarms_sound_by_the_rules_of_the_desks(
    screen_of: Sit, city: City, alma: User, fire: Desk, technics: Desk,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("alarms.selectors.shift.unstaffed_desks", lambda _now: [])
    DeskSignOn.objects.create(user=alma, desk=fire, signed_on_at=clock.now())
    screen = screen_of(alma)
    page = open_at(screen, BRAND)
    page.wait_for_timeout(1600)
    tones(page)
    raised(city.technical, desk=technics, waiting_since=clock.now())
    tell(screen, "desk:brand")
    page.wait_for_timeout(700)
    assert tones(page) == 0, "the desk's own hear it first"
    raised(city.technical, desk=technics, waiting_since=NOW)
    tell(screen, "desk:brand")
    page.wait_for_timeout(700)
    assert tones(page) > 0, "and then everybody"


def test_selecting_by_keyboard_keeps_the_open_alarm_and_what_is_half_written(
    screen_of: Sit, city: City, alma: User, fire: Desk, technics: Desk
) -> None:
    here, there = raised(city.technical, desk=fire), raised(city.technical, desk=technics)
    screen = screen_of(alma)
    page = screen.open()
    page.locator(f'[data-key="{key(there)}"] a[data-open]').focus()
    page.keyboard.press("Enter")
    page.locator("#note-text").fill("Väntar på")
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("visa brand")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{BRAND}*")
    expect(page.locator("#selection")).to_be_visible()
    expect(page.locator('#desk-links a[aria-current="true"]')).to_have_text("Brand")
    assert shown(screen) == [key(here)]
    assert screen.sent[-1]["select"] == ["desk:brand"]
    expect(page.locator("#note-text")).to_have_value("Väntar på")
    expect(page.locator("#say-polite")).to_contain_text("Urval: Brand.")
    page.keyboard.press("0")
    expect(page.locator("#selection")).to_be_hidden()
    assert sorted(shown(screen)) == sorted([key(here), key(there)])
    assert "select" not in screen.sent[-1]
    page.go_back()
    expect(page.locator("#selection")).to_be_visible()
    assert shown(screen) == [key(here)] and screen.errors == []
    page.keyboard.press("/")
    page.keyboard.type("visa alla")
    page.keyboard.press("Enter")
    expect(page.locator("#selection")).to_be_hidden()


def test_an_opened_alarm_that_is_hidden_is_kept_true(
    screen_of: Sit, city: City, alma: User, bo: User, technics: Desk
) -> None:
    alarm = raised(city.technical, desk=technics)
    screen = screen_of(alma)
    page = screen.open()
    page.click(f'[data-key="{key(alarm)}"] a[data-open]')
    page.locator("#note-text").fill("Väntar på")
    page.click("#choices > summary")
    page.click("#desk-links a:has-text('Brand')")
    expect(page.locator("#selection")).to_be_visible()
    assert shown(screen) == []
    changed(alarm, state="acknowledged", owner=bo, unanswered=False)
    tell(screen, "desk:brand")
    expect(page.locator("#detail")).to_contain_text(bo.signature)
    expect(page.locator("#note-text")).to_have_value("Väntar på")


def test_a_poll_is_of_what_is_selected_and_an_answer_to_the_last_one_is_left(
    screen_of: Sit, city: City, alma: User, fire: Desk, technics: Desk
) -> None:
    here, there = raised(city.technical, desk=fire), raised(city.technical, desk=technics)
    screen = screen_of(alma)
    page = open_at(screen, BRAND)
    url = page.get_attribute("#main", "data-poll")
    seq = int(page.get_attribute("#main", "data-seq") or 0)
    assert url == "/larm/rader/?plats=brand"
    changed(here, desk=technics)
    changed(there, desk=fire)
    answer = page.request.get(f"{screen.url}{url}&since={seq}&window=200").json()
    assert [row["key"] for row in answer["upsert"]] == [key(there)]
    assert answer["remove"] == [key(here)] and answer["counts"]["hidden"] == 1


def test_several_are_chosen_in_the_menu_by_keyboard(
    screen_of: Sit, city: City, alma: User, fire: Desk, technics: Desk
) -> None:
    parked: dict[str, Any] = {
        "state": "parked", "owner": alma, "unanswered": False, "parked_until": NOW,
    }  # fmt: skip
    both = [changed(raised(city.technical, desk=one), **parked) for one in (fire, technics)]
    raised(city.technical, desk=fire)
    screen = screen_of(alma)
    page = screen.open()
    page.focus("#choices > summary")
    page.keyboard.press("Enter")
    for name in ("plats", "lage"):
        for value in {"plats": ["brand", "teknik"], "lage": ["parkerade"]}[name]:
            page.focus(f'#choices input[name={name}][value="{value}"]')
            page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**/larm/?plats=brand&plats=teknik&lage=parkerade")
    expect(page.locator("#selection strong")).to_have_text("Urval: Brand, Teknik, Parkerade.")
    assert sorted(shown(screen)) == sorted(key(one) for one in both)
    expect(page.locator("#choices > summary")).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080)])
def test_it_is_for_everyone(
    screen_of: Sit, city: City, alma: User, fire: Desk, technics: Desk, scheme: str,
    size: tuple[int, int],
) -> None:  # fmt: skip
    raised(city.technical, desk=fire)
    raised(city.technical, desk=technics, priority=1)
    viewport = {"width": size[0], "height": size[1]}
    screen = screen_of(alma, viewport=viewport, color_scheme=scheme)
    page = open_at(screen, BRAND)
    assert violations(page) == []
    page.click("#choices > summary")
    assert violations(page) == []
    box = page.locator(".choices-sheet").bounding_box()
    assert box and box["x"] >= 0 and box["x"] + box["width"] <= size[0]


def test_without_scripts_the_selection_is_a_page(
    screen_of: Sit, city: City, alma: User, fire: Desk, technics: Desk
) -> None:
    here = raised(city.technical, desk=fire)
    raised(city.technical, desk=technics)
    screen = screen_of(alma, java_script_enabled=False)
    page = screen.page
    page.goto(f"{screen.url}/larm/")
    page.click("#choices > summary")
    page.click("#desk-links a:has-text('Brand')")
    assert screen.keys_in("#rows") == [key(here)]
    expect(page.locator("#selection")).to_contain_text("1 öppet larm döljs. Det är obesvarat.")
    page.click("#choices > summary")
    page.check('#choices input[name="plats"][value="teknik"]')
    page.click("#choices button")
    assert len(screen.keys_in("#rows")) == 2
    page.click("#selection a")
    expect(page.locator("#selection")).to_be_hidden()
    page.goto(f"{screen.url}/larm/?plats=finns-inte&lage=%00&visa=%3Cb%3E")
    expect(page.locator("#selection")).to_be_hidden()


def test_the_wall_shows_all(screen_of: Sit, city: City, alma: User, technics: Desk) -> None:
    raised(city.technical, desk=technics)
    screen = screen_of(alma)
    page = open_at(screen, "/larm/vagg/?plats=brand")
    assert len(screen.keys_in("#rows")) == 1 and "select" not in screen.sent[0]
    assert page.locator("#selection").count() == 0
