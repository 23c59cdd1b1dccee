"""A security key from first to last, in a real browser with a virtual authenticator."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from tests.personas import City
from trygghetscentral.accounts.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "elva röda båtar"


@pytest.fixture
def alma_with_password(alma: User) -> User:
    """Alma, who can sign in by form."""
    alma.set_password(PASSWORD)
    alma.save(update_fields=["password"])
    return alma


@pytest.fixture
def page(alma_with_password: User, live_server: LiveServer, chromium: Browser) -> Page:
    """A page with a key in its USB port."""
    page = chromium.new_page()
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "usb",
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return page


def sign_in(page: Page, server: LiveServer) -> None:
    """Username and password."""
    page.goto(f"{server.url}/konto/logga-in/")
    page.get_by_label("Användarnamn").fill("alma")
    page.get_by_label("Lösenord").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Logga in").click()


def test_key_is_added_and_then_asked_for(page: Page, live_server: LiveServer, city: City) -> None:
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    sign_in(page, live_server)
    page.goto(f"{live_server.url}/konto/tvafaktor/sakerhetsnyckel/ny/")
    page.get_by_label("Lösenord").fill(PASSWORD)
    page.get_by_role("button", name="Bekräfta").click()
    page.get_by_label("Nyckelns namn").fill("Nyckelknippan")
    page.get_by_role("button", name="Lägg till nyckeln").click()
    page.get_by_role("heading", name="Reservkoder").wait_for()

    page.goto(f"{live_server.url}/konto/logga-ut/")
    page.get_by_role("main").get_by_role("button", name="Logga ut").click()
    sign_in(page, live_server)
    page.get_by_role("heading", name="Bekräfta inloggningen").wait_for()
    page.get_by_role("button", name="Använd säkerhetsnyckel").click()
    page.wait_for_url(lambda url: "/konto/" not in url)
    page.goto(f"{live_server.url}/konto/tvafaktor/sakerhetsnyckel/")
    page.get_by_role("rowheader", name="Nyckelknippan").wait_for()
    assert [one for one in complaints if "Content Security Policy" in one] == []
