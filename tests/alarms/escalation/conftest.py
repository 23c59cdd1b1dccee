"""Desks with and without people, and a run of what is due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from alarms.models import Alarm, Desk, DeskSignOn
from alarms.services import escalation, returning
from alarms.services.routing import route_alarms
from tests.alarms.intake.senders import Sender
from tests.callout.conftest import (  # noqa: F401  fixtures
    disa,
    egil,
    frid,
    mailbox,
    roster,
    shift,
    tib,
)
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import User, UserSession
from trygghetscentral.live.models import Presence
from trygghetscentral.shared.actor import Actor

SYSTEM = Actor.system("escalation")
At = Callable[[dt.datetime], None]
Run = Callable[[dt.datetime], tuple[int, int, int]]
Raise = Callable[..., Alarm]


@pytest.fixture
def by_alma(alma: User) -> Actor:
    """Alma acting."""
    return actor_for(alma)


@pytest.fixture
def by_bo(bo: User) -> Actor:
    """Bo, who leads the shift, acting."""
    return actor_for(bo)


def is_here(user: User, moment: dt.datetime) -> None:
    """The user's live board was heard at this moment."""
    UserSession.objects.update_or_create(
        session_key=user.username,
        defaults={
            "session_data": "",
            "user_id": user.pk,
            "expire_date": moment + dt.timedelta(hours=1),
        },
    )
    Presence.objects.update_or_create(
        session_key=user.username, defaults={"user": user, "seen_at": moment}
    )


@pytest.fixture
def at_board(alma: User) -> At:
    """Alma's live board was heard at this moment: `at_board(now)`."""
    return lambda moment: is_here(alma, moment)


@pytest.fixture
def led(bo: User) -> At:
    """The shift lead's live board was heard at this moment: `led(now)`."""
    return lambda moment: is_here(bo, moment)


@pytest.fixture
def worked(alma: User, at_board: At, now: dt.datetime) -> At:
    """Alma works every desk, and no shift lead is present: `worked(now)`."""
    for desk in Desk.objects.all():
        DeskSignOn.objects.create(user=alma, desk=desk, signed_on_at=now - dt.timedelta(hours=1))
    return at_board


@pytest.fixture
def staffed(worked: At, led: At) -> At:
    """Alma works every desk and Bo leads the shift; heard at this moment: `staffed(now)`."""

    def seen(moment: dt.datetime) -> None:
        worked(moment)
        led(moment)

    return seen


@pytest.fixture
def raised(sender: Sender) -> Raise:
    """An alarm by its code, routed: `raised("FA")`."""

    def make(code: str = "BA", **fields: Any) -> Alarm:
        (stored,) = sender.send(sender.message(code, **fields))
        assert stored.alarm_public_id is not None
        alarm = Alarm.objects.get(public_id=stored.alarm_public_id)
        route_alarms(ids=[alarm.pk], actor=SYSTEM, now=sender.now)
        alarm.refresh_from_db()
        return alarm

    return make


@pytest.fixture
def run() -> Run:
    """What beat starts, at this moment: escalated, returned, unparked."""

    def at(moment: dt.datetime) -> tuple[int, int, int]:
        return (
            escalation.escalate_due(actor=SYSTEM, now=moment),
            returning.return_due(actor=SYSTEM, now=moment),
            returning.unpark_due(actor=SYSTEM, now=moment),
        )

    return at
