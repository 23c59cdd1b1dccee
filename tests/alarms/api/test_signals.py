"""POST /api/v1/signals/: one, many, again, and everything that can be wrong with them."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from alarms.api import authentication
from alarms.models import Signal
from alarms.services.intake import shared_committer
from tests.alarms.api.sending import URL, post, signal
from tests.alarms.routing.town import SYSTEM, Town, only_alarm
from trygghetscentral.accounts import services as accounts
from trygghetscentral.accounts.models import ApiToken, User
from trygghetscentral.shared import clock


def test_a_signal_and_its_alarm_after_the_commit(caller: APIClient, town: Town) -> None:
    town.transmitter()
    answer = post(
        caller,
        signal(
            source_id="vms-1",
            text="Rörelse i Ängens förråd åäö",
            occurred_at="2026-03-12T14:30:00+01:00",
            position={"longitude": 13.01, "latitude": 55.6},
        ),
    )
    assert answer.status_code == 201, answer.content
    alarm = only_alarm()
    assert answer.json()["alarm"] == {
        "number": alarm.number,
        "state": "new",
        "category": "burglary",
        "priority": 2,
        "account": "A1B2",
        "area": "1",
        "zone": "7",
        "code": "SIA:BA",
        "controller": town.schools.slug,
        "site": town.school.slug,
        "received_at": answer.json()["alarm"]["received_at"],
        "acknowledged_at": None,
        "closed_at": None,
        "owner": None,
        "signal_count": 1,
        "text": "Rörelse i Ängens förråd åäö",
        "lead": None,
        "zones": 1,
    }
    stored = Signal.objects.get()
    shown = answer.json()["signal"]
    assert (shown["id"], shown["outcome"], shown["code"]) == (stored.pk, "raised", "SIA:BA")
    assert shown["position"] == {"longitude": 13.01, "latitude": 55.6}
    assert stored.occurred_at == dt.datetime(2026, 3, 12, 13, 30, tzinfo=dt.UTC)
    assert stored.channel == "http"
    assert json.loads(bytes(stored.raw))["source_id"] == "vms-1"


def test_the_same_source_id_again_is_the_same_signal(caller: APIClient, town: Town) -> None:
    town.transmitter()
    first = post(caller, signal(source_id="å-1"))
    again = post(caller, signal(source_id="å-1", zone="99"))
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["signal"] == first.json()["signal"]
    assert again.json()["alarm"]["number"] == first.json()["alarm"]["number"]
    assert only_alarm().signal_count == 1


def test_source_ids_are_each_clients_own(
    caller: APIClient,
    town: Town,
    caller_of: Callable[..., APIClient],
    system_at: Callable[..., User],
) -> None:
    town.transmitter()
    other = caller_of(system_at(town.schools, "other"))
    assert post(caller, signal(source_id="1")).status_code == 201
    assert post(other, signal(source_id="1")).status_code == 201


def test_without_source_id_each_is_new(caller: APIClient, town: Town) -> None:
    town.transmitter()
    assert [post(caller, signal()).status_code for _ in range(2)] == [201, 201]
    assert only_alarm().signal_count == 2


def test_an_unknown_account_makes_an_alarm_of_the_centre(
    caller: APIClient,
    town: Town,
    caller_of: Callable[..., APIClient],
    system_at: Callable[..., User],
) -> None:
    answer = post(caller, signal(account="fade"))
    assert answer.status_code == 201
    assert answer.json()["signal"]["outcome"] == "unmatched"
    assert answer.json()["alarm"] is None  # it is the centre's, and the school may not see it
    assert only_alarm().account == "FADE"
    centre = caller_of(system_at(town.root, "centre"))
    assert post(centre, signal(account="FADE")).json()["alarm"]["account"] == "FADE"


def test_an_account_of_somebody_else_is_refused(
    town: Town,
    inline: None,
    caller_of: Callable[..., APIClient],
    system_at: Callable[..., User],
) -> None:
    town.transmitter()
    stranger = caller_of(system_at(town.streets))
    answer = post(stranger, signal())
    assert answer.status_code == 403
    assert list(answer.json()) == ["account"]
    assert not Signal.objects.exists()


def test_a_restore_raises_nothing(caller: APIClient, town: Town) -> None:
    town.transmitter()
    post(caller, signal())
    answer = post(caller, signal(code="BR"))
    assert answer.json()["signal"]["outcome"] == "restored"
    assert answer.json()["alarm"]["signal_count"] == 2
    assert only_alarm().restored_at is not None


@pytest.mark.parametrize(
    ("code", "shown", "category"),
    [
        ("fire", "TC:fire", "fire"),
        ("1130", "CID:1130", "burglary"),
        ("E130", "CID:1130", "burglary"),
        ("nonsens å", "TC:nonsens å", "unknown"),
    ],
)
def test_codes(caller: APIClient, town: Town, code: str, shown: str, category: str) -> None:
    town.transmitter()
    answer = post(caller, signal(code=code))
    assert answer.status_code == 201
    assert answer.json()["signal"]["code"] == shown
    assert answer.json()["alarm"]["category"] == category


def test_a_trygghetslarm_does_not_say_where(caller: APIClient, town: Town) -> None:
    town.transmitter()
    shown = post(caller, signal(code="MA", text="ramlat i hallen")).json()["alarm"]
    assert (shown["site"], shown["zone"], shown["text"]) == (None, "", "")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("account", ""),
        ("account", "XYZ"),
        ("account", "A" * 17),
        ("account", None),
        ("account", {"a": 1}),
        ("code", ""),
        ("code", "   "),
        ("code", "x" * 33),
        ("code", "a\x00b"),
        ("code", "\ud800"),
        ("zone", "1" * 17),
        ("zone", [1]),
        ("text", "x" * 2_001),
        ("source_id", "x" * 129),
        ("receiver", "1234567"),
        ("line", "G"),
        ("occurred_at", "i går"),
        ("occurred_at", "0001-01-01T00:00:00+14:00"),
        ("occurred_at", 12),
        ("position", {"longitude": 181, "latitude": 0}),
        ("position", [13.0]),
        ("position", ["13", "55"]),
        ("position", [True, False]),
        ("position", [1e400, 0]),
        ("position", [10**400, 0]),
        ("position", "13,55"),
        ("position", {"longitude": 13.0}),
    ],
)
def test_bad_input_is_400_with_the_field_named(
    caller: APIClient, town: Town, field: str, value: Any
) -> None:
    town.transmitter()
    body = json.dumps(signal(**{field: value})).replace("Infinity", "1e400")
    answer = caller.post(URL, body, content_type="application/json")
    assert answer.status_code == 400, answer.content
    assert field in answer.json()
    assert not Signal.objects.exists()


def test_swedish_words(caller: APIClient, town: Town) -> None:
    answer = post(caller, {})
    assert answer.status_code == 400
    assert answer.json() == {
        "account": ["Det här fältet är obligatoriskt."],
        "code": ["Det här fältet är obligatoriskt."],
    }


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"null",
        b"12",
        b'"text"',
        b"NaN",
        b"[" * 100_000,
        b'{"account": ' + b"1" * 5_000 + b"}",
        b"[]",
        b'{"signals": []}',
        b'{"signals": 3}',
        b"[1, null]",
    ],
)
def test_what_is_no_signal_at_all(caller: APIClient, body: bytes) -> None:
    answer = caller.post(URL, body, content_type="application/json")
    assert answer.status_code == 400, answer.content


def test_text_that_no_database_holds_is_kept_as_far_as_it_goes(
    caller: APIClient, town: Town
) -> None:
    town.transmitter()
    body = json.dumps(signal(text="a\x00b\ud800c"))
    answer = caller.post(URL, body, content_type="application/json")
    assert answer.status_code == 201
    assert Signal.objects.get().text == "a\ufffdb\ufffdc"


def test_the_far_future_is_taken_with_a_flag(caller: APIClient, town: Town) -> None:
    town.transmitter()
    answer = post(caller, signal(occurred_at="9999-01-01T00:00:00Z"))
    assert answer.status_code == 201
    assert answer.json()["signal"]["flags"] == ["clock-ahead"]


def test_more_than_a_megabyte(caller: APIClient) -> None:
    body = json.dumps(signal(text="x" * 1_000_000))
    assert caller.post(URL, body, content_type="application/json").status_code == 413


def test_another_content_type(caller: APIClient) -> None:
    assert caller.post(URL, "<x/>", content_type="text/xml").status_code == 415


# --- who may ---------------------------------------------------------------------------------


def test_without_a_token(db: None, inline: None) -> None:
    answer = APIClient().post(URL, signal(), format="json")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_token_without_the_right_to_send(
    town: Town,
    inline: None,
    caller_of: Callable[..., APIClient],
    system_at: Callable[..., User],
) -> None:
    reader = caller_of(system_at(town.schools), "alarm.view")
    assert post(reader, signal()).status_code == 403


def test_personas(
    town: Town,
    inline: None,
    client_of: Callable[[User], Client],
    alma: User,
    cia: User,
    dan: User,
) -> None:
    town.transmitter()
    found = {}
    for user in (alma, cia, dan):
        answer = client_of(user).post(URL, signal(), content_type="application/json")
        found[user.username] = answer.status_code
    assert found == {"alma": 201, "cia": 403, "dan": 403}


def test_a_stored_signal_can_be_read_by_those_it_concerns(
    caller: APIClient,
    town: Town,
    caller_of: Callable[..., APIClient],
    system_at: Callable[..., User],
    client_of: Callable[[User], Client],
    alma: User,
) -> None:
    town.transmitter()
    sent = post(caller, signal()).json()["signal"]
    url = f"{URL}{sent['id']}/"
    assert caller.get(url).json() == sent
    assert client_of(alma).get(url).json() == sent
    assert caller_of(system_at(town.streets, "streets")).get(url).status_code == 404
    assert caller.get(f"{URL}999999999999999999/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_through_the_processs_own_committer(
    town: Town, caller_of: Callable[..., APIClient], system_at: Callable[..., User]
) -> None:
    town.transmitter()
    caller = caller_of(system_at(town.schools))
    try:
        first = post(caller, signal(source_id="1"))
        batch = post(caller, [signal(source_id=str(number)) for number in (1, 2, 3)])
    finally:
        shared_committer.stop()
    assert first.status_code == 201
    assert [row["status"] for row in batch.json()["results"]] == [200, 201, 201]
    assert only_alarm().signal_count == 3


def test_the_answer_says_what_the_alarm_says(
    caller: APIClient, town: Town, client_of: Callable[[User], Client], alma: User
) -> None:
    town.transmitter()
    for code in ("BA", "MA"):
        shown = post(caller, signal(code=code, text="å")).json()["alarm"]
        url = f"/api/v1/alarms/{shown['number']}/"
        assert client_of(alma).get(url).json() == shown


def test_a_revoked_token_works_for_a_second_at_most(
    caller: APIClient, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert post(caller, signal()).status_code == 201
    token = ApiToken.objects.get()
    accounts.revoke_api_token(actor=SYSTEM, now=clock.now(), token=token)
    monkeypatch.setattr(authentication, "KEPT_SECONDS", 0.0)
    assert post(caller, signal()).status_code == 401


def test_a_flood_of_tokens_is_forgotten(
    caller: APIClient, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(authentication, "MOST_KEPT", 0)
    for _ in range(2):
        assert post(caller, signal()).status_code == 201
    assert len(authentication._kept) == 1
