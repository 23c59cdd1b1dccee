"""From a transmitter to an operator's screen, with everything between them real."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import Page
from playwright.sync_api import TimeoutError as TooLate

from tests.house.line import Line
from tests.house.panel import Panel
from tests.house.stack import House
from tests.house.windows import Window, clear_board

pytestmark = [pytest.mark.house, pytest.mark.browser]

ACCOUNT = "A0011"
WINDOW = 200
SILENCE_SECONDS = 17.0
RIGHTS_SECONDS = 12.0
SETTLE_SECONDS = 1.5
MANY = 220

zones = itertools.count(500_000, 1_000)

OPEN_IN_ORDER = """
SELECT 'alarm:' || public_id FROM alarms_alarm WHERE state <> 'closed' AND lead_id IS NULL
ORDER BY priority, unanswered DESC, waiting_since, id LIMIT %s
"""

WITHDRAW = """
from trygghetscentral.accounts.models import Grant
from trygghetscentral.accounts.services.grants import {act}
from trygghetscentral.accounts.models import Organisation, User
from trygghetscentral.shared import clock
from trygghetscentral.shared.actor import Actor
user = User.objects.get(username="operator2")
root = Organisation.objects.get(parent=None)
{call}
"""
TAKE_BACK = """withdraw_grant(actor=Actor.system("test"), now=clock.now(),
    grant=Grant.objects.get(user=user, role="OPERATOR", withdrawn_at=None))"""
GIVE = """grant_role(actor=Actor.system("test"), now=clock.now(), user=user,
    role="OPERATOR", organisation=root)"""


@pytest.fixture(scope="module")
def account(house: House) -> str:
    """A transmitter at stadshuset."""
    house.manage("add_transmitter", "--account", ACCOUNT, "--site", "stadshuset")
    time.sleep(3)
    return ACCOUNT


@pytest.fixture
def panel(whole_house: House, account: str) -> Iterator[Panel]:
    """Its panel; the board is empty before and after, so that no test stands in another's list."""
    clear_board(whole_house)
    made = Panel(account, whole_house.dc09_port, sequence=next(zones) % 9000)
    yield made
    made.hang_up()
    clear_board(whole_house)


def alarm(panel: Panel, zone: str) -> None:
    """Raise one and be acknowledged."""
    assert panel.send(zone, until=time.monotonic() + 30)


def hold_up(panel: Panel, zone: str) -> None:
    """The same for one that is a row of its own, whatever else is open there."""
    assert panel.say(f"HA{zone}", until=time.monotonic() + 30)


def owner_of(house: House, zone: str) -> str | None:
    """Signature of who has the alarm of a zone."""
    rows = house.ask(
        "SELECT u.signature FROM alarms_alarm a LEFT JOIN accounts_user u ON u.id = a.owner_id"
        " WHERE a.zone = %s AND a.account = %s",
        zone,
        ACCOUNT,
    )
    return str(rows[0][0]) if rows and rows[0][0] else None


def two(window: Callable[..., Window], house: House) -> tuple[Window, Window]:
    """The boards of both operators."""
    first, second = window(), window()
    first.sign_in("operator", house.password)
    second.sign_in("operator2", house.password)
    first.board()
    second.board()
    return first, second


def test_it_stands_in_both_windows_and_who_has_it_is_seen(
    whole_house: House, window: Callable[..., Window], panel: Panel
) -> None:
    first, second = two(window, whole_house)
    zone = str(next(zones))
    alarm(panel, zone)
    row = first.row(f"zon {zone}")
    first.page.wait_for_selector(row)
    second.page.wait_for_selector(row)
    assert "Obesvarat" in second.page.inner_text(row)
    # A click on a row that has just moved under the pointer is refused.
    time.sleep(SETTLE_SECONDS)
    first.page.click(f'{row} button[data-act="claim"]')
    second.page.wait_for_selector(f'{row}:has-text("OP 1")')
    assert owner_of(whole_house, zone) == "OP 1"
    assert first.errors == second.errors == []


def test_both_press_at_once_and_exactly_one_has_it(
    whole_house: House, window: Callable[..., Window], panel: Panel
) -> None:
    first, second = two(window, whole_house)
    for _ in range(3):
        zone = str(next(zones))
        hold_up(panel, zone)
        row = first.row(f"zon {zone}")
        for each in (first, second):
            each.page.wait_for_selector(row)
            each.page.focus(f"{row} a[data-open]")
        # The key goes down in both before either has an answer.
        first.page.keyboard.down("t")
        second.page.keyboard.down("t")
        for each in (first, second):
            each.page.keyboard.up("t")
            each.page.wait_for_selector(f'{row}:has-text("OP")')
        owner = owner_of(whole_house, zone)
        assert owner in ("OP 1", "OP 2")
        for each in (first, second):
            each.page.wait_for_selector(f'{row}:has-text("{owner}")')
    told = whole_house.ask(
        "SELECT count(*) FROM ledger_row r JOIN alarms_alarm a ON a.id::text = r.subject_id"
        " WHERE r.name = 'alarm.acknowledged' AND a.account = %s GROUP BY a.id",
        ACCOUNT,
    )
    assert {count for (count,) in told} == {1}


def test_after_a_cut_line_the_board_is_the_database(
    whole_house: House, window: Callable[..., Window], panel: Panel
) -> None:
    line = Line(whole_house.port)
    try:
        far = window(base_url=f"http://localhost:{line.port}")
        far.sign_in("operator", whole_house.password)
        far.board()
        first = next(zones)
        for zone in range(first, first + 5):
            hold_up(panel, str(zone))
        far.page.wait_for_selector(far.row(f"zon {first + 4}"))
        line.cut()
        cut_at = time.monotonic()
        for zone in range(first + 5, first + MANY):
            hold_up(panel, str(zone))
        far.page.wait_for_selector("#not-live:not([hidden])", timeout=60_000)
        assert "Inte live" in far.page.inner_text("#not-live")
        while time.monotonic() < cut_at + SILENCE_SECONDS:
            time.sleep(0.5)
        line.mend()
        far.page.wait_for_selector('#live[data-live="on"]')
        far.page.wait_for_selector("#not-live", state="hidden")
        wanted = [key for (key,) in whole_house.ask(OPEN_IN_ORDER, WINDOW)]
        with suppress(TooLate):
            far.page.wait_for_function(
                "wanted => [...document.querySelectorAll('.row[data-key]')]"
                ".map(row => row.dataset.key).join() === wanted",
                arg=",".join(wanted),
            )
        assert far.keys() == wanted
        shown = far.page.inner_text('[data-count="unanswered"] b')
        ((open_now,),) = whole_house.ask(
            "SELECT count(*) FROM alarms_alarm WHERE state <> 'closed' AND unanswered"
        )
        assert shown == str(open_now)
    finally:
        line.close()


def test_a_right_taken_away_takes_the_rows_away(
    whole_house: House, window: Callable[..., Window], panel: Panel
) -> None:
    alarm(panel, str(next(zones)))
    one = window()
    one.sign_in("operator2", whole_house.password)
    one.board()
    one.page.wait_for_selector(".row[data-key]")
    whole_house.manage("shell", "-c", WITHDRAW.format(act="withdraw_grant", call=TAKE_BACK))
    try:
        one.page.wait_for_function(
            "() => document.querySelectorAll('.row[data-key]').length === 0",
            timeout=RIGHTS_SECONDS * 1000,
        )
        assert one.page.goto(f"{whole_house.base_url}/larm/") is not None
        assert one.page.locator(".row[data-key]").count() == 0
    finally:
        whole_house.manage("shell", "-c", WITHDRAW.format(act="grant_role", call=GIVE))


def press(page: Page, *keys: str) -> None:
    """One key after another, as a hand does."""
    for key in keys:
        page.keyboard.press(key)


def test_from_sign_in_to_closed_alarm_by_keyboard_alone(
    whole_house: House, window: Callable[..., Window], panel: Panel
) -> None:
    zone = str(next(zones))
    one = window()
    page = one.page
    page.goto(f"{whole_house.base_url}/konto/logga-in/")
    for _ in range(20):
        press(page, "Tab")
        if page.evaluate("document.activeElement.name") == "login":
            break
    page.keyboard.type("operator")
    press(page, "Tab")
    while page.evaluate("document.activeElement.name") != "password":
        press(page, "Tab")
    page.keyboard.type(whole_house.password)
    press(page, "Enter")
    page.wait_for_selector('#live[data-live="on"]')
    alarm(panel, zone)
    page.wait_for_selector(one.row(f"zon {zone}"))
    press(page, "j", "t")
    page.wait_for_selector(f'{one.row(f"zon {zone}")}:has-text("OP 1")')
    press(page, "x")
    page.wait_for_selector("#avsluta[open]")
    for _ in range(60):
        if page.evaluate("document.activeElement.name") == "code":
            break
        press(page, "Tab")
    press(page, "ArrowDown")
    for _ in range(20):
        press(page, "Tab")
        if page.evaluate("document.activeElement.matches('[data-said]')"):
            page.keyboard.type("Rektorn glömde larma av")
        if page.evaluate("document.activeElement.matches('[data-close-confirm]')"):
            break
    press(page, "Space")
    page.wait_for_selector(one.row(f"zon {zone}"), state="detached")
    ((state, code),) = whole_house.ask(
        "SELECT a.state, c.code FROM alarms_alarm a JOIN alarms_closecode c"
        " ON c.id = a.close_code_id WHERE a.zone = %s",
        zone,
    )
    assert (state, code) == ("closed", "unfounded_handling")
