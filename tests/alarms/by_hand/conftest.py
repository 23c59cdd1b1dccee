"""A school with a contact, its alarms, and people who act."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from alarms.models import Alarm, Installation
from alarms.services.desk import claim_alarm
from tests.alarms.intake.senders import Sender
from tests.personas import City
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import User
from trygghetscentral.places.models import Site, SiteContact
from trygghetscentral.shared.actor import Actor

Raise = Callable[..., Alarm]


@pytest.fixture
def by_alma(alma: User) -> Actor:
    """Alma acting."""
    return actor_for(alma)


@pytest.fixture
def by_bo(bo: User) -> Actor:
    """Bo acting."""
    return actor_for(bo)


@pytest.fixture
def installation(sender: Sender) -> Installation:
    """What the panel belongs to."""
    assert sender.transmitter is not None
    return sender.transmitter.installation


@pytest.fixture
def site(installation: Installation) -> Site:
    """The school."""
    return installation.site


@pytest.fixture
def contact(site: Site) -> SiteContact:
    """Whom to ring there."""
    return SiteContact.objects.create(
        site=site, order=1, name="Rektor Påhittad", role_title="rektor", phone="040-12 34 56"
    )


@pytest.fixture
def raised(sender: Sender) -> Raise:
    """`raised("FA")` is the alarm that the code makes."""

    def send(code: str) -> Alarm:
        sender.send(sender.message(code))
        return Alarm.objects.latest("pk")

    return send


@pytest.fixture
def taken(raised: Raise, by_alma: Actor, now: dt.datetime) -> Raise:
    """The same, taken by Alma."""

    def send(code: str) -> Alarm:
        return claim_alarm(actor=by_alma, now=now, public_id=raised(code).public_id)

    return send


@pytest.fixture
def vi(city: City, installation: Installation) -> Installation:
    """The centre alarms räddningstjänsten for this installation."""
    installation.fire_call = Installation.FireCall.CENTRE
    installation.save()
    return installation
