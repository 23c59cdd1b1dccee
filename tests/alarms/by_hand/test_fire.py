"""Who alarms räddningstjänsten decides what a fire's target runs to, and how it is closed
(domain.md 00.10)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from alarms.fire import rescue_call
from alarms.models import Alarm, AlarmCall, AlarmStatement, Installation
from alarms.selectors.board import counts
from alarms.selectors.calls import hand_part
from alarms.selectors.details import visible_alarms
from alarms.selectors.rows import row_of
from alarms.services.calls import CallData, dispatch, record_call
from alarms.services.desk import claim_alarm, close_alarm, release_alarm
from alarms.services.installations import change_installation
from trygghetscentral.accounts.models import User
from trygghetscentral.ledger.models import LedgerPayload, LedgerRow
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.errors import Conflict, Invalid

Raise = Callable[..., Alarm]
LATER = dt.timedelta(seconds=20)
SAID = {"said_by": "Vaktmästaren", "said": "Brödrost i lärarrummet"}


def row(alarm: Alarm, user: User) -> Alarm:
    """The alarm as lists load it."""
    return visible_alarms(user).get(pk=alarm.pk)


def test_with_sos_the_answer_meets_the_target(taken: Raise, alma: User, now: dt.datetime) -> None:
    alarm = row(taken("FA"), alma)
    assert alarm.target_met_at == now
    assert not row_of(alarm).awaits_rescue
    assert row_of(alarm).target_at is None
    assert row_of(alarm).rescue == "SOS direkt"


def test_with_vi_the_target_runs_on_until_they_are_alarmed(
    vi: Installation, taken: Raise, by_alma: Actor, alma: User, now: dt.datetime
) -> None:
    alarm = row(taken("FA"), alma)
    assert alarm.target_met_at is None
    assert alarm.acknowledged_at == now
    assert row_of(alarm).awaits_rescue
    assert row_of(alarm).target_at == alarm.target_at
    assert hand_part(alarm, user=alma, hidden=False).awaits_rescue
    dispatch(actor=by_alma, now=now + LATER, public_id=alarm.public_id, whom="rescue_service")
    alarm = row(alarm, alma)
    assert alarm.target_met_at == now + LATER
    assert alarm.state == "in_progress"
    assert not row_of(alarm).awaits_rescue
    assert hand_part(alarm, user=alma, hidden=False).rescue_called_at == now + LATER


def test_the_target_is_met_once(
    vi: Installation, taken: Raise, by_alma: Actor, now: dt.datetime
) -> None:
    alarm = taken("FA")
    for delay in (LATER, 2 * LATER):
        dispatch(actor=by_alma, now=now + delay, public_id=alarm.public_id, whom="rescue_service")
    release_alarm(actor=by_alma, now=now + 3 * LATER, public_id=alarm.public_id)
    claim_alarm(actor=by_alma, now=now + 4 * LATER, public_id=alarm.public_id)
    alarm.refresh_from_db()
    assert alarm.target_met_at == now + LATER
    assert AlarmCall.objects.count() == 1


def test_pressing_it_on_an_unanswered_fire_takes_it_too(
    vi: Installation, raised: Raise, by_alma: Actor, alma: User, now: dt.datetime
) -> None:
    alarm = raised("FA")
    dispatch(actor=by_alma, now=now, public_id=alarm.public_id, whom="rescue_service")
    alarm.refresh_from_db()
    assert (alarm.owner, alarm.unanswered, alarm.target_met_at) == (alma, False, now)


@pytest.mark.parametrize(("result", "met"), [("answered", True), ("no_answer", False)])
def test_a_call_that_reached_them_counts_and_one_that_did_not_does_not(
    vi: Installation, taken: Raise, by_alma: Actor, now: dt.datetime, result: str, met: bool
) -> None:
    alarm = taken("FA")
    data = CallData(whom="rescue_service", result=result)
    record_call(actor=by_alma, now=now + LATER, public_id=alarm.public_id, call=data)
    alarm.refresh_from_db()
    assert (alarm.target_met_at is not None) is met


def test_a_fire_whose_centre_has_not_alarmed_them_counts_as_late(
    vi: Installation, taken: Raise, by_alma: Actor, alma: User, travel: Callable[..., object]
) -> None:
    alarm = taken("FA")
    travel(alarm.received_at + dt.timedelta(minutes=5))
    assert counts(alma.audiences())["late"] == 1
    dispatch(actor=by_alma, now=alarm.received_at, public_id=alarm.public_id, whom="rescue_service")
    assert counts(alma.audiences())["late"] == 0


def test_only_a_fire_that_burns_has_them(
    vi: Installation, taken: Raise, alma: User, now: dt.datetime
) -> None:
    trouble, burglary = taken("FT"), taken("BA")
    assert [rescue_call(alarm) for alarm in (trouble, burglary)] == ["", ""]
    assert trouble.target_met_at == burglary.target_met_at == now
    assert row_of(row(burglary, alma)).rescue == ""


def test_open_fires_are_told_when_somebody_else_is_to_alarm_them(
    installation: Installation, raised: Raise, by_alma: Actor, now: dt.datetime
) -> None:
    alarm = raised("FA")
    raised("BA")

    def change(fire_call: str) -> int:
        change_installation(
            actor=by_alma,
            now=now,
            installation_id=installation.pk,
            name="Larmet",
            fire_call=fire_call,
            alarm_class=3,
            active=True,
        )
        told = LedgerRow.objects.filter(name="alarm.rescue_changed")
        assert set(told.values_list("subject_id", flat=True)) <= {str(alarm.pk)}
        return told.count()

    assert [change("centre"), change("centre"), change("nobody")] == [1, 1, 2]
    installation.refresh_from_db()
    assert installation.alarm_class == 3


@pytest.mark.parametrize("code", ["FA", "BA", "PA"])
@pytest.mark.parametrize("given", [{}, {"said_by": "Ada"}, {"said": "Rök"}, {"note": "Ada: rök"}])
def test_fire_burglary_and_hold_up_need_what_was_said_and_by_whom(
    taken: Raise, by_alma: Actor, now: dt.datetime, code: str, given: dict[str, str]
) -> None:
    alarm = taken(code)
    reason = "no_fire_cooking" if code == "FA" else "unfounded_handling"
    with pytest.raises(Invalid, match="vad som sades"):
        close_alarm(actor=by_alma, now=now, public_id=alarm.public_id, code=reason, **given)
    close_alarm(actor=by_alma, now=now, public_id=alarm.public_id, code=reason, **SAID)
    said = AlarmStatement.objects.get(alarm=alarm)
    assert (said.said_by, said.said) == (SAID["said_by"], SAID["said"])
    stored = str(list(LedgerPayload.objects.values_list("body", flat=True)))
    assert SAID["said"] not in stored
    assert SAID["said_by"] not in stored


def test_an_announced_test_and_other_kinds_need_nobody(
    taken: Raise, by_alma: Actor, now: dt.datetime
) -> None:
    for code, reason in (("FA", "test"), ("BA", "test"), ("WA", "fixed")):
        alarm = taken(code)
        close_alarm(actor=by_alma, now=now, public_id=alarm.public_id, code=reason)
    assert not AlarmStatement.objects.exists()


def test_a_real_fire_is_not_closed_before_they_are_alarmed(
    vi: Installation, taken: Raise, by_alma: Actor, now: dt.datetime
) -> None:
    alarm = taken("FA")
    with pytest.raises(Conflict, match="inte larmad"):
        close_alarm(actor=by_alma, now=now, public_id=alarm.public_id, code="real_fire", **SAID)
    dispatch(actor=by_alma, now=now, public_id=alarm.public_id, whom="rescue_service")
    closed = close_alarm(
        actor=by_alma, now=now, public_id=alarm.public_id, code="real_fire", **SAID
    )
    assert closed.state == "closed"


@pytest.mark.parametrize(("field", "most"), [("said_by", 120), ("said", 4000)])
def test_a_statement_that_is_too_long_is_refused_and_nothing_is_closed(
    taken: Raise, by_alma: Actor, now: dt.datetime, field: str, most: int
) -> None:
    alarm = taken("FA")
    given = {**SAID, field: "x" * (most + 1)}
    with pytest.raises(Invalid, match="för lång"):
        close_alarm(actor=by_alma, now=now, public_id=alarm.public_id, code="no_fire_work", **given)
    alarm.refresh_from_db()
    assert alarm.state != "closed"
