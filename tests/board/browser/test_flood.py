"""A larmflod on real screens: calm while it goes on, the hold-up first, and cleaned up after."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from alarms.models import Alarm, Flood
from alarms.services import floods
from tests.alarms.flood.conftest import MACHINE, MAINS_BACK, Town, data, make_town, run_due
from tests.board.browser.conftest import Screen, violations
from tests.personas import City
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import User
from trygghetscentral.shared import clock

# A flood is of many objects; here they are zones of three.
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("each_zone_its_own_row"),
]

Sit = Callable[..., Screen]
SIZES = ((1366, 768), (1920, 1080))


@pytest.fixture
def town(city: City) -> Town:
    """Three stadsområden, sending now."""
    return make_town(city, clock.now())


def _clean_in_both_themes(screen: Screen) -> None:
    for theme in ("light", "dark"):
        screen.page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
        assert violations(screen.page) == []


def _shot(screen: Screen, name: str) -> None:
    folder = os.environ.get("FLOOD_SHOTS")
    if not folder:
        return
    for theme in ("light", "dark"):
        screen.page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
        for width, height in SIZES:
            screen.page.set_viewport_size({"width": width, "height": height})
            screen.page.screenshot(path=Path(folder) / f"{name}-{theme}-{width}.png")


def test_from_the_question_on_the_board_to_an_empty_list(
    screen_of: Sit, town: Town, bo: User
) -> None:
    screen = screen_of(bo)
    page = screen.open()
    town.mains(23, now=clock.now())
    floods.propose(actor=MACHINE, now=clock.now())
    screen.tell()
    assert len(screen.keys_in("#rows")) == 23
    asked = page.locator(".flood-asked")
    expect(asked).to_contain_text("Larmflod? elavbrott Sofielund 23 larm på 5 min")
    _clean_in_both_themes(screen)
    _shot(screen, "proposal")
    asked.press("Enter")
    expect(page.get_by_label("Sofielund")).to_be_checked()
    _clean_in_both_themes(screen)
    _shot(screen, "form")
    page.get_by_role("button", name="Starta larmfloden").press("Enter")
    expect(page.locator("#flood-head")).to_contain_text("Pågår till")
    expect(page.locator("#flood-head dd").nth(1)).to_have_text("23")
    town.mains(20, code=MAINS_BACK, now=clock.now())
    expect(page.locator("#flood-head dd").nth(2)).to_have_text("20")
    _clean_in_both_themes(screen)
    _shot(screen, "flood")

    page = screen.open()
    screen.told = 0
    assert screen.keys_in("#rows") == []
    expect(page.locator(".flood-mark")).to_contain_text("Larmflod: elavbrott Sofielund 23")
    town.mains(30, area=0, now=clock.now())
    town.send((1, "HA", "7"), now=clock.now())
    screen.tell()
    assert len(screen.keys_in("#rows-strip")) == 1
    assert screen.keys_in("#rows") == []
    assert page.evaluate("window.tones").count(660) >= 1
    _clean_in_both_themes(screen)
    _shot(screen, "board")

    page.locator(".flood-mark").press("Enter")
    page.get_by_role("button", name="Avsluta larmfloden").press("Enter")
    expect(page.locator("#flood-head")).to_contain_text("Över sedan")
    page.get_by_label("Alla som ingen har tagit").check()
    page.get_by_role("button", name="Avsluta larmen").press("Enter")
    expect(page.locator("main")).to_contain_text("30 av 30 avslutade")
    run_due(clock.now())
    assert Flood.objects.get().ended_how == "by_hand"
    assert [alarm.category for alarm in Alarm.objects.open()] == ["holdup"]
    page.get_by_role("link", name="Larmflod", exact=True).first.click()
    expect(page).to_have_url(re.compile("/larm/flod/$"))
    _clean_in_both_themes(screen)
    _shot(screen, "list")
    assert screen.errors == []


def test_what_is_held_leaves_the_screen_and_comes_back_with_its_mark(
    screen_of: Sit, town: Town, alma: User, bo: User
) -> None:
    town.mains(3, now=clock.now())
    screen = screen_of(alma)
    page = screen.open()
    assert len(screen.keys_in("#rows")) == 3
    lead = actor_for(bo)
    flood = floods.declare(actor=lead, now=clock.now(), data=data(absorb=True))
    run_due(clock.now())
    screen.tell()
    assert screen.keys_in("#rows") == []
    floods.end_flood(actor=lead, now=clock.now(), public_id=flood.public_id)
    run_due(clock.now())
    screen.tell()
    assert len(screen.keys_in("#rows")) == 3
    expect(page.locator("#rows > .row").first).to_contain_text("Kvarstår efter larmflod")
    _shot(screen, "after")
    assert screen.errors == []
