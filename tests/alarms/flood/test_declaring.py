"""Declaring, prolonging and ending a larmflod."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from alarms.models import Alarm, Flood
from alarms.selectors import promises
from alarms.services import desk, floods
from tests.alarms.flood.conftest import (
    HOUR,
    MAINS_BACK,
    MINUTE,
    Town,
    data,
    held,
    on_board,
    run_due,
)
from tests.ledger.support import in_threads
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import User
from trygghetscentral.ledger.models import LedgerRow
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.errors import Conflict, Forbidden, Invalid


@pytest.mark.parametrize("category", ["fire", "holdup", "medical", "unknown"])
def test_what_is_grave_is_refused_by_the_service_and_by_the_database(
    town: Town, declare: Callable[..., Flood], bo: User, category: str
) -> None:
    with pytest.raises(Invalid, match="hålls aldrig"):
        declare(category=category)
    flood = declare()
    with pytest.raises(IntegrityError, match="flood_never"), transaction.atomic():
        Flood.objects.filter(pk=flood.pk).update(category=category)


def test_the_database_lets_no_grave_alarm_be_held(
    town: Town, declare: Callable[..., Flood], now: dt.datetime
) -> None:
    flood = declare()
    town.send((0, "HA", "1"), now=now)
    with pytest.raises(IntegrityError, match="alarm_held_by_flood"), transaction.atomic():
        Alarm.objects.update(held=True, unanswered=False, escalates_at=None, flood=flood)


@pytest.mark.parametrize(
    "wrong",
    [
        {"category": "test"},
        {"mode": "reprioritise", "priority": 1},
        {"mode": "reprioritise"},
        {"hold_minutes": 0},
        {"hold_minutes": 241},
        {"hold_minutes": None},
        {"mode": "hide"},
        {"cause": "krig"},
        {"lasts": HOUR * 13},
        {"lasts": dt.timedelta(0)},
        {"areas": (999_999,)},
        {"note": "x" * 1001},
    ],
)
def test_what_does_not_fit_together_is_refused(
    town: Town, declare: Callable[..., Flood], wrong: dict[str, Any]
) -> None:
    with pytest.raises(Invalid):
        declare(**wrong)
    assert not Flood.objects.exists()


def test_an_operator_and_a_machine_declare_and_end_nothing(
    town: Town, declare: Callable[..., Flood], by_alma: Actor, now: dt.datetime
) -> None:
    flood = declare()
    for actor in (by_alma, Actor.system("flood")):
        with pytest.raises(Forbidden):
            declare(actor=actor, category="access")
        with pytest.raises(Forbidden):
            floods.end_flood(actor=actor, now=now, public_id=flood.public_id)
        with pytest.raises(Forbidden):
            floods.extend_flood(actor=actor, now=now, public_id=flood.public_id, lasts=HOUR * 5)
        with pytest.raises(Forbidden):
            floods.close_portion(actor=actor, now=now, public_id=flood.public_id, code="flood")


@pytest.mark.parametrize(
    ("first", "second", "overlaps"),
    [
        ((), (), True),
        ((0,), (), True),
        ((), (0,), True),
        ((0, 1), (1, 2), True),
        ((0,), (1,), False),
    ],
)
def test_floods_of_one_category_never_overlap(
    town: Town,
    declare: Callable[..., Flood],
    first: tuple[int, ...],
    second: tuple[int, ...],
    overlaps: bool,
) -> None:
    def there(indexes: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(town.areas[index].pk for index in indexes)

    declare(areas=there(first))
    declare(category="access", areas=there(second))
    if overlaps:
        with pytest.raises(Conflict, match="SL 1"):
            declare(areas=there(second))
    else:
        declare(areas=there(second))


@pytest.mark.django_db(transaction=True)
def test_of_two_shift_leads_at_once_one_declares_and_the_other_is_told(
    town: Town, bo: User, now: dt.datetime
) -> None:
    bo_acts = actor_for(bo)

    said: list[str] = []

    def go() -> None:
        try:
            floods.declare(actor=bo_acts, now=now, data=data())
        except Conflict as error:
            said.append(error.code)
        else:
            said.append("declared")

    in_threads(go, go)
    assert sorted(said) == ["declared", "flood_taken"]
    assert Flood.objects.count() == 1

    said.clear()
    flood = Flood.objects.get()

    def stop() -> None:
        try:
            floods.end_flood(actor=bo_acts, now=now, public_id=flood.public_id)
        except Conflict as error:
            said.append(error.code)
        else:
            said.append("ended")

    in_threads(stop, stop)
    assert sorted(said) == ["ended", "flood_ended"]
    assert LedgerRow.objects.filter(name="flood.ended").count() == 1


def test_what_is_open_and_unanswered_is_taken_in_and_nothing_else(
    town: Town, declare: Callable[..., Flood], now: dt.datetime, by_alma: Actor
) -> None:
    town.mains(4, now=now)
    town.send((0, "HA", "7"), (0, "YC", "8"), now=now)
    taken = Alarm.objects.filter(zone="1").get()
    desk.claim_alarm(actor=by_alma, now=now, public_id=taken.public_id)
    declare(at=now + MINUTE, absorb=True)
    run_due(now + MINUTE)
    assert sorted(Alarm.objects.filter(held=True).values_list("zone", flat=True)) == ["2", "3", "4"]
    assert {alarm.category for alarm in on_board()} == {"holdup", "supervision", "technical"}
    assert LedgerRow.objects.filter(name="alarm.held").count() == 3
    assert Alarm.objects.filter(zone="2").get().held_until == now + MINUTE * 31
    assert not Flood.objects.get().absorbing
    assert run_due(now + MINUTE) == 0


def test_taking_in_a_thousand_goes_in_portions_of_five_hundred(
    town: Town, declare: Callable[..., Flood], now: dt.datetime
) -> None:
    for area in range(3):
        town.mains(335, area=area, now=now)
    flood = declare(absorb=True)
    taken = []
    while count := floods.absorb_portion(actor=Actor.system("flood"), now=now, flood_id=flood.pk):
        taken.append(count)
    assert taken == [500, 500, 5]
    assert held() == 1005


def test_lowering_what_is_open_says_so_for_each(
    town: Town, declare: Callable[..., Flood], now: dt.datetime
) -> None:
    town.mains(2, now=now)
    declare(mode="reprioritise", priority=5, hold_minutes=None, absorb=True)
    run_due(now)
    assert [(alarm.priority, alarm.unanswered) for alarm in on_board()] == [(5, True), (5, True)]
    assert LedgerRow.objects.filter(name="alarm.flooded").count() == 2


def test_restored_within_the_time_it_never_comes_up_and_otherwise_it_does_on_the_minute(
    town: Town, declare: Callable[..., Flood], now: dt.datetime
) -> None:
    declare()
    town.mains(2, now=now)
    town.mains(1, code=MAINS_BACK, now=now + MINUTE * 10)
    assert run_due(now + MINUTE * 29) == 0
    assert run_due(now + MINUTE * 30) == 1
    [alarm] = on_board()
    assert (alarm.zone, alarm.unanswered) == ("2", True)
    assert (alarm.waiting_since, alarm.unheld_at) == (now + MINUTE * 30, now + MINUTE * 30)
    assert alarm.target_at is None or alarm.target_at > now + MINUTE * 30
    assert run_due(now + MINUTE * 31) == 0


def test_a_dead_beat_is_counted_as_a_broken_promise_and_one_run_keeps_them_all(
    town: Town, declare: Callable[..., Flood], now: dt.datetime
) -> None:
    declare(lasts=HOUR)
    town.mains(30, now=now)
    assert promises.overdue_held(now + MINUTE * 29) == 0
    later = now + HOUR * 3
    assert promises.overdue_held(later) == 31
    run_due(later)
    assert promises.overdue_held(later) == 0
    assert (held(), len(on_board())) == (0, 30)
    flood = Flood.objects.get()
    assert (flood.ended_how, flood.ended_at) == ("due", later)
    assert LedgerRow.objects.filter(name="alarm.unheld").count() == 30


def test_at_the_end_what_is_wrong_still_comes_up_oldest_first_with_new_clocks(
    town: Town, declare: Callable[..., Flood], now: dt.datetime, by_bo: Actor
) -> None:
    flood = declare(mode="count", hold_minutes=None)
    town.mains(5, now=now)
    town.mains(5, area=1, now=now + MINUTE)
    town.mains(2, code=MAINS_BACK, now=now + MINUTE)
    ends = now + HOUR
    floods.end_flood(actor=by_bo, now=ends, public_id=flood.public_id)
    assert promises.overdue_held(ends + MINUTE) == 8
    assert run_due(ends) == 8
    shown = on_board()
    assert len(shown) == 8
    assert [alarm.pk for alarm in shown] == sorted(alarm.pk for alarm in shown)
    assert {(alarm.unanswered, alarm.waiting_since) for alarm in shown} == {(True, ends)}
    assert (held(), Alarm.objects.filter(held=True, restored_at=None).count()) == (2, 0)


def test_restored_ones_are_closed_at_the_end_only_if_the_shift_lead_says_so(
    town: Town, declare: Callable[..., Flood], now: dt.datetime, by_bo: Actor
) -> None:
    flood = declare()
    town.mains(3, now=now)
    town.mains(2, code=MAINS_BACK, now=now + MINUTE)
    floods.end_flood(actor=by_bo, now=now + HOUR, public_id=flood.public_id, close_restored=True)
    run_due(now + HOUR)
    closed = Alarm.objects.filter(state="closed").order_by("pk")
    causes = list(closed.values_list("zone", "close_code__code"))
    assert causes == [("1", "flood"), ("2", "flood")]
    assert [alarm.zone for alarm in on_board()] == ["3"]
    assert held() == 0


def test_it_is_warned_of_once_and_a_longer_time_is_warned_of_again(
    town: Town, declare: Callable[..., Flood], now: dt.datetime, by_bo: Actor
) -> None:
    flood = declare(lasts=HOUR)
    warned = LedgerRow.objects.filter(name="flood.warned")
    run_due(now + MINUTE * 44)
    assert warned.count() == 0
    run_due(now + MINUTE * 45)
    run_due(now + MINUTE * 46)
    assert warned.count() == 1
    at = now + MINUTE * 50
    with pytest.raises(Invalid, match="räcker redan"):
        floods.extend_flood(actor=by_bo, now=at, public_id=flood.public_id, lasts=MINUTE * 5)
    floods.extend_flood(actor=by_bo, now=at, public_id=flood.public_id, lasts=HOUR)
    run_due(at + MINUTE * 45)
    assert warned.count() == 2
    with pytest.raises(IntegrityError, match="flood_not_for_ever"), transaction.atomic():
        Flood.objects.update(ends_at=at + HOUR * 13)


def test_a_held_alarm_that_somebody_takes_is_theirs_and_no_longer_held(
    town: Town, declare: Callable[..., Flood], now: dt.datetime, by_alma: Actor
) -> None:
    declare()
    town.mains(1, now=now)
    alarm = desk.claim_alarm(actor=by_alma, now=now, public_id=Alarm.objects.get().public_id)
    assert (alarm.held, alarm.state, alarm.owner_id) == (False, "acknowledged", by_alma.user_id)
    run_due(now + HOUR)
    assert [row.state for row in on_board()] == ["acknowledged"]
    desk.release_alarm(actor=by_alma, now=now + HOUR, public_id=alarm.public_id)
    assert [(row.state, row.unanswered) for row in on_board()] == [("new", True)]
