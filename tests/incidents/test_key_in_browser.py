"""The key I on an alarm, in a real browser: it makes the incident, and then goes to it."""

from __future__ import annotations

import shutil
from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import sync_playwright
from pytest_django.live_server_helper import LiveServer

from alarms.models import Alarm
from incidents.models import Incident
from trygghetscentral.accounts.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PATIENCE = 60_000


@pytest.fixture(autouse=True)
def _at_that_moment() -> None:
    """A browser and its session live by the real clock."""


def test_once_it_makes_one_and_twice_it_goes_there(
    alarm: Alarm, alma: User, client_of: Callable[[User], Client], live_server: LiveServer
) -> None:
    session = client_of(alma).cookies[settings.SESSION_COOKIE_NAME].value
    url = f"{live_server.url}/larm/{alarm.public_id}/"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page()
        page.set_default_timeout(PATIENCE)
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
        )
        page.goto(url, wait_until="load")
        page.keyboard.press("i")
        page.wait_for_selector('a[data-act="incident"]')
        page.keyboard.press("i")
        page.wait_for_url("**/handelser/**")
        # Opened anew, the alarm offers the button again, and it leads to the same incident.
        page.goto(url, wait_until="load")
        page.keyboard.press("i")
        page.wait_for_url("**/handelser/**")
        where = page.url
        browser.close()
    assert where.endswith(Incident.objects.get().get_absolute_url())
