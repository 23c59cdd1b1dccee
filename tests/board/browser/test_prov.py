"""What is under test on the operator's screen: one tone, a mark, a list at hand."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from alarms.models import Alarm, Installation
from alarms.services import prov
from alarms.services.prov import PeriodData, Verification
from tests.alarms.intake.senders import Sender, make_installation, make_transmitter
from tests.board.browser.conftest import Screen, pause, violations
from tests.personas import City
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import User
from trygghetscentral.shared import clock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Sit = Callable[..., Screen]
SIZES = ((1366, 768), (1920, 1080))


@pytest.fixture
def panel(city: City) -> Sender:
    """A school's panel, sending now."""
    transmitter = make_transmitter(make_installation(city.technical), "1234")
    return Sender(transmitter, "1234", clock.now())


def _set(panel: Sender, user: User, **fields: object) -> None:
    installation = Installation.objects.get()
    given = {"kind": "test", "lasts": dt.timedelta(hours=1), "reason": "Årlig provning", **fields}
    data = PeriodData(**given)  # type: ignore[arg-type]
    prov.start_period(
        actor=actor_for(user), now=clock.now(), installation_id=installation.pk, data=data
    )


def _fire(panel: Sender, user: User) -> None:
    word = Verification("code_word")
    _set(panel, user, area="1", zone="12", category="fire", verification=word)


def _send(panel: Sender, code: str, zone: str = "12") -> None:
    panel.now = clock.now()
    panel.send(panel.message(code, zone))


def _clean_in_both_themes(screen: Screen) -> None:
    for theme in ("light", "dark"):
        screen.page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
        assert violations(screen.page) == []


def _shot(screen: Screen, name: str) -> None:
    folder = os.environ.get("PROV_SHOTS")
    if not folder:
        return
    for theme in ("light", "dark"):
        screen.page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
        for width, height in SIZES:
            screen.page.set_viewport_size({"width": width, "height": height})
            screen.page.screenshot(path=Path(folder) / f"{name}-{theme}-{width}.png")


def test_a_tested_fire_is_marked_sounds_one_tone_and_never_again(
    screen_of: Sit, panel: Sender, alma: User
) -> None:
    _fire(panel, alma)
    screen = screen_of(alma)
    page = screen.open()
    _send(panel, "FA")
    screen.tell()
    row = page.locator(".row[data-prov]")
    expect(row).to_contain_text("PROV")
    assert page.evaluate("window.tones") == [587]
    _send(panel, "FA")
    screen.tell()
    pause(page, 1200)
    assert page.evaluate("window.tones") == [587]
    assert screen.keys_in("#rows-strip") == []
    expect(page.locator("#say-polite")).to_contain_text("Prov: ")
    _shot(screen, "board")
    _send(panel, "FA", "13")
    screen.tell()
    assert len(screen.keys_in("#rows-strip")) == 1
    assert page.evaluate("window.tones").count(660) >= 1
    _clean_in_both_themes(screen)
    assert screen.errors == []


def test_the_board_counts_and_leads_to_the_list_which_keeps_itself_fresh(
    screen_of: Sit, panel: Sender, alma: User
) -> None:
    _fire(panel, alma)
    screen = screen_of(alma)
    page = screen.open()
    count = page.locator("#prov-count")
    expect(count).to_contain_text("1 i prov")
    count.click()
    expect(page).to_have_url(re.compile("/larm/prov/$"))
    expect(page.locator("#prov-list")).to_contain_text("zon 12 matsal")
    _set(panel, alma)
    expect(page.locator("#prov-list")).to_contain_text("hela anläggningen")
    _clean_in_both_themes(screen)
    _shot(screen, "list")
    page.get_by_role("link", name="Skolan Väst").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("zon 12")
    _clean_in_both_themes(screen)
    _shot(screen, "period")
    assert screen.errors == []


def test_from_the_alarm_by_one_key_to_prov_of_its_zone(
    screen_of: Sit, panel: Sender, alma: User
) -> None:
    _send(panel, "BA")
    screen = screen_of(alma)
    page = screen.open()
    page.keyboard.press("j")
    page.keyboard.press("o")
    expect(page).to_have_url(re.compile(r"/prov/nytt/\?larm="))
    _clean_in_both_themes(screen)
    _shot(screen, "form")
    page.get_by_label("Varför").fill("Vaktmästaren provar")
    page.get_by_role("button", name="Sätt").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("zon 12 matsal sektion 1")
    page.get_by_role("button", name="Avsluta nu").press("Enter")
    expect(page.locator("main")).to_contain_text("avslutat för hand")
    assert Alarm.objects.get().state == "new"
    page.goto(f"{screen.url}/larm/anlaggningar/{Installation.objects.get().public_id}/")
    expect(page.locator("main")).to_contain_text("Inget är i prov")
    page.get_by_text("Tidigare", exact=True).click()
    _clean_in_both_themes(screen)
    _shot(screen, "installation")
    assert screen.errors == []
