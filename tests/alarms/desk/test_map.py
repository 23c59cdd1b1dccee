"""The maps' marks cost one question, however many alarms are open."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from alarms.models import Alarm
from alarms.selectors.on_map import open_alarms
from tests.alarms.routing import town as builder
from tests.alarms.routing.town import Town, message
from tests.personas import City
from trygghetscentral.accounts.models import User


@pytest.fixture
def town(city: City, now: dt.datetime) -> Town:
    return builder.build(city, now)


def marks(user: User) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = open_alarms(user.audiences())["features"]
    return [feature["properties"] for feature in found]


def test_one_question_for_all_marks(
    town: Town, alma: User, now: dt.datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    sender = town.transmitter()
    town.send(*(message(sender, at=now, zone=str(zone)) for zone in range(30)))
    audiences = alma.audiences()
    with django_assert_num_queries(1):
        assert len(open_alarms(audiences)["features"]) == 30


def test_a_mark_says_what_and_where_and_leads_to_the_alarm(
    town: Town, alma: User, now: dt.datetime
) -> None:
    town.send(message(town.transmitter(), at=now, zone="7"))
    alarm = Alarm.objects.get()
    (mark,) = marks(alma)
    assert mark["url"] == reverse("alarms:detail", args=(alarm.public_id,))
    assert alarm.site is not None
    assert mark["name"].endswith(f", {alarm.site.name}")
    assert (alarm.number in mark["kind_label"], mark["unanswered"]) == (True, True)
    Alarm.objects.update(again_at=now)
    assert "larmar igen" in marks(alma)[0]["kind_label"]
