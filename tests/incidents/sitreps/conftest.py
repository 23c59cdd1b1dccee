"""A power cut at the school, a list of three functions, and a mail server that listens."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytest_django import Settings

from incidents.models import DistributionList, Incident, Sitrep
from incidents.selectors.sitrep_drafts import draft_of
from incidents.services.sitreps import drafting, lists, sending
from incidents.services.sitreps.drafting import SectionText
from incidents.services.sitreps.lists import RecipientData
from incidents.services.sitreps.sending import SendOrder
from incidents.sitrep_sections import SECTIONS
from tests.accounts.factories import person
from tests.alarms.routing.town import Town
from tests.callout.receivers import Mailbox, mail_server
from tests.incidents.conftest import HOUR, Make
from tests.personas import City
from trygghetscentral.accounts.models import User
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.env_outside import MailServer

SECRET = "Reservkraften räcker i 47 minuter"
WHOLE = {
    "course": "Strömmen bröts 14.10 i skolan.",
    "state": "Skolan är mörk. Ingen är skadad.",
    "taken": "Eleverna är ute.",
    "planned": "Elbolaget letar efter felet.",
    "outlook": "Strömmen är tillbaka i kväll.",
}
Write = Callable[..., None]
Send = Callable[..., Sitrep]


def sections(texts: dict[str, str], grounds: dict[str, str], seals: dict[str, str]) -> Any:
    """What a form would give for the sections that hold these texts."""
    return {
        section.code: SectionText(
            texts={field.code: texts.get(field.code, "") for field in section.fields},
            ground=grounds.get(section.code, ""),
            seen=seals.get(section.code, ""),
        )
        for section in SECTIONS
    }


def seals(incident: Incident) -> dict[str, str]:
    """The seals of the draft as it stands."""
    return {one.section.code: one.seal for one in draft_of(incident).sections}


@pytest.fixture
def outage(make: Make) -> Incident:
    """The power cut."""
    return make(kind="TF-01", title="Elavbrott i skolan")


@pytest.fixture
def write(by_cia: Actor, now: dt.datetime) -> Write:
    """`write(outage, {"needs": SECRET}, needs="OSL18_13")`: beside what the law asks for."""

    def go(incident: Incident, texts: dict[str, str] | None = None, **grounds: str) -> None:
        drafting.save_draft(
            actor=by_cia,
            now=now,
            public_id=incident.public_id,
            sections=sections({**WHOLE, **(texts or {})}, grounds, seals(incident)),
        )

    return go


@pytest.fixture
def mailing_list(town: Town, by_cia: Actor, now: dt.datetime) -> DistributionList:
    """The own management gets all, so should the länsstyrelse, but the list does not say that it
    may; the newsroom gets what is open."""
    made = lists.make_list(actor=by_cia, now=now, controller_id=town.schools.pk, name="Elavbrott")
    for data in (
        RecipientData(
            name="Ledningen",
            address="ledning@stad.example",
            organisation_id=town.schools.pk,
            version="full",
        ),
        RecipientData(name="Länsstyrelsen", address="tib@lansstyrelse.example", version="full"),
        RecipientData(name="Pressen", address="press@stad.example"),
    ):
        lists.add_recipient(actor=by_cia, now=now, list_id=made.pk, data=data)
    return made


@pytest.fixture
def send(by_cia: Actor, now: dt.datetime) -> Send:
    """`send(outage, lists=[mailing_list.pk])`: with the tests confirmed and one to come."""

    def go(incident: Incident, **given: Any) -> Sitrep:
        at = given.pop("now", now)
        order = {
            "seen": draft_of(incident).seal,
            "sender": "Cia Andersson",
            "role": "säkerhetssamordnare",
            "next_at": at + 2 * HOUR,
            "tested_open": True,
            **given,
        }
        return sending.send(
            actor=given.get("actor", by_cia),
            now=at,
            public_id=incident.public_id,
            order=SendOrder(**order),
        )

    return go


@pytest.fixture
def mailbox(settings: Settings) -> Iterator[Mailbox]:
    """A mail server, set up as the house's own."""
    with mail_server() as box:
        settings.EMAIL_URL = MailServer(
            host="127.0.0.1", port=box.port, sender="lagesrapport@stad.example"
        )
        yield box


@pytest.fixture
def ark(city: City) -> User:
    """Registrator of servicenämnden."""
    return person("RECORDS", city.service, username="ark", name="Ark", signature="ARK 1")
