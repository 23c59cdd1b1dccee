"""Accounts, roles and groups: what the services promise, and what they refuse."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from tests.accounts.factories import (
    GrantFactory,
    NeedToKnowGroupFactory,
    OrganisationFactory,
    UserFactory,
)
from tests.personas import City
from trygghetscentral.accounts import services
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.audiences import group_key
from trygghetscentral.accounts.models import (
    ApiToken,
    BreakGlass,
    Grant,
    GroupMembership,
    Organisation,
    User,
    UserSession,
)
from trygghetscentral.ledger.models import LedgerRow
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.errors import Conflict, DomainError, Forbidden, Invalid

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.accounts.urls_under_test")]

SYSTEM = Actor.system("test")
DAY = dt.timedelta(days=1)


def told() -> list[str]:
    """The names of what accounts has said in the ledger, oldest first."""
    rows = LedgerRow.objects.filter(name__startswith="account.").order_by("seq")
    return list(rows.values_list("name", flat=True))


def refused(code: str, kind: type[DomainError], call: Callable[[], object]) -> None:
    """The call is refused with this code, and nothing is written."""
    before = LedgerRow.objects.count()
    with pytest.raises(kind) as caught:
        call()
    assert caught.value.code == code
    assert str(caught.value.message)
    assert LedgerRow.objects.count() == before


def new_user(city: City, now: dt.datetime, **fields: Any) -> User:
    """An account with plain details."""
    given = {
        "username": "fia",
        "name": "Fia",
        "signature": "FIA",
        "home_organisation": city.service,
        "email": "fia@kommunen.example",
        **fields,
    }
    return services.create_user(actor=SYSTEM, now=now, **given)


def test_organisation_is_entered_once(city: City, now: dt.datetime) -> None:
    made = services.create_organisation(
        actor=SYSTEM, now=now, name="Miljönämnden", slug="mn", kind="board", parent=city.root
    )
    assert made.path == "/kommunen/mn/"
    assert made.depth == 1
    assert str(made) == "Miljönämnden"
    made.save()
    assert made.path == "/kommunen/mn/"
    assert told() == ["account.organisation_created"]
    common: dict[str, Any] = {"actor": SYSTEM, "now": now, "name": "X"}
    refused(
        "organisation_slug_taken",
        Conflict,
        lambda: services.create_organisation(slug="mn", kind="board", **common),
    )
    refused(
        "organisation_kind",
        Invalid,
        lambda: services.create_organisation(slug="x", kind="guild", **common),
    )


def test_user_is_created_without_password_and_told(city: City, now: dt.datetime) -> None:
    user = new_user(city, now, username=" FIA ")
    assert user.username == "fia"
    assert not user.has_usable_password()
    assert told() == ["account.user_created"]
    row = LedgerRow.objects.get(name="account.user_created")
    assert row.controller_id == city.service.pk
    assert row.audiences == [f"account.users@{city.service.pk}"]


@pytest.mark.parametrize(
    ("fields", "code", "kind"),
    [
        ({"username": "x y"}, "user_fields", Invalid),
        ({"email": "inte en adress"}, "user_fields", Invalid),
        ({"username": "alma"}, "username_taken", Conflict),
        ({"signature": "OP 1"}, "signature_taken", Conflict),
        ({"email": "ALMA@kommunen.example"}, "email_taken", Conflict),
        ({"is_service": True, "password": "x"}, "service_has_no_password", Invalid),
    ],
)
def test_user_is_refused(
    city: City,
    alma: User,
    now: dt.datetime,
    fields: dict[str, Any],
    code: str,
    kind: type[DomainError],
) -> None:
    User.objects.filter(pk=alma.pk).update(email="alma@kommunen.example")
    refused(code, kind, lambda: new_user(city, now, **fields))


def test_details_and_language_are_changed(city: City, alma: User, now: dt.datetime) -> None:
    services.change_user(
        actor=SYSTEM,
        now=now,
        user=alma,
        name="Alma A",
        signature="OP 9",
        email="",
        language="sv",
        home_organisation=city.service,
    )
    services.change_language(actor=actor_for(alma), now=now, user=alma, language="en")
    alma.refresh_from_db()
    assert (alma.signature, alma.language) == ("OP 9", "en")
    refused(
        "language",
        Invalid,
        lambda: services.change_language(actor=SYSTEM, now=now, user=alma, language="tlh"),
    )


def test_new_password_ends_sessions(city: City, now: dt.datetime, client: Client) -> None:
    user = new_user(city, now)
    client.force_login(user)
    refused(
        "password_weak",
        Invalid,
        lambda: services.set_password(actor=SYSTEM, now=now, user=user, password="kort"),
    )
    services.set_password(actor=SYSTEM, now=now, user=user, password="elva röda båtar")
    assert user.check_password("elva röda båtar")
    assert not UserSession.objects.filter(user_id=user.pk).exists()
    system = UserFactory.create(is_service=True, home_organisation=city.root)
    refused(
        "service_has_no_password",
        Invalid,
        lambda: services.set_password(actor=SYSTEM, now=now, user=system, password="x" * 20),
    )
    refused(
        "no_password_possible",
        Conflict,
        lambda: services.make_password_link(actor=SYSTEM, now=now, user=system),
    )


def test_closing_an_account_ends_everything_it_opens(
    alma: User, admin_user: User, now: dt.datetime, client: Client
) -> None:
    client.force_login(alma)
    token, _secret = services.create_api_token(
        actor=SYSTEM, now=now, user=alma, name="skript", scopes=["alarm.view"]
    )
    actor = actor_for(admin_user)
    services.deactivate_user(actor=actor, now=now, user=alma)
    token.refresh_from_db()
    assert token.revoked_at == now
    assert token.revoked_by == admin_user
    assert not UserSession.objects.filter(user_id=alma.pk).exists()
    assert client.get("/konto/").status_code == 302
    refused(
        "already_deactivated",
        Conflict,
        lambda: services.deactivate_user(actor=actor, now=now, user=alma),
    )
    refused(
        "already_deactivated",
        Conflict,
        lambda: services.create_api_token(
            actor=SYSTEM, now=now, user=alma, name="n", scopes=["alarm.view"]
        ),
    )
    services.reactivate_user(actor=actor, now=now, user=alma)
    assert User.objects.get(pk=alma.pk).is_active
    refused(
        "not_deactivated",
        Conflict,
        lambda: services.reactivate_user(actor=actor, now=now, user=alma),
    )
    refused(
        "own_account",
        Forbidden,
        lambda: services.deactivate_user(actor=actor, now=now, user=admin_user),
    )


def test_role_is_given_and_taken_back(
    dan: User, admin_user: User, city: City, now: dt.datetime
) -> None:
    actor = actor_for(admin_user)
    grant = services.grant_role(
        actor=actor, now=now, user=dan, role="SEC_COORD", organisation=city.technical
    )
    assert (grant.valid_from, grant.valid_until, grant.granted_by) == (now, None, admin_user)
    assert str(grant) == f"SEC_COORD @ {city.technical.pk}"
    again: dict[str, Any] = {
        "actor": actor,
        "user": dan,
        "role": "SEC_COORD",
        "organisation": city.technical,
    }
    refused("role_already_held", Conflict, lambda: services.grant_role(now=now, **again))
    services.withdraw_grant(actor=actor, now=now, grant=grant)
    assert grant.withdrawn_by == admin_user
    refused(
        "grant_already_withdrawn",
        Conflict,
        lambda: services.withdraw_grant(actor=actor, now=now, grant=grant),
    )
    services.grant_role(now=now, **again)
    assert told() == [
        "account.role_granted",
        "account.grant_withdrawn",
        "account.role_granted",
    ]


def test_expired_grant_makes_room_for_a_new_one(dan: User, city: City, now: dt.datetime) -> None:
    old = GrantFactory.create(user=dan, organisation=city.root, valid_until=now)
    services.grant_role(actor=SYSTEM, now=now, user=dan, role="OPERATOR", organisation=city.root)
    old.refresh_from_db()
    assert (old.valid_until, old.withdrawn_at) == (now, now)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"role": "KING"}, "role_unknown"),
        ({"role": "CONNECTED_SYSTEM"}, "role_for_other_kind"),
        ({"role": "AUDITOR"}, "role_needs_end"),
        ({"role": "OPERATOR", "valid_until": -DAY}, "until_before_from"),
    ],
)
def test_role_is_refused(
    dan: User, city: City, now: dt.datetime, fields: dict[str, Any], code: str
) -> None:
    given = dict(fields)
    if "valid_until" in given:
        given["valid_until"] = now + given["valid_until"]
    refused(
        code,
        Invalid,
        lambda: services.grant_role(
            actor=SYSTEM, now=now, user=dan, organisation=city.root, **given
        ),
    )


def test_nobody_gives_oneself_a_role_or_a_group(
    admin_user: User, city: City, now: dt.datetime
) -> None:
    actor = actor_for(admin_user)
    refused(
        "own_account",
        Forbidden,
        lambda: services.grant_role(
            actor=actor, now=now, user=admin_user, role="OPERATOR", organisation=city.root
        ),
    )
    group = NeedToKnowGroupFactory.create()
    refused(
        "own_account",
        Forbidden,
        lambda: services.add_to_group(actor=actor, now=now, group=group, user=admin_user),
    )


def test_time_boxed_role_with_an_end(dan: User, city: City, now: dt.datetime) -> None:
    grant = services.grant_role(
        actor=SYSTEM,
        now=now,
        user=dan,
        role="AUDITOR",
        organisation=city.root,
        valid_until=now + DAY,
    )
    assert grant.valid_until == now + DAY


def test_group_joined_and_left(alma: User, city: City, now: dt.datetime) -> None:
    group = services.create_group(
        actor=SYSTEM, now=now, organisation=city.technical, name="OT", purpose="Påverkan"
    )
    assert str(group) == "OT"
    membership = services.add_to_group(actor=SYSTEM, now=now, group=group, user=alma)
    assert str(membership)
    refused(
        "already_in_group",
        Conflict,
        lambda: services.add_to_group(actor=SYSTEM, now=now, group=group, user=alma),
    )
    services.remove_from_group(actor=SYSTEM, now=now + DAY, group=group, user=alma)
    assert GroupMembership.objects.get().valid_until == now + DAY
    refused(
        "not_in_group",
        Conflict,
        lambda: services.remove_from_group(actor=SYSTEM, now=now + DAY, group=group, user=alma),
    )
    assert told() == ["account.group_created", "account.group_joined", "account.group_left"]


def test_group_is_refused(alma: User, city: City, now: dt.datetime) -> None:
    group = NeedToKnowGroupFactory.create(organisation=city.technical, name="OT")
    make: dict[str, Any] = {"actor": SYSTEM, "now": now, "organisation": city.technical}
    refused(
        "group_needs_purpose",
        Invalid,
        lambda: services.create_group(name="A", purpose=" ", **make),
    )
    refused("group_taken", Conflict, lambda: services.create_group(name="OT", purpose="P", **make))
    system = UserFactory.create(is_service=True)
    join: dict[str, Any] = {"actor": SYSTEM, "now": now, "group": group}
    refused("service_in_group", Invalid, lambda: services.add_to_group(user=system, **join))
    refused(
        "until_before_from",
        Invalid,
        lambda: services.add_to_group(user=alma, valid_until=now, **join),
    )


def test_writes_fail_whole_when_the_ledger_does(
    dan: User, city: City, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("ledger")

    monkeypatch.setattr("trygghetscentral.accounts.services.common.record", broken)
    with pytest.raises(RuntimeError, match="ledger"):
        services.grant_role(
            actor=SYSTEM, now=now, user=dan, role="OPERATOR", organisation=city.root
        )
    assert not Grant.objects.filter(user=dan).exists()


@pytest.mark.parametrize(
    "broken",
    [
        lambda: OrganisationFactory.create(kind="guild"),
        lambda: Organisation.objects.filter(pk=OrganisationFactory.create().pk).update(
            path="/elsewhere/"
        ),
        lambda: UserFactory.create(username="UPPER"),
        lambda: UserFactory.create(language="no"),
        lambda: UserFactory.create(is_active=False),
        lambda: GrantFactory.create(valid_until=dt.datetime(2019, 1, 1, tzinfo=dt.UTC)),
        lambda: ApiToken.objects.create(
            user=UserFactory.create(),
            name="n",
            public_id="p",
            secret_sha256="0" * 64,
            scopes=[],
            created_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        ),
        lambda: BreakGlass.objects.create(
            user=UserFactory.create(),
            controller=OrganisationFactory.create(),
            audience=group_key(1),
            reason="",
            opened_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
            until=dt.datetime(2026, 1, 2, tzinfo=dt.UTC),
        ),
    ],
)
def test_database_itself_refuses(db: None, broken: Callable[[], object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        broken()
