"""A locked workstation shows no place, reads nothing and does nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from alarms.models import Alarm, AlarmNote
from alarms.selectors.shift import present_user_ids
from tests.alarms.intake.senders import Sender
from tests.alarms.shift.conftest import SignOn
from trygghetscentral.accounts.models import User, UserSession
from trygghetscentral.ledger.models import LedgerRow
from trygghetscentral.live.models import Presence
from trygghetscentral.live.registry import get as stream_named
from trygghetscentral.live.rights import Gone, fresh_rights
from trygghetscentral.shared import clock

PASSWORD = "Hemligt-nog-för-ett-prov-1"
ClientOf = Callable[[User], Client]


@pytest.fixture
def alarm(sender: Sender) -> Alarm:
    """At "Skolan Väst", with a text."""
    sender.send(sender.message("BA"))
    Alarm.objects.update(text="ring 070-000 00 00")
    return Alarm.objects.get()


@pytest.fixture
def locked(alma: User, client_of: ClientOf, alarm: Alarm) -> Client:
    """Alma's browser, locked; she has a password."""
    alma.set_password(PASSWORD)
    alma.save()
    client = client_of(alma)
    assert client.post("/larm/las/").status_code == 302
    return client


def key_of(client: Client) -> str:
    return str(client.session.session_key)


def test_locking_twice_is_told_once(locked: Client, alma: User) -> None:
    first = Presence.objects.get(session_key=key_of(locked)).locked_at
    locked.post("/larm/las/")
    assert Presence.objects.get(session_key=key_of(locked)).locked_at == first
    assert LedgerRow.objects.filter(name="workstation.locked").count() == 1


def test_the_lock_page_shows_the_list_without_places(locked: Client, alarm: Alarm) -> None:
    page = locked.get("/larm/las/")
    fragment = locked.get("/larm/las/rader/")
    for answer in (page, fragment):
        text = answer.content.decode()
        assert answer.status_code == 200
        assert "no-store" in answer["Cache-Control"]
        assert alarm.number in text
        assert "Inbrottslarm" in text
        for hidden in ("Skolan", "skolan-vast", "Gatan", "matsal", "reception", "070"):
            assert hidden not in text
        assert str(alarm.public_id) not in text
    assert 'id="user-menu"' not in page.content.decode()
    assert 'class="nav"' not in page.content.decode()


def test_nothing_else_can_be_read(locked: Client, alarm: Alarm) -> None:
    for path in (
        "/larm/",
        "/larm/rader/",
        f"/larm/{alarm.public_id}/",
        "/larm/pass/",
        "/larm/overlamning/",
        "/objekt/",
        "/",
    ):
        answer = locked.get(path)
        assert (answer.status_code, answer["Location"]) == (302, "/larm/las/"), path
    fragment = locked.get(f"/larm/{alarm.public_id}/", headers={"HX-Request": "true"})
    assert fragment.status_code == 401
    assert fragment.content == b""
    assert fragment["HX-Redirect"] == "/larm/las/"
    program = locked.get("/api/v1/alarms/")
    assert program.status_code == 403
    assert b"Skolan" not in program.content


def test_back_in_the_browser_finds_no_page_from_before_the_lock(
    alma: User, client_of: ClientOf, alarm: Alarm
) -> None:
    client = client_of(alma)
    for path in (f"/larm/{alarm.public_id}/", "/objekt/", "/larm/anlaggningar/", "/larm/da/"):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert "no-store" in answer["Cache-Control"], path


def test_nothing_can_be_done(locked: Client, alarm: Alarm, alma: User) -> None:
    for path, body in (
        (f"/larm/{alarm.public_id}/ta/", {}),
        (f"/larm/{alarm.public_id}/anteckna/", {"text": "hej"}),
        ("/larm/pass/logga-pa/", {"desk": "1"}),
        ("/larm/overlamning/skriv/", {"notes": "hej"}),
    ):
        answer = locked.post(path, body)
        assert answer.status_code == 403, path
        assert "Arbetsplatsen är låst." in answer.content.decode()
    alarm.refresh_from_db()
    assert alarm.owner is None
    assert not AlarmNote.objects.exists()
    assert locked.post("/larm/pass/logga-pa/", headers={"HX-Request": "true"}).status_code == 403


def test_the_socket_is_closed_to_it(locked: Client, alma: User) -> None:
    stream = stream_named("alarms")
    assert stream is not None
    moment = clock.now()
    key = key_of(locked)
    assert fresh_rights(stream, user_id=alma.pk, session_key=key, now=moment) is Gone.LOCKED


def test_another_request_that_saves_the_session_does_not_open_the_lock(locked: Client) -> None:
    session = locked.session
    session["seen"] = 1
    session.save()
    assert locked.get("/larm/")["Location"] == "/larm/las/"


def test_a_wrong_password_keeps_it_locked(locked: Client) -> None:
    answer = locked.post("/larm/las/upp/", {"password": "fel"})
    assert answer.status_code == 400
    assert locked.get("/larm/")["Location"] == "/larm/las/"
    assert LedgerRow.objects.filter(name="account.sign_in_failed").count() == 1


def test_guessing_is_stopped(locked: Client) -> None:
    for _ in range(12):
        locked.post("/larm/las/upp/", {"password": "fel"})
    assert locked.post("/larm/las/upp/", {"password": PASSWORD}).status_code == 400
    assert locked.get("/larm/")["Location"] == "/larm/las/"


def test_the_own_password_opens_it_at_once(locked: Client, alma: User) -> None:
    assert locked.post("/larm/las/upp/", {"password": PASSWORD})["Location"] == "/larm/"
    assert locked.get("/larm/").status_code == 200
    assert alma.pk in present_user_ids(clock.now())
    assert LedgerRow.objects.filter(name="workstation.unlocked").count() == 1


def test_anothers_password_does_not_open_it(locked: Client, bo: User) -> None:
    bo.set_password("Ett-annat-hemligt-2")
    bo.save()
    assert locked.post("/larm/las/upp/", {"password": "Ett-annat-hemligt-2"}).status_code == 400
    assert locked.get("/larm/")["Location"] == "/larm/las/"


def test_another_operator_signs_in_there_and_the_first_ones_session_ends(
    locked: Client, alma: User, bo: User, alarm: Alarm, signed_on: SignOn
) -> None:
    bo.set_password(PASSWORD)
    bo.save()
    Alarm.objects.update(state="acknowledged", owner=alma, unanswered=False)
    old = key_of(locked)
    answer = locked.post("/larm/las/byt/", {"login": "bo", "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/larm/pass/")
    assert int(locked.session["_auth_user_id"]) == bo.pk
    assert not UserSession.objects.filter(session_key=old).exists()
    assert locked.get("/larm/").status_code == 200
    # Not moved in silence: the rule about owners who are gone returns it.
    assert Alarm.objects.get().owner == alma
    assert alma.pk not in present_user_ids(clock.now())


def test_a_wrong_password_ends_nobodys_session(locked: Client, alma: User, bo: User) -> None:
    answer = locked.post("/larm/las/byt/", {"login": "bo", "password": "fel"})
    assert answer.status_code == 400
    assert int(locked.session["_auth_user_id"]) == alma.pk
    assert locked.get("/larm/")["Location"] == "/larm/las/"


def test_signing_out_is_always_possible(locked: Client) -> None:
    locked.post(reverse("account_logout"))
    assert "_auth_user_id" not in locked.session


def test_unlocked_the_lock_pages_lead_to_the_board(
    alma: User, bo: User, client_of: ClientOf, alarm: Alarm
) -> None:
    client = client_of(alma)
    assert client.get("/larm/las/")["Location"] == "/larm/"
    assert client.get("/larm/las/rader/")["Location"] == "/larm/"
    bo.set_password(PASSWORD)
    bo.save()
    switched = client.post("/larm/las/byt/", {"login": "bo", "password": PASSWORD})
    assert switched["Location"] == "/larm/"
    assert int(client.session["_auth_user_id"]) == alma.pk


def test_one_locked_workstation_leaves_the_other_open(
    locked: Client, alma: User, client_of: ClientOf
) -> None:
    assert client_of(alma).get("/larm/").status_code == 200


def test_whoever_has_no_password_here_is_told_to_sign_out(
    alma: User, client_of: ClientOf, alarm: Alarm
) -> None:
    client = client_of(alma)
    client.post("/larm/las/")
    assert "Logga ut och logga in igen" in client.get("/larm/las/").content.decode()
    assert client.post("/larm/las/upp/", {"password": ""}).status_code == 400
    assert client.get("/larm/")["Location"] == "/larm/las/"


def test_a_row_is_kept_only_as_long_as_it_counts(
    locked: Client, now: dt.datetime, alma: User
) -> None:
    later = clock.now() + dt.timedelta(days=3)
    assert not Presence.objects.forgotten(later).exists()
    UserSession.objects.filter(user_id=alma.pk).delete()
    assert Presence.objects.forgotten(later).count() == 1
