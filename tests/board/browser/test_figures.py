"""The figures and the load in a real browser: readable by everyone, in both themes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.alarms.figures.planting import plant
from tests.board.browser.conftest import Screen, violations
from tests.personas import City
from trygghetscentral.accounts.models import User
from trygghetscentral.shared import clock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Sit = Callable[..., Screen]
SMALLEST = {"width": 1366, "height": 768}


def planted(city: City) -> None:
    """A day with answers in and out of time, and one that waits."""
    now = clock.now()
    plant(city.technical, now - dt.timedelta(minutes=1), [5, 12, 48], unfounded=1)
    plant(city.technical, now - dt.timedelta(days=8), [5, 12])
    due = now - dt.timedelta(seconds=60)
    plant(city.technical, now - dt.timedelta(seconds=90), [None], target_at=due)


def drawn(page: Page) -> None:
    """Wait for the charts, which come to a page that stands there already."""
    expect(page.locator(".chart > div:empty")).to_have_count(0, timeout=60_000)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/larm/statistik/", "/larm/belastning/"])
def test_axe_finds_nothing(path: str, scheme: Any, screen_of: Sit, city: City, bo: User) -> None:
    planted(city)
    screen = screen_of(bo, color_scheme=scheme, viewport=SMALLEST)
    screen.page.goto(f"{screen.url}{path}")
    expect(screen.page.locator("h1")).to_be_visible()
    drawn(screen.page)
    assert violations(screen.page) == []
    assert screen.errors == []


def test_bars_take_the_colours_of_the_theme(screen_of: Sit, city: City, bo: User) -> None:
    planted(city)
    found = set()
    for scheme in ("light", "dark"):
        screen = screen_of(bo, color_scheme=scheme, viewport=SMALLEST)
        screen.page.goto(f"{screen.url}/larm/statistik/")
        bar = screen.page.locator('.chart [fill="#174684"]').first
        colour = bar.evaluate("one => getComputedStyle(one).fill")
        found.add(colour)
    assert len(found) == 2


def test_nothing_is_cut_off_at_the_left_of_a_chart(screen_of: Sit, city: City, bo: User) -> None:
    planted(city)
    screen = screen_of(bo, viewport=SMALLEST)
    screen.page.goto(f"{screen.url}/larm/statistik/")
    drawn(screen.page)
    lefts = screen.page.evaluate(
        """() => [...document.querySelectorAll('.chart svg')].flatMap(svg =>
            [...svg.querySelectorAll('text')].map(text =>
                text.getBoundingClientRect().left - svg.getBoundingClientRect().left))"""
    )
    assert lefts
    assert min(lefts) >= 0


def test_the_load_keeps_focus_when_it_brings_itself_up_to_date(
    screen_of: Sit, city: City, bo: User
) -> None:
    planted(city)
    screen = screen_of(bo, viewport=SMALLEST)
    page = screen.page
    page.goto(f"{screen.url}/larm/belastning/")
    link = page.locator("#load-late-list a").first
    link.focus()
    kept = link.get_attribute("id")
    plant(city.service, clock.now(), [None], category="fire")
    page.evaluate("htmx.ajax('GET', location.href, '#load')")
    expect(page.locator("#load-desks tbody tr").nth(1)).to_contain_text("1")
    assert page.evaluate("document.activeElement.id") == kept
