"""The pages around the board, at the smallest screen of the room."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import FloatRect, Page, expect

from alarms.models import Desk, Holiday, RoutingRule
from tests.accounts.factories import person
from tests.alarms.intake.senders import make_installation, make_transmitter
from tests.board.browser.conftest import Screen, violations
from tests.live.alarm_rows import raised
from tests.personas import City
from trygghetscentral.accounts.models import User
from trygghetscentral.places import services
from trygghetscentral.places.geometry import Position
from trygghetscentral.places.models import PlaceType, SiteKind
from trygghetscentral.places.services import SiteData
from trygghetscentral.shared.actor import Actor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Sit = Callable[..., Screen]
SMALLEST = {"width": 1366, "height": 768}


def site(city: City, now: dt.datetime, name: str, longitude: float) -> None:
    services.create_site(
        actor=Actor.system("test"),
        now=now,
        data=SiteData(
            name=name,
            address="Testgatan 1",
            position=Position(longitude, 55.6090),
            kind=SiteKind.SCHOOL,
            place_type=PlaceType.PARTLY_PUBLIC,
            controller_id=city.technical.pk,
            occupant_id=city.technical.pk,
        ),
    )


def test_pins_too_near_to_be_hit_share_one(
    screen_of: Sit, city: City, bo: User, now: dt.datetime
) -> None:
    for name, longitude in (("Skolan Nära", 13.0), ("Skolan Bredvid", 13.0004), ("Långt", 13.1)):
        site(city, now, name, longitude)
    screen = screen_of(bo, viewport=SMALLEST)
    page = screen.page
    page.goto(f"{screen.url}/objekt/karta/")
    page.wait_for_selector("#sites-map[data-ready]")
    assert violations(page) == []
    pins = page.locator(".map-pin")
    expect(pins).to_have_count(2)
    for pin in pins.all():
        box = pin.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 24
    shared = page.get_by_role("button", name="2 objekt: ")
    shared.focus()
    page.keyboard.press("Enter")
    page.click('.leaflet-popup a:has-text("Skolan Bredvid")')
    page.wait_for_url("**/objekt/skolan-bredvid/")
    page.wait_for_selector("#site-map[data-ready]")
    assert page.get_by_role("button", name="Skolan Bredvid").count() == 1
    assert screen.errors == []


def test_pins_part_when_there_is_room(
    screen_of: Sit, city: City, bo: User, now: dt.datetime
) -> None:
    for name, longitude in (("Skolan Nära", 13.0), ("Skolan Bredvid", 13.0015), ("Långt", 13.1)):
        site(city, now, name, longitude)
    screen = screen_of(bo, viewport=SMALLEST)
    page = screen.page
    page.goto(f"{screen.url}/objekt/karta/")
    page.wait_for_selector("#sites-map[data-ready]")
    expect(page.locator(".map-pin")).to_have_count(2)
    page.focus("#sites-map")
    for _ in range(3):
        page.keyboard.press("+")
    expect(page.locator(".map-pin")).to_have_count(3)
    page.get_by_role("button", name="Skolan Nära").focus()
    page.keyboard.press("0")
    expect(page.locator(".map-pin")).to_have_count(2)
    assert page.evaluate("document.activeElement.id") == "sites-map"
    assert screen.errors == []


def test_a_rule_is_one_line(screen_of: Sit, city: City, bo: User) -> None:
    desk = Desk.objects.order_by("position")[0]
    hours = {"from_time": dt.time(7), "to_time": dt.time(16), "days": "workdays"}
    for position, active in enumerate((True, False), 1):
        RoutingRule.objects.create(
            position=position,
            name="Drift på arbetstid",
            categories=["technical"],
            desk=desk,
            active=active,
            **hours,
        )
    screen = screen_of(bo, viewport=SMALLEST)
    page = screen.page
    page.goto(f"{screen.url}/larm/regler/")
    heights = page.eval_on_selector_all("tbody tr", "rows => rows.map(row => row.offsetHeight)")
    assert len(heights) == 2
    assert max(heights) < 60
    expect(page.locator('[aria-label="Dirigering"] [aria-current="page"]')).to_have_text("Regler")
    assert violations(page) == []


@pytest.mark.parametrize(
    ("path", "heading"),
    [("/larm/regler/svarstider/", "Svarstider"), ("/larm/regler/helgdagar/", "Helgdagar")],
)
def test_what_belongs_to_the_rules_lies_under_them(
    path: str, heading: str, screen_of: Sit, city: City, bo: User
) -> None:
    Holiday.objects.create(date=dt.date(2099, 6, 6), name="Nationaldagen")
    screen = screen_of(bo, viewport=SMALLEST)
    page = screen.page
    page.goto(f"{screen.url}{path}")
    expect(page.locator("h1")).to_have_text(heading)
    expect(page.locator('.nav [aria-current="page"]')).to_have_text("Regler")
    assert "åltid" not in page.inner_text("main")
    assert violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_at_an_installation(
    scheme: Any, screen_of: Sit, city: City, bo: User
) -> None:
    installation = make_installation(city.technical)
    make_transmitter(installation, "1234")
    screen = screen_of(bo, color_scheme=scheme, viewport=SMALLEST)
    screen.page.goto(f"{screen.url}/larm/anlaggningar/{installation.public_id}/")
    expect(screen.page.locator("h1")).to_have_text("Larmet")
    assert violations(screen.page) == []


def test_no_link_to_what_the_reader_may_not_open(screen_of: Sit, city: City) -> None:
    installation = make_installation(city.technical)
    screen = screen_of(person("ADMIN", city.root), viewport=SMALLEST)
    screen.page.goto(f"{screen.url}/larm/anlaggningar/{installation.public_id}/")
    expect(screen.page.locator("dl")).to_contain_text("Skolan Väst, Gatan 1")
    assert screen.page.locator('main a[href^="/objekt/"]').count() == 0


def test_the_strip_and_the_list_share_their_columns(screen_of: Sit, city: City, alma: User) -> None:
    raised(city.technical, priority=1)
    raised(city.technical)
    page = screen_of(alma, viewport=SMALLEST).open()
    for part in (".row-age", ".act-claim"):
        ends = {round(box["x"] + box["width"]) for box in boxes(page, part)}
        assert len(ends) == 1, part


def boxes(page: Page, part: str) -> list[FloatRect]:
    found = [one.bounding_box() for one in page.locator(f".row {part}").all()]
    assert len(found) == 2
    return [box for box in found if box is not None]
