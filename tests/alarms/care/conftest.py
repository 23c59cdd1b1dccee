"""A brukare with a trygghetslarm, at a nämnd of its own."""

from __future__ import annotations

import datetime as dt

import pytest

from alarms.models import Alarm, CareRecipient, Desk, DeskSignOn
from alarms.services.care import CareData, KinData, enter_recipient
from tests.accounts.factories import person
from tests.alarms.intake.senders import Sender
from tests.personas import City
from trygghetscentral.accounts.models import User
from trygghetscentral.shared.actor import Actor

SYSTEM = Actor.system("test")
DATA = CareData(
    name="Brukare Exempel",
    address="Påhittade gränd 3",
    phone="040-628 04 55",
    voice_address="sip:lgh3@vaxel.example",
    entry="Portkod 9911",
    key_info="Nyckelgömma A",
    language="finska",
    staff_risks="Stor hund",
    care_group="Hemtjänst Öster",
    care_group_phone="040-628 04 66",
    next_of_kin=(
        KinData(name="Dotter Exempel", relation="dotter", phone="0701740605"),
        KinData(name="Granne Exempel", phone="+46 70 174 06 06"),
    ),
)


@pytest.fixture
def recipient(sender: Sender, now: dt.datetime) -> CareRecipient:
    """Entered for the whole installation."""
    assert sender.transmitter is not None
    return enter_recipient(
        actor=SYSTEM, now=now, installation_id=sender.transmitter.installation_id, data=DATA
    )


@pytest.fixture
def alarm(sender: Sender, recipient: CareRecipient) -> Alarm:
    """The button is pressed."""
    sender.send(sender.message("MA"))
    return Alarm.objects.get()


@pytest.fixture
def ellen(city: City) -> User:
    """Operator beside Alma."""
    return person("OPERATOR", city.root, username="ellen", signature="OP 2")


@pytest.fixture
def manager(city: City) -> User:
    """Keeps the records of tekniska nämnden up to date."""
    return person("SITE_MANAGER", city.technical, username="hanna", signature="HTJ 1")


@pytest.fixture
def officer(city: City) -> User:
    """Dataskyddsombud."""
    return person("DPO", city.root, username="disa", signature="DSO 1")


def sign_on(user: User, now: dt.datetime, desk: str = "trygghetslarm") -> DeskSignOn:
    """The user works the desk."""
    place = Desk.objects.get(code=desk)
    return DeskSignOn.objects.create(user=user, desk=place, signed_on_at=now)
