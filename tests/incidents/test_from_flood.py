"""A larmflod becomes one incident, with its cause, its stadsområden and its alarms."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from alarms.models import Alarm, Flood
from alarms.services import floods
from alarms.services.floods import FloodData
from incidents.models import Incident, IncidentAlarm
from incidents.services import flood_incidents, registering
from incidents.services.flood_incidents import from_flood
from tests.alarms.flood.conftest import HOUR, Town, make_town
from tests.personas import City
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import NeedToKnowGroup, User
from trygghetscentral.shared.errors import Conflict, Forbidden, Missing

ClientOf = Callable[[User], Client]


@pytest.fixture
def flooded(city: City, now: dt.datetime, each_zone_its_own_row: None) -> Town:
    """Three stadsområden, of which two are dark."""
    town = make_town(city, now)
    town.mains(4, area=0, now=now)
    town.mains(3, area=1, now=now)
    town.mains(2, area=2, now=now)
    return town


@pytest.fixture
def flood(flooded: Town, bo: User, now: dt.datetime) -> Flood:
    """Declared over the two, and its alarms taken in."""
    alarm = Alarm.objects.order_by("pk")[0]
    data = FloodData(
        category=alarm.category,
        areas=tuple(area.pk for area in flooded.areas[:2]),
        cause="power",
        mode="count",
        lasts=HOUR,
    )
    made = floods.declare(actor=actor_for(bo), now=now, data=data)
    while floods.absorb_portion(actor=actor_for(bo), now=now, flood_id=made.pk):
        pass
    return made


def test_it_brings_cause_place_time_and_the_alarms_that_are_free(
    flood: Flood, bo: User, now: dt.datetime
) -> None:
    taken = Alarm.objects.filter(flood=flood).order_by("pk")[0]
    other, _made = registering.from_alarm(actor=actor_for(bo), now=now, public_id=taken.public_id)
    incident, made = from_flood(actor=actor_for(bo), now=now, public_id=flood.public_id)
    assert made
    assert (incident.kind.code, incident.title) == ("TF-01", "Elavbrott, Rosengård, Sofielund")
    assert (incident.controller, incident.occurred_from) == (flood.controller, flood.started_at)
    assert incident.alarm_links.count() == 6
    assert other.alarm_links.count() == 1
    again, made = from_flood(actor=actor_for(bo), now=now, public_id=flood.public_id)
    assert (again, made) == (incident, False)
    assert Incident.objects.count() == 2


def test_of_very_many_the_oldest_come_along_and_the_rest_are_counted(
    flood: Flood, bo: User, now: dt.datetime, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flood_incidents, "MOST_ALARMS", 5)
    answer = client_of(bo).post(reverse("incidents:from-flood", args=(flood.public_id,)))
    assert answer["Location"] == Incident.objects.get().get_absolute_url()
    assert IncidentAlarm.objects.count() == 5
    page = client_of(bo).get(answer["Location"]).content.decode()
    assert "Ur larmflod:" in page
    assert "7 larm" in page
    flood_page = client_of(bo).get(reverse("alarms:flood", args=(flood.public_id,)))
    assert f"/handelser/fran-larmflod/{flood.public_id}/" in flood_page.content.decode()


def test_of_one_area_the_incident_stands_in_it(
    flood: Flood, flooded: Town, bo: User, now: dt.datetime
) -> None:
    flood.areas.set([flooded.areas[0]])
    incident, _made = from_flood(actor=actor_for(bo), now=now, public_id=flood.public_id)
    assert (incident.area, incident.place) == (flooded.areas[0], "Sofielund")


def test_who_does_not_see_it_or_may_not_makes_nothing(
    flood: Flood, bo: User, cia: User, dan: User, now: dt.datetime, group: NeedToKnowGroup
) -> None:
    for user in (cia, dan):
        with pytest.raises((Missing, Forbidden)):
            from_flood(actor=actor_for(user), now=now, public_id=flood.public_id)
    assert not Incident.objects.exists()
    incident, _made = from_flood(actor=actor_for(bo), now=now, public_id=flood.public_id)
    Incident.objects.filter(pk=incident.pk).update(audiences=[f"group:{group.pk}"])
    with pytest.raises(Conflict):
        from_flood(actor=actor_for(bo), now=now, public_id=flood.public_id)
