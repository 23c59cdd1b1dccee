"""How long a session lasts, and what ends it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.test import Client

from trygghetscentral.accounts import policy
from trygghetscentral.accounts.events import SignOutReason
from trygghetscentral.accounts.models import User, UserSession
from trygghetscentral.ledger.models import LedgerPayload, LedgerRow

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.accounts.urls_under_test")]

ClientOf = Callable[[User], Client]
MINUTE = dt.timedelta(minutes=1)
HOUR = dt.timedelta(hours=1)


@pytest.mark.parametrize(
    ("silent", "age", "shift", "why"),
    [
        (59 * MINUTE, HOUR, False, None),
        (60 * MINUTE, HOUR, False, SignOutReason.IDLE),
        (12 * HOUR, 12 * HOUR, True, None),
        (0 * HOUR, 13 * HOUR, True, SignOutReason.SHIFT_OVER),
        (0 * HOUR, 13 * HOUR, False, SignOutReason.SHIFT_OVER),
    ],
)
def test_policy(
    now: dt.datetime,
    silent: dt.timedelta,
    age: dt.timedelta,
    shift: bool,
    why: SignOutReason | None,
) -> None:
    assert why is policy.judge(
        signed_in_at=now - age, seen_at=now - silent, now=now, keeps_for_the_shift=shift
    )


def last_reason() -> object:
    """Why the newest sign-out happened."""
    row = LedgerRow.objects.filter(name="account.signed_out").order_by("seq").last()
    assert row is not None
    body = LedgerPayload.objects.get(seq=row.seq).body
    assert body is not None
    return body["why"]


def test_office_session_ends_after_an_hour_of_silence(
    client_of: ClientOf, cia: User, now: dt.datetime
) -> None:
    with time_machine.travel(now, tick=False) as clock:
        browser = client_of(cia)
        clock.shift(59 * MINUTE)
        assert browser.get("/alarms/").status_code == 200
        clock.shift(59 * MINUTE)
        assert browser.get("/alarms/").status_code == 200
        clock.shift(60 * MINUTE)
        answer = browser.get("/alarms/", follow=True)
    assert "tid utan aktivitet" in answer.content.decode()
    assert last_reason() == "idle"


def test_a_page_that_refreshes_itself_is_not_activity(
    client_of: ClientOf, cia: User, now: dt.datetime
) -> None:
    with time_machine.travel(now, tick=False) as clock:
        browser = client_of(cia)
        for _turn in range(5):
            clock.shift(10 * MINUTE)
            assert browser.get("/alarms/", headers={"TC-Background": "1"}).status_code == 200
        clock.shift(10 * MINUTE)
        answer = browser.get("/alarms/", headers={"TC-Background": "1", "HX-Request": "true"})
        assert answer.status_code == 401
        assert answer["HX-Redirect"].startswith("/konto/logga-in/")


def test_operators_session_lasts_the_shift_and_no_longer(
    client_of: ClientOf, alma: User, now: dt.datetime
) -> None:
    with time_machine.travel(now, tick=False) as clock:
        browser = client_of(alma)
        clock.shift(12 * HOUR)
        assert browser.get("/alarms/").status_code == 200
        clock.shift(HOUR)
        answer = browser.get("/api/alarms/")
        assert answer.status_code == 401
    assert last_reason() == "shift_over"


def test_session_is_written_at_most_once_a_minute(
    client_of: ClientOf, alma: User, now: dt.datetime
) -> None:
    with time_machine.travel(now, tick=False) as clock:
        browser = client_of(alma)
        clock.shift(59 * dt.timedelta(seconds=1))
        browser.get("/alarms/")
        assert browser.session[policy.SEEN_AT] == now.timestamp()
        clock.shift(dt.timedelta(seconds=1))
        browser.get("/alarms/")
        assert browser.session[policy.SEEN_AT] == (now + MINUTE).timestamp()


def test_session_knows_its_owner_until_sign_out(
    client: Client, client_of: ClientOf, alma: User
) -> None:
    browser = client_of(alma)
    key = browser.session.session_key
    assert UserSession.objects.get(session_key=key).user_id == alma.pk
    browser.post("/konto/logga-ut/")
    assert not UserSession.objects.filter(user_id=alma.pk).exists()
    client.session.save()
    assert UserSession.objects.filter(user_id=None).exists()
    assert UserSession.get_session_store_class().__name__ == "SessionStore"
