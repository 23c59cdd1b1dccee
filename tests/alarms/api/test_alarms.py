"""GET /api/v1/alarms/: filters, pages, one alarm, and who sees what."""

from __future__ import annotations

import datetime as dt
from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from alarms.models import Alarm
from alarms.states import AlarmState
from tests.alarms.routing.town import Town, message, only_alarm
from trygghetscentral.accounts.models import User

URL = "/api/v1/alarms/"
FIELDS = [
    "number",
    "state",
    "category",
    "priority",
    "account",
    "area",
    "zone",
    "code",
    "controller",
    "site",
    "received_at",
    "acknowledged_at",
    "closed_at",
    "owner",
    "signal_count",
    "text",
    "lead",
    "zones",
]


@pytest.fixture
def alarms(town: Town) -> list[Alarm]:
    """A burglary and a fire at the school, a burglary at the depot."""
    school = town.transmitter("A1B2")
    depot = town.transmitter("D00D", installation=town.depot_alarm)
    later = town.now + dt.timedelta(hours=1)
    town.send(message(school, "BA", at=town.now))
    town.send(message(school, "FA", at=later), now=later)
    town.send(message(depot, "BA", at=later), now=later)
    return list(Alarm.objects.order_by("pk"))


def numbers(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [row["number"] for row in answer.json()["results"]]


def test_exactly_the_fields_of_the_contract(
    client_of: Callable[[User], Client], alma: User, alarms: list[Alarm]
) -> None:
    row = client_of(alma).get(URL).json()["results"][0]
    assert list(row) == FIELDS


def test_newest_first_and_only_what_one_may_see(
    client_of: Callable[[User], Client],
    caller: APIClient,
    alma: User,
    cia: User,
    dan: User,
    alarms: list[Alarm],
) -> None:
    all_of_them = [alarm.number for alarm in reversed(alarms)]
    assert numbers(client_of(alma).get(URL)) == all_of_them
    assert numbers(client_of(cia).get(URL)) == all_of_them[1:]
    assert numbers(caller.get(URL)) == all_of_them[1:]
    assert client_of(dan).get(URL).status_code == 403
    assert APIClient().get(URL).status_code == 401


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"category": "fire"}, [1]),
        ({"category": ["fire", "burglary"]}, [2, 1, 0]),
        ({"account": "d00d"}, [2]),
        ({"account": "å"}, []),
        ({"since": "2026-03-12T14:37:00Z"}, [2, 1]),
        ({"since": "2026-03-12T15:37:00"}, [2, 1]),
        ({"since": "2026-03-13T08:38:00+18:01"}, [2, 1]),
        ({"since": "9999-12-31T23:59:59-10:00"}, []),
        ({"state": "closed"}, []),
        ({"state": ["new", "closed"]}, [2, 1, 0]),
        ({"state": "new", "category": "burglary", "account": "A1B2"}, [0]),
    ],
)
def test_filters(
    client_of: Callable[[User], Client],
    alma: User,
    alarms: list[Alarm],
    query: dict[str, Any],
    expected: list[int],
) -> None:
    answer = client_of(alma).get(URL, query)
    assert numbers(answer) == [alarms[position].number for position in expected]


@pytest.mark.parametrize(
    "query",
    [{"state": "öppet"}, {"category": "x"}, {"since": "igår"}, {"account": "\x00"}],
)
def test_bad_filters_are_400_with_the_name(
    client_of: Callable[[User], Client], alma: User, query: dict[str, str]
) -> None:
    answer = client_of(alma).get(URL, query)
    assert answer.status_code == 400
    assert list(answer.json()) == list(query)


def test_pages(client_of: Callable[[User], Client], alma: User, alarms: list[Alarm]) -> None:
    client = client_of(alma)
    first = client.get(URL, {"page_size": 2}).json()
    assert [row["number"] for row in first["results"]] == [alarms[2].number, alarms[1].number]
    second = client.get(first["next"]).json()
    assert [row["number"] for row in second["results"]] == [alarms[0].number]
    assert second["next"] is None


@pytest.mark.parametrize("position", ["abc", "-1", "9" * 40, "\u0661"])
def test_a_cursor_we_did_not_make(
    client_of: Callable[[User], Client], alma: User, position: str
) -> None:
    cursor = b64encode(f"p={position}".encode()).decode()
    assert client_of(alma).get(URL, {"cursor": cursor}).status_code == 404


def test_one_alarm_by_number_or_public_id(
    client_of: Callable[[User], Client], alma: User, cia: User, alarms: list[Alarm]
) -> None:
    depot = alarms[2]
    for key in (depot.number, depot.number.lower(), str(depot.public_id)):
        answer = client_of(alma).get(f"{URL}{key}/")
        assert answer.json()["number"] == depot.number
        assert client_of(cia).get(f"{URL}{key}/").status_code == 404
    assert client_of(alma).get(f"{URL}L-2026-999999/").status_code == 404
    assert client_of(alma).get(f"{URL}{'9' * 65}/").status_code == 404


def test_an_owner_is_a_signature(
    client_of: Callable[[User], Client], alma: User, alarms: list[Alarm]
) -> None:
    Alarm.objects.filter(pk=alarms[0].pk).update(
        state=AlarmState.ACKNOWLEDGED, owner=alma, acknowledged_at=alarms[0].received_at
    )
    row = client_of(alma).get(f"{URL}{alarms[0].number}/").json()
    assert (row["owner"], row["state"]) == ("OP 1", "acknowledged")
    assert row["acknowledged_at"] is not None


@pytest.mark.usefixtures("each_zone_its_own_row")
def test_one_alarm_or_fifty_cost_the_same(
    client_of: Callable[[User], Client],
    alma: User,
    town: Town,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    row = town.transmitter()
    client = client_of(alma)
    town.send(message(row, at=town.now))
    client.get(URL)
    first = only_alarm().number
    # Session, user, the workstation's lock, grants, groups, and the page.
    with django_assert_num_queries(6):
        assert numbers(client.get(URL)) == [first]
    town.send(*(message(row, at=town.now, zone=str(number)) for number in range(2, 51)))
    with django_assert_num_queries(6):
        assert len(numbers(client.get(URL))) == 50


def test_the_list_has_rows_and_their_zones_where_they_are_asked_for(
    client_of: Callable[[User], Client], alma: User, town: Town
) -> None:
    row = town.transmitter()
    town.send(*(message(row, at=town.now, zone=str(zone)) for zone in (1, 2, 3)))
    lead = Alarm.objects.rows().get()
    client = client_of(alma)
    (shown,) = client.get(URL).json()["results"]
    assert (shown["number"], shown["lead"], shown["zones"]) == (lead.number, None, 3)
    zones = client.get(URL, {"lead": lead.number.lower()}).json()["results"]
    assert [(one["lead"], one["zones"]) for one in zones] == [(lead.number, 1)] * 2
    one = client.get(f"{URL}{zones[0]['number']}/").json()
    assert one["number"] == zones[0]["number"]


def test_the_schema_is_for_those_signed_in(
    client_of: Callable[[User], Client], dan: User, caller: APIClient
) -> None:
    for client in (client_of(dan), caller):
        answer = client.get("/api/v1/schema/")
        assert answer.status_code == 200
        assert b"/api/v1/signals/" in answer.content
    assert APIClient().get("/api/v1/schema/").status_code == 401
