"""API tokens: made once, kept as a hash, narrowed to their scopes."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client

from tests.accounts.factories import GroupMembershipFactory, UserFactory
from tests.personas import City
from trygghetscentral.accounts import services
from trygghetscentral.accounts.models import ApiToken, User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.errors import Conflict, Invalid

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.accounts.urls_under_test")]

ClientOf = Callable[[User], Client]
SYSTEM = Actor.system("test")
HOUR = dt.timedelta(hours=1)


def make(user: User, now: dt.datetime, *scopes: str, **more: dt.datetime) -> tuple[ApiToken, str]:
    """A token of the user's."""
    return services.create_api_token(
        actor=SYSTEM, now=now, user=user, name="skript", scopes=scopes, **more
    )


def bearer(secret: str) -> dict[str, str]:
    """The header."""
    return {"Authorization": f"Bearer {secret}"}


def test_token_opens_the_api_and_only_the_hash_is_kept(
    client: Client, alma: User, now: dt.datetime
) -> None:
    GroupMembershipFactory.create(user=alma)
    token, secret = make(alma, now, "alarm.view")
    assert secret.startswith(f"tc_{token.public_id}_")
    assert str(token) == token.public_id
    kept = " ".join(str(value) for value in ApiToken.objects.values_list()[0])
    assert secret.rpartition("_")[2] not in kept
    answer = client.get("/api/alarms/", headers=bearer(secret)).json()
    assert answer["user"] == "alma"
    assert all(key.startswith("alarm.view@") for key in answer["keys"])


def test_scopes_narrow_what_the_user_may(client: Client, alma: User, now: dt.datetime) -> None:
    _token, secret = make(alma, now, "intake.send")
    assert client.get("/api/alarms/", headers=bearer(secret)).status_code == 403
    assert client.get("/api/set/", headers=bearer(secret)).status_code == 403
    assert client.post("/api/set/", headers=bearer(secret)).status_code == 201


def test_token_never_gives_more_than_the_user_has_now(
    client: Client, alma: User, now: dt.datetime
) -> None:
    _token, secret = make(alma, now, "alarm.view")
    alma.grants.update(withdrawn_at=now)
    assert client.get("/api/alarms/", headers=bearer(secret)).status_code == 403


@pytest.mark.parametrize(
    "presented", ["", "tc", "tc_", "tc_x", "tc_x_y", "tc_{public}_wrong", "xx_{public}_{secret}"]
)
def test_wrong_token_is_401(client: Client, alma: User, now: dt.datetime, presented: str) -> None:
    token, secret = make(alma, now, "alarm.view")
    text = presented.format(public=token.public_id, secret=secret.split("_", 2)[2])
    answer = client.get("/api/alarms/", headers=bearer(text))
    assert answer.status_code == 401
    assert "API-nyckeln gäller inte" in answer.json()["detail"]


def test_other_scheme_is_not_ours(client: Client) -> None:
    assert client.get("/api/alarms/", headers={"Authorization": "Basic eDp5"}).status_code == 401


def test_expired_and_revoked_tokens_are_401(client: Client, alma: User, now: dt.datetime) -> None:
    with time_machine.travel(now, tick=False) as clock:
        token, secret = make(alma, now, "alarm.view", expires_at=now + HOUR)
        _other, lasting = make(alma, now, "alarm.view")
        assert client.get("/api/alarms/", headers=bearer(secret)).status_code == 200
        clock.shift(HOUR)
        assert client.get("/api/alarms/", headers=bearer(secret)).status_code == 401
        assert client.get("/api/alarms/", headers=bearer(lasting)).status_code == 200
    services.revoke_api_token(actor=SYSTEM, now=now, token=_other)
    assert client.get("/api/alarms/", headers=bearer(lasting)).status_code == 401
    with pytest.raises(Conflict):
        services.revoke_api_token(actor=SYSTEM, now=now, token=_other)
    assert token.revoked_at is None


def test_use_is_noted_once_an_hour(client: Client, alma: User, now: dt.datetime) -> None:
    token, secret = make(alma, now, "alarm.view")
    with time_machine.travel(now, tick=False) as clock:
        for minutes, expected in ((0, now), (59, now), (2, now + dt.timedelta(minutes=61))):
            clock.shift(dt.timedelta(minutes=minutes))
            client.get("/api/alarms/", headers=bearer(secret))
            token.refresh_from_db()
            assert token.last_used_at == expected


def test_token_is_refused(alma: User, admin_user: User, now: dt.datetime) -> None:
    for user, scopes, code in (
        (alma, (), "token_needs_scopes"),
        (alma, ("account.users",), "token_scope"),
        (alma, ("ledger.read",), "token_scope"),
        (alma, ("site.access_code",), "token_scope"),
        (admin_user, ("account.users",), "token_scope"),
    ):
        with pytest.raises(Invalid) as caught:
            make(user, now, *scopes)
        assert caught.value.code == code
    with pytest.raises(Invalid, match="namn"):
        services.create_api_token(actor=SYSTEM, now=now, user=alma, name=" ", scopes=["alarm.view"])
    with pytest.raises(Invalid, match="framåt"):
        make(alma, now, "alarm.view", expires_at=now)


def test_pages_make_show_once_and_revoke(client_of: ClientOf, cia: User, city: City) -> None:
    browser = client_of(cia)
    assert "Inga nycklar" in browser.get("/konto/nycklar/").content.decode()
    assert "Se larm" in browser.get("/konto/nycklar/ny/").content.decode()
    wrong = browser.post(
        "/konto/nycklar/ny/", {"name": "x", "ends": "2020-01-01", "scopes": "site.view"}
    )
    assert "framåt i tiden" in wrong.content.decode()
    made = browser.post("/konto/nycklar/ny/", {"name": "Larmbryggan", "scopes": ["site.view"]})
    token = ApiToken.objects.get()
    assert f"tc_{token.public_id}_" in made.content.decode()
    assert "no-store" in made["Cache-Control"]
    listed = browser.get("/konto/nycklar/").content.decode()
    assert "Larmbryggan" in listed
    assert f"tc_{token.public_id}_" not in listed
    answer = browser.post(f"/konto/nycklar/{token.public_id}/sparra/", follow=True)
    assert "Nyckeln är spärrad" in answer.content.decode()


def test_another_persons_token_is_hidden(
    client_of: ClientOf, alma: User, cia: User, admin_user: User, now: dt.datetime
) -> None:
    token, _secret = make(alma, now, "alarm.view")
    assert client_of(cia).post(f"/konto/nycklar/{token.public_id}/sparra/").status_code == 404
    client_of(admin_user).post(f"/konto/nycklar/{token.public_id}/sparra/")
    token.refresh_from_db()
    assert token.revoked_by == admin_user


def test_command_prints_the_token_alone(client: Client, alma: User) -> None:
    out, words = io.StringIO(), io.StringIO()
    call_command("create_api_token", "alma", "--days", "1", stdout=out, stderr=words)
    secret = out.getvalue().strip()
    assert "visas inte igen" in words.getvalue()
    assert client.get("/api/alarms/", headers=bearer(secret)).status_code == 200
    token = ApiToken.objects.get()
    assert set(token.scopes) == set(services.tokenable(alma))
    assert Permission.SITE_ACCESS_CODE not in token.scopes
    assert token.expires_at is not None


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nobody"], "inget konto"),
        (["dan"], "ingen behörighet"),
        (["alma", "--scope", "account.users"], "kan bara få behörigheter"),
    ],
)
def test_command_says_why_not(alma: User, dan: User, arguments: list[str], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        call_command("create_api_token", *arguments)


def test_system_account_acts_as_an_api_client(client: Client, city: City, now: dt.datetime) -> None:
    system = UserFactory.create(is_service=True, home_organisation=city.root, username="bryggan")
    services.grant_role(
        actor=SYSTEM, now=now, user=system, role="CONNECTED_SYSTEM", organisation=city.root
    )
    _token, secret = make(system, now, "intake.send")
    with time_machine.travel(now + HOUR, tick=False):
        assert client.post("/api/set/", headers=bearer(secret)).status_code == 201
