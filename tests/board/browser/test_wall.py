"""The wall and the second screen: what they show, and what they must not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.board.browser.conftest import Screen, violations
from tests.board.browser.test_pages import site
from tests.live.alarm_rows import closed, many_raised, raised
from tests.personas import City
from trygghetscentral.accounts.models import User
from trygghetscentral.places.models import Site

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Sit = Callable[..., Screen]


def open_wall(screen: Screen) -> None:
    screen.page.goto(f"{screen.url}/larm/vagg/")
    screen.page.wait_for_selector('#live[data-live="on"]')


@pytest.fixture
def school(city: City, now: dt.datetime) -> Site:
    site(city, now, "Skolan Väst", 13.01)
    return Site.objects.get()


def test_the_wall_shows_the_worst_eight_and_how_many_more(
    screen_of: Sit, city: City, school: Site, alma: User
) -> None:
    many_raised(city.technical, 11, priority=3)
    worst = raised(city.technical, priority=1, site=school)
    screen = screen_of(alma)
    open_wall(screen)
    page = screen.page
    assert len(screen.keys_in("#rows")) == 8
    assert screen.keys_in("#rows")[0] == f"alarm:{worst.public_id}"
    screen.say({"t": "counts", "seq": 1, "counts": {"total": 12, "unanswered": 12, "late": 3}})
    expect(page.locator("#more")).to_have_text("och 4 till")
    expect(page.locator('[data-count="late"] b')).to_have_text("3")
    assert (
        page.locator("main button:visible, main a:not(.leaflet-control-container a)").count() == 0
    )
    assert violations(page) == []
    assert screen.errors == []


def test_the_wall_follows_what_happens(screen_of: Sit, city: City, alma: User) -> None:
    first = raised(city.technical, priority=3)
    screen = screen_of(alma)
    open_wall(screen)
    worse = raised(city.technical, priority=2)
    screen.tell()
    assert screen.keys_in("#rows") == [f"alarm:{worse.public_id}", f"alarm:{first.public_id}"]
    closed(worse)
    screen.tell()
    assert screen.keys_in("#rows") == [f"alarm:{first.public_id}"]
    screen.sockets[-1].close()
    expect(screen.page.locator("#live-word")).not_to_have_text("Live")


def test_maps_show_where_but_never_of_a_trygghetslarm(
    screen_of: Sit, city: City, school: Site, alma: User
) -> None:
    hidden = Site.objects.get()
    raised(city.technical, priority=2, site=school)
    raised(
        city.technical,
        priority=1,
        site=hidden,
        city_area=hidden.area,
        category="medical",
        kind="medical.alarm",
        longitude=13.05,
        latitude=55.61,
    )
    screen = screen_of(alma)
    data = screen.page.request.get(f"{screen.url}/larm/karta/larm.json").json()
    assert [one["properties"]["priority"] for one in data["features"] if one["geometry"]] == [2]
    screen.page.goto(f"{screen.url}/larm/karta/")
    screen.page.wait_for_selector("#alarm-map[data-ready]")
    expect(screen.page.locator(".map-pin-unanswered")).to_have_count(1)
    assert violations(screen.page) == []
    assert screen.errors == []
