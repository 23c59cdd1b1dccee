"""In a real browser: axe finds nothing in either theme, and a zone is drawn without a mouse."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from incidents.models import FunctionSlot, PictureNote, Zone
from tests.incidents.conftest import HOUR, Make
from tests.incidents.test_axe import LOOKS, RULES
from trygghetscentral.accounts.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PATIENCE = 60_000


@pytest.fixture(autouse=True)
def _at_that_moment() -> None:
    """A browser and its session live by the real clock."""


Open = Callable[..., AbstractContextManager[BrowserContext]]


@pytest.fixture
def opened(cia: User, client_of: Callable[[User], Client], live_server: LiveServer) -> Open:
    """`with opened(color_scheme="dark") as context`: signed in as Cia. The database is not asked
    inside of it."""
    session = client_of(cia).cookies[settings.SESSION_COOKIE_NAME].value

    @contextmanager
    def go(**look: Any) -> Iterator[BrowserContext]:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox"]
            )
            context = browser.new_context(base_url=live_server.url, **look)
            context.set_default_timeout(PATIENCE)
            context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
            )
            yield context
            browser.close()

    return go


def faults(page: Page, address: str) -> list[str]:
    page.goto(address, wait_until="load")
    if page.query_selector("[data-map]"):
        page.wait_for_selector("[data-map][data-ready]", timeout=PATIENCE)
    found = [
        f"{address}: {one['id']} {[node['html'][:120] for node in one['nodes'][:3]]}"
        for one in Axe().run(page, options=RULES).response["violations"]
    ]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append(f"{address}: wider than the screen")
    return found


def test_axe_finds_nothing(
    make: Make,
    draw: Callable[..., Zone],
    say: Callable[..., FunctionSlot],
    note: Callable[..., PictureNote],
    opened: Open,
    now: dt.datetime,
) -> None:
    make()
    zone, slot = draw(), say()
    say(function="2-water", level=4)
    draw(kind="assembly", shape="point", corners=zone.corners[:1])
    note()
    pages = [
        *(reverse(f"picture:{name}") for name in ("live", "wall", "zone-new", "status-new")),
        f"{reverse('picture:live')}?da={(now + HOUR):%Y-%m-%dT%H:%M}",
        reverse("picture:note-new"),
        zone.get_absolute_url(),
        slot.get_absolute_url(),
    ]
    found = []
    for scheme, size in LOOKS:
        # axe is put into the page by the test, which the page's CSP rightly refuses.
        with opened(color_scheme=scheme, viewport=size, bypass_csp=True) as context:
            page = context.new_page()
            found += [fault for address in pages for fault in faults(page, address)]
    assert found == []


def test_a_zone_is_drawn_by_keyboard_and_by_mouse_and_stands_on_the_map(
    make: Make, opened: Open
) -> None:
    make()
    with opened(viewport={"width": 1366, "height": 768}) as context:
        _draw_and_hide(context.new_page())
    (zone,) = Zone.objects.all()
    assert (zone.name, len(zone.corners), zone.shape) == ("Avspärrat vid skolan", 3, "area")


def _draw_and_hide(page: Page) -> None:
    page.goto(reverse("picture:zone-new"), wait_until="load")
    page.wait_for_selector("#draw-tools:not([hidden])")
    page.fill("#id_name", "Avspärrat vid skolan")
    page.focus("#draw-map")
    for key in ("ArrowRight", "ArrowDown"):
        page.focus('[data-draw="middle"]')
        page.keyboard.press("Enter")
        page.focus("#draw-map")
        page.keyboard.press(key)
        page.wait_for_timeout(300)
    page.click("#draw-map", position={"x": 200, "y": 300})
    page.click("#draw-map", position={"x": 260, "y": 340})
    page.focus('[data-draw="undo"]')
    page.keyboard.press("Enter")
    assert len(page.input_value("#id_corners").splitlines()) == 3
    page.focus("#id_name")
    page.keyboard.press("Enter")
    page.wait_for_selector('#lists [data-key^="zone:"]')
    page.wait_for_selector(".picture-map path.zone-cordon", state="attached")
    page.wait_for_selector(".map-pin-incident", state="attached")
    page.locator('summary:has-text("Lager")').click()
    page.locator(".picture-layers [data-layer-choices] input").first.click()
    page.wait_for_selector('#lists [data-key^="zone:"]', state="hidden")
    page.wait_for_selector(".picture-map path.zone-cordon", state="detached")
    assert "1" in page.inner_text("#hidden-layers")
