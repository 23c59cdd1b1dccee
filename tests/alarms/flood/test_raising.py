"""After a larmflod that lowered: each alarm has its own priority again, and keeps its clocks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from alarms.events import snapshot
from alarms.models import Alarm, CloseCode, Desk, Flood, RoutingRule
from alarms.services.desk import claim_alarm
from alarms.services.floods import raising
from alarms.services.leading import reprioritise
from alarms.services.routing import route_alarms, route_left_over
from tests.alarms.flood.conftest import HOUR, MACHINE, MINUTE, Town, run_due
from trygghetscentral.accounts.models import User
from trygghetscentral.callout.auditor import examine
from trygghetscentral.ledger.models import LedgerRow
from trygghetscentral.shared.actor import Actor

Declare = Callable[..., Flood]


@pytest.fixture
def lower(declare: Declare, town: Town) -> Declare:
    """A flood that gives everything priority 5."""

    def go(**fields: object) -> Flood:
        return declare(mode="reprioritise", priority=5, hold_minutes=None, **fields)

    return go


def at_places(town: Town, now: dt.datetime, code: str = "AT") -> list[Alarm]:
    """One alarm at each of the three places, routed."""
    known = set(Alarm.objects.values_list("pk", flat=True))
    town.send(*[(index, code, "1") for index in range(3)], now=now)
    pks = sorted(set(Alarm.objects.values_list("pk", flat=True)) - known)
    route_alarms(ids=pks, actor=MACHINE, now=now)
    return list(Alarm.objects.filter(pk__in=pks).order_by("pk"))


def priorities() -> list[int]:
    return list(Alarm.objects.order_by("pk").values_list("priority", flat=True))


def unflooded() -> int:
    return LedgerRow.objects.filter(name="alarm.unflooded").count()


@pytest.mark.parametrize("absorbed", [True, False])
def test_what_it_lowered_is_raised_and_keeps_its_clocks(
    town: Town, lower: Declare, now: dt.datetime, absorbed: bool
) -> None:
    if absorbed:
        before = at_places(town, now)
        lower(absorb=True)
        run_due(now)
    else:
        flood = lower()
        before = at_places(town, now)
        assert {alarm.flood_id for alarm in before} == {flood.pk}
    assert priorities() == [5, 5, 5]
    own = before[0].signalled_priority
    assert own < 5
    later = now + HOUR * 4
    assert run_due(later) > 0
    assert priorities() == [own] * 3
    for was, alarm in zip(before, Alarm.objects.order_by("pk"), strict=True):
        assert (alarm.waiting_since, alarm.target_at) == (was.waiting_since, was.target_at)
        assert alarm.unanswered
    assert unflooded() == 3
    assert not Flood.objects.get().absorbing
    assert run_due(later) == 0
    assert unflooded() == 3


def test_a_rule_gives_its_own(town: Town, lower: Declare, now: dt.datetime) -> None:
    rule = RoutingRule.objects.create(
        position=1,
        name="Skolor",
        desk=Desk.objects.get(code="teknik"),
        priority=2,
        categories=["technical"],
    )
    lower()
    at_places(town, now)
    assert priorities() == [5, 5, 5]
    rule.priority = 3
    rule.save()
    run_due(now + HOUR * 4)
    assert priorities() == [3, 3, 3]


def test_what_had_been_changed_by_hand_before_it_gets_that_back(
    town: Town, lower: Declare, now: dt.datetime, by_bo: Actor
) -> None:
    first = at_places(town, now)[0]
    reprioritise(actor=by_bo, now=now, public_id=first.public_id, priority=2, reason="Dialys")
    lower(at=now + MINUTE, absorb=True)
    run_due(now + MINUTE)
    assert priorities() == [5, 5, 5]
    run_due(now + HOUR * 5)
    assert priorities()[0] == 2


def test_what_is_changed_by_hand_during_it_is_left(
    town: Town, lower: Declare, now: dt.datetime, by_bo: Actor
) -> None:
    lower()
    first, second, third = at_places(town, now)
    for alarm, priority in ((first, 2), (second, 4)):
        reprioritise(
            actor=by_bo, now=now, public_id=alarm.public_id, priority=priority, reason="Ring"
        )
    run_due(now + HOUR * 4)
    assert priorities() == [2, 4, third.signalled_priority]
    assert unflooded() == 1


def test_closed_ones_are_left_and_taken_ones_are_raised(
    town: Town, lower: Declare, now: dt.datetime, alma: User, by_alma: Actor
) -> None:
    flood = lower()
    taken, closed, _ = at_places(town, now)
    claim_alarm(actor=by_alma, now=now, public_id=taken.public_id)
    code = CloseCode.objects.filter(category="technical").first()
    Alarm.objects.filter(pk=closed.pk).update(
        state="closed", closed_at=now, close_code=code, unanswered=False, escalates_at=None
    )
    run_due(flood.ends_at)
    assert priorities() == [taken.signalled_priority, 5, taken.signalled_priority]
    assert Alarm.objects.get(pk=taken.pk).owner == alma


def test_routed_after_the_end_it_is_not_lowered(
    town: Town, lower: Declare, now: dt.datetime
) -> None:
    RoutingRule.objects.create(
        position=1,
        name="Skolor",
        desk=Desk.objects.get(code="teknik"),
        priority=3,
        categories=["technical"],
    )
    flood = lower()
    town.send((0, "AT", "1"), now=now)
    run_due(flood.ends_at)
    route_left_over(actor=MACHINE, now=flood.ends_at)
    assert priorities() == [3]


def test_escalation_goes_by_the_priority_again(
    town: Town, lower: Declare, now: dt.datetime
) -> None:
    flood = lower()
    at_places(town, now)
    Alarm.objects.update(signalled_priority=2, limit_seconds=600)
    run_due(flood.ends_at)
    assert {alarm.escalates_at for alarm in Alarm.objects.all()} == {
        now + dt.timedelta(seconds=600)
    }


def test_one_that_fails_is_late_and_tried_again(
    town: Town, lower: Declare, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(raising, "PORTION", 2)
    flood = lower()
    bad = at_places(town, now)[0]
    sound = snapshot

    def fails(alarm: Alarm) -> object:
        if alarm.pk == bad.pk:
            raise RuntimeError
        return sound(alarm)

    monkeypatch.setattr(raising, "snapshot", fails)
    run_due(flood.ends_at)
    assert priorities() == [5, bad.signalled_priority, bad.signalled_priority]
    assert examine(flood.ends_at + MINUTE)["alarms.flood"] == 1
    monkeypatch.setattr(raising, "snapshot", sound)
    assert run_due(flood.ends_at + MINUTE) == 1
    assert examine(flood.ends_at + MINUTE)["alarms.flood"] == 0
