"""Parking and moving through the pages: forms, doors, and what is offered to whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from alarms.forms.moving import ParkForm
from alarms.models import Alarm, AlarmNote, Desk
from alarms.selectors.history import history_of
from alarms.services.desk import claim_alarm
from tests.alarms.escalation.conftest import At, Raise, Run
from trygghetscentral.accounts.models import User
from trygghetscentral.shared.actor import Actor

Browser = Callable[[User], Client]
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def taken(raised: Raise, by_alma: Actor, now: dt.datetime, travel: Callable[..., Any]) -> Alarm:
    """An intrusion that Alma has, as of now."""
    travel(now)
    return claim_alarm(actor=by_alma, now=now, public_id=raised("BA").public_id)


def page(name: str, alarm: Alarm) -> str:
    """The address of one act."""
    return reverse(f"alarms:{name}", args=(alarm.public_id,))


def test_parked_by_form_and_ended_by_form(
    taken: Alarm, client_of: Browser, alma: User, now: dt.datetime
) -> None:
    client = client_of(alma)
    given = {"minutes": "15", "reason": "guard", "note": "Väktare på väg"}
    answer = client.post(page("park", taken), given)
    assert (answer.status_code, answer["Location"]) == (302, page("detail", taken))
    taken.refresh_from_db()
    assert (taken.state, taken.parked_until) == ("parked", now + HOUR / 4)
    assert AlarmNote.objects.get().text == "Väktare på väg"
    shown = client.get(page("detail", taken)).content.decode()
    assert "Parkerat till 14:52" in shown
    assert "väntar på väktare" in shown
    assert page("progress", taken) not in shown
    fragment = client.post(page("unpark", taken), headers={"HX-Request": "true"})
    assert fragment.status_code == 200
    assert page("park", taken) in fragment.content.decode()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"reason": "guard"}, "hur länge"),
        ({"minutes": "7", "reason": "guard"}, "hur länge"),
        ({"minutes": "5"}, "vad larmet väntar på"),
        ({"minutes": "5", "reason": "lunch"}, "vad larmet väntar på"),
        ({"minutes": "at", "reason": "guard"}, "14:05"),
        ({"minutes": "at", "at": "25:99", "reason": "guard"}, "14:05"),
        ({"minutes": "5", "reason": "other"}, "vad larmet väntar på"),
    ],
)
def test_a_form_that_cannot_be_used_parks_nothing(
    taken: Alarm, client_of: Browser, alma: User, given: dict[str, str], words: str
) -> None:
    answer = client_of(alma).post(page("park", taken), given)
    assert answer.status_code == 400
    assert words in answer.content.decode()
    taken.refresh_from_db()
    assert taken.state == "acknowledged"


@pytest.mark.parametrize(
    ("at", "until"),
    [("14:38", "2026-03-12T13:38"), ("14:37", "2026-03-13T13:37"), ("00:00", "2026-03-12T23:00")],
)
def test_a_time_of_day_is_the_next_one_on_the_city_s_clock(
    now: dt.datetime, at: str, until: str
) -> None:
    form = ParkForm({"minutes": "at", "at": at, "reason": "guard"})
    assert form.is_valid()
    assert form.until(now).strftime("%Y-%m-%dT%H:%M") == until


@pytest.mark.parametrize(
    ("now_is", "at", "until"),
    [
        # 2026-10-25 the clock goes from 03:00 back to 02:00: 02:45 comes twice.
        ("2026-10-25T00:30", "02:45", "2026-10-25T00:45"),
        ("2026-10-25T00:50", "02:45", "2026-10-25T01:45"),
        ("2026-10-25T01:30", "02:45", "2026-10-25T01:45"),
        ("2026-10-25T01:50", "02:45", "2026-10-26T01:45"),
        # 2026-03-29 it goes from 02:00 to 03:00: 02:30 does not come, and is 03:30.
        ("2026-03-29T00:30", "02:30", "2026-03-29T01:30"),
    ],
)
def test_a_time_of_day_is_the_next_one_also_when_the_clock_is_changed(
    now_is: str, at: str, until: str
) -> None:
    form = ParkForm({"minutes": "at", "at": at, "reason": "guard"})
    assert form.is_valid()
    moment = dt.datetime.fromisoformat(now_is).replace(tzinfo=dt.UTC)
    assert form.until(moment).strftime("%Y-%m-%dT%H:%M") == until


def test_only_the_shift_lead_is_offered_and_may_move(
    taken: Alarm,
    client_of: Browser,
    alma: User,
    bo: User,
    cia: User,
    at_board: At,
    now: dt.datetime,
) -> None:
    at_board(now)
    desk = Desk.objects.get(code="teknik")
    given = {"to": f"desk:{desk.pk}", "reason": "Ventilation"}
    operator, lead = client_of(alma), client_of(bo)
    assert page("move", taken) not in operator.get(page("detail", taken)).content.decode()
    assert operator.post(page("move", taken), given).status_code == 403
    hidden = {"to": "desk:1", "reason": "x"}
    assert client_of(cia).post(page("move", taken), hidden).status_code == 403
    assert page("move", taken) in lead.get(page("detail", taken)).content.decode()
    for wrong in ({"to": "moon:1", "reason": "x"}, {"reason": "x"}, {**given, "reason": " "}):
        assert lead.post(page("move", taken), wrong).status_code == 400
    assert lead.post(page("move", taken), given).status_code == 302
    back = {"to": f"user:{alma.pk}", "reason": "Hon är tillbaka"}
    assert lead.post(page("move", taken), back).status_code == 302
    taken.refresh_from_db()
    assert (taken.desk_id, taken.owner_id) == (desk.pk, alma.pk)


def test_the_shift_lead_changes_priority(taken: Alarm, client_of: Browser, bo: User) -> None:
    lead = client_of(bo)
    for wrong in ({"priority": "6", "reason": "x"}, {"reason": "x"}):
        assert lead.post(page("reprioritise", taken), wrong).status_code == 400
    given = {"priority": "1", "reason": "Inbrottsserie"}
    assert lead.post(page("reprioritise", taken), given).status_code == 302
    taken.refresh_from_db()
    assert taken.priority == 1


def test_the_log_says_in_words_what_happened(
    taken: Alarm,
    client_of: Browser,
    alma: User,
    bo: User,
    by_alma: Actor,
    run: Run,
    now: dt.datetime,
    roster: dict[str, User],
) -> None:
    client_of(alma).post(page("park", taken), {"minutes": "60", "reason": "technician"})
    run(now + HOUR)
    client_of(bo).post(page("reprioritise", taken), {"priority": "1", "reason": "x"})
    run(now + 2 * HOUR)
    Alarm.objects.update(acknowledged_at=None)
    run(now + 2 * HOUR)
    claim_alarm(actor=by_alma, now=now + 3 * HOUR, public_id=taken.public_id)
    run(now + 4 * HOUR)
    said = [line.text for line in history_of(taken)]
    for words in (
        "Parkerat till 15:37: väntar på tekniker",
        "Åter från parkering",
        "Prioriteten ändrad: 2 till 1",
        "TiB larmad",
        "Återlämnat: inget gjordes i tid",
    ):
        assert words in said
