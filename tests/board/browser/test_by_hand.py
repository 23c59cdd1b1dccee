"""By hand, by keyboard: N puts an alarm on another operator's board, and every act has its key."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from alarms.models import Alarm, AlarmCall, CodeWordCheck, Installation
from alarms.services.code_words import set_code_words
from tests.alarms.intake.senders import Sender, make_installation, make_transmitter
from tests.board.browser.conftest import Screen, pause, violations
from tests.personas import City
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import User
from trygghetscentral.places.models import SiteContact
from trygghetscentral.shared import clock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Sit = Callable[..., Screen]
PICTURES = os.environ.get("TC_PICTURES", "")
# There is no telephone here: Chromium's question about it would take the keyboard.
NO_TELEPHONE = """document.addEventListener("click", (event) => {
  if (event.target.closest?.("a[href^='tel:']")) event.preventDefault();
})"""


@pytest.fixture
def school(city: City) -> Sender:
    """A panel whose fires the centre alarms, with a contact, seen by those at the centre."""
    installation = make_installation(city.technical)
    Installation.objects.update(fire_call=Installation.FireCall.CENTRE)
    site = installation.site
    site.audiences = [f"site.view@{city.technical.pk}", f"site.view@{city.root.pk}"]
    site.save()
    SiteContact.objects.create(
        site=site, order=1, name="Rektor Påhittad", role_title="rektor", phone="040-12 34 56"
    )
    return Sender(make_transmitter(installation, "1234"), "1234", clock.now())


def picture(page: Page, name: str) -> None:
    """Keep the page as it looks, in both themes, when somebody wants to see it."""
    if not PICTURES:
        return
    for theme in ("light", "dark"):
        page.evaluate("theme => document.documentElement.dataset.theme = theme", theme)
        page.screenshot(path=str(Path(PICTURES) / f"{name}-{theme}.png"))


def test_n_by_keyboard_is_a_row_on_the_other_operators_board(
    screen_of: Sit, school: Sender, alma: User, bo: User
) -> None:
    mine, theirs = screen_of(alma, viewport={"width": 1366, "height": 768}), screen_of(bo)
    page, other = mine.open(), theirs.open()
    page.keyboard.press("n")
    expect(page.locator("#manual select[name=type]")).to_be_focused()
    page.select_option("#manual select[name=type]", "AL-BRK")
    page.fill("#id_text", "Bråk i matsalen")
    page.fill("#id_caller", "Ada Märkt")
    page.fill("#id_phone", "070-999 88 77")
    page.focus("#manual-q")
    page.keyboard.type("skol")
    place = page.locator("#manual input[name=site][value=skolan-vast]")
    place.wait_for()
    place.focus()
    page.keyboard.press("Space")
    page.focus("#manual-q")
    page.keyboard.press("Enter")
    assert not Alarm.objects.exists()
    picture(page, "manual")
    assert violations(page) == []
    page.focus("#manual button[value=take]")
    page.keyboard.press("Enter")
    page.wait_for_selector('.detail[data-state="acknowledged"]')
    alarm = Alarm.objects.get()
    expect(page.locator("#manual")).to_be_hidden()
    expect(page.locator(".call-log")).to_contain_text("Ada Märkt")
    theirs.tell()
    row = other.locator(f"#alarm-{alarm.public_id}")
    expect(row).to_contain_text("Bråklarm")
    expect(row).to_contain_text("Taget · OP 1")
    assert "Ada Märkt" not in other.content()
    assert mine.errors == theirs.errors == []


def test_the_dialog_warns_and_the_call_is_recorded_on_the_open_alarm(
    screen_of: Sit, school: Sender, alma: User
) -> None:
    school.send(school.message("BA"))
    alarm = Alarm.objects.get()
    screen = screen_of(alma)
    page = screen.open()
    page.keyboard.press("n")
    page.fill("#id_caller", "Ada Märkt")
    page.fill("#manual-q", "skolan")
    page.check("#manual input[name=site][value=skolan-vast]")
    expect(page.locator("#manual-open")).to_contain_text(alarm.number)
    page.keyboard.press("Escape")
    expect(page.locator("#manual")).to_be_hidden()
    page.keyboard.press("n")
    expect(page.locator("#id_caller")).to_have_value("Ada Märkt")
    page.click("#manual button[value=queue]")
    expect(page.locator("#manual [role=alert]")).to_contain_text("redan ett öppet larm")
    picture(page, "manual-warns")
    assert violations(page) == []
    page.check(f"#manual input[name=attach][value='{alarm.public_id}']")
    page.click("#manual button[value=queue]")
    page.wait_for_selector(f'.detail[data-key="alarm:{alarm.public_id}"]')
    assert Alarm.objects.count() == 1
    assert AlarmCall.objects.get().alarm == alarm
    assert screen.errors == []


def test_a_contact_is_rung_and_the_result_is_one_key(
    screen_of: Sit, school: Sender, alma: User
) -> None:
    school.send(school.message("BA"))
    alarm = Alarm.objects.get()
    screen = screen_of(alma)
    page = screen.open()
    page.evaluate(NO_TELEPHONE)
    page.keyboard.press("j")
    page.keyboard.press("t")
    page.wait_for_selector('.detail[data-state="acknowledged"]')
    page.keyboard.press("r")
    number = page.locator("a[data-tel]")
    expect(number).to_be_focused()
    expect(number).to_have_attribute("href", "tel:+4640123456")
    page.keyboard.press("Enter")
    expect(page.locator(".call-result button").first).to_be_focused()
    school.send(school.message("BA"))
    screen.tell()
    pause(page, 500)
    expect(page.locator(".call-result button").first).to_be_focused()
    page.keyboard.press("2")
    page.wait_for_selector('.detail[data-state="verifying"]')
    expect(page.locator(".call-log")).to_contain_text("Svarade inte")
    page.keyboard.press("u")
    guard = page.locator("#utskick button").first
    expect(guard).to_be_focused()
    page.keyboard.press("Enter")
    pause(page, 200)
    assert AlarmCall.objects.filter(kind="dispatch").count() == 0
    page.keyboard.press("1")
    page.wait_for_selector('.detail[data-state="in_progress"]')
    page.click(".call-log button[value=arrived]")
    expect(page.locator(".call-log")).to_contain_text("framme")
    picture(page, "calls")
    assert violations(page) == []
    assert AlarmCall.objects.get(kind="dispatch").alarm == alarm
    assert screen.errors == []


def test_b_is_the_first_key_of_a_fire_that_we_alarm(
    screen_of: Sit, school: Sender, alma: User
) -> None:
    school.send(school.message("FA"))
    alarm = Alarm.objects.get()
    screen = screen_of(alma, viewport={"width": 1366, "height": 768})
    page = screen.open()
    page.keyboard.press("j")
    page.keyboard.press("t")
    page.wait_for_selector('.detail[data-state="acknowledged"]')
    screen.tell()
    first = page.locator(".detail-acts button").first
    expect(first).to_contain_text("Räddningstjänst larmad")
    expect(page.locator(f"#alarm-{alarm.public_id} .target")).to_be_visible()
    picture(page, "fire")
    assert violations(page) == []
    first.focus()
    page.keyboard.press("Enter")
    pause(page, 200)
    assert not AlarmCall.objects.exists()
    page.keyboard.press("b")
    expect(page.locator(".detail-rescue")).to_contain_text("larmad")
    page.wait_for_selector('.detail[data-state="in_progress"]')
    alarm.refresh_from_db()
    assert alarm.target_met_at is not None
    page.keyboard.press("x")
    page.keyboard.press("1")
    page.fill("#close-said-by", "Vaktmästaren 2")
    page.fill("#close-said", "Brand i papperskorg")
    picture(page, "close")
    page.focus("[data-close-confirm]")
    page.keyboard.press("Space")
    page.wait_for_selector('.detail[data-state="closed"]')
    assert screen.errors == []


def test_a_duress_word_marks_the_row_without_a_sound(
    screen_of: Sit, school: Sender, alma: User, bo: User
) -> None:
    school.send(school.message("BA"))
    alarm = Alarm.objects.get()
    assert alarm.installation_id is not None
    set_code_words(
        actor=actor_for(bo),
        now=clock.now(),
        installation_id=alarm.installation_id,
        word="Blå ängel",
        duress="Röd häst",
    )
    screen = screen_of(alma)
    page = screen.open()
    page.keyboard.press("j")
    page.keyboard.press("t")
    page.wait_for_selector('.detail[data-state="acknowledged"]')
    screen.tell()
    page.evaluate("window.tones.length = 0")
    page.keyboard.press("s")
    expect(page.locator("#said-word")).to_be_focused()
    page.keyboard.type("röd häst")
    page.keyboard.press("Enter")
    expect(page.locator(".word-outcome")).to_have_text("Hot")
    screen.tell()
    expect(page.locator(f"#alarm-{alarm.public_id} .mark-duress")).to_have_text("Hot")
    assert page.evaluate("window.tones.length") == 0
    assert CodeWordCheck.objects.get().outcome == "duress"
    picture(page, "duress")
    assert violations(page) == []
    assert screen.errors == []
