"""Duties before a real browser: the roster, a call, the acknowledgement page, and what is red."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.accounts.factories import person
from tests.board.browser.conftest import Screen, violations
from tests.live.alarm_rows import raised
from tests.personas import City
from trygghetscentral.accounts.audiences import key
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.callout.models import Call, Duty, DutyContact, DutyShift
from trygghetscentral.callout.services import start_call
from trygghetscentral.callout.services.answers import answer_signed_in
from trygghetscentral.callout.tokens import token_for
from trygghetscentral.shared import clock
from trygghetscentral.shared.actor import Actor, ActorKind
from trygghetscentral.shared.services import note_heartbeat

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Sit = Callable[..., Screen]
SMALLEST = {"width": 1366, "height": 768}


@pytest.fixture
def disa(city: City) -> User:
    """TiB on duty."""
    user = person("DUTY_OFFICER", city.root, username="disa", name="Disa", signature="TiB 1")
    now = clock.now()
    hours = dt.timedelta(hours=6)
    DutyShift.objects.create(
        duty=Duty.objects.get(code="tib"),
        user=user,
        rank="primary",
        starts_at=now - hours,
        ends_at=now + hours,
        accepted_at=now - hours,
    )
    DutyContact.objects.create(user=user, email="disa@tib.example", phone="070-174 06 05")
    return user


def called(city: City, alarm_id: int, reference: str) -> Call:
    """TiB is called about an alarm."""
    return start_call(
        actor=Actor.system("test"),
        now=clock.now(),
        duty="tib",
        reason="unanswered",
        subject_type="alarms.alarm",
        subject_id=str(alarm_id),
        reference=reference,
        controller_id=city.technical.pk,
        audiences=[key(Permission.ALARM_VIEW, city.technical.pk)],
        exercise_id=None,
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_the_pages_of_duties(
    screen_of: Sit, city: City, bo: User, disa: User, theme: str
) -> None:
    call = called(city, 1, "L-2026-000123")
    token = token_for(call.deliveries.get(channel="email").dedupe_id)
    screen = screen_of(bo, viewport=SMALLEST, color_scheme=theme)
    shift = DutyShift.objects.get()
    found = []
    for address in (
        "/larm/jour/",
        f"/larm/jour/pass/{shift.pk}/lamna/",
        f"/larm/jour/samtal/{call.public_id}/",
        f"/kvittera/{token}/",
    ):
        screen.page.goto(screen.url + address)
        for details in screen.page.locator("main details").all():
            details.evaluate("element => { element.open = true; }")
        found += [f"{address} {one}" for one in violations(screen.page)]
        assert screen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert found == []
    assert screen.errors == []


def test_the_board_turns_red_and_calm_again_by_itself(
    screen_of: Sit, city: City, alma: User
) -> None:
    for part in ("beat", "worker"):
        note_heartbeat(part=part, now=clock.now())
    screen = screen_of(alma, viewport=SMALLEST)
    screen.open()
    expect(screen.page.locator("#duty-alerts")).to_be_empty()
    expect(screen.page.locator("#duty-bar")).to_contain_text("ingen i tjänst")
    call = called(city, 1, "L-2026-000123")
    red = screen.page.locator(".duty-alert")
    expect(red).to_contain_text("TiB nås inte")
    assert violations(screen.page) == []
    screen.page.get_by_role("link", name="Ring TiB om L-2026-000123").click()
    screen.page.get_by_role("button", name="Svarade", exact=True).click()
    expect(screen.page.locator(".calls")).to_contain_text("Besvarad")
    call.refresh_from_db()
    assert call.answered_through == "phone"
    screen.open()
    expect(red).to_have_count(0)


def test_an_alarm_shows_who_is_called_and_who_answered(
    screen_of: Sit, city: City, alma: User, disa: User
) -> None:
    alarm = raised(city.technical)
    call = called(city, alarm.pk, alarm.number)
    screen = screen_of(alma)
    screen.open()
    screen.page.click(f'.row[data-key="alarm:{alarm.public_id}"] a[data-open]')
    calls = screen.page.locator("#detail .calls")
    expect(calls).to_contain_text("e-post: väntar")
    calls.get_by_role("button", name="Svarade inte").click()
    expect(calls).to_contain_text("ringd")
    expect(calls).to_contain_text("svarade inte")
    answer_signed_in(
        actor=Actor(ActorKind.USER, str(disa.pk), disa.signature),
        now=clock.now(),
        public_id=call.public_id,
    )
    # Nobody told the page: it asks, since an answer is no change of the alarm's row.
    expect(calls).to_contain_text("TiB 1 svarade")
    assert screen.errors == []


def test_what_is_asked_for_again_leaves_the_hand_where_it_is(
    screen_of: Sit, city: City, alma: User, disa: User
) -> None:
    alarm = raised(city.technical)
    call = called(city, alarm.pk, alarm.number)
    screen = screen_of(alma)
    screen.open()
    screen.page.click(f'.row[data-key="alarm:{alarm.public_id}"] a[data-open]')
    calls = screen.page.locator("#detail .calls")
    calls.get_by_role("button", name="Svarade inte").focus()
    call.deliveries.filter(channel="email").update(state="undeliverable", due_at=None)
    expect(calls).to_contain_text("e-post: kom inte fram")
    expect(calls.get_by_role("button", name="Svarade inte")).to_be_focused()
    screen.page.keyboard.press("Space")
    expect(calls).to_contain_text("ringd")
    assert screen.errors == []


def test_the_link_is_pressed_on_a_phone_without_signing_in(
    screen_of: Sit, city: City, alma: User, disa: User
) -> None:
    call = called(city, 1, "L-2026-000123")
    token = token_for(call.deliveries.get(channel="email").dedupe_id)
    screen = screen_of(alma, viewport={"width": 360, "height": 640}, java_script_enabled=False)
    screen.page.context.clear_cookies()
    screen.page.goto(f"{screen.url}/kvittera/{token}/")
    screen.page.get_by_role("button", name="Jag tar det").click()
    expect(screen.page.get_by_role("status")).to_contain_text("Du har tagit det.")
    call.refresh_from_db()
    assert call.answered_by == disa
