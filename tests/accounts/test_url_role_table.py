"""Every URL × every role (design.md 7). The rows stand in tests/url_roles.py."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.accounts.factories import UserFactory, person
from tests.personas import City
from tests.url_roles import ANYONE, URLS, Row
from trygghetscentral.accounts.declarations import THIRD_PARTY, Who, declared
from trygghetscentral.accounts.responses import is_api
from trygghetscentral.accounts.roles import ROLES

# Some of allauth's pages ask for a password only from those who have one.
PASSWORD = make_password("elva röda båtar")

STAND_INS: dict[str, Any] = {
    "SlugConverter": "finns-inte",
    "StringConverter": "finns-inte",
    "IntConverter": 0,
    "UUIDConverter": uuid.UUID(int=0),
    "PathConverter": "finns/inte",
}


ASKED_EVERY_TIME = {"OPERATOR", "SEC_COORD", "ADMIN"}


def walk(
    patterns: Sequence[URLPattern | URLResolver],
    above: tuple[str, ...] = (),
    converters: dict[str, Any] | None = None,
) -> Iterator[tuple[str, dict[str, Any], URLPattern]]:
    """Every URL of the house: its name, its converters, and the pattern."""
    for pattern in patterns:
        known = {**(converters or {}), **getattr(pattern.pattern, "converters", {})}
        if isinstance(pattern, URLPattern):
            yield ":".join((*above, pattern.name or "")), known, pattern
        else:
            space = (*above, pattern.namespace) if pattern.namespace else above
            yield from walk(pattern.url_patterns, space, known)


def house() -> list[tuple[str, dict[str, Any], URLPattern]]:
    """The URLconf of the settings."""
    return list(walk(get_resolver().url_patterns))


def test_every_address_has_a_name_and_a_row_and_no_row_is_stale() -> None:
    names = {name for name, _converters, _pattern in house()}
    unnamed = [str(p.pattern) for name, _c, p in house() if not name.rpartition(":")[2]]
    assert not unnamed
    assert sorted(names - set(URLS)) == [], "give these a row in tests/url_roles.py"
    assert sorted(set(URLS) - names) == []


def test_third_party_list_names_only_what_exists() -> None:
    assert set(THIRD_PARTY) <= {name for name, _converters, _pattern in house()}


def test_rows_name_only_roles_that_exist() -> None:
    for name, row in URLS.items():
        if row.who not in {"*", "+"}:
            assert set(row.who.split()) <= set(ROLES), name


def address(name: str, converters: dict[str, Any], row: Row) -> str:
    """An address of that name, to objects that do not exist."""
    made_up = {key: STAND_INS[type(one).__name__] for key, one in converters.items()}
    return reverse(name, kwargs={**made_up, **row.kwargs})


def expected(row: Row, role: str | None, *, anonymous: bool, api: bool) -> int:
    """The status the row promises."""
    if anonymous and row.anonymous is not None:
        return row.anonymous
    if anonymous and row.who != ANYONE:
        return 401 if api else 302
    return row.passes if row.lets_in(role) else 403


def answers(client: Client, role: str | None, *, anonymous: bool = False) -> list[str]:
    """What does not agree with the table, for one reader."""
    client.raise_request_exception = False
    wrong = []
    for name, converters, pattern in house():
        row = URLS.get(name)
        if row is None:
            continue
        path = address(name, converters, row)
        # From outside: programs on the same machine may read health without signing in.
        # JSON rather than YAML: PyYAML's C emitter breaks while coverage is measured.
        answer = client.generic(
            row.method.upper(),
            path,
            REMOTE_ADDR="192.0.2.7",
            HTTP_ACCEPT="text/html, application/json",
        )
        wanted = expected(
            row, role, anonymous=anonymous, api=is_api(answer.wsgi_request, pattern.callback)
        )
        if answer.status_code != wanted:
            wrong.append(f"{name} ({path}): {answer.status_code}, expected {wanted}")
        elif anonymous and wanted == 302 and row.who != ANYONE:
            assert answer["Location"].startswith(reverse("account_login")), name
    return wrong


@pytest.mark.parametrize("role", sorted(ROLES))
def test_declaration_agrees_with_the_table(role: str) -> None:
    """The whole table, asked at the door itself; the requests below prove that the door holds."""
    held = ROLES[role].permissions
    wrong = []
    for name, _converters, pattern in house():
        row, found = URLS.get(name), None
        if row is not None:
            found = declared(pattern.callback, row.method, name)
        if row is None or found is None:
            continue
        opens = all(access.who is not Who.PERMISSIONS or access.allows(held) for access in found)
        if opens != row.lets_in(role):
            wrong.append(f"{name}: opens={opens}")
    assert wrong == []


@pytest.mark.parametrize(
    "role",
    [
        role if role in ASKED_EVERY_TIME else pytest.param(role, marks=pytest.mark.proof)
        for role in sorted(ROLES)
    ],
)
def test_role_gets_what_the_table_says(role: str, city: City, client: Client) -> None:
    client.force_login(person(role, city.root, password=PASSWORD))
    assert answers(client, role) == []


def test_account_without_role_gets_what_the_table_says(city: City, client: Client) -> None:
    client.force_login(UserFactory.create(home_organisation=city.root, password=PASSWORD))
    assert answers(client, None) == []


def test_anonymous_gets_what_the_table_says(db: None, client: Client) -> None:
    assert answers(client, None, anonymous=True) == []
