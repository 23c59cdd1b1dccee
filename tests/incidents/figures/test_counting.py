"""What is counted, for whom, and that a month counted beforehand says the same."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alarms.selectors.figures import Period, PeriodKind, period_of
from incidents.models import ChangedMonth, Damage, Incident, MonthTally, Part, PartSecrecy
from incidents.selectors.figures import Figures, Report, Table, report_for
from incidents.selectors.figures.spans import spans_of, year_to
from incidents.services.figures import recount
from incidents.states import Stage
from tests.accounts.factories import GroupMembershipFactory, person
from tests.alarms.routing.town import Town
from tests.incidents.figures.planting import HOUR, begin, cost, plant
from tests.personas import City
from trygghetscentral.accounts.audiences import group_key
from trygghetscentral.accounts.models import NeedToKnowGroup, User
from trygghetscentral.shared.actor import Actor

MONTH = dt.timedelta(days=31)
COUNTER = Actor.system("figures")


@pytest.fixture
def ola(city: City) -> User:
    """Säkerhetssamordnare of the whole city."""
    return person("SEC_COORD", city.root, username="ola", name="Ola", signature="SAM K")


@pytest.fixture
def exec_reader(city: City) -> User:
    """Reads aggregates of the whole city."""
    return person("EXEC_READER", city.root, username="ks", name="Ks", signature="KS 1")


def report(user: User, now: dt.datetime, kind: PeriodKind = PeriodKind.MONTH) -> Report:
    return report_for(user, period_of(kind, now.date()), now=now)


def table(made: Report, code: str) -> Table:
    return next(one for one in made.tables if one.code == code)


def now_of(made: Report, code: str) -> dict[str, Figures]:
    return {line.label: line.now for line in table(made, code).lines}


def count_all(now: dt.datetime) -> None:
    while recount(actor=COUNTER, now=now):
        pass


def both_ways(user: User, now: dt.datetime) -> Report:
    """The report counted as asked, which must be the same when it was counted beforehand."""
    direct = report(user, now)
    count_all(now)
    assert not ChangedMonth.objects.exists()
    assert report(user, now) == direct
    return direct


def test_near_misses_and_harm_stand_apart_and_each_line_adds_up(
    city: City, town: Town, ola: User, now: dt.datetime
) -> None:
    plant(city.service, now, 3, site=town.school, near_miss=True, injured=True)
    plant(city.service, now, 2, site=town.school, damaged=True, severity=3)
    plant(city.technical, now, 4, code="BD-01")
    plant(city.technical, now - MONTH, 7)
    for stage in (Stage.REJECTED, Stage.MERGED):
        into = Incident.objects.first() if stage == Stage.MERGED else None
        plant(city.service, now, stage=stage, merged_into=into)
    plant(city.service, now, exercise_id=1)
    made = both_ways(ola, now)
    total = made.total.now
    assert (total.incidents, total.near_miss, total.harm, total.severe) == (9, 3, 2, 2)
    assert made.total.before.incidents == 7
    assert {label: one.incidents for label, one in now_of(made, "controller").items()} == {
        "Servicenämnden": 5,
        "Tekniska nämnden": 4,
    }
    assert now_of(made, "site")[town.school.name].near_miss == 3
    for one in (one for one in made.tables if one.lines):
        for name in ("incidents", "near_miss", "harm", "severe", "cost"):
            assert sum(getattr(line.now, name) for line in one.lines) == getattr(total, name)


def test_cost_is_material_and_work_and_net_is_what_the_insurance_left(
    city: City, cia: User, now: dt.datetime
) -> None:
    one, other, marked = plant(city.service, now, 3)
    cost(one, cia, material=8000, work=2000, deductible=1500, reimbursed=6000)
    cost(one, cia, material=500)
    cost(other, cia, work=100)
    cost(marked, cia, material=77_777)
    PartSecrecy.objects.create(incident=marked, part=Part.DAMAGE, ground="OSL18_8", by=cia, at=now)
    here = now_of(both_ways(cia, now), "cost")["Servicenämnden"]
    assert (here.material, here.work, here.cost) == (8500, 2100, 10_600)
    assert (here.deductible, here.reimbursed, here.net) == (1500, 6000, 4600)
    assert here.costed == 2


def test_time_to_action_runs_to_the_first_beginning_in_whole_hours(
    city: City, cia: User, now: dt.datetime
) -> None:
    rows = plant(city.service, now, 6)
    for incident, hours in zip(rows, (0.2, 1, 2.5, 9, 30), strict=False):
        begin(incident, cia, hours)
    begin(rows[0], cia, 50)
    here = now_of(both_ways(cia, now), "wait")["Servicenämnden"]
    assert (here.incidents, here.begun, here.median, here.p80) == (6, 5, 3, 9)


def test_the_hour_is_the_citys(city: City, ola: User, now: dt.datetime) -> None:
    # Friday 13 March, 00:30 in Malmö, is Thursday in UTC.
    plant(city.service, dt.datetime(2026, 3, 12, 23, 30, tzinfo=dt.UTC), 2)
    made = both_ways(ola, now)
    assert made.hours[500].incidents == 2
    assert list(now_of(made, "weekday")) == ["Fredag"]
    assert list(now_of(made, "time")) == ["00–06"]


def test_a_restricted_incident_is_counted_for_its_group_alone(
    city: City, ola: User, exec_reader: User, group: NeedToKnowGroup, now: dt.datetime
) -> None:
    plant(city.service, now, 8, audiences=[group_key(group.pk)], restricted_group=group)
    plant(city.service, now, 9)
    assert both_ways(ola, now).total.now.incidents == 9
    assert both_ways(exec_reader, now).total.now.incidents == 9
    GroupMembershipFactory.create(group=group, user=ola)
    assert both_ways(User.objects.get(pk=ola.pk), now).total.now.incidents == 17


def test_a_coordinator_counts_what_is_shared_and_not_what_is_others(
    city: City, cia: User, now: dt.datetime
) -> None:
    plant(city.technical, now, 5)
    shared = [f"incident.view@{one.pk}" for one in (city.technical, city.service)]
    plant(city.technical, now, 2, audiences=shared)
    plant(city.service, now, 3)
    made = both_ways(cia, now)
    assert made.total.now.incidents == 5
    assert now_of(made, "controller")["Tekniska nämnden"].incidents == 2


def test_what_is_told_by_the_year_stands_in_no_other_table(
    city: City, ola: User, exec_reader: User, group: NeedToKnowGroup, now: dt.datetime
) -> None:
    GroupMembershipFactory.create(group=group, user=ola)
    hidden = {"audiences": [group_key(group.pk)], "restricted_group": group}
    last_year = dt.datetime(2025, 12, 31, 22, 30, tzinfo=dt.UTC)
    plant(city.service, last_year, 3, code="OT-01", **hidden)
    plant(city.service, last_year, 3, improper_influence=True)
    plant(city.service, last_year, 4, code="VA-04", **hidden)
    plant(city.service, now, 9, code="OT-02", **hidden)
    plant(city.service, last_year + HOUR, 2, improper_influence=True)
    mine = both_ways(User.objects.get(pk=ola.pk), now)
    assert mine.year == 2025
    assert mine.total.now.incidents == 0
    by_year = {line.label: line.now.incidents for line in mine.yearly.lines}
    assert by_year["Otillåten påverkan"] == 6
    assert [number for label, number in by_year.items() if label.startswith("VA-04")] == [4]
    assert not [label for label in by_year if label.startswith("OT")]
    theirs = {line.label: line.now for line in both_ways(exec_reader, now).yearly.lines}
    assert "incidents" not in theirs["Otillåten påverkan"].hidden
    assert theirs["Otillåten påverkan"].incidents == 6
    assert [one.hidden for label, one in theirs.items() if label.startswith("VA-04")] != [
        frozenset()
    ]


def test_small_numbers_are_hidden_from_readers_of_aggregates(
    city: City, town: Town, exec_reader: User, now: dt.datetime
) -> None:
    rows = plant(city.service, now, 30, site=town.school)
    plant(city.technical, now, 2)
    plant(city.technical, now, 12, code="BD-01")
    plant(city.service, now, 3, code="OL-01")
    cost(rows[0], exec_reader, material=9000)
    begin(rows[0], exec_reader, 5)
    made = both_ways(exec_reader, now)
    assert {one.code for one in made.tables}.isdisjoint({"site", "kind", "month"})
    assert made.hours == {}
    assert made.repeats == ()
    assert "incidents" not in made.total.now.hidden
    assert {"cost", "net", "median", "p80"} <= made.total.now.hidden
    for one in made.tables:
        shown = [line.now for line in one.lines if "incidents" not in line.now.hidden]
        unseen = [line.now.incidents for line in one.lines if "incidents" in line.now.hidden]
        assert all(figures.incidents >= 5 for figures in shown)
        assert not unseen or (len(unseen) > 1 and sum(unseen) >= 5)
    groups = {line.key: line.now for line in table(made, "group").lines}
    assert "incidents" in groups["OL"].hidden & groups["BD"].hidden
    assert "incidents" not in groups["BR"].hidden


def test_namnder_are_not_compared_when_too_few_of_them_report(
    city: City, ola: User, now: dt.datetime
) -> None:
    plant(city.service, now, 9)
    made = both_ways(ola, now)
    assert (made.coverage.controllers, made.coverage.controllers_asked) == (1, 2)
    assert "controller" not in {one.code for one in made.tables}
    for code in ("cost", "wait"):
        assert table(made, code).lines == ()
    plant(city.technical, now - 200 * 24 * HOUR)
    assert "controller" in {one.code for one in both_ways(ola, now).tables}


def test_a_repeat_object_has_three_in_twelve_months_and_its_cost(
    city: City, town: Town, ola: User, now: dt.datetime
) -> None:
    here = plant(city.service, now, site=town.school)
    cost(here[0], ola, material=700)
    plant(city.service, dt.datetime(2025, 4, 1, tzinfo=dt.UTC), 2, site=town.school)
    plant(city.technical, now, 2, site=town.depot)
    plant(city.technical, dt.datetime(2025, 3, 31, tzinfo=dt.UTC), 2, site=town.depot)
    (one,) = both_ways(ola, now).repeats
    assert (one.label, one.figures.incidents, one.figures.cost) == (town.school.name, 3, 700)


def test_every_change_that_figures_feel_has_its_month_counted_again(
    city: City, ola: User, now: dt.datetime
) -> None:
    march, february = dt.date(2026, 3, 1), dt.date(2026, 2, 1)

    def changed() -> set[dt.date]:
        months = set(ChangedMonth.objects.values_list("month", flat=True))
        count_all(now)
        return months

    (incident,) = plant(city.service, now)
    assert changed() == {march}
    damage = cost(incident, ola, material=1)
    assert changed() == {march}
    Damage.objects.filter(pk=damage.pk).update(material=2)
    assert changed() == {march}
    begin(incident, ola, 1)
    assert changed() == {march}
    about = {"incident": incident, "part": Part.DAMAGE, "ground": "OSL18_8"}
    PartSecrecy.objects.create(**about, by=ola, at=now)
    assert changed() == {march}
    Incident.objects.update(occurred_from=now - MONTH)
    assert changed() == {march, february}
    assert set(MonthTally.objects.values_list("month", flat=True)) == {february}
    incident.delete()
    assert changed() == {february}
    assert not MonthTally.objects.exists()


def test_a_period_is_cut_in_months_and_what_is_left() -> None:
    period = Period(PeriodKind.RANGE, dt.date(2026, 1, 15), dt.date(2026, 4, 2))
    pieces = spans_of(period, {dt.date(2026, 3, 1)})
    assert [piece.month for piece in pieces] == [None, dt.date(2026, 2, 1), None, None]
    assert pieces[0].start == period.start
    assert pieces[-1].end == period.end
    assert all(one.end == other.start for one, other in itertools.pairwise(pieces))
    assert year_to(dt.date(2026, 12, 5)).first == dt.date(2026, 1, 1)
    assert year_to(dt.date(2026, 2, 5)).first == dt.date(2025, 3, 1)


def test_a_week_and_days_across_months_count_the_same(
    city: City, town: Town, ola: User, now: dt.datetime
) -> None:
    plant(city.service, now, 2, site=town.school)
    plant(city.service, now - MONTH, 4, site=town.school)
    plant(city.service, now - 3 * MONTH, 8)
    asked = (
        (period_of(PeriodKind.WEEK, now.date()), 2),
        (Period(PeriodKind.RANGE, dt.date(2026, 1, 5), dt.date(2026, 3, 12)), 6),
    )
    direct = [report_for(ola, period, now=now) for period, _number in asked]
    count_all(now)
    for made, (period, number) in zip(direct, asked, strict=True):
        assert report_for(ola, period, now=now) == made
        assert made.total.now.incidents == number
        assert made.repeats[0].figures.incidents == 6
    labels = [line.label for line in table(direct[1], "month").lines]
    assert labels == ["februari 2026", "mars 2026"]


@pytest.mark.parametrize("beforehand", [True, False])
def test_questions_do_not_grow_with_the_incidents(
    city: City, town: Town, ola: User, now: dt.datetime, beforehand: bool
) -> None:
    def asked() -> int:
        if beforehand:
            count_all(now)
        with CaptureQueriesContext(connection) as questions:
            report(User.objects.get(pk=ola.pk), now)
        return len(questions)

    plant(city.service, now, site=town.school)
    few = asked()
    plant(city.service, now, 20, site=town.depot, code="BD-01")
    plant(city.technical, now - 3 * MONTH, 20)
    assert asked() == few
