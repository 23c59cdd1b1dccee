"""axe finds nothing on the pages of accounts, light and dark (WCAG 2.2 AA, domain.md E.5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from tests.accounts.factories import GrantFactory, GroupMembershipFactory, NeedToKnowGroupFactory
from tests.personas import City
from trygghetscentral.accounts.models import NeedToKnowGroup, User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BEFORE_SIGN_IN = ("logga-in/", "losenord/glomt/", "inloggning/avbruten/", "losenord/nytt/1-x-y/")
SIGNED_IN = (
    "",
    "roller/",
    "nycklar/",
    "nycklar/ny/",
    "anvandare/",
    "anvandare/+ny/",
    "anvandare/alma/",
    "anvandare/alma/andra/",
    "grupper/",
    "nodatkomst/",
    "nodatkomst/oppna/",
    "tvafaktor/",
    "logga-ut/",
)
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


@pytest.fixture
def group(city: City, alma: User, admin_user: User) -> NeedToKnowGroup:
    """Something on every page of the one who sees them all."""
    GrantFactory.create(user=admin_user, role="DUTY_OFFICER", organisation=city.root)
    group: NeedToKnowGroup = NeedToKnowGroupFactory.create(organisation=city.root)
    GroupMembershipFactory.create(group=group, user=alma)
    return group


@pytest.fixture
def session(admin_user: User, client_of: Callable[[User], Client]) -> str:
    """What the browser shows to be signed in."""
    return client_of(admin_user).cookies[settings.SESSION_COOKIE_NAME].value


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_found(
    scheme: Any, group: NeedToKnowGroup, session: str, live_server: LiveServer, chromium: Browser
) -> None:
    found: list[str] = []
    # axe is put into the page by the test, which the page's CSP rightly refuses.
    context = chromium.new_context(color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    for addresses in (BEFORE_SIGN_IN, (*SIGNED_IN, f"grupper/{group.pk}/")):
        for address in addresses:
            page.goto(f"{live_server.url}/konto/{address}")
            for one in Axe().run(page, options=RULES).response["violations"]:
                nodes = [node["html"][:120] for node in one["nodes"][:3]]
                found.append(f"{address}: {one['id']} {nodes}")
        context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
        )
    assert found == []
