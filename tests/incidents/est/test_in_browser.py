"""From observations to a published veckorapport with the keyboard alone, and what axe says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from incidents.models import EstReport
from incidents.services.est import weeks
from tests.incidents.est.conftest import Observe
from tests.incidents.test_axe import LOOKS, faults
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import User
from trygghetscentral.shared import clock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PATIENCE = 60_000
ClientOf = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _at_that_moment() -> None:
    """A browser and its session live by the real clock."""


@pytest.fixture
def now() -> Any:
    """The same for what is written before it."""
    return clock.now()


def page_of(browser: Browser, user: User, client_of: ClientOf, server: LiveServer) -> Page:
    page = browser.new_page()
    page.set_default_timeout(PATIENCE)
    session = client_of(user).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": server.url}]
    )
    return page


def press(page: Page, name: str) -> None:
    """The button of that name, reached by Tab and pressed by Enter."""
    for _n in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText").strip().startswith(name):
            with page.expect_navigation():
                page.keyboard.press("Enter")
            return
    raise AssertionError(name)


def write(page: Page, field: str, text: str) -> None:
    """Into the field of that name, reached by Tab."""
    for _n in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == field:
            page.keyboard.press("Control+a")
            page.keyboard.type(text)
            return
    raise AssertionError(field)


def test_the_whole_way_by_keyboard(
    observe: Observe,
    cia: User,
    bea: User,
    tib: User,
    client_of: ClientOf,
    live_server: LiveServer,
    chromium: Browser,
    now: Any,
) -> None:
    observe()
    observe(kind="unsafe", text="Mörkt vid entrén.")
    weeks.open_week(actor=actor_for(bea), now=now)
    week = f"{live_server.url}{reverse('est:week')}"

    page = page_of(chromium, cia, client_of, live_server)
    page.goto(week)
    for _n in range(2):
        while page.evaluate("document.activeElement.name") != "public_id" or page.evaluate(
            "document.activeElement.checked"
        ):
            page.keyboard.press("Tab")
        page.keyboard.press("Space")
    press(page, "Släpp de markerade")

    page = page_of(chromium, bea, client_of, live_server)
    page.goto(week)
    press(page, "Gör utkast")
    assert "Ängens förskola" in page.input_value("[name=p1-place]")
    write(page, "level", "Gul")
    write(page, "level_sentence", "Mörkare än vanligt.")
    write(page, "p1-responsible", "Gatukontoret")
    press(page, "Spara och skicka till granskning")

    page = page_of(chromium, tib, client_of, live_server)
    page.goto(f"{live_server.url}{EstReport.objects.get().get_absolute_url()}")
    press(page, "Godkänn")
    press(page, "Publicera")
    report = EstReport.objects.get()
    assert (report.state, report.level, report.level_by) == ("published", "yellow", bea)
    page.goto(f"{live_server.url}{reverse('est_public:report', args=(report.year, report.week))}")
    assert "Mörkare än vanligt." in page.inner_text("main")
    assert "Gatukontoret" in page.inner_text("main")


def test_axe_finds_nothing(
    observe: Observe,
    publish: Callable[..., EstReport],
    draft: Callable[..., EstReport],
    cia: User,
    bea: User,
    client_of: ClientOf,
    live_server: LiveServer,
    chromium: Browser,
) -> None:
    row = observe(ground="OSL18_8")
    observe(released=True, action="Städat.")
    report = publish()
    where = (report.year, report.week)
    key = report.public_id
    pages = {
        cia: [
            reverse("est:week"),
            reverse("est:new"),
            reverse("est:observation", args=(row.public_id,)),
            reverse("est:read", args=(key, "restricted")),
        ],
        bea: [
            reverse("est:week"),
            report.get_absolute_url(),
            reverse("est:disclose", args=(key,)),
            reverse("est_public:list"),
            reverse("est_public:report", args=where),
        ],
    }
    found = []
    for scheme, size in LOOKS:
        for user, addresses in pages.items():
            context = chromium.new_context(color_scheme=scheme, viewport=size, bypass_csp=True)
            session = client_of(user).cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
            )
            found += faults(context, live_server.url, addresses)
            context.close()
    assert found == []


def test_axe_finds_nothing_in_a_draft(
    observe: Observe,
    draft: Callable[..., EstReport],
    bea: User,
    client_of: ClientOf,
    live_server: LiveServer,
    chromium: Browser,
) -> None:
    observe(released=True)
    report = draft()
    session = client_of(bea).cookies[settings.SESSION_COOKIE_NAME].value
    found = []
    for scheme, size in LOOKS:
        context = chromium.new_context(color_scheme=scheme, viewport=size, bypass_csp=True)
        context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
        )
        found += faults(context, live_server.url, [report.get_absolute_url()])
        context.close()
    assert found == []
