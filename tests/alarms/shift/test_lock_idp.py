"""Past a lock by the city's IdP: only by signing in there after the lock, as the same person."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from pytest_django import Settings
from requests import ConnectionError as NoAnswer

from trygghetscentral.accounts import adapters, policy
from trygghetscentral.accounts.models import User, UserSession
from trygghetscentral.ledger.models import LedgerRow
from trygghetscentral.live.models import Presence
from trygghetscentral.shared import clock

pytestmark = pytest.mark.django_db

ISSUER = "https://idp.example"
CALLBACK = "/konto/inloggning/stad/svar/"
ClientOf = Callable[[User], Client]


@dataclass
class Answer:
    """What the IdP sends."""

    body: dict[str, Any]
    status_code: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"content-type": "application/json"})

    def json(self) -> dict[str, Any]:
        return self.body

    def raise_for_status(self) -> None:
        """Never bad."""


@dataclass
class FakeIdp:
    """Discovery, token and userinfo, as allauth asks for them; `claims` go into the id token."""

    claims: dict[str, Any] = field(default_factory=dict)
    down: bool = False

    def __enter__(self) -> FakeIdp:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is held."""

    def get(self, url: str, **_: object) -> Answer:
        if self.down:
            raise NoAnswer
        if url.endswith("openid-configuration"):
            return Answer(
                {
                    "issuer": ISSUER,
                    "authorization_endpoint": f"{ISSUER}/auth",
                    "token_endpoint": f"{ISSUER}/token",
                    "userinfo_endpoint": f"{ISSUER}/me",
                    "jwks_uri": f"{ISSUER}/keys",
                }
            )
        return Answer({"sub": self.claims["sub"]})

    def request(self, *_: object, **__: object) -> Answer:
        soon = clock.now() + dt.timedelta(minutes=5)
        token = {"iss": ISSUER, "aud": "tc", "exp": soon.timestamp(), **self.claims}
        signed = jwt.encode(token, "k" * 32, algorithm="HS256")
        return Answer({"access_token": "t", "id_token": signed})

    def sends(self, who: str, **claims: object) -> None:
        """Who signs in next, and what the IdP says of it."""
        self.claims = {"sub": who, **claims}


@pytest.fixture
def idp(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> FakeIdp:
    """The city's IdP, which knows Alma and Bo."""
    providers = copy.deepcopy(settings.SOCIALACCOUNT_PROVIDERS)
    providers["openid_connect"]["APPS"] = [
        {
            "provider_id": "stad",
            "name": "Stadens inloggning",
            "client_id": "tc",
            "secret": "s",
            "settings": {"server_url": ISSUER},
        }
    ]
    settings.SOCIALACCOUNT_PROVIDERS = providers
    fake = FakeIdp()
    monkeypatch.setattr(adapters.SocialAccountAdapter, "get_requests_session", lambda _self: fake)
    return fake


@pytest.fixture
def people(alma: User, bo: User) -> None:
    """Both sign in by the IdP and have no password here."""
    for user in (alma, bo):
        SocialAccount.objects.create(user=user, provider="stad", uid=user.username)


@pytest.fixture
def locked(people: None, idp: FakeIdp, alma: User, client_of: ClientOf) -> Client:
    """Alma's browser, locked."""
    client = client_of(alma)
    assert client.post("/larm/las/").status_code == 302
    return client


def is_locked(client: Client) -> bool:
    return Presence.objects.is_locked(str(client.session.session_key))


def asked_of(answer: Any) -> dict[str, str]:
    """The question that the browser takes to the IdP."""
    assert answer.status_code == 302, answer.content
    assert answer["Location"].startswith(f"{ISSUER}/auth?")
    return {
        name: values[0] for name, values in parse_qs(urlsplit(answer["Location"]).query).items()
    }


def back(client: Client, question: dict[str, str]) -> Any:
    return client.get(CALLBACK, {"code": "c", "state": question["state"]})


def seconds(ago: int = 0) -> int:
    return int((clock.now() - dt.timedelta(seconds=ago)).timestamp())


def locked_for(client: Client, seconds: int) -> None:
    Presence.objects.filter(session_key=client.session.session_key).update(
        locked_at=clock.now() - dt.timedelta(seconds=seconds)
    )


def test_unlocking_asks_the_idp_for_a_fresh_sign_in(locked: Client) -> None:
    assert "Lås upp med Stadens inloggning" in locked.get("/larm/las/").content.decode()
    asked = asked_of(locked.post("/larm/las/upp/"))
    assert (asked["prompt"], asked["max_age"]) == ("login", "0")
    assert is_locked(locked)


def test_a_fresh_sign_in_opens_it(locked: Client, idp: FakeIdp, alma: User) -> None:
    locked_for(locked, 60)
    key = locked.session.session_key
    asked = asked_of(locked.post("/larm/las/upp/"))
    idp.sends("alma", auth_time=seconds())
    assert back(locked, asked)["Location"] == "/larm/"
    assert locked.session.session_key == key
    assert locked.get("/larm/").status_code == 200
    assert LedgerRow.objects.filter(name="workstation.unlocked").count() == 1


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        ({"auth_time": 120}, "innan arbetsplatsen låstes"),
        ({}, "säger inte när du loggade in"),
        ({"auth_time": "nu"}, "säger inte när du loggade in"),
        ({"auth_time": True}, "säger inte när du loggade in"),
        ({"auth_time": 1e300}, "säger inte när du loggade in"),
    ],
)
def test_the_idps_old_session_does_not(
    locked: Client, idp: FakeIdp, claims: dict[str, object], words: str
) -> None:
    locked_for(locked, 60)
    if claims.get("auth_time") == 120:
        claims = {"auth_time": seconds(ago=120)}
    asked = asked_of(locked.post("/larm/las/upp/"))
    idp.sends("alma", **claims)
    answer = back(locked, asked)
    assert answer.status_code == 403
    assert words in answer.content.decode()
    assert is_locked(locked)
    assert locked.get("/larm/")["Location"] == "/larm/las/"


def test_another_person_does_not(locked: Client, idp: FakeIdp, bo: User) -> None:
    locked_for(locked, 60)
    asked = asked_of(locked.post("/larm/las/upp/"))
    idp.sends("bo", auth_time=seconds())
    answer = back(locked, asked)
    assert answer.status_code == 403
    assert "Någon annan" in answer.content.decode()
    assert is_locked(locked)


def test_signing_in_at_the_lock_is_no_way_round(locked: Client, idp: FakeIdp, alma: User) -> None:
    locked_for(locked, 60)
    idp.sends("alma", auth_time=seconds(ago=3600))
    first = asked_of(locked.post("/konto/inloggning/stad/?process=login"))
    assert "prompt" not in first
    again = asked_of(back(locked, first))
    assert (again["prompt"], again["max_age"]) == ("login", "0")
    assert back(locked, again).status_code == 403
    assert is_locked(locked)


def test_signing_out_and_in_again_is_no_way_round(locked: Client, idp: FakeIdp, alma: User) -> None:
    locked_for(locked, 60)
    locked.post("/konto/logga-ut/")
    idp.sends("alma", auth_time=seconds(ago=3600))
    again = asked_of(back(locked, asked_of(locked.post("/konto/inloggning/stad/?process=login"))))
    assert back(locked, again).status_code == 403
    assert "_auth_user_id" not in locked.session
    idp.sends("alma", auth_time=seconds())
    again = asked_of(locked.post("/konto/inloggning/stad/?process=login"))
    assert back(locked, again).status_code == 302
    assert int(locked.session["_auth_user_id"]) == alma.pk


def test_the_lock_counts_for_a_day_after_its_session(locked: Client, alma: User) -> None:
    UserSession.objects.all().delete()
    before = clock.now() - dt.timedelta(days=1)
    assert not Presence.objects.forgotten(before).exists()
    locked_for(locked, 2 * 24 * 3600)
    assert Presence.objects.forgotten(before).exists()


def test_without_a_lock_the_idps_session_is_enough(
    people: None, idp: FakeIdp, client: Client, alma: User
) -> None:
    idp.sends("alma", auth_time=seconds(ago=3600))
    assert (
        back(client, asked_of(client.post("/konto/inloggning/stad/?process=login"))).status_code
        == 302
    )
    assert int(client.session["_auth_user_id"]) == alma.pk


def test_an_idp_that_is_away_is_said(locked: Client, idp: FakeIdp) -> None:
    idp.down = True
    answer = locked.post("/larm/las/upp/")
    assert answer.status_code == 403
    assert "svarar inte" in answer.content.decode()
    assert is_locked(locked)


def test_anothers_strong_sign_in_is_no_second_factor_of_mine(
    people: None, idp: FakeIdp, client_of: ClientOf, alma: User, settings: Settings
) -> None:
    settings.OIDC_MFA_ACR = frozenset({"loa3"})
    client = client_of(alma)
    idp.sends("bo", acr="loa3", auth_time=seconds())
    back(client, asked_of(client.post("/konto/inloggning/stad/?process=redirect&next=/larm/")))
    assert int(client.session["_auth_user_id"]) == alma.pk
    assert policy.SECOND_FACTOR not in client.session
