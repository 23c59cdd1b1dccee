"""Nobody answers: the shift lead, then TiB, each once for each wait."""

from __future__ import annotations

import datetime as dt

import pytest

from alarms import tasks
from alarms.models import Alarm, AlarmType, Desk, DeskSignOn, RoutingRule
from alarms.services.desk import claim_alarm, close_alarm, release_alarm
from alarms.services.leading import reprioritise
from alarms.services.routing import route_alarms
from tests.alarms.escalation.conftest import SYSTEM, At, Raise, Run
from tests.alarms.intake.senders import Sender
from trygghetscentral.accounts.models import User
from trygghetscentral.callout.models import Call, Delivery
from trygghetscentral.ledger.models import LedgerPayload, LedgerRow
from trygghetscentral.shared.actor import Actor

SECOND = dt.timedelta(seconds=1)
MINUTE = dt.timedelta(minutes=1)


def told() -> list[tuple[str, bool]]:
    """The levels in the ledger, oldest first, and whether the desk was unstaffed."""
    seqs = LedgerRow.objects.filter(name="alarm.escalated").order_by("seq").values_list("seq")
    bodies = [LedgerPayload.objects.get(seq=seq).body or {} for (seq,) in seqs]
    return [(body["level"], body["unstaffed"]) for body in bodies]


def test_an_alarm_waits_until_its_limit_and_not_until_its_target(
    raised: Raise, staffed: At, run: Run, now: dt.datetime
) -> None:
    alarm = raised("BA")
    for seconds in (91, 179):
        staffed(now + seconds * SECOND)
        assert run(now + seconds * SECOND)[0] == 0
    staffed(now + 180 * SECOND)
    assert run(now + 180 * SECOND)[0] == 1
    alarm.refresh_from_db()
    assert (alarm.escalation, alarm.escalates_at) == ("shift_lead", None)
    assert told() == [("shift_lead", False)]
    assert not Call.objects.exists()


def test_the_worst_goes_to_the_shift_lead_and_then_to_tib(
    raised: Raise, staffed: At, run: Run, now: dt.datetime, roster: dict[str, User]
) -> None:
    alarm = raised("FA")
    for seconds in (60, 61, 179, 180, 181, 900):
        staffed(now + seconds * SECOND)
        run(now + seconds * SECOND)
    assert told() == [("shift_lead", False), ("tib", False)]
    call = Call.objects.get()
    assert (call.reason, call.subject_id, call.reference) == (
        "unanswered",
        str(alarm.pk),
        alarm.number,
    )


def test_a_late_worker_tells_tib_at_once_and_nobody_twice(
    raised: Raise, staffed: At, run: Run, now: dt.datetime, roster: dict[str, User]
) -> None:
    raised("FA")
    late = now + 10 * MINUTE
    staffed(late)
    assert [run(late)[0], run(late)[0]] == [1, 0]
    assert told() == [("tib", False)]
    assert Call.objects.count() == 1


@pytest.mark.parametrize("code", ["BA", "FA"])
def test_an_unstaffed_desk_calls_tib_at_once(
    raised: Raise, staffed: At, run: Run, now: dt.datetime, roster: dict[str, User], code: str
) -> None:
    staffed(now - 2 * MINUTE)
    raised(code)
    assert run(now)[0] == 1
    assert told() == [("tib", True)]
    assert Call.objects.get().reason == "unstaffed"
    assert run(now + SECOND)[0] == 0


def test_a_desk_that_empties_calls_tib_for_what_already_waits(
    raised: Raise, staffed: At, run: Run, now: dt.datetime, roster: dict[str, User]
) -> None:
    raised("BA")
    staffed(now + 180 * SECOND)
    run(now + 180 * SECOND)
    assert told() == [("shift_lead", False)]
    assert run(now + 241 * SECOND)[0] == 1
    assert told()[1:] == [("tib", True)]


def test_somebody_away_does_not_staff_a_desk(
    raised: Raise, staffed: At, run: Run, now: dt.datetime, roster: dict[str, User]
) -> None:
    staffed(now)
    DeskSignOn.objects.update(away_since=now)
    raised("BA")
    run(now)
    assert told() == [("tib", True)]


def test_a_house_that_nobody_has_signed_on_in_calls_only_for_what_is_urgent_and_once(
    raised: Raise,
    run: Run,
    now: dt.datetime,
    roster: dict[str, User],
    by_alma: Actor,
    sender: Sender,
) -> None:
    raised("BA")
    slow = raised("KA", zone="3")
    Alarm.objects.filter(pk=slow.pk).update(priority=3)
    run(now)
    assert told() == [("tib", True)]
    alarm = Alarm.objects.get(zone="12")
    claim_alarm(actor=by_alma, now=now, public_id=alarm.public_id)
    raised("BA")
    run(now + SECOND)
    assert len(told()) == 1


def test_what_nobody_waits_for_calls_nobody(
    raised: Raise, staffed: At, run: Run, now: dt.datetime
) -> None:
    staffed(now - MINUTE)
    alarm = raised("BA")
    Alarm.objects.filter(pk=alarm.pk).update(limit_seconds=None, escalates_at=None)
    assert run(now + dt.timedelta(days=1))[0] == 0


def test_an_answer_ends_it_and_lets_go_of_whoever_was_called(
    raised: Raise,
    staffed: At,
    run: Run,
    now: dt.datetime,
    roster: dict[str, User],
    by_alma: Actor,
) -> None:
    alarm = raised("FA")
    late = now + 4 * MINUTE
    staffed(late)
    run(late)
    taken = claim_alarm(actor=by_alma, now=late, public_id=alarm.public_id)
    assert (taken.escalation, taken.escalates_at) == ("", None)
    call = Call.objects.get()
    assert (call.stopped_at, call.stop_reason) == (late, "answered")
    assert not Delivery.objects.filter(due_at__isnull=False).exists()
    assert run(late + 9 * MINUTE)[0] == 0


def test_closing_ends_every_call(
    raised: Raise,
    staffed: At,
    run: Run,
    now: dt.datetime,
    roster: dict[str, User],
    by_alma: Actor,
) -> None:
    alarm = raised("KA")
    staffed(now - 2 * MINUTE)
    run(now)
    claim_alarm(actor=by_alma, now=now, public_id=alarm.public_id)
    Call.objects.update(stopped_at=None, stop_reason="")
    done = close_alarm(actor=by_alma, now=now, public_id=alarm.public_id, code="test")
    assert (done.state, done.acts_by, done.escalates_at) == ("closed", None, None)
    assert Call.objects.get().stop_reason == "closed"


def test_a_new_activation_is_a_new_wait_and_a_retransmission_is_not(
    raised: Raise,
    staffed: At,
    run: Run,
    now: dt.datetime,
    sender: Sender,
    by_alma: Actor,
    roster: dict[str, User],
) -> None:
    alarm = raised("FA")
    staffed(now + MINUTE)
    run(now + MINUTE)
    claim_alarm(actor=by_alma, now=now + MINUTE, public_id=alarm.public_id)
    sender.later(minutes=2)
    again = sender.message("FA")
    sender.send(again)
    sender.later(seconds=20)
    sender.send(again)
    alarm.refresh_from_db()
    assert alarm.escalates_at == now + 3 * MINUTE
    assert alarm.acts_by is None
    staffed(now + 3 * MINUTE)
    run(now + 3 * MINUTE)
    assert told() == [("shift_lead", False)] * 2


def test_who_gives_it_back_leaves_the_next_one_time(
    raised: Raise, staffed: At, run: Run, now: dt.datetime, by_alma: Actor
) -> None:
    alarm = raised("FA")
    claim_alarm(actor=by_alma, now=now, public_id=alarm.public_id)
    later = now + 10 * MINUTE
    staffed(later)
    back = release_alarm(actor=by_alma, now=later, public_id=alarm.public_id)
    assert back.waiting_since == now
    assert back.escalates_at == later + MINUTE
    assert run(later)[0] == 0


def test_a_worse_priority_brings_tib(
    raised: Raise,
    staffed: At,
    run: Run,
    now: dt.datetime,
    by_bo: Actor,
    roster: dict[str, User],
) -> None:
    alarm = raised("BA")
    late = now + 4 * MINUTE
    staffed(late)
    run(late)
    reprioritise(
        actor=by_bo, now=late, public_id=alarm.public_id, priority=1, reason="Ljud av slag"
    )
    run(late)
    assert told() == [("shift_lead", False), ("tib", False)]


def test_a_rule_s_target_brings_its_limit(sender: Sender, now: dt.datetime, city: object) -> None:
    sender.send(sender.message("BA"))
    alarm = Alarm.objects.get()
    desk = Desk.objects.get(code="teknik")
    RoutingRule.objects.create(position=1, name="r", desk=desk, priority=1, target_seconds=600)
    route_alarms(ids=[alarm.pk], actor=SYSTEM, now=now)
    alarm.refresh_from_db()
    assert alarm.limit_seconds == 1200
    # Of priority 1 now: TiB comes before the shift lead.
    assert alarm.escalates_at == now + 3 * MINUTE


def test_the_task_escalates_and_twice_is_once(
    raised: Raise, now: dt.datetime, travel: object, roster: dict[str, User]
) -> None:
    travel(now + MINUTE)  # type: ignore[operator]  # the fixture
    raised("FA")
    assert tasks.escalate_due() == 1
    assert tasks.escalate_due() == 0
    assert len(told()) == 1


def test_the_receivers_take_a_changed_limit_into_use(raised: Raise, now: dt.datetime) -> None:
    AlarmType.objects.filter(code="AL-INB").update(limit_seconds=45)
    assert raised("BA").escalates_at == now + 45 * SECOND
