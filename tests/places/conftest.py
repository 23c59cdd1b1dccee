"""Sites in the personas' city."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from tests.accounts.factories import GrantFactory
from tests.personas import City
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import User
from trygghetscentral.places import services
from trygghetscentral.places.geometry import Position
from trygghetscentral.places.models import PlaceType, Severity, Site, SiteKind, WarningCategory
from trygghetscentral.places.services import (
    ContactData,
    InstructionData,
    SiteData,
    WarningData,
)
from trygghetscentral.shared.actor import Actor

TEST = Actor.system("test")


@pytest.fixture
def site_data(city: City) -> Callable[..., SiteData]:
    """What the service wants, with a nämnd's school unless told otherwise."""

    def make(**changes: Any) -> SiteData:
        return SiteData(
            **{
                "name": "Skolan Väst",
                "address": "Testgatan 1",
                "position": Position(13.0007, 55.6090),
                "kind": SiteKind.SCHOOL,
                "place_type": PlaceType.PARTLY_PUBLIC,
                "controller_id": city.technical.pk,
                "occupant_id": city.technical.pk,
                **changes,
            }
        )

    return make


@pytest.fixture
def make_site(site_data: Callable[..., SiteData], now: dt.datetime) -> Callable[..., Site]:
    """Enter a site: `make_site(name="Biblioteket Norr")`."""

    def make(*, slug: str = "", exercise_id: int | None = None, **changes: Any) -> Site:
        return services.create_site(
            actor=TEST, now=now, data=site_data(**changes), slug=slug, exercise_id=exercise_id
        )

    return make


@pytest.fixture
def site(make_site: Callable[..., Site]) -> Site:
    """A school of tekniska nämnden."""
    return make_site()


@pytest.fixture
def actor_of() -> Callable[[User], Actor]:
    """The user as doer."""
    return actor_for


@pytest.fixture
def disa(city: City) -> User:
    """Säkerhetssamordnare of tekniska nämnden."""
    user: User = GrantFactory.create(
        user__username="disa",
        user__signature="SAM TN",
        role="SEC_COORD",
        organisation=city.technical,
    ).user
    return user


@pytest.fixture
def full_site(site: Site, now: dt.datetime) -> Site:
    """Everything on its card."""
    services.set_contacts(
        actor=TEST,
        now=now,
        site_id=site.pk,
        contacts=[ContactData(name="Rektor", phone="040-34 10 00", when="dagtid")],
    )
    services.set_instructions(
        actor=TEST,
        now=now,
        site_id=site.pk,
        steps=[InstructionData(text="Ring platsen", required=True, category="burglary")],
    )
    services.set_warnings(
        actor=TEST,
        now=now,
        site_id=site.pk,
        warnings=[
            WarningData(category=WarningCategory.DOG, severity=Severity.DANGER, text="Stor hund")
        ],
    )
    services.seal_code(actor=TEST, now=now, site_id=site.pk, label="Huvudentré", secret="4711")
    return site
