"""Many signals in one message, and what is said when nothing can be stored."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, ClassVar

import pytest
from django.db import DatabaseError, OperationalError, connection
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from alarms.api import authentication
from alarms.incoming import IntakeUnavailable, Stored
from alarms.models import Alarm, Signal
from alarms.selectors import directory
from alarms.services.intake import shared_committer
from tests.alarms.api.sending import post, signal
from tests.alarms.routing.town import Town, only_alarm
from trygghetscentral.accounts.authentication import BearerAuthentication
from trygghetscentral.accounts.models import User


@pytest.mark.parametrize("wrap", [lambda signals: signals, lambda signals: {"signals": signals}])
def test_a_batch_is_answered_in_order(
    caller: APIClient, town: Town, wrap: Callable[[list[Any]], Any]
) -> None:
    town.transmitter()
    town.transmitter("D00D", installation=town.depot_alarm)
    post(caller, signal(source_id="old"))
    answer = post(
        caller,
        wrap(
            [
                signal(source_id="new"),
                {"code": "BA", "source_id": 3},
                signal(source_id="old"),
                signal(account="D00D", source_id="not mine"),
                signal(source_id="new"),
            ]
        ),
    )
    assert answer.status_code == 201
    results = answer.json()["results"]
    assert [result["status"] for result in results] == [201, 400, 200, 403, 200]
    assert results[1]["errors"] == {"account": ["Det här fältet är obligatoriskt."]}
    assert results[4]["signal"]["id"] == results[0]["signal"]["id"]
    assert results[0]["alarm"]["number"] == only_alarm().number


def test_a_batch_of_known_signals_is_200(caller: APIClient, town: Town) -> None:
    town.transmitter()
    batch = [signal(source_id=str(number)) for number in range(3)]
    assert post(caller, batch).status_code == 201
    assert post(caller, batch).status_code == 200


def test_a_batch_in_which_nothing_is_right(caller: APIClient, town: Town) -> None:
    assert post(caller, [{}, {}]).status_code == 400


def test_501_signals(caller: APIClient) -> None:
    assert post(caller, [signal()] * 501).status_code == 400


class StoredBefore:
    """Intake that has stored everything already."""

    def __init__(self, ids: list[int]) -> None:
        self.directory = directory.LiveDirectory()
        self.ids = iter(ids)

    def submit_future(self, _incoming: Any) -> Future[Stored]:
        """One after the other."""
        future: Future[Stored] = Future()
        future.set_result(Stored(next(self.ids), None, "", duplicate=True))
        return future


@pytest.mark.parametrize("size", [1, 50])
def test_one_or_fifty_in_a_batch_cost_the_same_to_answer(
    caller: APIClient,
    town: Town,
    django_assert_num_queries: DjangoAssertNumQueries,
    monkeypatch: pytest.MonkeyPatch,
    size: int,
) -> None:
    town.transmitter()
    monkeypatch.setattr(authentication, "KEPT_SECONDS", 60.0)
    batch = [signal(source_id=str(number), zone=str(number)) for number in range(size)]
    post(caller, batch)
    known = StoredBefore(sorted(Signal.objects.values_list("pk", flat=True)))
    monkeypatch.setattr(shared_committer, "shared_committer", lambda: known)
    # Signals with their alarms; the token was looked up a moment ago.
    with django_assert_num_queries(1):
        assert post(caller, batch).status_code == 200


def _unavailable() -> Any:
    class Broken:
        directory = directory.LiveDirectory()

        def submit_future(self, _incoming: Any) -> Future[Any]:
            future: Future[Any] = Future()
            future.set_exception(IntakeUnavailable())
            return future

    return Broken()


def _no_database() -> Any:
    raise DatabaseError


@pytest.mark.parametrize("door", [_unavailable, _no_database])
def test_not_stored_is_503_and_says_send_again(
    caller: APIClient,
    town: Town,
    monkeypatch: pytest.MonkeyPatch,
    door: Callable[[], Any],
) -> None:
    monkeypatch.setattr(shared_committer, "shared_committer", door)
    for body in (signal(), [signal(), signal()]):
        answer = post(caller, body)
        assert answer.status_code == 503
        assert answer["Retry-After"] == "5"
        assert "Signalen är inte mottagen, skicka igen." in answer.content.decode()
    assert not Alarm.objects.exists()


def test_a_database_that_does_not_answer_at_all(
    caller: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_answer(*_: Any) -> Any:
        raise OperationalError

    monkeypatch.setattr(BearerAuthentication, "find", no_answer)
    authentication.forget()
    answer = post(caller, signal())
    assert answer.status_code == 503
    assert answer["Retry-After"] == "5"


class Watching(Future[Stored]):
    """Notes whether the waiting thread holds a database connection."""

    held: ClassVar[list[bool]] = []

    def result(self, timeout: float | None = None) -> Stored:
        self.held.append(connection.connection is not None)
        raise IntakeUnavailable


@pytest.mark.django_db(transaction=True)
def test_who_waits_holds_no_connection(
    town: Town,
    caller_of: Callable[..., APIClient],
    system_at: Callable[..., User],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Ten senders at once would otherwise take the whole pool from the thread that stores."""

    class Busy:
        directory = directory.LiveDirectory()

        def submit_future(self, _incoming: Any) -> Future[Stored]:
            return Watching()

    monkeypatch.setattr(shared_committer, "shared_committer", Busy)
    assert post(caller_of(system_at(town.schools)), signal()).status_code == 503
    assert Watching.held == [False]
