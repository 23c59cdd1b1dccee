"""People and organisations for tests, written directly: services have tests of their own."""

from __future__ import annotations

import datetime as dt
from typing import Any

from factory import declarations
from factory.django import DjangoModelFactory

from trygghetscentral.accounts.models import (
    Grant,
    GroupMembership,
    NeedToKnowGroup,
    Organisation,
    User,
)
from trygghetscentral.accounts.roles import ROLES

ALWAYS = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


def numbered(prefix: str) -> Any:
    """A text that differs from row to row."""
    return declarations.Sequence(lambda n: f"{prefix}{n}")  # type: ignore[no-untyped-call]  # theirs


def another(of: type[DjangoModelFactory[Any]]) -> Any:
    """A row of another kind, made along."""
    return declarations.SubFactory(of)  # type: ignore[no-untyped-call]  # theirs


class OrganisationFactory(DjangoModelFactory[Organisation]):
    """A nämnd of its own unless told otherwise."""

    class Meta:
        model = Organisation

    kind = Organisation.Kind.BOARD
    name = numbered("Nämnd ")
    slug = numbered("namnd-")
    is_controller = True


class UserFactory(DjangoModelFactory[User]):
    """Somebody who cannot sign in with a password; use `client.force_login`."""

    class Meta:
        model = User

    username = numbered("person")
    name = numbered("Person ")
    signature = numbered("P ")
    password = "!"
    home_organisation = another(OrganisationFactory)


class GrantFactory(DjangoModelFactory[Grant]):
    """A role since long ago, without end."""

    class Meta:
        model = Grant

    user = another(UserFactory)
    role = "OPERATOR"
    organisation = another(OrganisationFactory)
    valid_from = ALWAYS


class NeedToKnowGroupFactory(DjangoModelFactory[NeedToKnowGroup]):
    """A group of some nämnd."""

    class Meta:
        model = NeedToKnowGroup

    organisation = another(OrganisationFactory)
    name = numbered("Grupp ")
    purpose = "Otillåten påverkan"


class GroupMembershipFactory(DjangoModelFactory[GroupMembership]):
    """Somebody who needs to know since long ago."""

    class Meta:
        model = GroupMembership

    group = another(NeedToKnowGroupFactory)
    user = another(UserFactory)
    valid_from = ALWAYS


def person(role: str, organisation: Organisation, **fields: Any) -> User:
    """A user who holds one role at one organisation; a system's role makes a service account."""
    service = ROLES[role].for_service_accounts
    user = UserFactory.create(home_organisation=organisation, **{"is_service": service, **fields})
    GrantFactory.create(user=user, role=role, organisation=organisation)
    return user
