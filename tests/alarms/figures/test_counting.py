"""The figures against values worked out by hand."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alarms.models import Alarm, CareRecipient, IntakePulse
from alarms.selectors.figures import Figures, PeriodKind, Report, period_of, report_for
from alarms.services.desk import claim_alarm
from alarms.services.reception import judge, look, pulse
from tests.accounts.factories import GroupMembershipFactory, NeedToKnowGroupFactory
from tests.alarms.figures.planting import plant
from tests.alarms.intake.senders import Sender, make_installation
from tests.personas import City
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import User
from trygghetscentral.shared.actor import Actor

DAY = dt.date(2026, 3, 12)


def figures_of(report: Report, code: str, label: str) -> Figures:
    """One line's figures in the period itself."""
    table = next(table for table in report.tables if table.code == code)
    return next(line.now for line in (*table.lines, table.total) if line.label == label)


def day(user: User, now: dt.datetime, date: dt.date = DAY) -> Report:
    """The report of one day."""
    return report_for(user, period_of(PeriodKind.DAY, date), now=now, most_late=50)


def test_percentiles_and_counts_are_those_worked_out_by_hand(
    bo: User, city: City, now: dt.datetime
) -> None:
    # 200 answers of 1 to 200 s: 80 % came within the 160th, 98.5 % within the 197th.
    plant(
        city.technical,
        now - dt.timedelta(hours=1),
        list(range(1, 201)),
        target=150,
        unfounded=30,
    )
    found = figures_of(day(bo, now), "desk", "Inbrott och överfall")
    assert (found.received, found.answered, found.closed) == (200, 200, 200)
    assert (found.p80, found.p985) == (160, 197)
    assert (found.late, found.aimed, found.unfounded) == (50, 200, 30)


def test_an_unanswered_alarm_has_no_answer_time_and_is_late_once_its_target_has_passed(
    bo: User, city: City, now: dt.datetime
) -> None:
    plant(city.technical, now - dt.timedelta(seconds=31), [None, 10], target=30)
    plant(city.technical, now - dt.timedelta(seconds=30), [None], target=30)
    plant(city.technical, now - dt.timedelta(hours=2), [None], target=None)
    found = figures_of(day(bo, now), "category", "Inbrottslarm")
    assert (found.received, found.answered, found.closed) == (4, 1, 1)
    assert (found.late, found.aimed, found.p80, found.p985) == (1, 3, 10, 10)


def test_exactly_the_target_is_within_it(bo: User, city: City, now: dt.datetime) -> None:
    plant(city.technical, now - dt.timedelta(hours=1), [30, 30.001], target=30)
    assert figures_of(day(bo, now), "desk", "Alla larm").late == 1


def test_a_fire_that_we_alarm_rescue_for_is_late_until_they_are_told(
    bo: User, city: City, now: dt.datetime
) -> None:
    at = now - dt.timedelta(hours=1)
    ours = make_installation(city.technical)
    ours.fire_call = "centre"
    ours.save()
    told = at + dt.timedelta(seconds=40)
    plant(city.technical, at, [10], category="fire", installation=ours, target_met_at=told)
    plant(city.technical, at, [10], category="fire", kind="mains_failure.trouble", target=30)
    sos = make_installation(city.service, "skolan-ost")
    plant(city.technical, at, [10], category="fire", installation=sos)
    report = day(bo, now)
    found = figures_of(report, "category", "Brandlarm")
    assert (found.late, found.p985) == (1, 10)
    assert [late.seconds for late in report.late.rows] == [40]


def test_exercises_tests_other_days_and_what_the_reader_may_not_see_are_left_out(
    bo: User, cia: User, city: City, now: dt.datetime
) -> None:
    plant(city.technical, now, [1])
    plant(city.service, now, [2])
    plant(city.technical, now, [3], exercise_id=7)
    plant(city.technical, now, [3], kind="prov:burglary.alarm")
    plant(city.technical, now - dt.timedelta(days=1), [4])
    plant(city.technical, now + dt.timedelta(days=1), [4])
    group = NeedToKnowGroupFactory.create(organisation=city.technical)
    plant(city.technical, now, [5], audiences=[f"group:{group.pk}"])
    later = now + dt.timedelta(days=2)
    assert figures_of(day(bo, later), "desk", "Alla larm").received == 2
    assert figures_of(day(cia, later), "desk", "Alla larm").received == 1
    GroupMembershipFactory.create(group=group, user=bo)
    fresh = User.objects.get(pk=bo.pk)
    assert figures_of(day(fresh, later), "desk", "Alla larm").received == 3


@pytest.mark.parametrize(
    ("date", "hours"),
    [
        (dt.date(2026, 10, 25), 25),
        (dt.date(2026, 3, 29), 23),
        (dt.date(2026, 3, 12), 24),
    ],
)
def test_a_day_is_as_long_as_the_citys_clock_makes_it(
    bo: User, city: City, date: dt.date, hours: int
) -> None:
    period = period_of(PeriodKind.DAY, date)
    assert period.end - period.start == dt.timedelta(hours=hours)
    # One alarm an hour, half past, from the hour before to the hour after.
    for hour in range(-1, hours + 1):
        plant(city.technical, period.start + dt.timedelta(hours=hour, minutes=30), [5])
    report = day(bo, period.end + dt.timedelta(days=2), date)
    table = report.tables[0]
    assert (table.total.now.received, table.total.before.received) == (hours, 1)


@pytest.mark.parametrize(
    ("kind", "date", "last", "before"),
    [
        ("dygn", "2026-03-01", "2026-03-01", ("2026-02-28", "2026-02-28")),
        ("vecka", "2026-03-12", "2026-03-12", ("2026-03-02", "2026-03-08")),
        ("manad", "2026-03-31", "2026-03-31", ("2026-02-01", "2026-02-28")),
        ("fran-till", "2026-03-05", "2026-03-07", ("2026-03-02", "2026-03-04")),
    ],
)
def test_the_period_before_ends_where_the_period_begins(
    kind: str, date: str, last: str, before: tuple[str, str]
) -> None:
    first, until = dt.date.fromisoformat(date), dt.date.fromisoformat(last)
    period = period_of(PeriodKind(kind), first, until)
    found = period.before()
    assert (found.first.isoformat(), found.last.isoformat()) == before
    assert found.end == period.start
    assert found.after() == period


def test_alarms_are_compared_with_the_period_before(bo: User, city: City, now: dt.datetime) -> None:
    plant(city.technical, now, [20, 20])
    plant(city.technical, now - dt.timedelta(days=1), [50, 50, 50])
    line = day(bo, now).tables[0].total
    assert (line.now.received, line.now.p80, line.now.late) == (2, 20, 0)
    assert (line.before.received, line.before.p80, line.before.late) == (3, 50, 3)


def test_a_new_activation_is_a_wait_of_its_own(
    sender: Sender, bo: User, alma: User, now: dt.datetime
) -> None:
    sender.send(sender.message("BA"))
    alarm = Alarm.objects.get()
    Alarm.objects.update(target_seconds=30, kind="burglary.alarm")
    operator = actor_for(alma)
    claim_alarm(actor=operator, now=now + dt.timedelta(seconds=10), public_id=alarm.public_id)
    sender.later(minutes=1)
    sender.send(sender.message("BA"))
    asked = sender.now
    sender.later(seconds=20)
    sender.send(sender.message("BA"))
    waiting = day(bo, asked + dt.timedelta(seconds=50))
    claim_alarm(actor=operator, now=asked + dt.timedelta(seconds=55), public_id=alarm.public_id)
    report = day(bo, asked + dt.timedelta(minutes=9))
    found = report.tables[0].total.now
    assert (found.received, found.answered, found.aimed, found.late) == (1, 1, 2, 1)
    assert (found.p80, found.p985) == (55, 55)
    assert [(late.seconds, late.again, late.unanswered) for late in report.late.rows] == [
        (55, True, False)
    ]
    assert [(late.seconds, late.again, late.unanswered) for late in waiting.late.rows] == [
        (50, True, True)
    ]


def test_the_lines_of_every_table_add_up_to_the_total(
    bo: User, city: City, now: dt.datetime
) -> None:
    here = make_installation(city.technical)
    plant(city.technical, now, [5, 40, None], installation=here)
    plant(city.technical, now, [5, 6], category="medical")
    plant(city.service, now, [7], category="fire", desk=None)
    for table in day(bo, now + dt.timedelta(minutes=10)).tables:
        for name in ("received", "answered", "closed", "late", "unfounded", "aimed"):
            total = getattr(table.total.now, name)
            assert sum(getattr(line.now, name) for line in table.lines) == total


def test_trygghetslarm_are_never_told_apart_by_place(
    bo: User, city: City, now: dt.datetime
) -> None:
    home = make_installation(city.technical, "hemma")
    school = make_installation(city.technical, "skolan")
    plant(city.technical, now, [5], category="medical", installation=home)
    plant(city.technical, now, [5], category="technical", installation=home)
    plant(city.technical, now, [5], category="burglary", installation=school)
    table = next(one for one in day(bo, now).tables if one.code == "installation")
    found = {line.label: line.now.received for line in table.lines}
    assert found == {
        "Skolan Väst, Larmet": 1,
        "Trygghetslarm, alla platser": 1,
        "Övriga anläggningar": 1,
    }


def test_a_brukares_own_installation_is_never_a_line(
    bo: User, city: City, now: dt.datetime
) -> None:
    home = make_installation(city.technical, "hemma")
    CareRecipient.objects.create(
        number="B-2026-000001",
        installation=home,
        controller=city.technical,
        name="Någon",
        address="Hemma",
        created_at=now,
        changed_at=now,
    )
    plant(city.technical, now, [5], category="technical", installation=home)
    table = next(one for one in day(bo, now).tables if one.code == "installation")
    assert [line.label for line in table.lines] == ["Övriga anläggningar"]


def test_the_number_of_queries_does_not_grow(bo: User, city: City, now: dt.datetime) -> None:
    plant(city.technical, now, [5])
    day(User.objects.get(pk=bo.pk), now)
    with CaptureQueriesContext(
        connection,
    ) as few:
        day(User.objects.get(pk=bo.pk), now)
    for number in range(5):
        here = make_installation(city.technical, f"skola-{number}")
        plant(city.technical, now, [5, 50, 60], installation=here)
    with CaptureQueriesContext(connection) as many:
        day(User.objects.get(pk=bo.pk), now)
    assert len(few) == len(many) <= 12


def test_coverage_says_who_is_connected_and_for_how_long_nobody_listened(
    sender: Sender, bo: User, city: City, now: dt.datetime
) -> None:
    system = Actor.system("test")
    unknown = day(bo, now).coverage
    assert unknown.watched_since is None
    assert (unknown.installations, unknown.controllers) == (1, 1)
    assert unknown.controllers_asked == 3

    def at(seconds: float) -> dt.datetime:
        return now + dt.timedelta(seconds=seconds)

    pulse(process="r1", listening_since=at(0), now=at(0))
    for second in range(0, 121, 10):
        if second >= 90:
            pulse(process="r1", listening_since=at(90), now=at(second))
        judge(reception=look(now=at(second)), actor=system, now=at(second))
    silent = Alarm.objects.get(kind="intake.silent")
    assert silent.restored_at is not None
    found = day(bo, at(600)).coverage
    expected = (silent.restored_at - silent.received_at).total_seconds()
    assert (found.silences, found.silent_seconds) == (1, expected)
    assert found.watched_since == IntakePulse.objects.get(process="supervision").listening_since
    later = day(bo, at(600), DAY + dt.timedelta(days=5)).coverage
    assert (later.silences, later.silent_seconds) == (0, 0)


def test_a_reader_without_the_permission_counts_nothing(
    dan: User, city: City, now: dt.datetime
) -> None:
    plant(city.technical, now, [5] * 9)
    assert day(dan, now).tables[0].total.now.received == 0
