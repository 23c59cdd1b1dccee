"""Lines that fall silent, and all the times when silence proves nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from alarms import tasks
from alarms.models import Alarm, AlarmType, IntakePulse, LinkState, Signal
from alarms.services import links, reception
from alarms.states import AlarmState
from tests.alarms.routing.town import SYSTEM, Town, heartbeat, only_alarm
from trygghetscentral.accounts.models import User
from trygghetscentral.ledger.models import LedgerRow

SECOND = dt.timedelta(seconds=1)
MINUTE = dt.timedelta(minutes=1)
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


def listening(since: dt.datetime, until: dt.datetime, process: str = "dc09-1") -> None:
    """A receiver that began at `since` and said so last at `until`; and we have watched."""
    IntakePulse.objects.update_or_create(
        process=process, defaults={"listening_since": since, "at": until}
    )
    IntakePulse.objects.update_or_create(
        process=reception.WATCH, defaults={"listening_since": since, "at": until}
    )


def supervise(now: dt.datetime) -> int:
    return links.supervise(actor=SYSTEM, now=now)


def test_a_90_s_line_is_lost_after_91_s(town: Town, now: dt.datetime) -> None:
    row = town.transmitter("00AB", supervision="90s", receiver="1", line="2")
    listening(now - HOUR, now + 91 * SECOND)
    assert supervise(now + 89 * SECOND) == 0
    assert supervise(now + 91 * SECOND) == 1

    alarm = only_alarm()
    assert alarm.text == "Tappad förbindelse sedan 14:37."
    assert (alarm.category, alarm.type.code, alarm.priority) == ("supervision", "AL-SAB", 2)
    assert (alarm.installation, alarm.site) == (town.school_alarm, town.school)
    assert (alarm.zone, alarm.kind) == ("12#00AB", "link.trouble")
    assert alarm.target_at == now + 91 * SECOND + dt.timedelta(seconds=180)
    assert row.link.lost_at is None
    row.link.refresh_from_db()
    assert row.link.lost_at == now + 91 * SECOND
    assert LedgerRow.objects.filter(name="alarm.raised").count() == 1


def test_twice_changes_nothing(town: Town, now: dt.datetime) -> None:
    town.transmitter(supervision="90s")
    listening(now - HOUR, now + 2 * MINUTE)
    assert supervise(now + 2 * MINUTE) == 1
    assert supervise(now + 2 * MINUTE) == 0
    assert only_alarm().signal_count == 1


@pytest.mark.parametrize(
    ("category", "priority"), [("90s", 2), ("180s", 2), ("30min", 3), ("25h", 3)]
)
def test_priority_by_category(town: Town, now: dt.datetime, category: str, priority: int) -> None:
    town.transmitter(supervision=category)
    moment = now + 30 * HOUR
    listening(now - DAY, moment)
    supervise(moment)
    assert only_alarm().priority == priority


def test_an_older_silence_says_the_day(town: Town, now: dt.datetime) -> None:
    town.transmitter(supervision="25h")
    listening(now - DAY, now + 30 * HOUR)
    supervise(now + 30 * HOUR)
    assert only_alarm().text == "Tappad förbindelse sedan 12 mar 14:37."


def test_a_line_that_was_never_heard(town: Town, now: dt.datetime) -> None:
    row = town.transmitter(supervision="90s")
    LinkState.objects.filter(transmitter=row).update(last_seen_at=None)
    listening(now - HOUR, now + 2 * MINUTE)
    supervise(now + 2 * MINUTE)
    assert "inte hörts sedan den lades upp" in only_alarm().text


def test_the_line_comes_back(town: Town, now: dt.datetime) -> None:
    row = town.transmitter(supervision="90s")
    listening(now - HOUR, now + 2 * MINUTE)
    supervise(now + 2 * MINUTE)
    town.send(heartbeat(row, now + 3 * MINUTE), now=now + 3 * MINUTE)

    alarm = only_alarm()
    assert alarm.restored_at == now + 3 * MINUTE
    row.link.refresh_from_db()
    assert row.link.lost_at is None
    assert row.link.due_at == now + 3 * MINUTE + 90 * SECOND
    assert Signal.objects.count() == 0


@pytest.mark.parametrize("supervision", ["none", "90s"])
def test_what_is_not_watched_is_never_lost(town: Town, now: dt.datetime, supervision: str) -> None:
    row = town.transmitter(supervision=supervision)
    if supervision != "none":
        town.school_alarm.active = False
        town.school_alarm.save()
    LinkState.objects.filter(transmitter=row).update(due_at=now)
    listening(now - HOUR, now + HOUR)
    supervise(now + HOUR)
    supervise(now + HOUR)
    assert not Alarm.objects.exists()


# --- the autumn night, and clocks that drift -------------------------------------------------


def test_a_daily_test_over_the_autumn_night_gives_no_alarm(town: Town, now: dt.datetime) -> None:
    """The panel tests at 03.30 by its own wall clock: 25 hours pass on 25 October 2026."""
    last = dt.datetime(2026, 10, 24, 3, 30, tzinfo=dt.timezone(2 * HOUR))
    coming = dt.datetime(2026, 10, 25, 3, 30, tzinfo=dt.timezone(HOUR))
    row = town.transmitter(supervision="25h", interval_seconds=86_400, heard=last)
    drift = 25 * MINUTE
    listening(last - DAY, coming + drift)
    assert supervise(coming + drift - SECOND) == 0
    town.send(heartbeat(row, coming + drift), now=coming + drift)
    assert not Alarm.objects.exists()

    late = coming + drift + 26 * HOUR
    listening(last - DAY, late)
    assert supervise(late) == 1
    assert only_alarm().kind == "link.trouble"


# --- our own downtime ------------------------------------------------------------------------


def test_a_restarted_receiver_gives_every_line_its_time(town: Town, now: dt.datetime) -> None:
    rows = [town.transmitter(f"A{number:03}", supervision="90s") for number in range(5)]
    back = now + 10 * MINUTE
    listening(back, back + 5 * SECOND)
    assert supervise(back + 5 * SECOND) == 5
    assert not Alarm.objects.exists()
    assert set(LinkState.objects.values_list("due_at", flat=True)) == {back + 90 * SECOND}

    later = back + 91 * SECOND
    listening(back, later)
    town.send(*(heartbeat(row, later) for row in rows[1:]), now=later)
    assert supervise(later) == 1
    assert only_alarm().account == "A000"


def test_no_live_receiver_is_said_once(town: Town, now: dt.datetime, alma: User) -> None:
    for number in range(20):
        town.transmitter(f"A{number:03}", supervision="90s")
    listening(now - HOUR, now)
    quiet = now + 10 * MINUTE
    IntakePulse.objects.filter(process=reception.WATCH).update(at=quiet)
    for seconds in range(3):
        supervise(quiet + seconds * SECOND)

    alarm = only_alarm()
    assert alarm.kind == "intake.silent"
    assert alarm.priority == 1
    assert alarm.text.startswith("Mottagningen svarar inte sedan 14:37.")
    assert alarm.installation is None
    assert alarm in Alarm.objects.visible_to(alma)


def test_the_reception_comes_back_and_falls_silent_again(
    town: Town, now: dt.datetime, alma: User
) -> None:
    listening(now - HOUR, now)
    IntakePulse.objects.filter(process=reception.WATCH).update(at=now + MINUTE)
    supervise(now + MINUTE)
    first = only_alarm()
    Alarm.objects.filter(pk=first.pk).update(
        state=AlarmState.PARKED, owner=alma, unanswered=False, parked_until=now + HOUR
    )

    links.pulse(process="dc09-1", listening_since=now + 2 * MINUTE, now=now + 2 * MINUTE)
    IntakePulse.objects.filter(process=reception.WATCH).update(at=now + 2 * MINUTE)
    supervise(now + 2 * MINUTE)
    supervise(now + 2 * MINUTE)
    assert only_alarm().restored_at == now + 2 * MINUTE

    IntakePulse.objects.filter(process=reception.WATCH).update(at=now + 3 * MINUTE)
    supervise(now + 3 * MINUTE)
    again = only_alarm()
    assert (again.state, again.unanswered) == (AlarmState.ACKNOWLEDGED, True)
    assert again.restored_at is None
    assert again.again_at == now + 3 * MINUTE
    names = list(LedgerRow.objects.order_by("seq").values_list("name", flat=True))
    assert [name for name in names if name.startswith("alarm.")] == [
        "alarm.raised",
        "alarm.restored",
        "alarm.again",
    ]


def test_silence_before_anyone_answered_only_counts(town: Town, now: dt.datetime) -> None:
    listening(now - HOUR, now)
    IntakePulse.objects.filter(process=reception.WATCH).update(at=now + MINUTE)
    supervise(now + MINUTE)
    Alarm.objects.update(restored_at=now + MINUTE, active_conditions=[])
    supervise(now + MINUTE + SECOND)
    alarm = only_alarm()
    assert alarm.signal_count == 2
    assert alarm.state == AlarmState.NEW
    assert alarm.restored_at is None
    assert LedgerRow.objects.filter(name="alarm.repeated").count() == 1


@pytest.mark.parametrize("target", [60, None])
def test_an_alarm_in_hand_sounds_again(
    town: Town, now: dt.datetime, alma: User, target: int | None
) -> None:
    AlarmType.objects.filter(code="AL-SAB").update(target_seconds=target)
    listening(now - HOUR, now)
    IntakePulse.objects.filter(process=reception.WATCH).update(at=now + MINUTE)
    supervise(now + MINUTE)
    Alarm.objects.update(
        state=AlarmState.IN_PROGRESS,
        owner=alma,
        unanswered=False,
        restored_at=now + MINUTE,
        active_conditions=[],
    )
    later = now + MINUTE + SECOND
    supervise(later)
    alarm = only_alarm()
    assert (alarm.state, alarm.unanswered, alarm.again_at) == (AlarmState.IN_PROGRESS, True, later)
    assert alarm.target_at == (target and later + target * SECOND)


def test_two_who_judge_at_once_say_it_once(
    town: Town, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second saw what was before the first had committed."""
    seen = reception.Reception(listening_since=None, last_heard=now, watched=True)
    reception.judge(reception=seen, actor=SYSTEM, now=now)
    first = reception._open_alarm
    looks: Iterator[Callable[[], Alarm | None]] = iter([lambda: None])

    def late(*, locked: bool) -> Alarm | None:
        return first(locked=True) if locked else next(looks)()

    monkeypatch.setattr(reception, "_open_alarm", late)
    reception.judge(reception=seen, actor=SYSTEM, now=now)
    assert only_alarm().signal_count == 1
    before = only_alarm()
    Alarm.objects.update(restored_at=now, active_conditions=[])
    looks = iter([lambda: before])
    heard = reception.Reception(listening_since=now, last_heard=now, watched=True)
    reception.judge(reception=heard, actor=SYSTEM, now=now)
    assert only_alarm().signal_count == 1


def test_right_after_our_own_start_nothing_is_said(town: Town, now: dt.datetime) -> None:
    IntakePulse.objects.create(process="dc09-1", listening_since=now - DAY, at=now - HOUR)
    supervise(now)
    supervise(now + 10 * SECOND)
    assert not Alarm.objects.exists()
    supervise(now + 16 * SECOND)
    assert only_alarm().kind == "intake.silent"


def test_a_house_without_receivers_is_not_silent(town: Town, now: dt.datetime) -> None:
    for second in range(0, 40, 5):
        supervise(now + second * SECOND)
    assert not Alarm.objects.exists()


# --- pulses ----------------------------------------------------------------------------------


def test_a_pulse_keeps_its_beginning(db: None, now: dt.datetime) -> None:
    for second in range(0, 60, 5):
        links.pulse(process="dc09-1", listening_since=now, now=now + second * SECOND)
    row = IntakePulse.objects.get()
    assert (row.listening_since, row.at) == (now, now + 55 * SECOND)


def test_a_gap_makes_the_listening_begin_anew(db: None, now: dt.datetime) -> None:
    links.pulse(process="dc09-1", listening_since=now, now=now)
    links.pulse(process="dc09-1", listening_since=now, now=now + MINUTE)
    assert IntakePulse.objects.get().listening_since == now + MINUTE


def test_a_quick_restart_counts_from_the_restart(db: None, now: dt.datetime) -> None:
    links.pulse(process="dc09-1", listening_since=now - HOUR, now=now)
    links.pulse(process="dc09-1", listening_since=now + SECOND, now=now + SECOND)
    assert IntakePulse.objects.get().listening_since == now + SECOND


def test_the_longest_listener_counts(town: Town, now: dt.datetime) -> None:
    town.transmitter(supervision="90s")
    moment = now + 2 * MINUTE
    listening(now - HOUR, moment, process="dc09-1")
    listening(now + MINUTE, moment, process="dc09-2")
    supervise(moment)
    assert only_alarm().kind == "link.trouble"


def test_the_task_runs_until_nothing_is_due(
    town: Town, now: dt.datetime, travel: Callable[..., Any]
) -> None:
    town.transmitter(supervision="90s")
    listening(now - HOUR, now + 2 * MINUTE)
    travel(now + 2 * MINUTE)
    assert tasks.supervise_links() == 1
    assert tasks.supervise_links() == 0


def test_one_line_costs_as_many_questions_as_fifty(
    town: Town, now: dt.datetime, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    town.transmitter("AAAA", supervision="90s")
    listening(now - HOUR, now + 2 * MINUTE)
    with django_assert_max_num_queries(17):
        assert supervise(now + 2 * MINUTE) == 1
    for number in range(50):
        town.transmitter(f"B{number:03}", supervision="90s")
    with django_assert_max_num_queries(17):
        assert supervise(now + 2 * MINUTE + SECOND) == 50
