"""The staff room in a real browser: by keys, at 400 % zoom, and when the server does not answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, FilePayload, Page, expect
from pytest_django.live_server_helper import LiveServer

from incidents.models import Staff, StaffRow
from tests.incidents.staff.conftest import Write
from tests.incidents.staff.pictures import exif, jpeg
from tests.incidents.staff.test_pages import url
from tests.incidents.test_axe import LOOKS, RULES
from trygghetscentral.accounts.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Enter = Callable[..., Page]


@pytest.fixture(autouse=True)
def _at_that_moment() -> None:
    """A browser and its session live by the real clock."""


@pytest.fixture
def enter(
    staff: Staff,
    write: Write,
    decide: Write,
    tib: User,
    client_of: Callable[[User], Client],
    live_server: LiveServer,
    request: pytest.FixtureRequest,
) -> Enter:
    """`enter(**context)`: the room with a decision, a correction and a marked row, as TiB."""
    decide("Skolan stängs.")
    write("Ingen skadad.", kind="correction", corrects=1)
    write("Koden är 4711.", ground="OSL18_9", sender="Vakten", recipient="Staben")
    session = client_of(tib).cookies[settings.SESSION_COOKIE_NAME].value
    chromium: Browser = request.getfixturevalue("chromium")

    def go(address: str = url(staff), **options: Any) -> Page:
        context = chromium.new_context(bypass_csp=True, **options)
        context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
        )
        page = context.new_page()
        page.goto(f"{live_server.url}{address}")
        return page

    return go


def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(enter: Enter, staff: Staff) -> None:
    addresses = [url(staff), url(staff, "staff-level"), url(staff, "staff-close")]
    narrow = ("light", {"width": 320, "height": 256})
    found = []
    for scheme, size in (*LOOKS, narrow):
        for address in addresses:
            page = enter(address, color_scheme=scheme, viewport=size)
            if address == addresses[0]:
                page.click(".log-more summary")
                page.check('[name="kind"][value="decision"]', force=True)
                expect(page.locator(".staff-present .mark")).to_have_count(1)
            for one in Axe().run(page, options=RULES).response["violations"]:
                nodes = [node["html"][:160] for node in one["nodes"][:3]]
                found.append(f"{address}: {one['id']} {nodes}")
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                found.append(f"{address}: wider than {size['width']}")
            page.context.close()
    assert found == []


def test_a_decision_is_written_by_keys_alone(enter: Enter, staff: Staff) -> None:
    page = enter()
    expect(page.locator("[data-said]", has_text="4711")).to_have_count(1)
    page.keyboard.press("n")
    page.keyboard.press("b")
    page.keyboard.type("Förskolan öppnas.")
    page.keyboard.press("Tab")
    page.keyboard.type("00:01")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("Stabschef")
    page.keyboard.press("Tab")
    page.keyboard.type("Värmen är åter.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-saved]")).to_contain_text("sparad")
    row = StaffRow.objects.get(number=5)
    assert (row.decision_label, row.words().decider) == ("B-2", "Stabschef")
    assert page.evaluate("document.activeElement.id") == "id_text"
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-errors]")).to_contain_text("Skriv vad raden ska säga.")


def test_what_is_not_saved_is_kept_and_saved_once(enter: Enter, staff: Staff) -> None:
    page = enter()
    page.context.route("**/skriv/", lambda route: route.abort())
    page.fill("#id_text", "Strömmen är åter.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-errors]")).to_contain_text("Texten finns kvar här")
    page.context.unroute("**/skriv/")
    page.reload()
    expect(page.locator("#id_text")).to_have_value("Strömmen är åter.")
    # The row arrives, its answer does not: saved again it is the same row.
    page.context.route("**/skriv/", lambda route: (route.fetch(), route.abort()))
    page.click("#ny-rad button[type=submit]")
    expect(page.locator("[data-errors]")).to_contain_text("bara en rad")
    page.context.unroute("**/skriv/")
    page.click("#ny-rad button[type=submit]")
    expect(page.locator("[data-saved]")).to_have_text("Rad 5 är sparad.")
    expect(page.locator("#id_text")).to_have_value("")
    assert staff.rows.count() == 5


def test_what_corrects_a_marked_row_is_marked_unless_somebody_says_otherwise(
    enter: Enter, staff: Staff
) -> None:
    page = enter()
    page.click("[data-correct='4']")
    page.keyboard.type("Koden är inte bytt.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-saved]")).to_have_text("Rad 5 är sparad.")
    row = staff.rows.get(number=5)
    assert (row.ground, row.corrects) == ("OSL18_9", staff.rows.get(number=4))


def test_a_picture_is_offered_its_position(enter: Enter, staff: Staff) -> None:
    page = enter()
    page.click(".log-more summary")
    picture: FilePayload = {
        "name": "skola.jpg",
        "mimeType": "image/jpeg",
        "buffer": jpeg(exif=exif()),
    }
    page.set_input_files("#id_bilaga", files=[picture])
    expect(page.locator(".log-upload legend")).to_contain_text("Bilden bär en position")
    page.fill("#id_text", "Så ser det ut.")
    page.click("#ny-rad button[type=submit]")
    expect(page.locator("[data-errors]")).to_contain_text("Välj om den ska användas")
    page.check("text=Använd den i raden")
    page.click("#ny-rad button[type=submit]")
    expect(page.locator("[data-saved]")).to_have_text("Rad 5 är sparad.")
    position = staff.rows.get(number=5).attachments.get().position
    assert position is not None
