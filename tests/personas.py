"""The people every access test asks: Alma, Bo, Cia and Dan (design.md 13), and where they work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.test import Client

from tests.accounts.factories import OrganisationFactory, UserFactory, person
from trygghetscentral.accounts.models import Organisation, User


@dataclass(frozen=True, slots=True)
class City:
    """A municipality with two nämnder, each with a förvaltning of its own."""

    root: Organisation
    technical: Organisation
    technical_department: Organisation
    service: Organisation
    service_department: Organisation


@pytest.fixture
def city(db: None) -> City:
    """The tree that the personas stand in."""
    kind = Organisation.Kind
    root = OrganisationFactory.create(name="Kommunen", slug="kommunen", kind=kind.MUNICIPALITY)
    technical = OrganisationFactory.create(name="Tekniska nämnden", slug="tn", parent=root)
    service = OrganisationFactory.create(name="Servicenämnden", slug="sn", parent=root)
    department = {"kind": kind.DEPARTMENT, "is_controller": False}
    return City(
        root=root,
        technical=technical,
        technical_department=OrganisationFactory.create(
            name="Fastighets- och gatukontoret", slug="fgk", parent=technical, **department
        ),
        service=service,
        service_department=OrganisationFactory.create(
            name="Serviceförvaltningen", slug="sf", parent=service, **department
        ),
    )


@pytest.fixture
def alma(city: City) -> User:
    """Operator for the whole city."""
    return person("OPERATOR", city.root, username="alma", name="Alma", signature="OP 1")


@pytest.fixture
def bo(city: City) -> User:
    """Skiftledare for the whole city."""
    return person("SHIFT_LEAD", city.root, username="bo", name="Bo", signature="SL 1")


@pytest.fixture
def cia(city: City) -> User:
    """Säkerhetssamordnare of servicenämnden: another nämnd than tekniska nämnden."""
    return person("SEC_COORD", city.service, username="cia", name="Cia", signature="SAM SN")


@pytest.fixture
def dan(city: City) -> User:
    """Has an account and no role."""
    return UserFactory.create(
        username="dan", name="Dan", signature="DAN", home_organisation=city.root
    )


@pytest.fixture
def admin_user(city: City) -> User:
    """Systemadministratör for the whole city. Takes the place of pytest-django's superuser."""
    return person("ADMIN", city.root, username="eva", name="Eva", signature="ADM 1")


@pytest.fixture
def client_of() -> Callable[[User], Client]:
    """A browser in which the user is signed in: `client_of(alma).get(...)`."""

    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in
