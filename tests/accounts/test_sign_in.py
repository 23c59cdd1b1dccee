"""Signing in: password, second factor, no sign-up, limits, and what the ledger hears of it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth.signals import user_logged_out
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client, RequestFactory
from django.urls import NoReverseMatch, reverse
from pytest_django import Settings

from trygghetscentral.accounts import services
from trygghetscentral.accounts.models import User
from trygghetscentral.ledger.models import LedgerPayload, LedgerRow
from trygghetscentral.shared import clock
from trygghetscentral.shared.actor import Actor

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.accounts.urls_under_test")]

ClientOf = Callable[[User], Client]
PASSWORD = "elva röda båtar"
SYSTEM = Actor.system("test")


@pytest.fixture
def alma_with_password(alma: User) -> User:
    """Alma, who signs in with a password."""
    alma.set_password(PASSWORD)
    alma.save(update_fields=["password"])
    return alma


def sign_in(client: Client, username: str = "alma", password: str = PASSWORD, **more: str) -> Any:
    """Fill in the form."""
    return client.post("/konto/logga-in/", {"login": username, "password": password, **more})


def confirm(client: Client) -> None:
    """Give the password once more, as allauth asks before a change of what protects the account."""
    client.post("/konto/bekrafta/", {"password": PASSWORD})


def heard() -> list[str]:
    """Event names, oldest first."""
    return list(LedgerRow.objects.order_by("seq").values_list("name", flat=True))


def give_totp(user: User) -> str:
    """Couple an app; returns its secret."""
    secret: str = totp.generate_totp_secret()
    totp.TOTP.activate(user, secret)
    return secret


def code_of(secret: str) -> str:
    """What the app shows now."""
    return str(
        totp.format_hotp_value(totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time())))
    )


def test_page_is_in_swedish_also_for_an_english_browser(client: Client) -> None:
    answer = client.get("/konto/logga-in/", headers={"Accept-Language": "en"})
    page = answer.content.decode()
    assert '<html lang="sv">' in page
    assert "Användarnamn" in page
    assert "Glömt lösenordet?" in page
    assert answer["Content-Language"] == "sv"


def test_visitors_choice_of_language_is_kept_in_a_cookie(client: Client) -> None:
    client.cookies["django_language"] = "en"
    assert '<html lang="en">' in client.get("/konto/logga-in/").content.decode()
    client.cookies["django_language"] = "tlh"
    assert '<html lang="sv">' in client.get("/konto/logga-in/").content.decode()


def test_right_password_and_back_to_the_page(client: Client, alma_with_password: User) -> None:
    answer = sign_in(client, " ALMA ".strip(), next="/alarms/")
    assert (answer.status_code, answer["Location"]) == (302, "/alarms/")
    assert client.get("/alarms/").status_code == 200
    assert heard() == ["account.signed_in"]
    client.post("/konto/logga-ut/")
    assert client.get("/alarms/").status_code == 302
    assert heard() == ["account.signed_in", "account.signed_out"]


def test_nobody_signing_out_is_not_heard() -> None:
    user_logged_out.send(User, request=RequestFactory().get("/"), user=None)
    assert heard() == []


def test_no_way_out_of_the_house(client: Client, alma_with_password: User) -> None:
    answer = sign_in(client, next="https://ond.example/")
    assert answer["Location"] == "/"


def test_wrong_password_is_said_and_heard(client: Client, alma_with_password: User) -> None:
    answer = sign_in(client, password="fel")
    assert answer.status_code == 200
    assert "Inget sparades" in answer.content.decode()
    sign_in(client, "finns-inte")
    assert heard() == ["account.sign_in_failed"] * 2
    known, unknown = LedgerRow.objects.order_by("seq")
    assert known.subject_id == str(alma_with_password.pk)
    assert unknown.subject_id == ""


def test_closed_account_and_system_account_cannot_sign_in(
    client: Client, alma_with_password: User, now: dt.datetime
) -> None:
    services.deactivate_user(actor=SYSTEM, now=now, user=alma_with_password)
    sign_in(client)
    assert client.get("/alarms/").status_code == 302


def test_sign_in_is_limited(client: Client, alma_with_password: User) -> None:
    for _attempt in range(5):
        sign_in(client, password="fel")
    answer = sign_in(client)
    assert answer.status_code in {200, 429}
    assert client.get("/alarms/").status_code == 302
    cache.clear()
    assert sign_in(client).status_code == 302


def test_nobody_signs_up(client: Client) -> None:
    with pytest.raises(NoReverseMatch):
        reverse("account_signup")
    for address in ("/konto/signup/", "/konto/registrera/", "/accounts/signup/"):
        assert client.get(address).status_code == 404


def test_forgotten_password_says_whom_to_ask(client: Client) -> None:
    assert "administratören" in client.get("/konto/losenord/glomt/").content.decode()


def test_password_is_chosen_by_link_once(
    client: Client, client_of: ClientOf, admin_user: User, alma: User
) -> None:
    page = client_of(admin_user).post("/konto/anvandare/alma/losenord/").content.decode()
    found = re.search(r"http://testserver(/konto/losenord/nytt/[^\"]+)", page)
    assert found
    path = found[1]
    form = client.get(path, follow=True)
    assert "Nytt lösenord en gång till" in form.content.decode()
    action = form.redirect_chain[-1][0]
    weak = client.post(action, {"password1": "kort", "password2": "kort"})
    assert "Inget sparades" in weak.content.decode()
    done = client.post(action, {"password1": PASSWORD, "password2": PASSWORD}, follow=True)
    assert "Lösenordet är sparat" in done.content.decode()
    assert sign_in(Client()).status_code == 302
    assert "Länken gäller inte" in Client().get(path, follow=True).content.decode()
    assert "account.factor_changed" in heard()


def test_own_password_is_changed(client: Client, alma_with_password: User) -> None:
    sign_in(client)
    assert "Nuvarande lösenord" in client.get("/konto/losenord/byt/").content.decode()
    new = "tolv gröna skepp"
    client.post(
        "/konto/losenord/byt/",
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
    )
    assert sign_in(Client(), password=new).status_code == 302


def test_app_is_coupled_and_asked_for(
    client: Client, alma_with_password: User, django_capture_on_commit_callbacks: Any
) -> None:
    sign_in(client)
    confirm(client)
    page = client.get("/konto/tvafaktor/app/")
    assert page.status_code == 200
    secret = page.context["form"].secret
    assert secret in page.content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        done = client.post("/konto/tvafaktor/app/", {"code": code_of(secret)}, follow=True)
    assert "Reservkoder" in done.content.decode()
    assert Authenticator.objects.filter(type="totp").exists()
    seed = Authenticator.objects.get(type="totp").data["secret"]
    assert seed.startswith("t1:")
    assert secret not in seed
    assert heard().count("account.factor_changed") == 2

    other = Client()
    assert sign_in(other)["Location"] == "/konto/tvafaktor/kod/"
    assert other.get("/alarms/").status_code == 302
    assert "Bekräfta inloggningen" in other.get("/konto/tvafaktor/kod/").content.decode()
    assert other.post("/konto/tvafaktor/kod/", {"code": "000000"}).status_code == 200
    with time_machine.travel(clock.now() + dt.timedelta(minutes=2)):
        other.post("/konto/tvafaktor/kod/", {"code": code_of(secret)})
        assert other.get("/alarms/").status_code == 200


def test_recovery_code_opens_once(client: Client, alma_with_password: User) -> None:
    give_totp(alma_with_password)
    code = RecoveryCodes.activate(alma_with_password).get_unused_codes()[0]
    sign_in(client)
    client.post("/konto/tvafaktor/kod/", {"code": code})
    assert client.get("/alarms/").status_code == 200
    again = Client()
    sign_in(again)
    again.post("/konto/tvafaktor/kod/", {"code": code})
    assert again.get("/alarms/").status_code == 302


def test_recovery_code_pages(
    client: Client, alma_with_password: User, django_capture_on_commit_callbacks: Any
) -> None:
    give_totp(alma_with_password)
    RecoveryCodes.activate(alma_with_password)
    sign_in(client)
    code = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]
    client.post("/konto/tvafaktor/kod/", {"code": code})
    confirm(client)
    page = client.get("/konto/tvafaktor/reservkoder/", follow=True).content.decode()
    assert "9 av 10 koder" in page
    assert "slutar gälla" in client.get("/konto/tvafaktor/reservkoder/nya/").content.decode()
    assert client.get("/konto/tvafaktor/reservkoder/hamta/").status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post("/konto/tvafaktor/reservkoder/nya/").status_code == 302
    reset = LedgerRow.objects.filter(name="account.factor_changed").get()
    body = LedgerPayload.objects.get(seq=reset.seq).body
    assert body is not None
    assert body["change"] == "reset"
    assert "Koppla bort" in client.get("/konto/tvafaktor/app/ta-bort/").content.decode()
    client.post("/konto/tvafaktor/app/ta-bort/")
    assert not Authenticator.objects.exists()


def test_security_key_pages_load_our_module_and_nothing_inline(
    client: Client, alma_with_password: User
) -> None:
    sign_in(client)
    confirm(client)
    page = client.get("/konto/tvafaktor/sakerhetsnyckel/ny/").content.decode()
    assert 'data-webauthn="create"' in page
    assert "accounts/webauthn.js" in page
    assert "creation_options" in page
    assert "onclick" not in page
    for script in re.findall(r"<script[^>]*>", page):
        assert "nonce=" in script or "application/json" in script
    assert (
        "Inga säkerhetsnycklar" in client.get("/konto/tvafaktor/sakerhetsnyckel/").content.decode()
    )
    bad = client.post("/konto/tvafaktor/sakerhetsnyckel/ny/", {"name": "n", "credential": "{}"})
    assert bad.status_code == 200


def test_sensitive_change_asks_for_the_password_again(
    client: Client, alma_with_password: User
) -> None:
    sign_in(client)
    answer = client.get("/konto/tvafaktor/app/")
    assert answer["Location"].startswith("/konto/bekrafta/")
    assert "Bekräfta att det är du" in client.get(answer["Location"]).content.decode()
    assert "Inget sparades" in client.post(answer["Location"], {"password": "fel"}).content.decode()
    client.post(answer["Location"], {"password": PASSWORD})
    assert client.get("/konto/tvafaktor/app/").status_code == 200


def test_second_factor_is_required_outside_the_demo(
    client_of: ClientOf, alma: User, settings: Settings
) -> None:
    settings.MFA_REQUIRED = True
    browser = client_of(alma)
    assert browser.get("/alarms/")["Location"] == "/konto/tvafaktor/"
    assert browser.get("/alarms/", headers={"HX-Request": "true"})["HX-Redirect"]
    assert browser.get("/api/alarms/").json()["code"] == "second_factor_needed"
    assert "saknar ett andra steg" in browser.get("/konto/tvafaktor/").content.decode()
    assert browser.get("/").content == b"start"
    give_totp(alma)
    assert browser.get("/alarms/").status_code == 200
    Authenticator.objects.all().delete()
    assert browser.get("/alarms/").status_code == 200, "asked once a session"


def test_last_factor_stays_where_one_is_required(
    client: Client, alma_with_password: User, settings: Settings
) -> None:
    settings.MFA_REQUIRED = True
    secret = give_totp(alma_with_password)
    sign_in(client)
    client.post("/konto/tvafaktor/kod/", {"code": code_of(secret)})
    confirm(client)
    client.post("/konto/tvafaktor/app/ta-bort/")
    assert Authenticator.objects.filter(type="totp").exists()


def test_seeds_move_to_a_new_key(
    alma: User, bo: User, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = give_totp(alma)
    RecoveryCodes.activate(alma)
    settings.FIELD_KEYS = {"t2": b"2" * 32, **settings.FIELD_KEYS}
    give_totp(bo)
    call_command("rotate_second_factors")
    assert "2 omkrypterade" in capsys.readouterr().out
    settings.FIELD_KEYS = {"t2": b"2" * 32}
    app = Authenticator.objects.get(user=alma, type="totp").wrap()
    assert app.validate_code(code_of(secret))
    call_command("rotate_second_factors")
    assert "0 omkrypterade" in capsys.readouterr().out


def test_token_needs_no_second_factor(
    client: Client, alma: User, settings: Settings, now: dt.datetime
) -> None:
    settings.MFA_REQUIRED = True
    _token, secret = services.create_api_token(
        actor=SYSTEM, now=now, user=alma, name="n", scopes=["alarm.view"]
    )
    answer = client.get("/api/alarms/", headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 200
