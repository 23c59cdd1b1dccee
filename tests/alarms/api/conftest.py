"""Fixtures of these tests: the same town, and callers with tokens."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from concurrent.futures import Future

import pytest
from rest_framework.test import APIClient

from alarms.incoming import Incoming, Stored
from alarms.selectors import directory
from alarms.services.intake import Memory, shared_committer, store_batch
from tests.accounts.factories import person
from tests.alarms.routing import town as builder
from tests.alarms.routing.town import SYSTEM, Town
from tests.personas import City
from trygghetscentral.accounts import services as accounts
from trygghetscentral.accounts.models import Organisation, User
from trygghetscentral.shared import clock

CALLER_SCOPES = ("intake.send", "alarm.view")


@pytest.fixture
def town(city: City, now: dt.datetime) -> Town:
    """The sites and their alarms, set up at `now`."""
    return builder.build(city, now)


class InlineCommitter:
    """Stores at once in the caller's thread, so that the test's own transaction sees it."""

    def __init__(self) -> None:
        self.directory = directory.LiveDirectory()
        self.memory = Memory()

    def submit_future(self, incoming: Incoming) -> Future[Stored]:
        """Like GroupCommitter's, done when returned."""
        future: Future[Stored] = Future()
        self.directory.refresh()
        (stored,) = store_batch(
            [incoming],
            directory=directory.load(0),
            now=clock.now(),
            memory=self.memory,
        )
        future.set_result(stored)
        return future


@pytest.fixture
def inline(town: Town, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The API stores in the test's transaction."""
    monkeypatch.setattr(shared_committer, "shared_committer", InlineCommitter)
    yield


@pytest.fixture
def caller_of() -> Callable[..., APIClient]:
    """A program with the user's token: `caller_of(user, "intake.send")`."""

    def make(user: User, *scopes: str) -> APIClient:
        _token, text = accounts.create_api_token(
            actor=SYSTEM,
            now=clock.now(),
            user=user,
            name="test",
            scopes=scopes or CALLER_SCOPES,
        )
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
        return client

    return make


@pytest.fixture
def system_at() -> Callable[[Organisation, str], User]:
    """A service account of an organisation."""

    def make(organisation: Organisation, username: str = "system") -> User:
        return person(
            "CONNECTED_SYSTEM",
            organisation,
            username=username,
            signature=username.upper(),
            is_service=True,
        )

    return make


@pytest.fixture
def caller(
    town: Town,
    inline: None,
    caller_of: Callable[..., APIClient],
    system_at: Callable[..., User],
) -> APIClient:
    """The school's own system, with a token for sending and reading."""
    return caller_of(system_at(town.schools))
