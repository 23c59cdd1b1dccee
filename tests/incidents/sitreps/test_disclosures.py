"""Utlämnanden: who asked, what was decided, what the law demands of it, and that it stays so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from incidents.models import DiaryEntry, Disclosure, Incident
from incidents.selectors.lists import disclosures_of
from incidents.services import disclosures, parts
from incidents.services.disclosures import GROUNDS, DisclosureData
from incidents.services.parts import Protection
from tests.accounts.factories import person
from tests.alarms.routing.town import Town
from tests.incidents.conftest import DAY, HOUR
from tests.incidents.sitreps.papers import words_of
from tests.personas import City
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import NeedToKnowGroup, User
from trygghetscentral.ledger.models import LedgerRow
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.errors import Conflict, Forbidden, Invalid

Decide = Callable[..., Disclosure]
MOMENT = "%Y-%m-%dT%H:%M"


def data(now: dt.datetime, **changed: Any) -> DisclosureData:
    given = {
        "asker": "police",
        "asker_name": "Polisen, region Syd",
        "asked_at": now - DAY,
        "what": "Lägesrapport 1",
        "ground": "2025:170:4",
        "test": "Inget i den omfattas.",
        "outcome": "released",
        "decided_by_name": "Säkerhetschefen",
        "decided_at": now - HOUR,
        **changed,
    }
    return DisclosureData(**given)


@pytest.fixture
def decide(by_cia: Actor, town: Town, now: dt.datetime) -> Decide:
    """`decide(outcome="refused", appeal="...")`: at servicenämnden, by Cia."""

    def go(
        incident: Incident | None = None, corrects: Disclosure | None = None, **changed: Any
    ) -> Disclosure:
        return disclosures.decide(
            actor=by_cia,
            now=now,
            controller_id=town.schools.pk,
            data=data(now, **changed),
            incident=incident,
            corrects=corrects,
        )

    return go


@pytest.mark.parametrize(
    "wrong",
    [
        {"asker": "neighbour"},
        {"asker_name": ""},
        {"what": " "},
        {"test": ""},
        {"decided_by_name": ""},
        {"outcome": "maybe"},
        {"outcome": "partly"},
        {"masked": "Sidan 2"},
        {"outcome": "refused"},
        {"outcome": "partly", "masked": "Sidan 2"},
        # The duty of 2025:170 is towards law enforcement alone.
        {"asker": "public"},
        {"asker": "authority"},
        {"asker": "public", "ground": "OSL:6:5"},
    ],
)
def test_what_is_not_whole_is_not_entered(wrong: dict[str, Any], decide: Decide) -> None:
    with pytest.raises(Invalid):
        decide(**wrong)
    assert not Disclosure.objects.exists()


def test_time_runs_forward(decide: Decide, now: dt.datetime) -> None:
    for wrong in ({"decided_at": now - 2 * DAY}, {"decided_at": now + HOUR}):
        with pytest.raises(Invalid):
            decide(**wrong)


@pytest.mark.parametrize("asker", sorted(GROUNDS))
def test_each_asker_has_grounds_that_are_taken(asker: str, decide: Decide) -> None:
    for ground in sorted(GROUNDS[asker]):
        decide(asker=asker, ground=ground)
    assert Disclosure.objects.count() == len(GROUNDS[asker])


def test_the_public_asks_without_a_name(decide: Decide) -> None:
    """TF 2 kap. 18 §."""
    made = decide(
        asker="public",
        asker_name="",
        ground="TF:2",
        outcome="partly",
        masked="Avsnitt 5",
        appeal="Till kammarrätten inom tre veckor.",
    )
    assert (made.number, made.asker_name) == ("U-2026-000001", "")


def test_it_is_never_changed_but_corrected_once(decide: Decide) -> None:
    first = decide()
    for statement in (
        "UPDATE incidents_disclosure SET test = 'x'",
        "DELETE FROM incidents_disclosure",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    second = decide(corrects=first, ground="2025:170:8")
    with pytest.raises(Conflict):
        decide(corrects=first)
    assert first.corrected_by == second
    assert DiaryEntry.objects.filter(kind="disclosure").count() == 2
    assert LedgerRow.objects.filter(name="disclosure.decided").count() == 2


def test_the_database_asks_for_the_same(decide: Decide) -> None:
    made = decide()
    for wrong in (
        {"what": ""},
        {"asker_name": ""},
        {"masked": "x"},
        {"outcome": "refused", "appeal": ""},
    ):
        values = {
            field.attname: getattr(made, field.attname)
            for field in Disclosure._meta.concrete_fields
            if not field.primary_key and field.name not in {"public_id", "number"}
        }
        with pytest.raises(IntegrityError), transaction.atomic():
            Disclosure.objects.create(**{**values, "number": "U-2026-000099", **wrong})


def test_each_namnd_has_its_own_log(
    decide: Decide,
    tor: User,
    ark: User,
    city: City,
    town: Town,
    now: dt.datetime,
    client_of: Callable[[User], Client],
) -> None:
    made = decide()
    assert not Disclosure.objects.visible_to(tor).exists()
    assert Disclosure.objects.visible_to(ark).get() == made
    with pytest.raises(Forbidden):
        disclosures.decide(
            actor=actor_for(tor), now=now, controller_id=town.schools.pk, data=data(now)
        )
    for name in ("disclosure", "disclosure-pdf"):
        address = reverse(f"incidents:{name}", args=(made.public_id,))
        assert client_of(tor).get(address).status_code == 404
    dso = person("DPO", city.service, username="dso", name="Dso", signature="DSO")
    address = made.get_absolute_url()
    assert "Polisen, region Syd" in client_of(dso).get(address).content.decode()
    assert LedgerRow.objects.filter(name="disclosure.read").count() == 1


def test_about_a_restricted_incident_only_the_group_knows(
    decide: Decide,
    make: Any,
    group: NeedToKnowGroup,
    by_cia: Actor,
    cia: User,
    ark: User,
    now: dt.datetime,
    client_of: Callable[[User], Client],
) -> None:
    incident = make()
    made = decide(incident)
    assert disclosures_of(incident, ark) == [made]
    parts.protect(
        actor=by_cia,
        now=now,
        public_id=incident.public_id,
        seen="",
        protection=Protection(restricted_group_id=group.pk, grounds={}),
    )
    assert disclosures_of(incident, cia) == [made]
    assert disclosures_of(incident, ark) == []
    assert client_of(ark).get(made.get_absolute_url()).status_code == 404
    assert made.number not in client_of(ark).get(reverse("incidents:diary")).content.decode()
    # Nor can one find out that it exists by entering a decision about it.
    form = _form(now, incident=incident.number, controller=incident.controller_id)
    answer = client_of(ark).post(reverse("incidents:disclosure-new"), form)
    assert "finns inte" in answer.content.decode()


def _form(now: dt.datetime, **changed: Any) -> dict[str, Any]:
    given = {
        "asker": "public",
        "asked_at": f"{now - DAY:{MOMENT}}",
        "what": "Lägesrapport 1",
        "ground": "TF:2",
        "test": "18 kap. 13 § OSL",
        "outcome": "partly",
        "masked": "Avsnitt 5",
        "appeal": "Till kammarrätten inom tre veckor.",
        "decided_by_name": "Säkerhetschefen",
        "decided_at": f"{now - HOUR:{MOMENT}}",
    }
    return {**given, **changed}


def test_from_the_incident_to_paper_in_the_browser(
    make: Any, cia: User, now: dt.datetime, client_of: Callable[[User], Client]
) -> None:
    incident, client = make(), client_of(cia)
    new = reverse("incidents:disclosure-new")
    page = client.get(f"{new}?handelse={incident.number}").content.decode()
    assert f'value="{incident.number}"' in page
    assert "överklagas till kammarrätten" in page
    form = _form(now, incident=incident.number, controller=incident.controller_id)
    wrong = client.post(new, {**form, "ground": "2025:170:4"})
    assert (wrong.status_code, b"Grunden g" in wrong.content) == (400, True)
    made = client.post(new, form)
    shown = client.get(made["Location"]).content.decode()
    assert "Avsnitt 5" in shown
    number = Disclosure.objects.get().number
    assert number in client.get(incident.get_absolute_url()).content.decode()
    assert number in client.get(reverse("incidents:disclosures")).content.decode()
    words = words_of(client.get(f"{made['Location']}beslut.pdf").content)
    assert "kammarrätten" in words
    rest = f"{new}?rattar={Disclosure.objects.get().public_id}"
    assert "Avsnitt 5" in client.get(rest).content.decode()
    client.post(rest, form)
    assert "Rättat av" in client.get(made["Location"]).content.decode()
    assert client.get(f"{new}?rattar=x").status_code == 404
