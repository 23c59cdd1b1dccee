"""Workstations and desks for these tests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.cache import cache

from alarms.models import Desk, DeskSignOn
from trygghetscentral.accounts.models import User, UserSession
from trygghetscentral.live.models import Presence

Sit = Callable[..., Presence]
SignOn = Callable[..., DeskSignOn]


@pytest.fixture(autouse=True)
def no_failures_counted() -> None:
    """Wrong passwords of another test do not count here."""
    cache.clear()


@pytest.fixture
def sit(now: dt.datetime) -> Sit:
    """A workstation with a live board: `sit(alma, ago=30)`; `locked` and `ago` in seconds."""
    made = iter(range(1000))

    def at_a_board(
        user: User, *, ago: float = 1, locked: float | None = None, session: bool = True
    ) -> Presence:
        key = f"session{next(made)}"
        if session:
            UserSession.objects.create(
                session_key=key,
                session_data="",
                user_id=user.pk,
                expire_date=now + dt.timedelta(hours=1),
            )
        return Presence.objects.create(
            session_key=key,
            user=user,
            seen_at=now - dt.timedelta(seconds=ago),
            locked_at=None if locked is None else now - dt.timedelta(seconds=locked),
        )

    return at_a_board


@pytest.fixture
def fire_desk(db: None) -> Desk:
    """Brand."""
    return Desk.objects.get(code="brand")


@pytest.fixture
def signed_on(now: dt.datetime) -> SignOn:
    """A sign-on written directly: `signed_on(alma, desk)`."""

    def sign(user: User, desk: Desk, **fields: object) -> DeskSignOn:
        return DeskSignOn.objects.create(
            user=user, desk=desk, **{"signed_on_at": now - dt.timedelta(hours=1), **fields}
        )

    return sign
