"""A past board is what the ledger says it was, with today's rights."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from alarms.models import Alarm
from alarms.selectors import as_of
from alarms.selectors.as_of import PastBoard, board_at
from alarms.services.desk import claim_alarm, close_alarm
from tests.alarms.routing import town as builder
from tests.alarms.routing.town import SYSTEM, Town, message
from tests.personas import City
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import User
from trygghetscentral.ledger.models import LedgerRow
from trygghetscentral.ledger.services import dispose_payload, register_disposal_decision, seal

URL = "/larm/da/"
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def town(city: City, now: dt.datetime) -> Town:
    return builder.build(city, now)


@pytest.fixture
def worked(town: Town, alma: User, now: dt.datetime) -> Alarm:
    """Raised now, taken after two minutes, closed after four."""
    town.send(message(town.transmitter(), at=now, zone="7"))
    alarm = Alarm.objects.get()
    alma_acts = actor_for(alma)
    claim_alarm(actor=alma_acts, now=now + 2 * MINUTE, public_id=alarm.public_id)
    close_alarm(
        actor=alma_acts,
        now=now + 4 * MINUTE,
        public_id=alarm.public_id,
        code="unfounded_handling",
        said_by="rektor",
        said="Vi provade larmet.",
    )
    return alarm


def states(board: PastBoard) -> list[tuple[str, str]]:
    return [(row.state, row.owner_signature) for row in board.rows]


def test_each_moment_shows_what_was(worked: Alarm, alma: User, now: dt.datetime) -> None:
    seen = [states(board_at(alma, at=now + minutes * MINUTE)) for minutes in (-1, 1, 3, 5)]
    assert seen == [[], [("new", "")], [("acknowledged", "OP 1")], []]
    then = board_at(alma, at=now + MINUTE)
    assert (then.total, then.unanswered, then.disposed) == (1, 1, [])
    assert then.rows[0].site_name == "Ängens förskola"


def test_rights_are_those_of_today(worked: Alarm, town: Town, cia: User, dan: User) -> None:
    at = town.now + MINUTE
    assert states(board_at(cia, at=at)) == [("new", "")]
    assert states(board_at(dan, at=at)) == []


def test_what_has_been_erased_by_a_decision_says_so(
    worked: Alarm, alma: User, now: dt.datetime
) -> None:
    seal(now=now + 9 * MINUTE)
    decision = register_disposal_decision(
        actor=SYSTEM, now=now, number="KS-2026-114", decided_at=now, controller_id=None
    )
    for seq in LedgerRow.objects.filter(subject_type="alarms.alarm").values_list("seq", flat=True):
        dispose_payload(actor=SYSTEM, now=now + 9 * MINUTE, seq=seq, decision=decision)
    then = board_at(alma, at=now + MINUTE)
    assert (then.rows, then.disposed) == ([], [worked.number])


@pytest.mark.usefixtures("each_zone_its_own_row")
def test_the_cost_does_not_follow_the_number_of_rows(
    town: Town, alma: User, now: dt.datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    sender = town.transmitter()
    town.send(*(message(sender, at=now, zone=str(zone)) for zone in range(30)))
    alma.audiences()
    with django_assert_num_queries(5):
        assert board_at(alma, at=now + MINUTE).total == 30


@pytest.mark.usefixtures("each_zone_its_own_row")
def test_the_longest_waiting_are_shown_and_all_are_counted(
    town: Town, alma: User, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(as_of, "MOST_SHOWN", 2)
    sender = town.transmitter()
    for minute in (3, 1, 2):
        came = now + minute * MINUTE
        town.send(message(sender, at=came, zone=str(minute)), now=came)
    then = board_at(alma, at=now + 5 * MINUTE)
    assert [row.waiting_since for row in then.rows] == [now + MINUTE, now + 2 * MINUTE]
    assert (then.total, then.unanswered) == (3, 3)


def test_the_page(
    worked: Alarm,
    client_of: Callable[[User], Client],
    alma: User,
    now: dt.datetime,
    travel: Callable[[dt.datetime], object],
) -> None:
    travel(now + 10 * MINUTE)
    client = client_of(alma)
    page = client.get(URL, {"tid": "2026-03-12T14:38"})
    assert page.status_code == 200
    assert worked.number in page.content.decode()
    assert worked.number not in client.get(URL, {"tid": "2026-03-12T14:42"}).content.decode()
    assert worked.number not in client.get(URL).content.decode()


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("2026-03-12T15:38", "har inte varit än"),
        ("2026-01-12T15:38", "senaste 30 dygnen"),
        ("i går", "Skriv datum"),
        ("", "obligatoriskt"),
    ],
)
def test_a_moment_that_cannot_be_shown_is_refused_in_words(
    client_of: Callable[[User], Client],
    alma: User,
    now: dt.datetime,
    travel: Callable[[dt.datetime], object],
    asked: str,
    words: str,
) -> None:
    travel(now)
    page = client_of(alma).get(URL, {"tid": asked})
    assert (page.status_code, words in page.content.decode()) == (400, True)
