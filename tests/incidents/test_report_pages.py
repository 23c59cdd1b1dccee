"""The employee's form on a phone, the receipt, and what does not belong there."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from incidents.models import Incident, IncidentReport
from incidents.services import way
from incidents.states import Move
from tests.accounts.factories import NeedToKnowGroupFactory, person
from tests.alarms.routing.town import Town
from tests.incidents.conftest import HOUR
from tests.personas import City
from trygghetscentral.accounts.models import User
from trygghetscentral.places.models import Site
from trygghetscentral.shared.actor import Actor

FORM = "/rapportera/"
As = Callable[[User], Client]
GIVEN = {
    "what": "theft",
    "when": "now",
    "text": "Någon har krossat en ruta på Ängens förskola.",
    "place": "Mot gården",
    "hurt": "no",
}


@pytest.fixture
def as_eva(client_of: As, eva: User, town: Town) -> Client:
    """The employee's browser."""
    return client_of(eva)


def opened(client: Client) -> str:
    """The id that the form was made with."""
    page = client.get(FORM).content.decode()
    found = re.search(r'name="public_id" value="([^"]+)"', page)
    assert found
    return found[1]


def test_a_report_gives_a_receipt_and_sent_twice_is_one(
    as_eva: Client, town: Town, now: dt.datetime
) -> None:
    given = {**GIVEN, "public_id": opened(as_eva), "site": str(town.school.public_id)}
    answers = [as_eva.post(FORM, {**given, "hurt": "nearly", "cost": "1200"}) for _n in (1, 2)]
    incident = Incident.objects.get()
    assert {answer["Location"] for answer in answers} == {
        reverse("report:receipt", args=(incident.public_id,))
    }
    page = as_eva.get(answers[0]["Location"]).content.decode()
    assert all(word in page for word in (incident.number, "Mottagen", "krossat en ruta"))
    assert (incident.site, incident.near_miss, incident.occurred_from) == (town.school, True, now)
    assert incident.number in as_eva.get(reverse("report:own")).content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"what": "whistle"},
        {"text": ""},
        {"text": "a\x00b"},
        {"text": "x" * 8001},
        {"place": ""},
        {"when": "earlier"},
        {"when": "earlier", "occurred_from": "2027-01-01T10:00"},
        {"when": "earlier", "occurred_from": "99999-01-01T10:00"},
        {"cost": "9" * 30},
        {"cost": "-1"},
        {"site": "x"},
        {"longitude": "1e999", "latitude": "55"},
        {"longitude": "0", "latitude": "0"},
        {"public_id": "x"},
        {"hurt": ""},
    ],
)
def test_what_can_not_be_is_refused_and_what_was_written_stands(
    as_eva: Client, wrong: dict[str, str]
) -> None:
    answer = as_eva.post(FORM, {**GIVEN, "public_id": opened(as_eva), **wrong})
    assert answer.status_code == 400
    if "text" not in wrong:
        assert "Ängens förskola" in answer.content.decode()
    assert not Incident.objects.exists()


def test_earlier_and_a_position_are_taken(as_eva: Client) -> None:
    given = {
        **GIVEN,
        "public_id": opened(as_eva),
        "place": "",
        "when": "earlier",
        "occurred_from": "2026-03-11T08:05",
        "longitude": "13.000700",
        "latitude": "55.609000",
    }
    assert as_eva.post(FORM, given).status_code == 302
    incident = Incident.objects.get()
    assert incident.occurred_from == dt.datetime(2026, 3, 11, 7, 5, tzinfo=dt.UTC)
    assert incident.position == (13.0007, 55.609)


def test_each_sees_the_own_reports_and_nothing_that_was_made_of_them(
    as_eva: Client,
    eva: User,
    city: City,
    town: Town,
    by_cia: Actor,
    client_of: As,
    now: dt.datetime,
) -> None:
    as_eva.post(FORM, {**GIVEN, "public_id": opened(as_eva)})
    incident = Incident.objects.get()
    Incident.objects.update(title="Hemlig rubrik", description="Samordnarens ord")
    way.move(
        actor=by_cia, now=now, public_id=incident.public_id, step=Move.REJECT, reason="Fel adress"
    )
    receipt = reverse("report:receipt", args=(incident.public_id,))
    page = as_eva.get(receipt).content.decode()
    assert ("Klar" in page, "krossat en ruta" in page) == (True, True)
    for word in ("Hemlig", "Samordnarens", "Fel adress", "SAM SN"):
        assert word not in page
    colleague = client_of(person("EMPLOYEE", city.service))
    assert colleague.get(receipt).status_code == 404
    assert incident.number not in colleague.get(reverse("report:own")).content.decode()
    assert as_eva.get("/handelser/").status_code == 403
    assert as_eva.get(incident.get_absolute_url()).status_code == 403


def test_only_sites_of_the_own_organisation_that_all_may_know_of_are_found(
    as_eva: Client, city: City, town: Town
) -> None:
    url = f"{reverse('report:sites')}?q=storgatan"
    page = as_eva.get(url).content.decode()
    assert ("Ängens förskola" in page, "Gatuförrådet" in page) == (True, False)
    group = NeedToKnowGroupFactory.create(organisation=city.service)
    Site.objects.filter(pk=town.school.pk).update(restricted_group=group)
    assert "Ängens" not in as_eva.get(url).content.decode()
    given = {**GIVEN, "public_id": opened(as_eva)}
    for hidden in (town.school, town.depot):
        answer = as_eva.post(FORM, {**given, "site": str(hidden.public_id)})
        assert answer.status_code == 400
    for garbage in ("", "%00", "x" * 500, "' OR 1=1 --"):
        assert as_eva.get(f"{reverse('report:sites')}?q={garbage}").status_code == 200


def test_whistle_blowing_is_refused_with_the_way_to_where_it_belongs(
    as_eva: Client, settings: Settings
) -> None:
    assert reverse("report:whistleblowing") in as_eva.get(FORM).content.decode()
    settings.WHISTLEBLOWING_URL = "https://visselblasning.exempel.se/"
    page = as_eva.get(reverse("report:whistleblowing")).content.decode()
    assert "tas inte emot här" in page
    assert 'href="https://visselblasning.exempel.se/"' in page
    settings.WHISTLEBLOWING_URL = ""
    assert "personalavdelningen" in as_eva.get(reverse("report:whistleblowing")).content.decode()
    assert not IncidentReport.objects.exists()


def test_the_coordinator_gets_the_report_and_sees_it_as_an_incident(
    as_eva: Client, cia: User, client_of: As, now: dt.datetime
) -> None:
    as_eva.post(FORM, {**GIVEN, "public_id": opened(as_eva)})
    incident = Incident.objects.get()
    page = client_of(cia).get(incident.get_absolute_url()).content.decode()
    assert "krossat en ruta" in page
    assert "Anmälan från anställd" in page
    assert incident.registered_at - incident.occurred_from < HOUR
