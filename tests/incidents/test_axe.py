"""axe finds nothing on the pages of incidents, light and dark, and none is wider than a phone."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import BrowserContext, sync_playwright
from pytest_django.live_server_helper import LiveServer

from incidents.models import Incident, IncidentReport
from incidents.services import follow_up
from incidents.services.follow_up import DamageData
from tests.accounts.factories import GrantFactory
from tests.incidents.conftest import Make
from tests.personas import City
from trygghetscentral.accounts.models import User
from trygghetscentral.shared.actor import Actor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
PARTS = ("plats", "skydd", "bedom")
LOOKS: tuple[tuple[Any, Any], ...] = (
    ("light", {"width": 360, "height": 780}),
    ("dark", {"width": 1366, "height": 768}),
)


@pytest.fixture(autouse=True)
def _at_that_moment() -> None:
    """A browser and its session live by the real clock."""


def pages(incident: Incident) -> Iterator[str]:
    yield from (reverse(f"incidents:{name}") for name in ("list", "new", "kinds", "figures"))
    yield from (
        reverse(f"incidents:{name}", args=(incident.public_id,))
        for name in ("detail", "persons", "damage-new")
    )
    yield from (reverse("incidents:part", args=(incident.public_id, part)) for part in PARTS)
    yield from (reverse(f"report:{name}") for name in ("new", "own"))
    yield reverse("report:receipt", args=(incident.public_id,))


def faults(context: BrowserContext, base: str, addresses: list[str]) -> list[str]:
    found = []
    page = context.new_page()
    for address in addresses:
        page.goto(f"{base}{address}")
        for one in Axe().run(page, options=RULES).response["violations"]:
            nodes = [node["html"][:120] for node in one["nodes"][:3]]
            found.append(f"{address}: {one['id']} {nodes}")
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{address}: wider than the screen")
    page.close()
    return found


def test_nothing_is_found(
    make: Make,
    judge: Callable[..., Incident],
    city: City,
    by_cia: Actor,
    cia: User,
    now: dt.datetime,
    client_of: Callable[[User], Client],
    live_server: LiveServer,
) -> None:
    GrantFactory.create(user=cia, role="EMPLOYEE", organisation=city.service)
    incident = judge(make(), severity=3)
    make()
    who: dict[str, Any] = {"actor": by_cia, "now": now, "public_id": incident.public_id}
    follow_up.save_damage(**who, data=DamageData(what="Ruta", material=8000))
    follow_up.add_task(**who, what="Byt", responsible=cia, due_on=now.date())
    IncidentReport.objects.create(
        incident=incident, what="theft", text="x", hurt=True, near_miss=False, by=cia, at=now
    )
    session = client_of(cia).cookies[settings.SESSION_COOKIE_NAME].value
    found: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for scheme, size in LOOKS:
            # axe is put into the page by the test, which the page's CSP rightly refuses.
            context = browser.new_context(color_scheme=scheme, viewport=size, bypass_csp=True)
            context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
            )
            found += faults(context, live_server.url, list(pages(incident)))
            context.close()
        browser.close()
    assert found == []
