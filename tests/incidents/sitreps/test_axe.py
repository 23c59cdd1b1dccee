"""axe finds nothing on the pages of lägesrapporter, disclosures and the diary, light and dark, none
is wider than a phone, and a draft is saved while one writes."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import sync_playwright
from pytest_django.live_server_helper import LiveServer

from incidents.models import DistributionList, Incident, SitrepDraftSection, SitrepMail
from incidents.services import disclosures
from incidents.services.disclosures import DisclosureData
from tests.accounts.factories import GrantFactory
from tests.incidents.conftest import DAY, HOUR
from tests.incidents.sitreps.conftest import SECRET, Send, Write
from tests.incidents.test_axe import LOOKS, faults
from tests.personas import City
from trygghetscentral.accounts.models import User
from trygghetscentral.shared.actor import Actor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _at_that_moment() -> None:
    """A browser and its session live by the real clock."""


def addresses(incident: Incident, mailing_list: DistributionList, disclosure: str) -> list[str]:
    one = (incident.public_id,)
    return [
        incident.get_absolute_url(),
        *(reverse(f"incidents:{name}", args=one) for name in ("sitreps", "sitrep-draft")),
        reverse("incidents:sitrep-send", args=one),
        *(reverse(f"incidents:{name}", args=(*one, 2)) for name in ("sitrep", "sitrep-open")),
        reverse("incidents:distribution-lists"),
        mailing_list.get_absolute_url(),
        *(reverse(f"incidents:{name}") for name in ("disclosures", "disclosure-new", "diary")),
        disclosure,
    ]


def test_nothing_is_found(
    outage: Incident,
    write: Write,
    send: Send,
    mailing_list: DistributionList,
    city: City,
    by_cia: Actor,
    cia: User,
    now: dt.datetime,
    client_of: Callable[[User], Client],
    live_server: LiveServer,
) -> None:
    GrantFactory.create(user=cia, role="RECORDS", organisation=city.service)
    write(outage, {"needs": SECRET}, needs="OSL18_13")
    send(outage, lists=[mailing_list.pk])
    write(outage, {"needs": "Elverk", "likely_6": "Ström", "worst_6": "Mörkt"}, needs="OSL18_13")
    send(outage, lists=[mailing_list.pk])
    write(outage, {"course": "Strömmen är tillbaka."})
    SitrepMail.objects.filter(name="Pressen").update(
        state="undeliverable", due_at=None, error="recipient_refused"
    )
    made = disclosures.decide(
        actor=by_cia,
        now=now,
        controller_id=outage.controller_id,
        incident=outage,
        data=DisclosureData(
            asker="public",
            asked_at=now - DAY,
            what="Lägesrapport 1",
            ground="TF:2",
            test="Prövat",
            outcome="refused",
            appeal="Till kammarrätten",
            decided_by_name="Nämnden",
            decided_at=now - HOUR,
        ),
    )
    session = client_of(cia).cookies[settings.SESSION_COOKIE_NAME].value
    cookie: Any = {
        "name": settings.SESSION_COOKIE_NAME,
        "value": session,
        "url": live_server.url,
    }
    found: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for scheme, size in LOOKS:
            context = browser.new_context(color_scheme=scheme, viewport=size, bypass_csp=True)
            context.add_cookies([cookie])
            pages = addresses(outage, mailing_list, made.get_absolute_url())
            found += faults(context, live_server.url, pages)
            context.close()
        context = browser.new_context()
        context.add_cookies([cookie])
        page = context.new_page()
        page.goto(live_server.url + reverse("incidents:sitrep-draft", args=(outage.public_id,)))
        for words in ("Elverk från Lund", "Elverk från Lomma"):
            field = page.get_by_label("Behov", exact=True)
            field.fill(words)
            field.blur()
            page.wait_for_function(
                "words => document.querySelector('#seen-needs').value !== words",
                arg=page.locator("#seen-needs").input_value(),
            )
        assert "Sparat" in page.locator("#sitrep-saved").inner_text()
        browser.close()
    assert found == []
    assert SitrepDraftSection.objects.get(code="needs").texts == {"needs": "Elverk från Lomma"}
