"""A real flood through intake: calm on the board, nothing dropped, a hold-up first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alarms.models import (
    Alarm,
    Desk,
    Flood,
    Installation,
    LinkState,
    RoutingRule,
    Signal,
    Transmitter,
)
from alarms.selectors import board
from alarms.services import floods, links
from alarms.services.escalation import escalate_due
from alarms.services.intake import in_flood, store_batch
from alarms.services.leading import reprioritise
from tests.alarms.flood.conftest import MACHINE, MAINS, MAINS_BACK, MINUTE, Town, held, on_board
from tests.alarms.links.test_supervision import listening
from trygghetscentral.accounts.models import NeedToKnowGroup, User
from trygghetscentral.ledger.models import LedgerRow
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.statements import ask as ask_database


def test_three_hundred_alarms_over_three_areas_stand_aside_for_the_hold_up_among_them(
    town: Town, declare: Callable[..., Flood], now: dt.datetime, alma: User
) -> None:
    flood = declare(areas=tuple(area.pk for area in town.areas))
    faults = [(index, MAINS, str(zone)) for zone in range(1, 101) for index in range(3)]
    town.send(*faults[:150], (1, "HA", "7"), *faults[150:], now=now)
    assert Alarm.objects.count() == Signal.objects.exclude(alarm_id=None).count() == 301
    numbers = Alarm.objects.values_list("number", flat=True)
    assert sorted(int(number.split("-")[-1]) for number in numbers) == list(range(1, 302))
    [first] = on_board()
    assert (first.category, first.priority, first.unanswered) == ("holdup", 1, True)
    assert first.escalates_at is not None
    assert (held(), Alarm.objects.filter(flood=flood).count()) == (300, 300)
    counts = board.counts(alma.audiences())
    assert (counts["total"], counts["unanswered"]) == (1, 1)
    assert [alarm.category for alarm in board.window(alma.audiences(), 200)] == ["holdup"]


def test_without_a_flood_the_same_faults_stand_on_the_board_after_the_hold_up(
    town: Town, now: dt.datetime
) -> None:
    town.mains(50, now=now)
    town.send((1, "HA", "7"), now=now)
    assert [alarm.category for alarm in on_board()] == ["holdup", *["technical"] * 50]


@pytest.mark.parametrize("code", ["FA", "HA", "PA", "MA", "QQ", "GA", "BA", "YC"])
def test_only_what_the_flood_is_about_is_held(
    town: Town, declare: Callable[..., Flood], now: dt.datetime, code: str
) -> None:
    declare()
    town.send((0, code, "7"), now=now)
    assert (held(), len(on_board())) == (0, 1)


def test_a_kind_that_the_installation_has_made_a_personal_alarm_is_never_held(
    town: Town, declare: Callable[..., Flood], now: dt.datetime
) -> None:
    declare(category="burglary")
    Installation.objects.update(type_overrides={"burglary": "AL-PER"})
    town.send((0, "BA", "7"), now=now)
    assert held() == 0
    Installation.objects.update(type_overrides={})
    town.send((0, "BA", "8"), now=now)
    assert held() == 1


def test_another_area_is_not_in_the_flood(
    town: Town, declare: Callable[..., Flood], now: dt.datetime
) -> None:
    declare(areas=(town.areas[0].pk,))
    town.send((0, MAINS, "1"), (1, MAINS, "1"), now=now)
    assert held() == 1
    assert [alarm.city_area_id for alarm in on_board()] == [town.areas[1].pk]


def test_what_only_a_need_to_know_group_sees_is_never_held(
    town: Town, declare: Callable[..., Flood], now: dt.datetime
) -> None:
    declare()
    site = Installation.objects.order_by("pk")[0].site
    group = NeedToKnowGroup.objects.create(organisation=site.controller, name="Skyddat")
    site.restricted_group = group
    site.save()
    town.send((0, MAINS, "1"), (1, MAINS, "1"), now=now)
    assert [alarm.city_area_id for alarm in on_board()] == [town.areas[0].pk]


def test_a_lowering_flood_lowers_and_never_raises(
    town: Town, declare: Callable[..., Flood], now: dt.datetime
) -> None:
    declare(category="tamper", mode="reprioritise", priority=4, hold_minutes=None)
    town.send((0, "TA", "1"), now=now)
    [alarm] = on_board()
    assert (alarm.priority, alarm.signalled_priority, alarm.unanswered) == (4, 2, True)


def test_a_rule_that_comes_later_does_not_lift_what_the_shift_lead_lowered(
    town: Town, declare: Callable[..., Flood], now: dt.datetime, deliver_all: Callable[..., int]
) -> None:
    desk = Desk.objects.order_by("pk")[0]
    RoutingRule.objects.create(name="Allt", position=1, desk=desk, priority=2, target_seconds=60)
    declare(mode="reprioritise", priority=5, hold_minutes=None)
    town.mains(1, now=now)
    deliver_all(now)
    assert [alarm.priority for alarm in on_board()] == [5]


def test_a_held_alarm_is_routed_and_stays_held_unless_the_rule_calls_it_urgent(
    town: Town, declare: Callable[..., Flood], now: dt.datetime, deliver_all: Callable[..., int]
) -> None:
    declare()
    town.mains(1, now=now)
    deliver_all(now)
    assert (held(), Alarm.objects.get().desk is not None) == (1, True)
    RoutingRule.objects.create(
        name="Sjukhus", position=1, desk=Desk.objects.order_by("pk")[0], priority=1
    )
    town.mains(1, area=1, now=now)
    deliver_all(now)
    [alarm] = on_board()
    assert (alarm.priority, alarm.unanswered, alarm.escalates_at is not None) == (1, True, True)


def test_a_held_alarm_waits_for_nobody_however_long(
    town: Town, declare: Callable[..., Flood], now: dt.datetime, deliver_all: Callable[..., int]
) -> None:
    declare(mode="count", hold_minutes=None)
    town.mains(3, now=now)
    deliver_all(now)
    assert escalate_due(actor=MACHINE, now=now + MINUTE * 60) == 0
    assert not LedgerRow.objects.filter(name="alarm.escalated").exists()


def test_a_flood_that_ended_a_moment_ago_holds_nothing_by_an_old_cache(
    town: Town, declare: Callable[..., Flood], now: dt.datetime, by_bo: Actor
) -> None:
    flood = declare()
    sender = town.senders[0]
    cached = sender.directory()
    assert len(cached.floods) == 1
    floods.end_flood(actor=by_bo, now=now, public_id=flood.public_id)
    store_batch([sender.message(MAINS)], directory=cached, now=now, memory=sender.memory)
    assert (held(), len(on_board())) == (0, 1)


def test_a_flood_whose_time_is_out_holds_nothing_though_nobody_has_ended_it(
    town: Town, declare: Callable[..., Flood], now: dt.datetime
) -> None:
    declare(lasts=MINUTE * 60)
    town.mains(1, now=now + MINUTE * 60)
    assert (held(), len(on_board())) == (0, 1)


def test_one_question_a_batch_and_none_for_what_no_flood_covers(
    town: Town,
    declare: Callable[..., Flood],
    now: dt.datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    declare()
    asked: list[str] = []

    def ask(statement: str, *given: object) -> object:
        asked.append(statement)
        return ask_database(statement, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(in_flood, "ask", ask)
    town.send((0, "BA", "1"), (0, "FA", "2"), now=now)
    assert asked == []
    town.mains(40, now=now)
    assert asked == [in_flood.STILL_OPEN]


def test_the_directory_reads_the_floods_in_the_same_number_of_queries(
    town: Town, declare: Callable[..., Flood]
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            town.senders[0].directory()
        return len(asked)

    declare(areas=(town.areas[0].pk,))
    one = cost()
    declare(areas=(town.areas[1].pk,))
    declare(category="access")
    assert cost() == one


def test_a_restored_alarm_stays_held_and_a_new_fault_gets_a_new_wait(
    town: Town, declare: Callable[..., Flood], now: dt.datetime
) -> None:
    declare()
    town.mains(1, now=now)
    town.mains(1, code=MAINS_BACK, now=now + MINUTE * 29)
    alarm = Alarm.objects.get()
    assert (alarm.held, alarm.restored_at) == (True, now + MINUTE * 29)
    floods.release_due(actor=MACHINE, now=now + MINUTE * 40)
    town.mains(1, now=now + MINUTE * 40)
    alarm.refresh_from_db()
    assert (alarm.held, alarm.restored_at) == (True, None)
    assert alarm.held_until == now + MINUTE * 70


def test_what_was_restored_and_goes_wrong_again_after_the_flood_comes_up_by_itself(
    town: Town, declare: Callable[..., Flood], now: dt.datetime, by_bo: Actor
) -> None:
    flood = declare()
    town.mains(1, now=now)
    town.mains(1, code=MAINS_BACK, now=now + MINUTE)
    floods.end_flood(actor=by_bo, now=now + MINUTE * 2, public_id=flood.public_id)
    assert held() == 1
    town.mains(1, now=now + MINUTE * 3)
    [alarm] = on_board()
    assert (alarm.unanswered, alarm.waiting_since) == (True, now + MINUTE * 3)
    assert alarm.escalates_at is not None or alarm.limit_seconds is None
    last = LedgerRow.objects.order_by("-seq").filter(name__startswith="alarm.")[0]
    assert last.name == "alarm.unheld"


@pytest.mark.parametrize(("priority", "stands"), [(1, 1), (2, 0)])
def test_what_the_shift_lead_calls_urgent_comes_up(
    town: Town,
    declare: Callable[..., Flood],
    by_bo: Actor,
    now: dt.datetime,
    priority: int,
    stands: int,
) -> None:
    declare()
    town.mains(1, now=now)
    alarm = Alarm.objects.get()
    later = now + MINUTE
    reprioritise(
        actor=by_bo, now=later, public_id=alarm.public_id, priority=priority, reason="Dialysen"
    )
    assert len(on_board()) == stands
    alarm.refresh_from_db()
    assert (alarm.held, alarm.unanswered) == (not stands, bool(stands))
    if stands:
        assert (alarm.waiting_since, alarm.unheld_at) == (later, later)


def test_a_line_that_is_lost_in_a_telecom_flood_is_held_and_outside_it_is_not(
    town: Town, declare: Callable[..., Flood], now: dt.datetime
) -> None:
    declare(category="supervision", cause="telecom", areas=(town.areas[0].pk,))
    later = now + MINUTE * 10
    listening(now - MINUTE * 60, later)
    Transmitter.objects.update(supervision="180s")
    LinkState.objects.update(last_seen_at=now, due_at=now + MINUTE * 3)
    links.supervise(actor=MACHINE, now=later)
    lost = Alarm.objects.filter(kind="link.trouble").order_by("pk")
    assert list(lost.values_list("held", flat=True)) == [True, False, False]
