"""Parked alarms: how they are parked, and the three ways in which they come back."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.conf import settings

from alarms.models import Alarm
from alarms.selectors.rows import row_of
from alarms.services.desk import claim_alarm, close_alarm, release_alarm
from alarms.services.parking import park_alarm, unpark_alarm
from tests.alarms.escalation.conftest import At, Raise, Run
from tests.alarms.intake.senders import Sender
from trygghetscentral.accounts.models import User
from trygghetscentral.ledger.models import LedgerPayload, LedgerRow
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.errors import Conflict, Forbidden, Invalid

SECOND = dt.timedelta(seconds=1)
MINUTE = dt.timedelta(minutes=1)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def parked(raised: Raise, at_board: At, by_alma: Actor, now: dt.datetime) -> Alarm:
    """A trygghetslarm that Alma answered and parked for an hour."""
    at_board(now)
    alarm = claim_alarm(actor=by_alma, now=now, public_id=raised("QA").public_id)
    assert alarm.category == "medical"
    return park_alarm(
        actor=by_alma, now=now, public_id=alarm.public_id, until=now + HOUR, reason="call_back"
    )


def test_parking_keeps_the_owner_and_says_why_in_a_code(
    parked: Alarm, alma: User, now: dt.datetime
) -> None:
    assert (parked.state, parked.owner_id, parked.parked_until) == ("parked", alma.pk, now + HOUR)
    assert not parked.unanswered
    row = LedgerRow.objects.get(name="alarm.parked")
    body = LedgerPayload.objects.get(seq=row.seq).body or {}
    assert body["reason"] == "call_back"
    assert row_of(parked).state_label == "Parkerat till 15:37"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"until": 0 * MINUTE}, "park_passed"),
        ({"until": settings.ALARM_PARK_HOURS * HOUR + SECOND}, "park_too_long"),
        ({"reason": "lunch"}, "park_reason"),
        ({"reason": "other"}, "note_needed"),
        ({"reason": "other", "note": " \x00"}, "note_needed"),
    ],
)
def test_how_an_alarm_is_not_parked(
    raised: Raise, by_alma: Actor, now: dt.datetime, change: dict[str, object], code: str
) -> None:
    alarm = claim_alarm(actor=by_alma, now=now, public_id=raised("QA").public_id)
    given: dict[str, Any] = {"until": HOUR, "reason": "guard", **change}
    given["until"] += now
    with pytest.raises(Invalid) as refused:
        park_alarm(actor=by_alma, now=now, public_id=alarm.public_id, **given)
    assert refused.value.code == code


def test_only_an_answered_alarm_of_one_s_own_is_parked(
    raised: Raise, by_alma: Actor, by_bo: Actor, now: dt.datetime, sender: Sender
) -> None:
    alarm = raised("QA")
    given = {"now": now, "public_id": alarm.public_id, "until": now + HOUR, "reason": "guard"}
    with pytest.raises(Forbidden):
        park_alarm(actor=by_alma, **given)  # type: ignore[arg-type]  # as named
    claim_alarm(actor=by_alma, now=now, public_id=alarm.public_id)
    with pytest.raises(Conflict, match="taget av OP 1"):
        park_alarm(actor=by_bo, **given)  # type: ignore[arg-type]
    sender.send(sender.message("QA"))
    with pytest.raises(Conflict, match="inte besvarat"):
        park_alarm(actor=by_alma, **given)  # type: ignore[arg-type]


def test_when_time_is_up_it_waits_for_its_owner_with_a_new_target(
    parked: Alarm, alma: User, at_board: At, run: Run, now: dt.datetime, by_alma: Actor
) -> None:
    for moment, back in ((now + HOUR - SECOND, 0), (now + HOUR, 1)):
        at_board(moment)
        assert run(moment) == (0, 0, back)
    parked.refresh_from_db()
    assert (parked.state, parked.owner_id, parked.unanswered) == ("acknowledged", alma.pk, True)
    assert (parked.waiting_since, parked.unparked_at) == (now + HOUR, now + HOUR)
    assert parked.target_at == now + HOUR + MINUTE
    assert parked.escalates_at == now + HOUR + 2 * MINUTE
    assert (parked.parked_until, parked.again_at) == (None, None)
    assert run(now + HOUR)[2] == 0
    answered = claim_alarm(actor=by_alma, now=now + HOUR, public_id=parked.public_id)
    assert (answered.unparked_at, answered.unanswered) == (None, False)


def test_when_its_owner_is_gone_it_comes_back_to_all(
    parked: Alarm, run: Run, now: dt.datetime
) -> None:
    assert run(now + HOUR)[2] == 1
    parked.refresh_from_db()
    assert (parked.state, parked.owner_id, parked.unanswered) == ("new", None, True)
    assert parked.unparked_at == now + HOUR


def test_a_parked_alarm_waits_though_its_owner_is_away(
    parked: Alarm, run: Run, now: dt.datetime
) -> None:
    assert run(now + 59 * MINUTE) == (0, 0, 0)
    parked.refresh_from_db()
    assert parked.state == "parked"


def test_a_second_press_is_red_at_once_and_a_retransmission_is_silent(
    raised: Raise, sender: Sender, by_alma: Actor, now: dt.datetime, run: Run
) -> None:
    first = sender.message("QA")
    sender.send(first)
    alarm = Alarm.objects.get()
    claim_alarm(actor=by_alma, now=now, public_id=alarm.public_id)
    until = now + HOUR
    park_alarm(actor=by_alma, now=now, public_id=alarm.public_id, until=until, reason="guard")
    rows = LedgerRow.objects.filter(subject_type="alarms.alarm").count()
    sender.later(seconds=30)
    sender.send(first)
    alarm.refresh_from_db()
    assert (alarm.state, alarm.unanswered, alarm.signal_count) == ("parked", False, 1)
    assert LedgerRow.objects.filter(subject_type="alarms.alarm").count() == rows
    sender.later(seconds=5)
    sender.send(sender.message("QA"))
    alarm.refresh_from_db()
    assert (alarm.state, alarm.unanswered, alarm.parked_until) == ("acknowledged", True, None)
    assert (alarm.waiting_since, alarm.again_at) == (sender.now, sender.now)
    assert alarm.target_at == sender.now + MINUTE
    assert alarm.escalates_at == sender.now + 2 * MINUTE
    assert run(until)[2] == 0


def test_parking_is_ended_by_hand_and_must_be_acted_on(
    parked: Alarm, by_alma: Actor, by_bo: Actor, now: dt.datetime
) -> None:
    with pytest.raises(Conflict, match="taget av OP 1"):
        unpark_alarm(actor=by_bo, now=now, public_id=parked.public_id)
    back = unpark_alarm(actor=by_alma, now=now + MINUTE, public_id=parked.public_id)
    assert (back.state, back.unanswered, back.parked_until) == ("acknowledged", False, None)
    assert back.acts_by == now + 5 * MINUTE
    with pytest.raises(Conflict):
        unpark_alarm(actor=by_alma, now=now, public_id=parked.public_id)


def test_a_parked_alarm_may_be_given_back_or_closed(
    parked: Alarm, by_alma: Actor, now: dt.datetime
) -> None:
    back = release_alarm(actor=by_alma, now=now, public_id=parked.public_id)
    assert (back.state, back.parked_until) == ("new", None)
    claim_alarm(actor=by_alma, now=now, public_id=parked.public_id)
    until = now + HOUR
    park_alarm(actor=by_alma, now=now, public_id=parked.public_id, until=until, reason="guard")
    done = close_alarm(
        actor=by_alma,
        now=now,
        public_id=parked.public_id,
        code="talk_enough",
        voice_contact="yes",
    )
    assert (done.state, done.parked_until) == ("closed", None)
