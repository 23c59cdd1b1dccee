"""The city's own sign-in: only when configured, only for accounts that exist."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from pytest_django import Settings

from trygghetscentral.accounts import policy
from trygghetscentral.accounts.adapters import AccountAdapter, MFAAdapter, SocialAccountAdapter
from trygghetscentral.accounts.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.accounts.urls_under_test")]


@pytest.fixture
def idp(settings: Settings) -> None:
    """As settings.py does it when OIDC_ISSUER is set."""
    providers = copy.deepcopy(settings.SOCIALACCOUNT_PROVIDERS)
    providers["openid_connect"]["APPS"] = [
        {
            "provider_id": "stad",
            "name": "Kommunens inloggning",
            "client_id": "tc",
            "secret": "s",
            "settings": {"server_url": "https://idp.example"},
        }
    ]
    settings.SOCIALACCOUNT_PROVIDERS = providers


@pytest.fixture
def request_in_session() -> HttpRequest:
    """A request with a session."""
    request = RequestFactory().get("/konto/inloggning/stad/svar/")
    SessionMiddleware(lambda _request: HttpResponse()).process_request(request)
    return request


def login_of(uid: str, email: str, *, verified: bool, **claims: str) -> SocialLogin:
    """What allauth hands over when the IdP has answered."""
    account = SocialAccount(provider="openid_connect", uid=uid, extra_data={"id_token": claims})
    address = EmailAddress(email=email, verified=verified, primary=True)
    return SocialLogin(
        user=User(email=email),
        account=account,
        email_addresses=[address],
        provider=get_adapter().get_provider(RequestFactory().get("/"), "stad"),
    )


@pytest.fixture
def answer(idp: None, request_in_session: HttpRequest) -> Callable[..., SocialLogin]:
    """Let the adapter look at an answer from the IdP."""

    def look(*args: Any, **kwargs: Any) -> SocialLogin:
        login = login_of(*args, **kwargs)
        login.lookup()
        SocialAccountAdapter().pre_social_login(request_in_session, login)
        return login

    return look


def test_without_issuer_there_is_no_button_and_no_way_in(client: Client) -> None:
    assert "Fortsätt med" not in client.get("/konto/logga-in/").content.decode()
    assert client.get("/konto/inloggning/stad/").status_code == 404


def test_with_issuer_there_is_a_button(client: Client, idp: None) -> None:
    page = client.get("/konto/logga-in/").content.decode()
    assert "Fortsätt med Kommunens inloggning" in page
    assert 'action="/konto/inloggning/stad/?process=login"' in page
    assert "Logga in med" in client.get("/konto/inloggning/stad/").content.decode()


def test_pages_that_say_it_went_wrong(client: Client, idp: None) -> None:
    assert "avbröts" in client.get("/konto/inloggning/avbruten/").content.decode()
    assert "gick inte igenom" in client.get("/konto/inloggning/fel/").content.decode()


def test_known_by_verified_email_once_and_then_by_id(
    alma: User, answer: Callable[..., SocialLogin]
) -> None:
    User.objects.filter(pk=alma.pk).update(email="alma@kommunen.example")
    assert answer("sub-1", "alma@kommunen.example", verified=True).user == alma
    assert SocialAccount.objects.get().user == alma
    assert answer("sub-1", "bytt@kommunen.example", verified=True).user == alma


@pytest.mark.parametrize(
    ("email", "verified"),
    [("alma@kommunen.example", False), ("annan@kommunen.example", True), ("", True)],
)
def test_stranger_is_told_that_there_is_no_account(
    alma: User, answer: Callable[..., SocialLogin], email: str, verified: bool
) -> None:
    User.objects.filter(pk=alma.pk).update(email="alma@kommunen.example")
    with pytest.raises(ImmediateHttpResponse) as caught:
        answer("sub-1", email, verified=verified)
    assert caught.value.response.status_code == 403
    assert "Du har inget konto här" in caught.value.response.content.decode()
    assert not SocialAccount.objects.exists()


def test_second_factor_of_the_idp_counts_only_when_it_says_so(
    alma: User,
    answer: Callable[..., SocialLogin],
    request_in_session: HttpRequest,
    settings: Settings,
) -> None:
    User.objects.filter(pk=alma.pk).update(email="alma@kommunen.example")
    settings.OIDC_MFA_ACR = frozenset({"loa3"})
    answer("sub-1", "alma@kommunen.example", verified=True, acr="loa1")
    assert policy.SECOND_FACTOR not in request_in_session.session
    answer("sub-1", "alma@kommunen.example", verified=True, acr="loa3")
    assert request_in_session.session[policy.SECOND_FACTOR]


def test_adapters_keep_names_and_doors(
    alma: User, idp: None, request_in_session: HttpRequest
) -> None:
    assert not AccountAdapter().is_open_for_signup(request_in_session)
    login = login_of("x", "", verified=False)
    assert not SocialAccountAdapter().is_open_for_signup(request_in_session, login)
    assert AccountAdapter().get_user_display(alma) == "OP 1"
    entity = MFAAdapter().get_public_key_credential_user_entity(alma)
    assert entity["display_name"] == "OP 1"
    assert MFAAdapter().get_totp_label(alma) == "alma"
