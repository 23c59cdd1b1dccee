"""A trygghetslarm in the operator's browser, by keyboard: answered, read once, spoken, closed."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from alarms.models import Alarm, CareRead, CareRecipient
from alarms.services.care import enter_recipient
from tests.accounts.factories import person
from tests.alarms.care.conftest import DATA, SYSTEM
from tests.alarms.intake.senders import Sender, make_installation, make_transmitter
from tests.board.browser.conftest import Screen, pause, violations
from tests.personas import City
from trygghetscentral.accounts.models import User
from trygghetscentral.shared import clock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Sit = Callable[..., Screen]
PICTURES = os.environ.get("TC_PICTURES", "")


@pytest.fixture
def panel(city: City) -> Sender:
    """A transmitter that speaks now, with a brukare behind it."""
    transmitter = make_transmitter(make_installation(city.technical), "1234")
    sender = Sender(transmitter, "1234", clock.now())
    enter_recipient(
        actor=SYSTEM, now=sender.now, installation_id=transmitter.installation_id, data=DATA
    )
    return sender


def answered(screen: Screen, panel: Sender) -> Alarm:
    """T on the row, and the record is there."""
    panel.send(panel.message("MA"))
    alarm = Alarm.objects.get()
    page = screen.open()
    page.focus(f"#alarm-{alarm.public_id} a[data-open]")
    page.keyboard.press("t")
    expect(page.locator("#care .care-name")).to_contain_text(DATA.name)
    return alarm


def test_answering_shows_the_record_and_news_does_not_read_it_again(
    screen_of: Sit, panel: Sender, alma: User
) -> None:
    screen = screen_of(alma)
    alarm = answered(screen, panel)
    page = screen.page
    speak = page.locator(".care-speak")
    expect(speak).to_have_attribute("href", DATA.voice_address)
    assert speak.bounding_box()["height"] >= 48  # type: ignore[index]  # it is shown
    expect(page.locator("#care a[href='tel:+46701740605']")).to_be_visible()
    panel.now = clock.now() + dt.timedelta(seconds=1)
    panel.send(panel.message("MA"))
    screen.tell()
    expect(page.locator(".detail .mark-again")).to_be_visible()
    expect(page.locator("#care .care-name")).to_contain_text(DATA.name)
    pause(page, 300)
    assert CareRead.objects.count() == 1
    assert Alarm.objects.get().owner == alma
    assert str(alarm.public_id) in page.url
    assert screen.errors == []


def test_one_key_speaks(screen_of: Sit, panel: Sender, alma: User) -> None:
    screen = screen_of(alma)
    answered(screen, panel)
    page = screen.page
    page.evaluate(
        "document.addEventListener('click', (event) => {"
        " if (event.target.matches('.care-speak')) { event.preventDefault(); window.spoke = true; }"
        "})"
    )
    page.keyboard.press("h")
    page.wait_for_function("window.spoke === true")


def test_it_is_closed_by_keyboard_with_the_answer_about_talkontakt(
    screen_of: Sit, panel: Sender, alma: User
) -> None:
    screen = screen_of(alma)
    answered(screen, panel)
    page = screen.page
    page.keyboard.press("x")
    page.keyboard.press("2")
    page.keyboard.press("9")
    expect(page.locator("input[name=voice_contact][value=yes]")).to_be_checked()
    expect(page.locator("input[name=code][value=home_care_sent]")).to_be_checked()
    page.focus("[data-close-confirm]")
    page.keyboard.press("Space")
    expect(page.locator(".care-spoken")).to_contain_text("Talkontakt: ja")
    assert Alarm.objects.get().voice_contact == "yes"


def test_no_closing_without_the_answer(screen_of: Sit, panel: Sender, alma: User) -> None:
    screen = screen_of(alma)
    answered(screen, panel)
    page = screen.page
    page.keyboard.press("x")
    page.keyboard.press("2")
    page.focus("[data-close-confirm]")
    page.keyboard.press("Space")
    pause(page, 200)
    assert Alarm.objects.get().state == "acknowledged"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080)])
def test_the_pane_is_for_everyone(
    theme: str, size: tuple[int, int], screen_of: Sit, panel: Sender, alma: User
) -> None:
    screen = screen_of(alma, color_scheme=theme, viewport={"width": size[0], "height": size[1]})
    answered(screen, panel)
    page = screen.page
    page.keyboard.press("x")
    assert violations(page) == []
    pane = page.locator("#pane")
    assert pane.evaluate("pane => pane.scrollWidth <= pane.clientWidth + 1")
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"care-{theme}-{size[0]}-close.png")
        page.keyboard.press("Escape")
        page.locator(".detail-close > summary").evaluate("one => one.click()")
        page.screenshot(path=Path(PICTURES) / f"care-{theme}-{size[0]}.png")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_pages_of_who_keeps_and_who_looks_up_are_for_everyone(
    theme: str, screen_of: Sit, panel: Sender, city: City
) -> None:
    recipient = CareRecipient.objects.get()
    place = recipient.installation.public_id
    pages = {
        "SITE_MANAGER": (
            f"/larm/anlaggningar/{place}/brukare/",
            f"/larm/brukare/{recipient.public_id}/",
        ),
        "DPO": ("/larm/brukare/",),
    }
    for role, urls in pages.items():
        screen = screen_of(person(role, city.root), color_scheme=theme)
        for number, url in enumerate(urls):
            screen.page.goto(f"{screen.url}{url}")
            if role == "DPO":
                screen.page.fill("#id_wanted", recipient.number)
                screen.page.fill("#id_case_number", "VON 2026-12")
                screen.page.click("main button[type=submit]")
                expect(screen.page.locator("#care-title")).to_contain_text(DATA.name)
            assert violations(screen.page) == []
            if PICTURES:
                file = Path(PICTURES) / f"care-{role}-{number}-{theme}.png"
                screen.page.screenshot(path=file, full_page=True)
