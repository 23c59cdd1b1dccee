"""The shift lead moves alarms and changes their priority, with a reason."""

from __future__ import annotations

import datetime as dt

import pytest

from alarms.models import Alarm, AlarmNote, Desk
from alarms.services.desk import claim_alarm
from alarms.services.leading import move_to_colleague, move_to_desk, reprioritise
from alarms.services.parking import park_alarm
from tests.alarms.escalation.conftest import At, Raise, Run
from trygghetscentral.accounts.models import User
from trygghetscentral.ledger.models import LedgerPayload, LedgerRow
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.errors import Conflict, Invalid

MINUTE = dt.timedelta(minutes=1)


def test_an_unanswered_alarm_goes_on_sounding_until_the_colleague_answers(
    raised: Raise, at_board: At, alma: User, by_alma: Actor, by_bo: Actor, now: dt.datetime
) -> None:
    alarm = raised("FA")
    at_board(now)
    moved = move_to_colleague(
        actor=by_bo, now=now, public_id=alarm.public_id, user_id=alma.pk, reason="Du är närmast"
    )
    assert (moved.state, moved.owner_id, moved.unanswered) == ("acknowledged", alma.pk, True)
    assert (moved.target_at, moved.escalates_at) == (alarm.target_at, alarm.escalates_at)
    assert (moved.acknowledged_at, moved.acts_by) == (None, None)
    answered = claim_alarm(actor=by_alma, now=now + MINUTE, public_id=alarm.public_id)
    assert (answered.unanswered, answered.acknowledged_at) == (False, now + MINUTE)


def test_an_answered_alarm_must_be_acted_on_by_the_colleague(
    raised: Raise, at_board: At, alma: User, by_bo: Actor, now: dt.datetime, run: Run
) -> None:
    alarm = claim_alarm(actor=by_bo, now=now, public_id=raised("FA").public_id)
    at_board(now)
    moved = move_to_colleague(
        actor=by_bo, now=now, public_id=alarm.public_id, user_id=alma.pk, reason="Byte"
    )
    assert (moved.owner_id, moved.unanswered) == (alma.pk, False)
    at_board(now + 2 * MINUTE)
    assert run(now + 2 * MINUTE)[1] == 1


def test_a_parked_alarm_stays_parked_with_its_new_owner(
    raised: Raise, at_board: At, alma: User, by_bo: Actor, now: dt.datetime, run: Run
) -> None:
    alarm = claim_alarm(actor=by_bo, now=now, public_id=raised("BA").public_id)
    until = now + dt.timedelta(hours=1)
    park_alarm(actor=by_bo, now=now, public_id=alarm.public_id, until=until, reason="guard")
    at_board(now)
    moved = move_to_colleague(
        actor=by_bo, now=now, public_id=alarm.public_id, user_id=alma.pk, reason="Byte"
    )
    assert (moved.state, moved.parked_until, moved.acts_by) == ("parked", until, None)


def test_whoever_is_not_there_or_may_not_gets_nothing(
    raised: Raise, at_board: At, alma: User, dan: User, by_bo: Actor, now: dt.datetime
) -> None:
    alarm = raised("BA")
    given = {"actor": by_bo, "now": now, "public_id": alarm.public_id, "reason": "Byte"}
    with pytest.raises(Conflict, match="OP 1 är inte på plats"):
        move_to_colleague(**given, user_id=alma.pk)  # type: ignore[arg-type]  # as named
    for user_id in (dan.pk, 99999999):
        with pytest.raises(Invalid, match="kan inte ta"):
            move_to_colleague(**given, user_id=user_id)  # type: ignore[arg-type]
    at_board(now)
    with pytest.raises(Invalid, match="varför"):
        move_to_colleague(**{**given, "reason": " "}, user_id=alma.pk)  # type: ignore[arg-type]
    move_to_colleague(**given, user_id=alma.pk)  # type: ignore[arg-type]
    with pytest.raises(Invalid, match="redan"):
        move_to_colleague(**given, user_id=alma.pk)  # type: ignore[arg-type]
    assert AlarmNote.objects.count() == 1


def test_another_desk_is_one_in_use(raised: Raise, by_bo: Actor, now: dt.datetime) -> None:
    alarm = raised("BA")
    given = {"actor": by_bo, "now": now, "public_id": alarm.public_id, "reason": "Fel plats"}
    technical = Desk.objects.get(code="teknik")
    moved = move_to_desk(**given, desk_id=technical.pk)  # type: ignore[arg-type]  # as named
    assert (moved.desk_id, moved.state, moved.returned_at) == (technical.pk, "new", None)
    with pytest.raises(Invalid, match="redan"):
        move_to_desk(**given, desk_id=technical.pk)  # type: ignore[arg-type]
    Desk.objects.filter(code="vaxel").update(active=False)
    for desk_id in (Desk.objects.get(code="vaxel").pk, 99999999):
        with pytest.raises(Invalid, match="finns inte"):
            move_to_desk(**given, desk_id=desk_id)  # type: ignore[arg-type]


def test_another_priority_is_recorded_without_the_words(
    raised: Raise, by_bo: Actor, now: dt.datetime
) -> None:
    alarm = raised("BA")
    given = {"actor": by_bo, "now": now, "public_id": alarm.public_id}
    reason = "Inbrottsserie i området"
    changed = reprioritise(**given, priority=1, reason=reason)  # type: ignore[arg-type]
    assert changed.priority == 1
    assert changed.escalates_at == now + 3 * MINUTE
    row = LedgerRow.objects.get(name="alarm.reprioritised")
    body = LedgerPayload.objects.get(seq=row.seq).body or {}
    assert (body["from_priority"], body["alarm"]["priority"]) == (2, 1)
    assert "område" not in str(body)
    assert Alarm.objects.get().notes.get().text == reason
    for priority, text in ((1, "Igen"), (6, "Fel"), (2, "")):
        with pytest.raises(Invalid):
            reprioritise(**given, priority=priority, reason=text)  # type: ignore[arg-type]
