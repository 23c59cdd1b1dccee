"""What the board promises the operator's eyes and hands (ui.md, Principles)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from alarms.models import Alarm
from tests.board.browser.conftest import Screen, pause
from tests.live.alarm_rows import changed, closed, many_raised, raised
from tests.personas import City
from trygghetscentral.accounts.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Sit = Callable[..., Screen]


def key(alarm: Alarm) -> str:
    return f"alarm:{alarm.public_id}"


def row(alarm: Alarm) -> str:
    return f"#alarm-{alarm.public_id}"


def taken_by(user: User, alarm: Alarm) -> Alarm:
    at = alarm.received_at
    return changed(alarm, state="acknowledged", owner=user, unanswered=False, acknowledged_at=at)


def test_each_alarm_has_its_place(screen_of: Sit, city: City, alma: User, bo: User) -> None:
    worst = raised(city.technical, priority=1)
    mine = taken_by(alma, raised(city.technical))
    theirs = taken_by(bo, raised(city.technical))
    waiting = raised(city.technical)
    screen = screen_of(alma)
    screen.open()
    assert screen.keys_in("#rows-strip") == [key(worst)]
    assert screen.keys_in("#rows-mine") == [key(mine)]
    assert screen.keys_in("#rows") == [key(waiting), key(theirs)]
    assert screen.sent[0]["t"] == "open"
    assert screen.errors == []


def test_rows_wait_while_the_operator_points_but_never_an_unanswered_p1(
    screen_of: Sit, city: City, alma: User
) -> None:
    alarms = many_raised(city.technical, 6)
    raised(city.technical, priority=1)
    screen = screen_of(alma)
    page = screen.open()
    page.hover(f"{row(alarms[3])} .row-open")
    before = page.locator(row(alarms[3])).bounding_box()
    new = raised(city.technical)
    worst = raised(city.technical, priority=1)
    closed(alarms[0])
    screen.tell()
    assert page.locator(row(new)).count() == 0
    assert page.inner_text("#held").startswith("1 ny")
    assert key(worst) in screen.keys_in("#rows-strip")
    assert page.get_attribute(row(alarms[0]), "data-gone") is not None
    assert page.locator(row(alarms[3])).bounding_box() == before
    page.keyboard.press(".")
    assert page.locator(row(new)).count() == 1
    assert page.locator(row(alarms[0])).count() == 0


def test_what_waited_is_shown_when_the_pointer_leaves(
    screen_of: Sit, city: City, alma: User
) -> None:
    alarms = many_raised(city.technical, 3)
    screen = screen_of(alma)
    page = screen.open()
    page.hover(f"{row(alarms[1])} .row-open")
    new = raised(city.technical)
    screen.tell()
    screen.rest()
    page.wait_for_selector(row(new))
    assert page.is_hidden("#held")


def test_t_takes_the_focused_alarm_and_focus_stays_with_it(
    screen_of: Sit, city: City, alma: User
) -> None:
    alarms = many_raised(city.technical, 3)
    screen = screen_of(alma)
    page = screen.open()
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert screen.focused() == key(alarms[1])
    page.keyboard.press("t")
    page.wait_for_selector(f'.detail[data-key="{key(alarms[1])}"][data-state="acknowledged"]')
    screen.tell()
    assert screen.keys_in("#rows-mine") == [key(alarms[1])]
    assert screen.focused() == key(alarms[1])
    assert screen.errors == []


def test_a_held_key_counts_once(screen_of: Sit, city: City, alma: User) -> None:
    alarms = many_raised(city.technical, 2)
    screen = screen_of(alma)
    page = screen.open()
    posts: list[str] = []
    page.on("request", lambda sent: posts.append(sent.url) if sent.method == "POST" else None)
    page.focus(f"{row(alarms[0])} .row-open")
    for _ in range(4):
        page.keyboard.down("t")
    page.keyboard.up("t")
    page.wait_for_selector(".detail")
    assert len(posts) == 1


def test_a_key_never_reaches_the_row_that_takes_anothers_place(
    screen_of: Sit, city: City, alma: User
) -> None:
    alarms = many_raised(city.technical, 2)
    screen = screen_of(alma)
    page = screen.open()
    screen.rest()
    page.focus(f"{row(alarms[0])} .row-open")
    closed(alarms[0])
    screen.tell()
    page.keyboard.press("t")
    pause(page, 300)
    alarms[1].refresh_from_db()
    assert alarms[1].state == "new"
    assert "Inte längre i listan" in page.inner_text("#say-now")


def test_looking_is_never_taking(screen_of: Sit, city: City, alma: User) -> None:
    alarm = raised(city.technical)
    screen = screen_of(alma)
    page = screen.open()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_selector(f'.detail[data-key="{key(alarm)}"]')
    page.keyboard.press("Escape")
    page.wait_for_selector(".detail", state="detached")
    assert screen.focused() == key(alarm)
    alarm.refresh_from_db()
    assert alarm.state == "new"


def test_somebody_else_was_first(screen_of: Sit, city: City, alma: User, bo: User) -> None:
    alarm = raised(city.technical)
    screen = screen_of(alma)
    page = screen.open()
    taken_by(bo, alarm)
    page.focus(f"{row(alarm)} .row-open")
    page.keyboard.press("t")
    page.wait_for_selector("#act-errors [data-error]")
    assert "SL 1" in page.inner_text("#act-errors")
    page.wait_for_selector(f'.detail[data-key="{key(alarm)}"]')


def test_enter_never_closes_and_the_button_names_the_act(
    screen_of: Sit, city: City, alma: User
) -> None:
    alarm = taken_by(alma, raised(city.technical))
    screen = screen_of(alma)
    page = screen.open()
    page.focus(f"{row(alarm)} .row-open")
    page.keyboard.press("x")
    page.wait_for_selector("#avsluta[open]")
    page.keyboard.press("2")
    label = page.locator('input[name="code"]').nth(1).get_attribute("data-label") or ""
    confirm = page.locator("[data-close-confirm]")
    assert confirm.inner_text() == f"Avsluta: {label[0].lower()}{label[1:]}"
    page.fill("#close-said-by", "Vaktmästaren")
    page.fill("#close-said", "Fel person tryckte.")
    page.focus('input[name="code"]:checked')
    page.keyboard.press("Enter")
    confirm.focus()
    page.keyboard.press("Enter")
    pause(page, 300)
    alarm.refresh_from_db()
    assert alarm.state == "acknowledged"
    page.keyboard.press("Space")
    page.wait_for_selector('.detail[data-state="closed"]')
    alarm.refresh_from_db()
    assert alarm.state == "closed"


def test_a_half_written_note_outlives_new_signals(screen_of: Sit, city: City, alma: User) -> None:
    alarm = taken_by(alma, raised(city.technical))
    screen = screen_of(alma)
    page = screen.open()
    page.focus(f"{row(alarm)} .row-open")
    page.keyboard.press("a")
    expect(page.locator("#note-text")).to_be_focused()
    page.keyboard.type("Halv mening, t och x")
    changed(alarm, signal_count=7)
    screen.tell()
    page.wait_for_selector('#detail .mark-count:has-text("7 signaler")')
    assert page.input_value("#note-text") == "Halv mening, t och x"
    expect(page.locator("#note-text")).to_be_focused()


def test_an_older_row_never_replaces_a_newer(screen_of: Sit, city: City, alma: User) -> None:
    alarm = raised(city.technical)
    screen = screen_of(alma)
    page = screen.open()
    html = page.eval_on_selector(row(alarm), "row => row.outerHTML")
    sort = page.get_attribute(row(alarm), "data-sort")
    taken_by(alma, alarm)
    screen.tell()
    old = {"key": key(alarm), "sort": sort, "seq": 1, "html": html}
    screen.say({"t": "rows", "seq": 1, "upsert": [old], "remove": []})
    pause(page, 150)
    assert page.get_attribute(row(alarm), "data-state") == "acknowledged"


def test_a_gap_is_asked_for(screen_of: Sit, city: City, alma: User) -> None:
    raised(city.technical)
    screen = screen_of(alma)
    page = screen.open()
    seq = int(page.get_attribute("#main", "data-seq") or 0)
    screen.say({"t": "beat", "seq": seq + 5, "counts": {}})
    pause(page, 150)
    assert {"t": "missed", "since": seq} in screen.sent


def test_the_list_is_taken_whole_when_too_much_was_missed(
    screen_of: Sit, city: City, alma: User
) -> None:
    alarms = many_raised(city.technical, 2)
    screen = screen_of(alma)
    page = screen.open()
    screen.rest()
    closed(alarms[0])
    new = raised(city.technical, priority=1)
    screen.say({"t": "reload"})
    page.wait_for_selector(f"#rows-strip {row(new)}")
    assert page.locator(row(alarms[0])).count() == 0
