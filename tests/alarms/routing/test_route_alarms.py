"""New alarms get desk, priority and deadline; twice is the same as once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from alarms import tasks
from alarms.models import Alarm, CloseCode, Desk, Holiday, RoutingRule
from alarms.services import routing
from alarms.states import AlarmState
from tests.alarms.routing.town import SYSTEM, Town, message, only_alarm
from trygghetscentral.accounts.models import User
from trygghetscentral.ledger.models import LedgerPayload, LedgerRow
from trygghetscentral.places.geometry import Position
from trygghetscentral.places.models import Area

LATER = dt.timedelta(seconds=5)


def desk(code: str) -> Desk:
    return Desk.objects.get(code=code)


def add_rule(position: int = 1, **values: Any) -> RoutingRule:
    many = {name: values.pop(name, ()) for name in ("sites", "areas", "controllers")}
    rule = RoutingRule.objects.create(
        position=position, name=f"Regel {position}", **{"desk": desk("brand"), **values}
    )
    for name, rows in many.items():
        getattr(rule, name).set(rows)
    return rule


def raise_alarm(town: Town, code: str = "BA", zone: str = "1") -> Alarm:
    row = town.school_alarm.transmitters.first() or town.transmitter()
    receipt = town.send(message(row, code, at=town.now, zone=zone))[0]
    return Alarm.objects.get(number=receipt.alarm_number)


def test_a_raised_alarm_is_routed_by_delivery(town: Town, deliver_all: Callable[..., int]) -> None:
    rule = add_rule(categories=["burglary"], desk=desk("teknik"), priority=1, target_seconds=45)
    alarm = raise_alarm(town)
    assert alarm.desk_id is None
    assert alarm.target_at == town.now + dt.timedelta(seconds=90)

    deliver_all()

    alarm.refresh_from_db()
    assert (alarm.desk, alarm.priority) == (desk("teknik"), 1)
    assert alarm.target_at == alarm.waiting_since + dt.timedelta(seconds=45)
    assert alarm.routed_at is not None
    row = LedgerRow.objects.get(name="alarm.routed")
    assert row.subject_id == str(alarm.pk)
    assert row.audiences == alarm.audiences
    body = LedgerPayload.objects.get(seq=row.seq).body or {}
    assert body["rule_id"] == rule.pk
    assert body["alarm"]["desk_id"] == desk("teknik").pk


def test_without_a_rule_the_category_has_its_desk(town: Town) -> None:
    alarm = raise_alarm(town)
    assert routing.route_alarms(ids=[alarm.pk], actor=SYSTEM, now=town.now) == 1
    alarm.refresh_from_db()
    assert alarm.desk == desk("inbrott")
    assert alarm.priority == 2
    row = LedgerRow.objects.get(name="alarm.routed")
    assert (LedgerPayload.objects.get(seq=row.seq).body or {})["rule_id"] is None


def test_twice_changes_nothing(town: Town) -> None:
    alarm = raise_alarm(town)
    routing.route_alarms(ids=[alarm.pk], actor=SYSTEM, now=town.now)
    before = Alarm.objects.values().get(pk=alarm.pk)
    add_rule(desk=desk("felanmalan"))
    assert routing.route_alarms(ids=[alarm.pk], actor=SYSTEM, now=town.now + LATER) == 0
    assert Alarm.objects.values().get(pk=alarm.pk) == before
    assert LedgerRow.objects.filter(name="alarm.routed").count() == 1


def test_a_closed_alarm_is_left_alone(town: Town) -> None:
    alarm = raise_alarm(town)
    Alarm.objects.filter(pk=alarm.pk).update(
        state=AlarmState.CLOSED, closed_at=town.now, close_code=CloseCode.objects.first()
    )
    assert routing.route_alarms(ids=[alarm.pk], actor=SYSTEM, now=town.now) == 0


def test_the_order_of_rules_decides(town: Town) -> None:
    add_rule(2, desk=desk("felanmalan"))
    add_rule(1, desk=desk("teknik"), active=False)
    third = add_rule(3, desk=desk("brand"), priority=5)
    alarm = raise_alarm(town)
    routing.route_alarms(ids=[alarm.pk], actor=SYSTEM, now=town.now)
    alarm.refresh_from_db()
    assert alarm.desk == desk("felanmalan")
    assert alarm.priority != third.priority


def test_a_rule_for_an_organisation_covers_those_below(town: Town) -> None:
    add_rule(1, controllers=[town.streets], desk=desk("teknik"))
    add_rule(2, controllers=[town.root], desk=desk("felanmalan"))
    alarm = raise_alarm(town)
    routing.route_alarms(ids=[alarm.pk], actor=SYSTEM, now=town.now)
    alarm.refresh_from_db()
    assert alarm.desk == desk("felanmalan")


@pytest.mark.parametrize(("longitude", "fits"), [(13.0007, True), (13.2, False)])
def test_a_rule_for_an_area(town: Town, longitude: float, fits: bool) -> None:
    corners = ((longitude - 0.01, 55.6), (longitude + 0.01, 55.6), (longitude, 55.62))
    area = Area.objects.create(
        kind="event",
        name="Festivalen",
        slug="festivalen",
        polygon=tuple(Position(*corner) for corner in corners),
        controller=town.root,
        valid_from=town.now.date(),
    )
    add_rule(areas=[area], desk=desk("felanmalan"))
    alarm = raise_alarm(town)
    routing.route_alarms(ids=[alarm.pk], actor=SYSTEM, now=town.now)
    alarm.refresh_from_db()
    assert (alarm.desk == desk("felanmalan")) is fits


def test_a_holiday_in_the_list_counts(town: Town) -> None:
    Holiday.objects.create(date=town.now.date(), name="Påhittad helgdag")
    add_rule(1, days="workdays", desk=desk("teknik"))
    add_rule(2, days="holidays", desk=desk("felanmalan"))
    alarm = raise_alarm(town)
    routing.route_alarms(ids=[alarm.pk], actor=SYSTEM, now=town.now)
    alarm.refresh_from_db()
    assert alarm.desk == desk("felanmalan")


def test_the_sweep_takes_what_no_delivery_took(town: Town, travel: Callable[..., Any]) -> None:
    alarm = raise_alarm(town)
    travel(town.now + dt.timedelta(seconds=2))
    assert tasks.route_unrouted() == 0
    travel(town.now + LATER)
    assert tasks.route_unrouted() == 1
    assert tasks.route_unrouted() == 0
    alarm.refresh_from_db()
    assert alarm.routed_at == town.now + LATER


def test_one_alarm_costs_as_many_questions_as_fifty(
    town: Town, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    area = Area.objects.create(
        kind="event",
        name="Å",
        slug="a",
        polygon=(Position(12.9, 55.5), Position(13.1, 55.5), Position(13.0, 55.7)),
        controller=town.root,
        valid_from=town.now.date(),
    )
    for position in range(1, 4):
        add_rule(position, sites=[town.depot], areas=[area], controllers=[town.root])
    one = [raise_alarm(town).pk]
    fifty = [raise_alarm(town, zone=str(number)).pk for number in range(2, 52)]
    # Alarms, rules with their three lists, areas around, organisations, holidays, desks, one
    # update; and the ledger's lock and insert.
    with django_assert_max_num_queries(13):
        assert routing.route_alarms(ids=one, actor=SYSTEM, now=town.now) == 1
    with django_assert_max_num_queries(13):
        assert routing.route_alarms(ids=fifty, actor=SYSTEM, now=town.now) == 50
    assert only_routed() == {desk("inbrott").pk}


def only_routed() -> set[int | None]:
    return set(Alarm.objects.values_list("desk_id", flat=True))


def test_an_alarm_somebody_took_first_keeps_its_owner(town: Town, alma: User) -> None:
    alarm = raise_alarm(town)
    Alarm.objects.filter(pk=alarm.pk).update(
        state=AlarmState.ACKNOWLEDGED, owner=alma, unanswered=False, acknowledged_at=town.now
    )
    routing.route_alarms(ids=[alarm.pk], actor=SYSTEM, now=town.now)
    fresh = only_alarm()
    assert (fresh.owner, fresh.state) == (alma, AlarmState.ACKNOWLEDGED)
    assert fresh.desk == desk("inbrott")
