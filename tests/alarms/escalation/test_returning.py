"""Taken and left: back to the queue, red again, with its age kept."""

from __future__ import annotations

import datetime as dt

import pytest

from alarms import tasks
from alarms.models import Alarm, Desk
from alarms.services.desk import claim_alarm, note_alarm, progress_alarm, release_alarm
from alarms.services.leading import move_to_colleague, move_to_desk, reprioritise
from alarms.services.parking import park_alarm
from alarms.states import Action
from tests.alarms.escalation.conftest import At, Raise, Run
from tests.alarms.intake.senders import Sender
from trygghetscentral.accounts.models import User
from trygghetscentral.ledger.models import LedgerPayload, LedgerRow
from trygghetscentral.live.models import Presence
from trygghetscentral.shared.actor import Actor

SECOND = dt.timedelta(seconds=1)
MINUTE = dt.timedelta(minutes=1)


def causes() -> list[str]:
    """Why alarms were given back, oldest first."""
    seqs = LedgerRow.objects.filter(name="alarm.released").order_by("seq").values_list("seq")
    return [(LedgerPayload.objects.get(seq=seq).body or {})["cause"] for (seq,) in seqs]


@pytest.fixture
def taken(raised: Raise, at_board: At, by_alma: Actor, now: dt.datetime) -> Alarm:
    """An intrusion that Alma took as it came; six minutes to act in."""
    at_board(now)
    return claim_alarm(actor=by_alma, now=now, public_id=raised("BA").public_id)


def test_taken_and_nothing_done_it_comes_back_with_its_age(
    taken: Alarm, at_board: At, run: Run, now: dt.datetime
) -> None:
    assert taken.acts_by == now + 6 * MINUTE
    for moment, returned in ((now + 6 * MINUTE - SECOND, 0), (now + 6 * MINUTE, 1)):
        at_board(moment)
        assert run(moment)[1] == returned
    taken.refresh_from_db()
    assert (taken.state, taken.owner_id, taken.unanswered) == ("new", None, True)
    assert (taken.waiting_since, taken.returned_at) == (now, now + 6 * MINUTE)
    assert taken.acknowledged_at == now
    assert causes() == ["idle"]
    assert run(now + 6 * MINUTE)[1] == 0


@pytest.mark.parametrize("act", ["verify", "progress", "note", "park"])
def test_whoever_has_done_something_keeps_it(
    taken: Alarm, at_board: At, run: Run, by_alma: Actor, now: dt.datetime, act: str
) -> None:
    given = {"actor": by_alma, "now": now, "public_id": taken.public_id}
    if act == "note":
        note_alarm(**given, text="Ringer rektor")  # type: ignore[arg-type]  # as named
    elif act == "park":
        until = now + dt.timedelta(hours=1)
        park_alarm(**given, until=until, reason="guard")  # type: ignore[arg-type]
    else:
        progress_alarm(**given, action=Action(act))  # type: ignore[arg-type]
    later = now + 30 * MINUTE
    at_board(later)
    assert run(later)[1] == 0


def test_a_colleague_s_note_is_not_the_owner_s_act(
    taken: Alarm, at_board: At, run: Run, by_bo: Actor, now: dt.datetime
) -> None:
    note_alarm(actor=by_bo, now=now, public_id=taken.public_id, text="Har du sett det här?")
    at_board(now + 6 * MINUTE)
    assert run(now + 6 * MINUTE)[1] == 1


@pytest.mark.parametrize("how", ["lost", "locked", "signed out"])
def test_who_is_gone_for_a_minute_loses_it_whatever_was_done(
    taken: Alarm, at_board: At, run: Run, by_alma: Actor, now: dt.datetime, how: str
) -> None:
    progress_alarm(actor=by_alma, now=now, public_id=taken.public_id, action=Action.PROGRESS)
    gone = now + 10 * MINUTE
    at_board(gone)
    if how == "locked":
        Presence.objects.update(locked_at=gone)
    if how == "signed out":
        Presence.objects.update(seen_at=gone - 1 * SECOND)
    for moment in (gone, gone + 58 * SECOND):
        if how == "locked":
            Presence.objects.update(seen_at=moment)
        assert run(moment)[1] == 0
    assert run(gone + 61 * SECOND)[1] == 1
    assert causes() == ["absent"]


def test_somebody_without_a_board_has_a_minute_to_open_one(
    raised: Raise, run: Run, by_alma: Actor, now: dt.datetime
) -> None:
    claim_alarm(actor=by_alma, now=now, public_id=raised("BA").public_id)
    assert run(now + 59 * SECOND)[1] == 0
    assert run(now + 60 * SECOND)[1] == 1


def test_taking_it_again_begins_anew(
    taken: Alarm, at_board: At, run: Run, by_alma: Actor, now: dt.datetime
) -> None:
    later = now + 6 * MINUTE
    at_board(later)
    run(later)
    again = claim_alarm(actor=by_alma, now=later, public_id=taken.public_id)
    assert (again.owned_since, again.acts_by) == (later, later + 6 * MINUTE)
    assert (again.acknowledged_at, again.returned_at) == (now, None)


def test_larmar_igen_is_escalated_and_not_returned_for_idleness(
    taken: Alarm,
    sender: Sender,
    at_board: At,
    led: At,
    run: Run,
    now: dt.datetime,
    by_alma: Actor,
) -> None:
    sender.later(minutes=1)
    sender.send(sender.message("BA"))
    later = now + 6 * MINUTE
    at_board(later)
    led(later)
    assert run(later) == (1, 0, 0)
    taken.refresh_from_db()
    assert (taken.escalation, taken.acts_by) == ("shift_lead", None)
    answered = claim_alarm(actor=by_alma, now=later, public_id=taken.public_id)
    assert answered.acts_by == later + 6 * MINUTE


def test_what_waited_when_it_came_back_keeps_who_was_called(
    raised: Raise,
    staffed: At,
    run: Run,
    now: dt.datetime,
    sender: Sender,
    by_alma: Actor,
    roster: dict[str, User],
) -> None:
    alarm = raised("FA")
    staffed(now)
    claim_alarm(actor=by_alma, now=now, public_id=alarm.public_id)
    sender.later(seconds=1)
    sender.send(sender.message("FA"))
    late = now + 4 * MINUTE
    staffed(late)
    assert run(late)[0] == 1
    release_alarm(actor=by_alma, now=late, public_id=alarm.public_id)
    alarm.refresh_from_db()
    assert (alarm.state, alarm.escalation) == ("new", "tib")
    assert run(late + 9 * SECOND)[0] == 0


def test_what_waited_when_it_came_back_gets_no_fresh_clock(
    raised: Raise,
    staffed: At,
    run: Run,
    now: dt.datetime,
    sender: Sender,
    by_alma: Actor,
    by_bo: Actor,
) -> None:
    alarm = raised("FA")
    staffed(now)
    claim_alarm(actor=by_alma, now=now, public_id=alarm.public_id)
    sender.later(seconds=10)
    sender.send(sender.message("FA"))
    again = sender.now
    back = release_alarm(actor=by_alma, now=again + 50 * SECOND, public_id=alarm.public_id)
    assert (back.returned_at, back.escalates_at) == (again + 50 * SECOND, again + MINUTE)
    staffed(again + MINUTE)
    assert run(again + MINUTE)[0] == 1
    back.refresh_from_db()
    assert back.escalates_at == again + 3 * MINUTE
    changed = reprioritise(
        actor=by_bo,
        now=again + MINUTE,
        public_id=alarm.public_id,
        priority=2,
        reason="Matos enligt rektor",
    )
    assert changed.escalates_at is None


def test_a_colleague_who_never_answered_gives_nobody_a_fresh_clock(
    raised: Raise, staffed: At, run: Run, now: dt.datetime, alma: User, by_bo: Actor
) -> None:
    alarm = raised("FA")
    staffed(now)
    given = {"actor": by_bo, "now": now, "public_id": alarm.public_id}
    move_to_colleague(**given, user_id=alma.pk, reason="Din skola")  # type: ignore[arg-type]
    gone = now + 50 * SECOND
    back = move_to_desk(
        **{**given, "now": gone},  # type: ignore[arg-type]
        desk_id=Desk.objects.get(code="teknik").pk,
        reason="Ventil",
    )
    assert (back.returned_at, back.escalates_at) == (gone, now + MINUTE)


def test_what_was_answered_waits_anew_when_it_comes_back(
    taken: Alarm, staffed: At, run: Run, now: dt.datetime
) -> None:
    back = now + 6 * MINUTE
    staffed(back)
    assert run(back)[1] == 1
    taken.refresh_from_db()
    assert (taken.escalation, taken.escalates_at) == ("", back + 3 * MINUTE)
    staffed(back + 3 * MINUTE)
    assert run(back + 3 * MINUTE - SECOND)[0] == 0
    assert run(back + 3 * MINUTE)[0] == 1


def test_another_desk_gets_it_from_whoever_had_it(
    taken: Alarm, by_bo: Actor, now: dt.datetime
) -> None:
    desk = Desk.objects.get(code="teknik")
    moved = move_to_desk(
        actor=by_bo, now=now + SECOND, public_id=taken.public_id, desk_id=desk.pk, reason="Ventil"
    )
    assert (moved.state, moved.owner_id, moved.desk_id) == ("new", None, desk.pk)
    assert moved.waiting_since == now


def test_the_task_returns_and_twice_is_once(taken: Alarm, now: dt.datetime, travel: object) -> None:
    travel(now + 7 * MINUTE)  # type: ignore[operator]  # the fixture
    assert tasks.return_due() == 1
    assert tasks.return_due() == 0
