"""The map's one door: heaps counted by the database, for whoever asks, at whatever zoom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from alarms.models import Alarm
from incidents.models import Incident, Zone
from incidents.selectors.picture.objects import Look, objects
from tests.alarms.routing.town import Town, message
from tests.incidents.conftest import Make
from trygghetscentral.accounts.models import User

CITY = {"bbox": "12.8,55.5,13.2,55.7", "zoom": "12"}
LOOK = Look(12.8, 55.5, 13.2, 55.7, 12)
COPIES = """
INSERT INTO incidents_incident ({columns})
SELECT {values} FROM incidents_incident AS i, generate_series(1, %s) AS g WHERE i.id = %s
"""


def spread(incident: Incident, how_many: int) -> None:
    """Copies of the incident all over the city, past the services."""
    changed = {
        "public_id": "gen_random_uuid()",
        "number": "'X-' || nextval('incidents_incident_id_seq')",
        "position": "point(12.9 + (g %% 97) * 0.002, 55.55 + (g %% 89) * 0.001)",
    }
    columns = [
        str(field.column)
        for field in Incident._meta.concrete_fields
        if not field.primary_key and not field.generated
    ]
    values = [changed.get(name, f"i.{name}") for name in columns]
    with connection.cursor() as cursor:
        cursor.execute(
            COPIES.format(columns=", ".join(columns), values=", ".join(values)),
            [how_many, incident.pk],
        )


def shown(user: User, look: Look = LOOK) -> list[dict[str, Any]]:
    return [one["properties"] for one in objects(User.objects.get(pk=user.pk), look)["features"]]


def test_five_thousand_are_a_few_hundred_heaps_for_as_many_questions(
    make: Make, draw: Callable[..., Zone], cia: User, client_of: Callable[[User], Client]
) -> None:
    incident = make()
    draw()
    spread(incident, 1)
    client = client_of(cia)
    url, page = reverse("picture:objects"), reverse("picture:live")

    def asked(address: str, **query: str) -> tuple[int, Any]:
        with CaptureQueriesContext(connection) as questions:
            answer = client.get(address, query)
        return len(questions), answer

    asked(page)
    few, few_listed = asked(url, **CITY)[0], asked(page)[0]
    spread(incident, 4998)
    questions, answer = asked(url, **CITY)
    features = answer.json()["features"]
    assert questions == few
    assert sum(one["properties"].get("n", 0) for one in features) == 5000
    assert answer.json()["total"]["incidents"] == 5000
    assert len(features) < 700
    assert all(len(one["properties"].get("items", ())) <= 5 for one in features)
    listed, shown_page = asked(page)
    assert listed == few_listed
    text = shown_page.content.decode()
    assert text.count('data-key="incident:') == 200
    assert ">5000<" in text or ">5 000<" in text or ">5\u00a0000<" in text


def test_nearer_tells_them_apart(make: Make, cia: User) -> None:
    spread(make(), 200)
    far = shown(cia, Look(12.8, 55.5, 13.2, 55.7, 8))
    near = shown(cia, Look(12.9, 55.55, 12.95, 55.6, 15))
    assert max(one["n"] for one in far) > max(one["n"] for one in near)
    assert {len(one["items"]) for one in near} == {1}


def test_it_is_not_sent_again_until_something_has_happened(
    make: Make, cia: User, client_of: Callable[[User], Client]
) -> None:
    make()
    client = client_of(cia)
    url = reverse("picture:objects")
    first = client.get(url, CITY)
    again = client.get(url, CITY, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    make()
    assert client.get(url, CITY, headers={"If-None-Match": first["ETag"]}).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"bbox": "1,2,3", "zoom": "3"},
        {"bbox": "13,55,12,56", "zoom": "3"},
        {"bbox": "nan,55,13,56", "zoom": "3"},
        {"bbox": "12,55,13,56", "zoom": "inf"},
        {"bbox": "12,55,13,56", "zoom": "x"},
    ],
)
def test_garbage_is_refused(
    cia: User, client_of: Callable[[User], Client], query: dict[str, str]
) -> None:
    assert client_of(cia).get(reverse("picture:objects"), query).status_code == 400


def test_an_alarm_is_named_and_a_trygghetslarm_is_a_number_in_its_area(
    town: Town, alma: User, now: dt.datetime
) -> None:
    sender = town.transmitter()
    town.send(message(sender, "BA", at=now, zone="3"), now=now)
    (one,) = shown(alma)
    assert (one["what"], one["n"], one["unanswered"]) == ("alarm", 1, True)
    assert "Ängens förskola" in one["items"][0]["name"]
    Alarm.objects.update(category="medical")
    assert shown(alma) == []
