"""When a period is over: what was not restored is a real alarm, and nothing is lost."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Sequence

import pytest

from alarms import tasks
from alarms.models import Alarm, Signal
from alarms.models import TestPeriod as Period
from alarms.selectors.figures import PeriodKind, period_of, report_for
from alarms.services import prov
from alarms.services.desk import claim_alarm
from alarms.services.intake import rows, store_batch
from alarms.services.intake.plan import Planned
from tests.alarms.intake.senders import Sender
from tests.alarms.prov.conftest import HOUR, WORD, open_alarms, outcomes, run_due
from tests.ledger.support import in_threads
from trygghetscentral.accounts.models import User
from trygghetscentral.callout import auditor
from trygghetscentral.ledger.models import LedgerPayload, LedgerRow
from trygghetscentral.shared import clock
from trygghetscentral.shared.actor import Actor

MINUTE = dt.timedelta(minutes=1)


def test_what_was_not_restored_becomes_a_real_alarm_that_says_so(
    sender: Sender, set_prov: Callable[..., Period]
) -> None:
    period = set_prov()
    sender.send(sender.message("BA", text="Dörr"), sender.message("BA", "13"))
    sender.send(sender.message("BR", "13"))
    run_due(period.until)
    [alarm] = open_alarms()
    assert (alarm.kind, alarm.zone, alarm.unanswered) == ("burglary.alarm", "12", True)
    assert alarm.text == "Kvarstår efter prov. Dörr"
    assert alarm.waiting_since == period.until
    assert alarm.target_at is not None
    assert list(Signal.objects.filter(alarm_id=alarm.pk).values_list("zone", flat=True)) == ["12"]
    row = LedgerRow.objects.get(name="prov.ended")
    body = (LedgerPayload.objects.get(seq=row.seq).body) or {}
    assert (body["remaining"], body["how"]) == ([str(alarm.public_id)], "due")


def test_what_was_restored_and_tested_again_remains_all_the_same(
    sender: Sender, set_prov: Callable[..., Period]
) -> None:
    period = set_prov()
    for code in ("BA", "BR", "BA"):
        sender.send(sender.message(code))
    run_due(period.until)
    assert len(open_alarms()) == 1


def test_a_sensor_that_chatters_is_one_alarm_with_its_last_signal(
    sender: Sender, set_prov: Callable[..., Period]
) -> None:
    period = set_prov()
    for _ in range(20):
        sender.send(sender.message("BR"), sender.message("BA"))
    run_due(period.until)
    [alarm] = open_alarms()
    last = Signal.objects.order_by("pk").last()
    assert (alarm.signal_count, last and last.alarm_id) == (1, alarm.pk)


def test_openings_tests_and_restores_leave_nothing_behind(
    sender: Sender, set_prov: Callable[..., Period]
) -> None:
    period = set_prov()
    for code in ("OP", "RP", "BA", "BR", "CL"):
        sender.send(sender.message(code))
    assert outcomes() == ["prov"] * 5
    run_due(period.until)
    assert not Alarm.objects.exists()


def test_the_tested_fire_row_leaves_the_board_and_the_fire_that_remains_is_real(
    sender: Sender, fire_prov: Period, by_alma: Actor
) -> None:
    sender.send(sender.message("FA"))
    [row] = open_alarms()
    claim_alarm(actor=by_alma, now=sender.now, public_id=row.public_id)
    assert Alarm.objects.get().acts_by is None
    run_due(fire_prov.until)
    [alarm] = open_alarms()
    assert (alarm.kind, alarm.priority) == ("fire.alarm", 1)
    row.refresh_from_db()
    assert (row.state, row.closed_by, row.close_code.code) == ("closed", None, "test")  # type: ignore[union-attr]


def test_the_tested_fire_row_that_is_restored_leaves_and_nothing_comes(
    sender: Sender, fire_prov: Period, by_alma: Actor
) -> None:
    sender.send(sender.message("FA"), sender.message("FR"))
    prov.end_period(actor=by_alma, now=sender.now, public_id=fire_prov.public_id)
    assert open_alarms() == []
    assert LedgerRow.objects.filter(name="alarm.closed").count() == 1


def test_another_zone_s_tested_row_stays_until_its_own_period_is_over(
    sender: Sender, fire_prov: Period, set_prov: Callable[..., Period], by_alma: Actor
) -> None:
    set_prov(area="1", zone="13", category="fire", verification=WORD)
    sender.send(sender.message("FA", "12"), sender.message("FA", "13"))
    prov.end_period(actor=by_alma, now=sender.now, public_id=fire_prov.public_id)
    assert [(row.zone, row.kind) for row in open_alarms()] == [
        ("12", "fire.alarm"),
        ("13", "prov:fire.alarm"),
    ]


def test_an_alarm_that_was_open_before_is_rung_again_when_the_test_leaves_it_active(
    sender: Sender, set_prov: Callable[..., Period], by_alma: Actor
) -> None:
    sender.send(sender.message("BA"))
    [alarm] = open_alarms()
    claim_alarm(actor=by_alma, now=sender.now, public_id=alarm.public_id)
    period = set_prov()
    sender.send(sender.message("BA"))
    run_due(period.until)
    [after] = open_alarms()
    assert (after.pk, after.unanswered, after.again_at) == (alarm.pk, True, period.until)


@pytest.mark.parametrize("wide_first", [True, False])
def test_of_two_periods_over_the_same_zone_the_last_to_end_raises_once(
    sender: Sender, set_prov: Callable[..., Period], by_alma: Actor, wide_first: bool
) -> None:
    periods = [set_prov(), set_prov(area="1", zone="12")]
    sender.send(sender.message("BA"))
    first, last = periods if wide_first else reversed(periods)
    prov.end_period(actor=by_alma, now=sender.now, public_id=first.public_id)
    assert open_alarms() == []
    prov.end_period(actor=by_alma, now=sender.now, public_id=last.public_id)
    assert len(open_alarms()) == 1


def test_a_later_period_does_not_take_over_what_came_before_it(
    sender: Sender, set_prov: Callable[..., Period], by_alma: Actor
) -> None:
    first = set_prov()
    sender.send(sender.message("BA"))
    sender.later(minutes=1)
    set_prov(area="1", zone="12")
    prov.end_period(actor=by_alma, now=sender.now, public_id=first.public_id)
    assert len(open_alarms()) == 1


def test_what_was_raised_at_one_end_is_not_raised_at_the_next(
    sender: Sender, set_prov: Callable[..., Period]
) -> None:
    period = set_prov()
    sender.send(sender.message("BA"))
    run_due(period.until)
    sender.now = period.until
    second = set_prov()
    run_due(second.until)
    assert LedgerRow.objects.filter(name="alarm.raised").count() == 1
    assert Alarm.objects.get().signal_count == 1


def test_running_twice_changes_nothing(sender: Sender, set_prov: Callable[..., Period]) -> None:
    period = set_prov()
    sender.send(sender.message("BA"))
    assert run_due(period.warn_at) == 1
    assert run_due(period.warn_at) == 0
    assert run_due(period.until) == 1
    assert run_due(period.until) == 0
    names = ["prov.warned", "prov.ended", "alarm.raised"]
    assert [LedgerRow.objects.filter(name=name).count() for name in names] == [1, 1, 1]


def test_nothing_ends_or_warns_before_its_time(
    sender: Sender, set_prov: Callable[..., Period]
) -> None:
    period = set_prov()
    assert period.warn_at == period.until - 10 * MINUTE
    assert run_due(period.warn_at - dt.timedelta(microseconds=1)) == 0
    run_due(period.until - dt.timedelta(microseconds=1))
    period.refresh_from_db()
    assert (period.warned_at is not None, period.ended_at) == (True, None)


def test_a_period_that_ran_out_while_the_beat_was_dead_ends_when_it_returns(
    sender: Sender,
    set_prov: Callable[..., Period],
    travel: Callable[[dt.datetime], object],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nobody ran the task for three hours: meanwhile intake judged by itself."""
    period = set_prov()
    sender.send(sender.message("BA"))
    sender.later(hours=2)
    sender.send(sender.message("BA", "40"))
    assert outcomes() == ["prov", "raised"]
    travel(period.until + 2 * HOUR)
    tasks.run_prov()
    tasks.run_prov()
    period.refresh_from_db()
    assert (period.ended_at, period.ended_how) == (clock.now(), "due")
    assert {alarm.zone for alarm in open_alarms()} == {"12", "40"}


def test_what_nobody_ends_is_counted_as_late(
    sender: Sender, set_prov: Callable[..., Period]
) -> None:
    period = set_prov()
    assert auditor.examine(period.until + dt.timedelta(seconds=10))["alarms.prov"] == 0
    assert auditor.examine(period.until + dt.timedelta(seconds=11))["alarms.prov"] == 1
    run_due(period.until)
    assert auditor.examine(period.until + HOUR)["alarms.prov"] == 0


def test_what_was_only_a_test_is_in_no_figure(
    sender: Sender, fire_prov: Period, bo: User, now: dt.datetime
) -> None:
    sender.send(sender.message("FA"), sender.message("FA", "13"))
    report = report_for(bo, period_of(PeriodKind.DAY, now.date()), now=now + HOUR, most_late=50)
    totals = {table.code: table.total.now.received for table in report.tables}
    assert set(totals.values()) == {1}


def test_the_night_the_clocks_go_back_an_hour_is_an_hour(
    sender: Sender, set_prov: Callable[..., Period]
) -> None:
    sender.now = dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC)  # 02.30, for the first time
    period = set_prov()
    assert clock.local(period.until).strftime("%H:%M") == "02:30"
    sender.later(minutes=59)
    sender.send(sender.message("BA"))
    assert outcomes() == ["prov"]
    assert run_due(sender.now) == 1  # the warning
    sender.later(minutes=1)
    sender.send(sender.message("BA", "40"))
    assert outcomes() == ["prov", "raised"]
    run_due(sender.now)
    period.refresh_from_db()
    assert period.ended_at == period.starts_at + HOUR


def test_the_night_the_clocks_go_forward_an_hour_is_an_hour(
    sender: Sender, set_prov: Callable[..., Period]
) -> None:
    sender.now = dt.datetime(2026, 3, 29, 0, 30, tzinfo=dt.UTC)  # 01.30; next comes 03.00
    period = set_prov()
    assert clock.local(period.until).strftime("%H:%M") == "03:30"
    assert period.until - period.starts_at == HOUR


def test_what_stands_for_weeks_is_asked_about_after_seven_days(
    sender: Sender, set_prov: Callable[..., Period], by_bo: Actor
) -> None:
    period = set_prov(kind="out_of_service", lasts=dt.timedelta(days=20), actor=by_bo)
    week = sender.now + dt.timedelta(days=7)
    assert run_due(week - MINUTE) == 0
    assert run_due(week) == 1
    assert run_due(week) == 0
    period.refresh_from_db()
    assert period.reminded_at == week
    prov.review_period(actor=by_bo, now=week, public_id=period.public_id, reason="Väntar på del")
    later = Period.objects.get()
    assert (later.reminded_at, later.review_at) == (None, week + dt.timedelta(days=7))
    assert later.ended_at is None


@pytest.mark.django_db(transaction=True)
def test_a_signal_at_the_moment_of_ending_is_either_tested_and_raised_or_real(
    sender: Sender, set_prov: Callable[..., Period], by_alma: Actor
) -> None:
    """Whichever comes first, there is one alarm afterwards."""
    period = set_prov()
    cached, message = sender.directory(), sender.message("BA")
    in_threads(
        lambda: store_batch([message], directory=cached, now=sender.now, memory=sender.memory),
        lambda: prov.end_period(actor=by_alma, now=sender.now, public_id=period.public_id),
    )
    assert len(open_alarms()) == 1


@pytest.mark.django_db(transaction=True)
def test_whoever_ends_a_period_waits_for_the_batch_that_it_still_covers(
    sender: Sender,
    set_prov: Callable[..., Period],
    by_alma: Actor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    period = set_prov()
    judged, ended = threading.Event(), threading.Event()
    insert = rows.insert_signals

    def slowly(signals: Sequence[Planned]) -> None:
        judged.set()
        ended.wait(1.0)  # in vain: the end is waiting for us
        insert(signals)

    def end() -> None:
        judged.wait(10)
        prov.end_period(actor=by_alma, now=sender.now, public_id=period.public_id)
        ended.set()

    monkeypatch.setattr(rows, "insert_signals", slowly)
    in_threads(lambda: sender.send(sender.message("BA")), end)
    assert outcomes() == ["prov"]
    assert len(open_alarms()) == 1


@pytest.mark.django_db(transaction=True)
def test_two_overlapping_periods_that_end_at_once_lose_nothing(
    sender: Sender, set_prov: Callable[..., Period], by_alma: Actor, by_bo: Actor
) -> None:
    wide, narrow = set_prov(), set_prov(area="1", zone="12")
    sender.send(sender.message("BA"))
    in_threads(
        lambda: prov.end_period(actor=by_alma, now=sender.now, public_id=wide.public_id),
        lambda: prov.end_period(actor=by_bo, now=sender.now, public_id=narrow.public_id),
    )
    assert len(open_alarms()) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_end_a_period_once(sender: Sender, set_prov: Callable[..., Period]) -> None:
    period = set_prov()
    sender.send(sender.message("BA"))
    in_threads(lambda: run_due(period.until), lambda: run_due(period.until))
    assert LedgerRow.objects.filter(name="prov.ended").count() == 1
    assert len(open_alarms()) == 1
