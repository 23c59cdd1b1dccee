"""Taking, giving back, moving on, noting, closing."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

import pytest

from alarms.models import Alarm
from alarms.services.desk import (
    claim_alarm,
    close_alarm,
    note_alarm,
    progress_alarm,
    release_alarm,
)
from alarms.states import TRANSITIONS, Action, AlarmState, may, target_of
from tests.alarms.intake.senders import Sender
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import User
from trygghetscentral.ledger.models import LedgerPayload, LedgerRow
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.errors import Conflict, DomainError, Forbidden, Invalid, Missing


@pytest.fixture
def alarm(sender: Sender) -> Alarm:
    """An intrusion that nobody has answered."""
    sender.send(sender.message("BA"))
    return Alarm.objects.get()


@pytest.fixture
def by_alma(alma: User) -> Actor:
    """Alma acting."""
    return actor_for(alma)


@pytest.fixture
def by_bo(bo: User) -> Actor:
    """Bo acting."""
    return actor_for(bo)


def test_every_state_can_be_reached_and_only_the_table_is_possible() -> None:
    allowed = {(row.action, row.source): row.target for row in TRANSITIONS}
    assert {row.target for row in TRANSITIONS} | {AlarmState.PARKED} == set(AlarmState)
    for action in Action:
        for state in AlarmState:
            if (action, state) in allowed:
                assert target_of(action, state) == allowed[action, state]
                assert may(action, state)
            else:
                assert not may(action, state)
                with pytest.raises(Conflict):
                    target_of(action, state)


def test_claim_names_the_owner_and_stops_the_clock(
    alarm: Alarm, alma: User, by_alma: Actor, now: dt.datetime
) -> None:
    later = now + dt.timedelta(seconds=7)
    taken = claim_alarm(actor=by_alma, now=later, public_id=alarm.public_id)
    assert (taken.state, taken.owner, taken.acknowledged_at) == ("acknowledged", alma, later)
    assert not taken.unanswered
    row = LedgerRow.objects.get(name="alarm.acknowledged")
    assert row.actor_label == "OP 1"
    body = LedgerPayload.objects.get(seq=row.seq).body or {}
    assert body["alarm"]["state"] == "acknowledged"
    assert body["alarm"]["owner_id"] == alma.pk


def test_the_second_claimant_is_told_who_has_it(
    alarm: Alarm, by_alma: Actor, by_bo: Actor, now: dt.datetime
) -> None:
    claim_alarm(actor=by_alma, now=now, public_id=alarm.public_id)
    with pytest.raises(Conflict, match="taget av OP 1"):
        claim_alarm(actor=by_bo, now=now, public_id=alarm.public_id)


def test_claiming_one_s_own_again_changes_nothing(
    alarm: Alarm, by_alma: Actor, now: dt.datetime
) -> None:
    claim_alarm(actor=by_alma, now=now, public_id=alarm.public_id)
    claim_alarm(actor=by_alma, now=now + dt.timedelta(1), public_id=alarm.public_id)
    assert LedgerRow.objects.filter(name="alarm.acknowledged").count() == 1
    assert Alarm.objects.get().acknowledged_at == now


def test_release_keeps_age_and_target(alarm: Alarm, by_alma: Actor, now: dt.datetime) -> None:
    claim_alarm(actor=by_alma, now=now, public_id=alarm.public_id)
    later = now + dt.timedelta(minutes=5)
    back = release_alarm(actor=by_alma, now=later, public_id=alarm.public_id)
    assert (back.state, back.owner_id, back.unanswered) == ("new", None, True)
    assert (back.waiting_since, back.target_at) == (alarm.waiting_since, alarm.target_at)
    assert back.returned_at == later


@pytest.mark.parametrize("act", ["release", "progress", "close"])
def test_only_the_owner_acts(
    alarm: Alarm, by_alma: Actor, by_bo: Actor, now: dt.datetime, act: str
) -> None:
    def do(actor: Actor) -> None:
        if act == "release":
            release_alarm(actor=actor, now=now, public_id=alarm.public_id)
        elif act == "progress":
            progress_alarm(actor=actor, now=now, public_id=alarm.public_id, action=Action.PROGRESS)
        else:
            close_alarm(actor=actor, now=now, public_id=alarm.public_id, code="test")

    with pytest.raises(Forbidden):
        do(by_bo)
    claim_alarm(actor=by_alma, now=now, public_id=alarm.public_id)
    with pytest.raises(Conflict, match="OP 1"):
        do(by_bo)
    do(by_alma)


def test_close_demands_a_code_of_the_category(
    alarm: Alarm, by_alma: Actor, now: dt.datetime
) -> None:
    claim_alarm(actor=by_alma, now=now, public_id=alarm.public_id)
    for code in ("", "talk_enough", "no_fire_work"):
        with pytest.raises(Invalid, match="orsak"):
            close_alarm(actor=by_alma, now=now, public_id=alarm.public_id, code=code)
    closed = close_alarm(
        actor=by_alma,
        now=now,
        public_id=alarm.public_id,
        code="unfounded_handling",
        said_by="Vaktmästaren",
        said="Glömde larma av",
    )
    assert (closed.state, closed.closed_at) == ("closed", now)
    assert closed.close_code is not None
    assert closed.close_code.unfounded


def test_some_codes_need_a_note(sender: Sender, by_alma: Actor, now: dt.datetime) -> None:
    sender.send(sender.message("WA"))
    leak = Alarm.objects.get()
    claim_alarm(actor=by_alma, now=now, public_id=leak.public_id)
    with pytest.raises(Invalid, match="anteckning"):
        close_alarm(actor=by_alma, now=now, public_id=leak.public_id, code="handed_over", note="  ")
    assert Alarm.objects.get().state == "acknowledged"
    close_alarm(
        actor=by_alma,
        now=now,
        public_id=leak.public_id,
        code="handed_over",
        note="Driften är underrättad",
    )
    assert Alarm.objects.get().notes.get().text.startswith("Driften")


def test_what_larmar_igen_is_not_closed_unanswered(
    sender: Sender, alarm: Alarm, by_alma: Actor, now: dt.datetime
) -> None:
    claim_alarm(actor=by_alma, now=now, public_id=alarm.public_id)
    sender.send(sender.message("BA"))
    with pytest.raises(Conflict, match="larmar igen"):
        close_alarm(actor=by_alma, now=now, public_id=alarm.public_id, code="test")
    claim_alarm(actor=by_alma, now=now, public_id=alarm.public_id)
    close_alarm(actor=by_alma, now=now, public_id=alarm.public_id, code="test")
    assert Alarm.objects.get().acknowledged_at == now


def test_a_closed_alarm_stays_closed(alarm: Alarm, by_alma: Actor, now: dt.datetime) -> None:
    claim_alarm(actor=by_alma, now=now, public_id=alarm.public_id)
    close_alarm(actor=by_alma, now=now, public_id=alarm.public_id, code="test")
    with pytest.raises(Conflict, match="redan avslutat"):
        claim_alarm(actor=by_alma, now=now, public_id=alarm.public_id)


def test_notes_are_added_by_anyone_and_never_reach_the_ledger(
    alarm: Alarm, by_bo: Actor, now: dt.datetime
) -> None:
    note_alarm(actor=by_bo, now=now, public_id=alarm.public_id, text="Hunden skäller")
    row = LedgerRow.objects.get(name="alarm.noted")
    assert "Hunden" not in str(LedgerPayload.objects.get(seq=row.seq).body)
    for text, code in (("  ", "empty_note"), ("x" * 4001, "note_too_long")):
        with pytest.raises(Invalid) as refused:
            note_alarm(actor=by_bo, now=now, public_id=alarm.public_id, text=text)
        assert refused.value.code == code


def test_an_alarm_that_is_not_there(by_alma: Actor, now: dt.datetime, db: None) -> None:
    with pytest.raises(Missing):
        claim_alarm(
            actor=by_alma,
            now=now,
            public_id=UUID("00000000-0000-4000-8000-000000000000"),
        )


def test_a_machine_does_not_write_notes(alarm: Alarm, now: dt.datetime) -> None:
    with pytest.raises(DomainError):
        note_alarm(actor=Actor.system("test"), now=now, public_id=alarm.public_id, text="Hej")
