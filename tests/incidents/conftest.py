"""A school of servicenämnden and a depot of tekniska nämnden, and who works with what happens."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from alarms.models import Alarm
from incidents.models import Incident, IncidentKind
from incidents.services import registering, way
from incidents.services.registering import IncidentData
from incidents.states import Stage
from tests.accounts.factories import (
    GroupMembershipFactory,
    NeedToKnowGroupFactory,
    person,
)
from tests.alarms.routing.town import Town, build, message
from tests.personas import City
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import NeedToKnowGroup, User
from trygghetscentral.shared.actor import Actor

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
Make = Callable[..., Incident]


@pytest.fixture(autouse=True)
def _at_that_moment(now: dt.datetime, travel: Callable[[dt.datetime], Any]) -> None:
    travel(now)


@pytest.fixture
def town(city: City, now: dt.datetime) -> Town:
    """The two sites."""
    return build(city, now)


@pytest.fixture
def tor(city: City) -> User:
    """Säkerhetssamordnare of tekniska nämnden."""
    return person("SEC_COORD", city.technical, username="tor", name="Tor", signature="SAM TN")


@pytest.fixture
def eva(city: City) -> User:
    """Employed at servicenämnden."""
    return person("EMPLOYEE", city.service, username="evaa", name="Eva", signature="ANS 1")


@pytest.fixture
def by_cia(cia: User) -> Actor:
    """Servicenämndens säkerhetssamordnare acting."""
    return actor_for(cia)


@pytest.fixture
def group(city: City, cia: User) -> NeedToKnowGroup:
    """Those at servicenämnden who need to know; Cia is one."""
    made = NeedToKnowGroupFactory.create(organisation=city.service, name="Otillåten påverkan")
    GroupMembershipFactory.create(group=made, user=cia)
    return made


def kind(code: str) -> IncidentKind:
    """One of the taxonomy."""
    return IncidentKind.objects.get(code=code)


@pytest.fixture
def make(town: Town, by_cia: Actor, now: dt.datetime) -> Make:
    """`make(kind="BR-01")`: at the school two hours ago, entered by Cia."""

    def go(*, at: dt.datetime = now, by: Actor = by_cia, **fields: Any) -> Incident:
        given = {
            "title": "Krossad ruta",
            "description": "En ruta mot gården är krossad.",
            "occurred_from": at - 2 * HOUR,
            "site": town.school,
            "controller_id": town.schools.pk,
            **fields,
        }
        given["kind"] = kind(given.get("kind", "BR-03"))
        return registering.register(actor=by, now=at, data=IncidentData(**given))

    return go


@pytest.fixture
def judge(by_cia: Actor, now: dt.datetime) -> Callable[..., Incident]:
    """`judge(incident, severity=2)`, by Cia."""

    def go(incident: Incident, severity: int = 1, urgency: int = 4) -> Incident:
        return way.assess(
            actor=by_cia,
            now=now,
            public_id=incident.public_id,
            severity=severity,
            urgency=urgency,
            reason="Sett på plats.",
        )

    return go


@pytest.fixture
def alarm(town: Town, now: dt.datetime) -> Alarm:
    """A burglary alarm at the school."""
    transmitter = town.transmitter()
    town.send(message(transmitter, "BA", at=now - HOUR, zone="3"), now=now - HOUR)
    return Alarm.objects.get()


def put_in(incident: Incident, stage: Stage, owner: User, now: dt.datetime) -> None:
    """Stand the incident in any stage, past the services."""
    values: dict[str, Any] = {"stage": stage, "severity": 1, "urgency": 5, "owner": owner}
    values["closed_at"] = now if stage in {Stage.CLOSED, Stage.ARCHIVED} else None
    Incident.objects.filter(pk=incident.pk).update(**values)


@pytest.fixture
def tib(city: City) -> User:
    """Tjänsteman i beredskap for the whole city."""
    return person("DUTY_OFFICER", city.root, username="tib", name="Tib", signature="TiB")
