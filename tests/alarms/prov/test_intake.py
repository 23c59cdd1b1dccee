"""Signals under prov: stored and answered as always, and calling nobody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from alarms.models import Alarm, Desk, Installation, RoutingRule, Signal, Zone
from alarms.models import TestPeriod as Period
from alarms.selectors.rows import row_of
from alarms.services import prov
from alarms.services.intake import store_batch, under_test
from tests.alarms.intake.senders import Sender
from tests.alarms.prov.conftest import HOUR, WORD, open_alarms, outcomes
from trygghetscentral.ledger.models import LedgerRow
from trygghetscentral.shared.actor import Actor


def test_a_signal_under_prov_is_stored_with_its_receipt_and_raises_nothing(
    sender: Sender, set_prov: Callable[..., Period]
) -> None:
    set_prov()
    [receipt] = sender.send(sender.message("BA"))
    assert receipt.signal_id == Signal.objects.get().pk
    assert (receipt.alarm_public_id, receipt.duplicate) == (None, False)
    assert outcomes() == ["prov"]
    assert not Alarm.objects.exists()


def test_without_prov_the_same_signal_is_an_alarm(sender: Sender) -> None:
    sender.send(sender.message("BA"))
    assert outcomes() == ["raised"]
    assert len(open_alarms()) == 1


@pytest.mark.parametrize("code", ["FA", "HA", "PA"])
def test_fire_and_hold_up_are_real_while_the_whole_installation_is_in_prov(
    sender: Sender, set_prov: Callable[..., Period], code: str
) -> None:
    set_prov()
    sender.send(sender.message(code))
    [alarm] = open_alarms()
    assert (alarm.priority, alarm.kind.startswith("prov:")) == (1, False)


def test_a_trygghetslarm_and_what_we_cannot_read_are_never_under_a_general_prov(
    sender: Sender, set_prov: Callable[..., Period]
) -> None:
    set_prov()
    sender.send(sender.message("MA"), sender.message("QQ"), sender.message())
    assert {alarm.category for alarm in open_alarms()} == {"medical", "unknown"}
    assert "prov" not in outcomes()


def test_a_code_that_the_installation_has_made_a_personal_alarm_is_real(
    sender: Sender, installation: Installation, set_prov: Callable[..., Period]
) -> None:
    set_prov()
    installation.type_overrides = {"burglary": "AL-PER"}
    installation.save()
    sender.send(sender.message("BA"))
    assert len(open_alarms()) == 1


def test_fire_under_prov_stays_on_the_board_last_and_with_nobody_to_wait_for(
    sender: Sender, fire_prov: Period
) -> None:
    sender.send(sender.message("FA"))
    [row] = open_alarms()
    assert outcomes() == ["prov"]
    assert (row.category, row.priority, row.kind) == ("fire", 5, "prov:fire.alarm")
    assert (row.target_at, row.escalates_at) == (None, None)
    assert Signal.objects.get().alarm_id == row.pk


@pytest.mark.parametrize(("area", "zone"), [("1", "13"), ("2", "12"), ("1", ""), ("", "12")])
def test_any_other_zone_is_a_real_alarm(
    sender: Sender, fire_prov: Period, area: str, zone: str
) -> None:
    sender.send(sender.message("FA", zone, area=area))
    [alarm] = open_alarms()
    assert (alarm.priority, alarm.kind) == (1, "fire.alarm")


def test_the_same_zone_padded_otherwise_is_the_same_zone(sender: Sender, fire_prov: Period) -> None:
    sender.send(sender.message("FA", "0012", area="01"))
    assert [row.kind for row in open_alarms()] == ["prov:fire.alarm"]


def test_hold_up_in_the_zone_whose_fire_is_tested_is_real(
    sender: Sender, fire_prov: Period
) -> None:
    sender.send(sender.message("HA"))
    assert [row.kind for row in open_alarms()] == ["holdup.alarm"]


def test_a_zone_entered_for_every_area_is_tested_in_every_area_but_not_where_another_stands(
    sender: Sender, installation: Installation, set_prov: Callable[..., Period]
) -> None:
    Zone.objects.create(installation=installation, area="", number="7", name="hallen")
    Zone.objects.create(installation=installation, area="2", number="7", name="källaren")
    set_prov(zone="7", category="fire", verification=WORD)
    sender.send(sender.message("FA", "7", area="1"), sender.message("FA", "7", area="2"))
    assert [(row.area, row.kind) for row in open_alarms()] == [
        ("2", "fire.alarm"),
        ("1", "prov:fire.alarm"),
    ]


@pytest.mark.parametrize(
    ("scope", "signal", "tested"),
    [
        ({"area": "1"}, {"code": "BA"}, True),
        ({"area": "2"}, {"code": "BA"}, False),
        ({"zone": "12"}, {"code": "BA"}, True),
        ({"zone": "12"}, {"code": "BA", "area": "2"}, True),
        ({"zone": "13"}, {"code": "BA"}, False),
        ({"category": "burglary"}, {"code": "BA"}, True),
        ({"category": "burglary"}, {"code": "TA"}, False),
        ({"category": "unknown"}, {"code": "QQ"}, True),
        ({"kind": "out_of_service", "zone": "12"}, {"code": "BA"}, True),
    ],
)
def test_the_scope_decides(
    sender: Sender,
    set_prov: Callable[..., Period],
    scope: dict[str, str],
    signal: dict[str, Any],
    tested: bool,
) -> None:
    set_prov(**scope)
    sender.send(sender.message(**signal))
    assert (outcomes() == ["prov"]) is tested
    assert bool(open_alarms()) is not tested


def test_an_alarm_that_was_open_is_not_touched_by_what_is_tested(
    sender: Sender, set_prov: Callable[..., Period]
) -> None:
    sender.send(sender.message("BA"))
    before = Alarm.objects.values().get()
    sender.later(minutes=1)
    set_prov()
    sender.send(sender.message("BA"))
    assert Alarm.objects.values().get() == before


def test_a_real_fire_beside_its_test_is_an_alarm_of_its_own(
    sender: Sender, fire_prov: Period
) -> None:
    sender.send(sender.message("FA"))
    sender.later(minutes=61)
    sender.send(sender.message("FA"))
    assert [(row.kind, row.priority) for row in open_alarms()] == [
        ("fire.alarm", 1),
        ("prov:fire.alarm", 5),
    ]


def test_a_restore_under_prov_marks_the_tested_row_and_the_alarm_that_was_open(
    sender: Sender, set_prov: Callable[..., Period]
) -> None:
    sender.send(sender.message("FA"))
    set_prov(area="1", zone="12", category="fire", verification=WORD)
    sender.send(sender.message("FA"))
    sender.send(sender.message("FR"))
    assert [row.restored_at for row in open_alarms()] == [sender.now, sender.now]
    assert outcomes() == ["raised", "prov", "prov"]


def test_expiry_is_judged_by_the_batch_and_not_by_the_cache(
    sender: Sender, set_prov: Callable[..., Period]
) -> None:
    set_prov()
    cached = sender.directory()
    sender.later(minutes=60)
    store_batch([sender.message("BA")], directory=cached, now=sender.now, memory=sender.memory)
    assert outcomes() == ["raised"]


def test_a_period_ended_a_moment_ago_hides_nothing_from_an_old_cache(
    sender: Sender, set_prov: Callable[..., Period], by_alma: Actor
) -> None:
    period = set_prov()
    cached = sender.directory()
    prov.end_period(actor=by_alma, now=sender.now, public_id=period.public_id)
    store_batch([sender.message("BA")], directory=cached, now=sender.now, memory=sender.memory)
    assert outcomes() == ["raised"]
    assert len(open_alarms()) == 1


def test_a_retransmission_under_prov_is_a_duplicate(sender: Sender, fire_prov: Period) -> None:
    sender.send(sender.message("FA", sequence=5))
    [receipt] = sender.send(sender.message("FA", sequence=5))
    assert receipt.duplicate
    assert receipt.alarm_number == Alarm.objects.get().number
    assert Alarm.objects.get().signal_count == 1
    assert outcomes() == ["prov", "duplicate"]


def test_what_is_not_tested_asks_the_database_nothing_more(
    sender: Sender, set_prov: Callable[..., Period], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def ask(statement: str, *_: object) -> Callable[[], list[tuple[int]]]:
        asked.append(statement)
        return list

    set_prov(zone="12")
    monkeypatch.setattr(under_test, "ask", ask)
    sender.send(sender.message("BA", "40"), sender.message("BR", "40"))
    assert (asked, outcomes()) == ([], ["raised", "restored"])
    sender.send(sender.message("BA", "12"))
    assert asked == [under_test.STILL_OPEN]


def test_receivers_are_told_of_every_change(
    sender: Sender, set_prov: Callable[..., Period], by_alma: Actor
) -> None:
    told = LedgerRow.objects.filter(name="alarms.directory_changed")
    period = set_prov()
    assert told.count() == 1
    later = sender.now + dt.timedelta(minutes=5)
    prov.extend_period(
        actor=by_alma, now=later, public_id=period.public_id, lasts=2 * HOUR, reason="Mer kvar"
    )
    assert told.count() == 2
    prov.end_period(actor=by_alma, now=later, public_id=period.public_id)
    assert told.count() == 3


def test_a_rule_gives_a_tested_row_its_desk_and_makes_it_no_graver(
    sender: Sender, fire_prov: Period, deliver_all: Callable[..., int]
) -> None:
    desk = Desk.objects.order_by("-position").first()
    assert desk is not None
    RoutingRule.objects.create(name="Skolor", position=1, desk=desk, priority=1, target_seconds=30)
    sender.send(sender.message("FA"), sender.message("FA", "13"))
    deliver_all(sender.now)
    real, row = open_alarms()
    assert (real.desk, real.priority, real.target_seconds) == (desk, 1, 30)
    assert (row.desk, row.priority, row.target_at, row.escalates_at) == (desk, 5, None, None)


def test_no_tested_fire_waits_for_räddningstjänsten(
    sender: Sender, installation: Installation, fire_prov: Period
) -> None:
    installation.fire_call = "centre"
    installation.save()
    sender.send(sender.message("FA"), sender.message("FA", "13"))
    shown = [row_of(alarm) for alarm in open_alarms()]
    assert [(row.prov, row.awaits_rescue) for row in shown] == [(False, True), (True, False)]
