"""Two windows in one staff room, with everything between them real."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.house.stack import House
from tests.house.windows import Window

pytestmark = [pytest.mark.house, pytest.mark.browser]

QUIET = """
SELECT public_id FROM incidents_incident AS i
WHERE stage IN ('reported', 'assessed', 'assigned', 'handling') AND restricted_group_id IS NULL
AND NOT EXISTS (SELECT 1 FROM incidents_staff WHERE incident_id = i.id AND closed_at IS NULL)
ORDER BY id DESC LIMIT 1
"""


def say(page: Page, letter: str, text: str) -> None:
    """Write a row by keys alone."""
    page.locator("h1").click()
    page.keyboard.press("n")
    page.keyboard.press(letter)
    page.keyboard.type(text)
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-saved]")).to_contain_text("sparad")


def test_what_one_writes_stands_before_the_other(
    house: House, window: Callable[..., Window]
) -> None:
    with house.database() as connection:
        found = connection.execute(QUIET).fetchone()
    assert found
    tib, stab = window(), window()
    tib.sign_in("tib", house.password)
    tib.page.goto(f"{house.base_url}/handelser/{found[0]}/stab/")
    tib.page.check("[name=level][value='2']")
    tib.page.fill("[name=reason]", "Flera skolor utan el.")
    tib.page.click("text=Öppna staben")
    stab.sign_in("stab", house.password)
    stab.page.goto(tib.page.url)
    for page in (tib.page, stab.page):
        page.wait_for_selector('#live[data-live="on"]')
    say(tib.page, "h", "Skolan är utrymd.")
    expect(stab.page.locator(".log-row", has_text="Skolan är utrymd.")).to_be_visible()
    say(stab.page, "i", "Elnätet säger tre timmar.")
    expect(tib.page.locator(".log-row").first).to_contain_text("Elnätet säger tre timmar.")
    expect(tib.page.locator(".log-row").first).to_contain_text("STAB 1")
    expect(stab.page.locator(".staff-present")).to_contain_text("TiB")
    tib.page.click("[data-correct='3']")
    tib.page.keyboard.type("Elnätet säger sex timmar.")
    tib.page.keyboard.press("Control+Enter")
    expect(stab.page.locator("[data-corrected] s")).to_have_text("Elnätet säger tre timmar.")
    numbers = stab.page.eval_on_selector_all(
        ".log-row", "rows => rows.map(row => row.dataset.number)"
    )
    assert numbers == ["4", "3", "2", "1"]
    assert tib.errors + stab.errors == []
    house.manage("verify_staff_log")
