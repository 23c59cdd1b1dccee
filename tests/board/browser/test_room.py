"""What there is room for at the smallest screen of the room."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from alarms.models import Desk, DeskSignOn
from tests.board.browser.conftest import Screen
from tests.live.alarm_rows import raised
from tests.personas import City
from trygghetscentral.accounts.models import User
from trygghetscentral.shared import clock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Sit = Callable[..., Screen]
SMALLEST = {"width": 1366, "height": 768}

WHOLE_ROWS = """rows => rows.filter(
    row => row.getBoundingClientRect().bottom <= innerHeight
).length"""
OUTSIDE = """rows => rows.filter(
    row => [...row.querySelectorAll('.act, .age')].some(
        one => one.getBoundingClientRect().right > row.getBoundingClientRect().right)
).length"""
COVERED = """map => {
    const box = one => one.getBoundingClientRect();
    const names = [...map.querySelectorAll('.map-label > span')].filter(
        one => box(one).width && getComputedStyle(one).visibility === 'visible');
    const rest = [...map.querySelectorAll('.leaflet-control'), ...names];
    const meet = (a, b) => a.left < b.right && b.left < a.right
        && a.top < b.bottom && b.top < a.bottom;
    return [names.length, names.filter(
        name => rest.some(other => other !== name && meet(box(name), box(other)))
    ).map(name => name.textContent)];
}"""


@pytest.mark.parametrize("who", ["alma", "bo"])
def test_one_line_stands_above_the_list_and_twelve_rows_in_it(
    screen_of: Sit, city: City, who: str, request: pytest.FixtureRequest
) -> None:
    for _ in range(14):
        raised(city.technical)
    screen = screen_of(request.getfixturevalue(who), viewport=SMALLEST)
    page = screen.open()
    counts = {"unanswered": 1214, "late": 218, "active": 34, "parked": 12, "lost": 4}
    screen.say({"t": "counts", "seq": 1, "counts": {"total": 1260, **counts}})
    expect(page.locator("a.count-lost")).to_be_visible()
    heights = page.eval_on_selector_all(
        ".frame-head, .board-bar", "parts => parts.map(part => part.offsetHeight)"
    )
    assert max(heights) <= 46
    assert page.eval_on_selector_all("#rows > .row", WHOLE_ROWS) >= 12
    assert page.evaluate("document.documentElement.scrollWidth") == SMALLEST["width"]


def test_many_marks_push_no_button_out_of_the_list(screen_of: Sit, city: City, alma: User) -> None:
    raised(city.technical, priority=2)
    page = screen_of(alma).open()
    mark = "<span class=mark>Skiftledare larmad</span>"
    page.eval_on_selector(".row-marks", f"marks => {{ marks.innerHTML = '{mark * 5}'; }}")
    assert page.eval_on_selector_all(".row", OUTSIDE) == 0


@pytest.mark.parametrize("path", ["/larm/karta/", "/larm/vagg/"])
def test_names_on_the_map_lie_on_nothing(screen_of: Sit, city: City, alma: User, path: str) -> None:
    screen = screen_of(alma, viewport=SMALLEST)
    page = screen.page
    page.goto(f"{screen.url}{path}")
    page.wait_for_selector(".map[data-ready]")
    shown, covered = page.eval_on_selector(".map", COVERED)
    assert shown and covered == []
    assert screen.errors == []


def test_one_key_signs_on_again_and_the_handover_belongs_to_the_shift(
    screen_of: Sit, city: City, alma: User
) -> None:
    desk, now = Desk.objects.get(code="brand"), clock.now()
    DeskSignOn.objects.create(user=alma, desk=desk, signed_on_at=now, ended_at=now)
    screen = screen_of(alma)
    page = screen.open()
    page.keyboard.press("w")
    expect(page.locator("#desk-bar .desk-mine")).to_have_text("Dina larmplatser: Brand")
    assert page.url.endswith("/larm/")
    assert list(DeskSignOn.objects.filter(ended_at=None).values_list("desk_id")) == [(desk.pk,)]
    page.goto(f"{screen.url}/larm/overlamning/")
    expect(page.locator('.nav [aria-current="page"]')).to_have_text("Pass")
