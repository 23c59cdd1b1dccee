"""The maps' marks cost as many questions however many alarms are open."""

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


@pytest.mark.usefixtures("each_zone_its_own_row")
def test_as_many_questions_for_all_marks_as_for_one(
    town: Town, alma: User, now: dt.datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    sender, audiences = town.transmitter(), alma.audiences()
    for zones, open_now in ((range(1), 1), (range(1, 30), 30)):
        town.send(*(message(sender, at=now, zone=str(zone)) for zone in zones))
        # The alarms, their types and their sites; nobody is asked for areas that are not there.
        with django_assert_num_queries(3):
            assert len(open_alarms(audiences)["features"]) == open_now


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
