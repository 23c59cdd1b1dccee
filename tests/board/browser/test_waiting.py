"""Parking, coming back, and being moved, as an operator sees it; all by keyboard."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from alarms.models import Alarm
from alarms.services.desk import claim_alarm
from alarms.services.escalation import escalate_due
from alarms.services.returning import unpark_due
from tests.board.browser.conftest import Screen, pause, violations
from tests.live.alarm_rows import raised
from tests.personas import City
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import User
from trygghetscentral.shared import clock
from trygghetscentral.shared.actor import Actor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Sit = Callable[..., Screen]
SYSTEM = Actor.system("escalation")
HOUR = dt.timedelta(hours=1)


def taken(city: City, user: User) -> Alarm:
    """An alarm that the user has answered."""
    alarm = raised(city.technical, limit_seconds=180, target_seconds=90)
    return claim_alarm(actor=actor_for(user), now=clock.now(), public_id=alarm.public_id)


def stand_at(page: Page, alarm: Alarm) -> None:
    """Put the reader on the alarm's row."""
    page.focus(f"#alarm-{alarm.public_id} .row-open")


def test_p_parks_by_keyboard_and_enter_never_does(screen_of: Sit, city: City, alma: User) -> None:
    alarm = taken(city, alma)
    screen = screen_of(alma)
    page = screen.open()
    stand_at(page, alarm)
    page.keyboard.press("p")
    page.wait_for_selector("#parkera[open]")
    page.keyboard.press("2")
    expect(page.locator('input[name="minutes"][value="15"]')).to_be_checked()
    page.locator('input[name="reason"][value="guard"]').focus()
    page.keyboard.press("Space")
    page.focus("[data-park-confirm]")
    page.keyboard.press("Enter")
    pause(page, 200)
    assert Alarm.objects.get().state == "acknowledged"
    assert violations(page) == []
    page.keyboard.press("Space")
    page.wait_for_selector('.detail[data-state="parked"]')
    parked = Alarm.objects.get()
    assert parked.parked_until is not None
    screen.tell()
    row = page.locator(f"#alarm-{alarm.public_id}")
    assert "Parkerat till" in row.inner_text()
    page.focus("[data-detail-title]")
    page.keyboard.press("p")
    page.wait_for_selector('.detail[data-state="acknowledged"]')
    assert screen.errors == []


def test_a_time_of_day_is_chosen_by_writing_it(screen_of: Sit, city: City, alma: User) -> None:
    alarm = taken(city, alma)
    page = screen_of(alma).open()
    stand_at(page, alarm)
    page.keyboard.press("p")
    page.wait_for_selector("#parkera[open]")
    page.fill("#park-at", "14:05")
    expect(page.locator('input[name="minutes"][value="at"]')).to_be_checked()
    page.check('input[name="reason"][value="other"]')
    page.fill("#park-note", "Väntar på vaktmästaren")
    page.click("[data-park-confirm]")
    page.wait_for_selector('.detail[data-state="parked"]')
    assert "Parkerat till 14:05" in page.inner_text(".detail-state")


def test_back_from_parking_is_red_sounds_and_says_so(
    screen_of: Sit, city: City, alma: User
) -> None:
    alarm = taken(city, alma)
    now = clock.now()
    Alarm.objects.update(state="parked", parked_until=now - dt.timedelta(seconds=1))
    screen = screen_of(alma)
    page = screen.open()
    before = page.evaluate("window.tones.length")
    unpark_due(actor=SYSTEM, now=now)
    screen.tell()
    row = page.locator(f"#alarm-{alarm.public_id}")
    assert "Åter från parkering" in row.inner_text()
    assert row.locator("[data-act=claim]").is_visible()
    said = page.inner_text("#say-polite") + page.inner_text("#say-now")
    assert "Åter från parkering" in said
    assert page.evaluate("window.tones.length") > before


def test_who_was_told_is_marked_on_the_row(screen_of: Sit, city: City, alma: User) -> None:
    now = clock.now()
    alarm = raised(
        city.technical, limit_seconds=180, routed_at=now, escalates_at=now - dt.timedelta(seconds=1)
    )
    Alarm.objects.update(waiting_since=now - HOUR, priority=3)
    screen = screen_of(alma)
    page = screen.open()
    escalate_due(actor=SYSTEM, now=now)
    screen.tell()
    # No shift lead is present and none on the roster.
    assert "TiB larmad" in page.inner_text(f"#alarm-{alarm.public_id} .row-marks")
    assert violations(page) == []


def test_the_shift_lead_moves_an_alarm_with_a_reason(
    screen_of: Sit, city: City, alma: User, bo: User
) -> None:
    alarm = taken(city, alma)
    page = screen_of(bo).open()
    stand_at(page, alarm)
    page.keyboard.press("f")
    page.wait_for_selector("#flytta[open]")
    assert violations(page) == []
    page.select_option("#move-to", label="Teknik")
    page.fill("#move-reason", "Ventilationen, inte inbrott")
    page.keyboard.press("Enter")
    page.wait_for_selector('.detail[data-state="new"]')
    moved = Alarm.objects.get()
    assert moved.desk is not None
    assert (moved.desk.code, moved.owner_id) == ("teknik", None)
    assert "Flytta" not in screen_of(alma).open().inner_text("#rows")
