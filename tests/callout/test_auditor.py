"""Late promises are found, said once, and shown; the dead-man is told only when all is well."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.test import Client
from pytest_django import Settings

from tests.callout.conftest import Caller
from tests.callout.receivers import web_server
from tests.ledger.support import in_threads
from trygghetscentral.accounts.models import User
from trygghetscentral.callout import auditor, tasks
from trygghetscentral.callout.models import Episode
from trygghetscentral.ledger.models import LedgerPayload, LedgerRow
from trygghetscentral.shared.services import note_heartbeat

Travel = Callable[[dt.datetime], time_machine.Traveller]
ClientOf = Callable[[User], Client]


def said() -> list[str]:
    """What the auditor has said."""
    rows = LedgerRow.objects.filter(name__in=("callout.overdue", "callout.caught_up"))
    return list(rows.order_by("seq").values_list("name", flat=True))


def test_a_message_that_nobody_takes_is_found_once_and_let_go_when_taken(
    roster: dict[str, User], call: Caller, travel: Travel, now: dt.datetime
) -> None:
    clock = travel(now)
    made = call()
    clock.shift(9)
    assert tasks.audit() == 0
    clock.shift(2)
    assert (tasks.audit(), tasks.audit()) == (1, 1)
    assert said() == ["callout.overdue"]
    made.deliveries.update(due_at=None, state="sent")
    assert tasks.audit() == 0
    assert said() == ["callout.overdue", "callout.caught_up"]
    assert Episode.objects.get().ended_at is not None


def test_a_call_whose_next_rank_nobody_calls_is_found(
    roster: dict[str, User], call: Caller, travel: Travel, now: dt.datetime
) -> None:
    clock = travel(now)
    call().deliveries.update(due_at=None, state="sent")
    clock.shift(131)
    assert tasks.audit() == 1
    body = LedgerPayload.objects.order_by("-seq").values_list("body", flat=True)[0]
    assert body == {"promise": "callout.calls", "count": 1}


def test_any_room_may_add_its_promises(
    db: None, travel: Travel, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    travel(now)
    monkeypatch.setattr(auditor, "_promises", dict(auditor._promises))
    auditor.register("test.promise", lambda _now: 3)
    assert auditor.examine(now)["test.promise"] == 3
    assert tasks.audit() == 1
    auditor.register("test.promise", lambda _now: 5)
    tasks.audit()
    assert Episode.objects.get().most == 5
    del auditor._promises["test.promise"]
    tasks.audit()
    assert said() == ["callout.overdue", "callout.caught_up"]


@pytest.mark.django_db(transaction=True)
def test_two_auditors_say_it_once(
    roster: dict[str, User], call: Caller, travel: Travel, now: dt.datetime
) -> None:
    clock = travel(now)
    call()
    clock.shift(60)
    in_threads(tasks.audit, tasks.audit, tasks.audit)
    assert said() == ["callout.overdue"]


def alive(now: dt.datetime) -> None:
    """Beat and workers have just been heard."""
    for part in ("beat", "worker"):
        note_heartbeat(part=part, now=now)


def test_the_dead_man_is_told_when_all_is_well_and_only_then(
    roster: dict[str, User], call: Caller, settings: Settings, travel: Travel, now: dt.datetime
) -> None:
    clock = travel(now)
    with web_server() as hits:
        settings.DEADMAN_URL = hits.url + "/puls"
        assert not tasks.ping_deadman()
        alive(now)
        assert (tasks.ping_deadman(), tasks.ping_deadman()) == (True, True)
        assert hits.paths == ["/puls", "/puls"]
        clock.shift(61)
        assert not tasks.ping_deadman()
        alive(now + dt.timedelta(seconds=61))
        call()
        clock.shift(20)
        assert not tasks.ping_deadman()
        assert len(hits.paths) == 2


def test_a_listener_that_is_away_fells_nothing(
    db: None, settings: Settings, travel: Travel, now: dt.datetime
) -> None:
    travel(now)
    alive(now)
    with web_server() as hits:
        settings.DEADMAN_URL = hits.url
    assert not tasks.ping_deadman()
    settings.DEADMAN_URL = ""
    assert not tasks.ping_deadman()


def test_the_board_says_when_beat_has_been_silent_for_a_minute(
    alma: User, client_of: ClientOf, travel: Travel, now: dt.datetime
) -> None:
    clock = travel(now)
    alive(now)
    browser = client_of(alma)
    clock.shift(59)
    assert "tyst" not in browser.get("/larm/jour/laget/").content.decode()
    clock.shift(2)
    shown = browser.get("/larm/jour/laget/").content.decode()
    assert "Taktgivaren är tyst" in shown
    assert "Arbetarna är tysta" in shown
    assert "Taktgivaren är tyst" in browser.get("/larm/").content.decode()


def test_ready_says_that_promises_are_late(
    roster: dict[str, User], call: Caller, client: Client, travel: Travel, now: dt.datetime
) -> None:
    clock = travel(now)
    call()
    assert client.get("/health/ready").json()["parts"]["promises"]["ok"]
    clock.shift(20)
    part = client.get("/health/ready").json()["parts"]["promises"]
    assert (part["ok"], part["detail"]["callout.messages"]) == (False, 2)
