"""Rules, targets and holidays: changed by services, told in the ledger, first come first served."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from alarms.kinds import DEFAULT_PRIORITY
from alarms.models import Alarm, AlarmType, Desk, Holiday, RoutingRule
from alarms.selectors import directory
from alarms.services import settings
from alarms.services.settings import RuleData, rule_version
from tests.alarms.routing.town import SYSTEM, Town, message
from trygghetscentral.ledger.models import LedgerPayload, LedgerRow
from trygghetscentral.shared.errors import Conflict, Invalid, Missing


def data(**values: object) -> RuleData:
    base = RuleData(name="Skolor om natten", desk_id=Desk.objects.get(code="brand").pk)
    return replace(base, **values)  # type: ignore[arg-type]


def told(name: str) -> list[dict[str, object]]:
    seqs = LedgerRow.objects.filter(name=name).order_by("seq").values_list("seq", flat=True)
    return [LedgerPayload.objects.get(seq=seq).body or {} for seq in seqs]


def add(now: dt.datetime, name: str = "Regel") -> RoutingRule:
    return settings.add_rule(actor=SYSTEM, now=now, data=data(name=name))


def order() -> list[str]:
    return list(RoutingRule.objects.order_by("position").values_list("name", flat=True))


def test_a_rule_with_everything(town: Town, now: dt.datetime) -> None:
    rule = settings.add_rule(
        actor=SYSTEM,
        now=now,
        data=data(
            categories=("fire", "burglary"),
            sites=(town.school.pk,),
            controllers=(town.schools.pk,),
            weekdays=(7, 6),
            from_time=dt.time(22),
            to_time=dt.time(6, 30),
            priority=1,
            target_seconds=30,
        ),
    )
    rule.refresh_from_db()
    assert (rule.position, rule.weekdays) == (1, [6, 7])
    assert list(rule.sites.all()) == [town.school]
    (body,) = told("alarms.rule_changed")
    assert body["change"] == "added"
    assert (body["from_minute"], body["to_minute"]) == (1320, 390)
    assert body["sites"] == [town.school.pk]


@pytest.mark.parametrize(
    "wrong", [{"name": "  "}, {"from_time": dt.time(8)}, {"to_time": dt.time(8)}]
)
def test_bad_rules(town: Town, now: dt.datetime, wrong: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        settings.add_rule(actor=SYSTEM, now=now, data=data(**wrong))
    assert not RoutingRule.objects.exists()


def test_a_list_has_an_end(town: Town, now: dt.datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "MOST_RULES", 1)
    add(now)
    with pytest.raises(Conflict, match="full"):
        add(now)


def test_moving(town: Town, now: dt.datetime) -> None:
    first, second, third = (add(now, name) for name in "ÅÄÖ")
    settings.move_rule(actor=SYSTEM, now=now, rule_id=third.pk, up=True)
    assert order() == ["Å", "Ö", "Ä"]
    settings.move_rule(actor=SYSTEM, now=now, rule_id=first.pk, up=False)
    assert order() == ["Ö", "Å", "Ä"]
    before = len(told("alarms.rule_changed"))
    settings.move_rule(actor=SYSTEM, now=now, rule_id=third.pk, up=True)
    settings.move_rule(actor=SYSTEM, now=now, rule_id=second.pk, up=False)
    assert order() == ["Ö", "Å", "Ä"]
    assert len(told("alarms.rule_changed")) == before
    with pytest.raises(Missing):
        settings.move_rule(actor=SYSTEM, now=now, rule_id=0, up=True)


def test_turning_off_twice_is_once(town: Town, now: dt.datetime) -> None:
    rule = add(now)
    for _ in range(2):
        settings.set_rule_active(actor=SYSTEM, now=now, rule_id=rule.pk, active=False)
    assert [body["change"] for body in told("alarms.rule_changed")] == ["added", "deactivated"]


def test_two_who_change_the_same_rule(town: Town, now: dt.datetime) -> None:
    rule = add(now)
    seen = rule_version(rule)
    change = {"actor": SYSTEM, "now": now, "rule_id": rule.pk, "seen": seen}
    settings.change_rule(**change, data=data(priority=1))  # type: ignore[arg-type]
    with pytest.raises(Conflict, match="Någon annan"):
        settings.change_rule(**change, data=data(priority=2))  # type: ignore[arg-type]
    rule.refresh_from_db()
    assert rule.priority == 1
    with pytest.raises(Missing):
        settings.change_rule(actor=SYSTEM, now=now, rule_id=0, data=data())


def test_targets_reach_the_receivers(town: Town, now: dt.datetime) -> None:
    row = AlarmType.objects.get(code="AL-INB")
    version = directory.newest_change()
    for _ in range(2):
        settings.change_type(actor=SYSTEM, now=now, type_id=row.pk, priority=1, target_seconds=None)
    assert told("alarms.types_changed") == [
        {
            "code": "AL-INB",
            "priority": 1,
            "target_seconds": None,
            "limit_seconds": None,
            "action_seconds": None,
        }
    ]
    assert directory.newest_change() > version
    assert directory.load(0).types["AL-INB"].target_seconds is None
    with pytest.raises(Conflict):
        settings.change_type(
            actor=SYSTEM, now=now, type_id=row.pk, priority=3, target_seconds=9, seen="old"
        )


def test_a_limit_is_never_before_the_target(town: Town, now: dt.datetime) -> None:
    row = AlarmType.objects.get(code="AL-INB")
    given = {"actor": SYSTEM, "now": now, "type_id": row.pk, "priority": 2}
    changed = settings.change_type(**given, target_seconds=40, action_seconds=600)  # type: ignore[arg-type]
    assert (changed.limit_seconds, changed.action_seconds) == (80, 600)
    with pytest.raises(Invalid, match="före svarstiden"):
        settings.change_type(**given, target_seconds=40, limit_seconds=39)  # type: ignore[arg-type]
    settings.change_type(**given, target_seconds=40, limit_seconds=40)  # type: ignore[arg-type]
    assert directory.load(0).types["AL-INB"].limit_seconds == 40


def test_holidays(town: Town, now: dt.datetime) -> None:
    assert settings.add_holidays(actor=SYSTEM, now=now, year=2026) == 16
    assert settings.add_holidays(actor=SYSTEM, now=now, year=2026) == 0
    eve = Holiday.objects.get(name="Midsommarafton")
    for _ in range(2):
        settings.remove_holiday(actor=SYSTEM, now=now, pk=eve.pk)
    settings.add_holiday(actor=SYSTEM, now=now, date=eve.date, name=" Åsnans dag ")
    assert Holiday.objects.get(date=eve.date).name == "Åsnans dag"
    with pytest.raises(Conflict):
        settings.add_holiday(actor=SYSTEM, now=now, date=eve.date, name="igen")
    with pytest.raises(Invalid):
        settings.add_holiday(actor=SYSTEM, now=now, date=eve.date, name=" ")
    with pytest.raises(Invalid):
        settings.add_holidays(actor=SYSTEM, now=now, year=1066)
    assert [len(body["added"]) for body in told("alarms.holidays_changed")] == [16, 0, 1]  # type: ignore[arg-type]


def test_a_moved_priority_moves_all_codes_of_the_type(town: Town, now: dt.datetime) -> None:
    row = AlarmType.objects.get(code="AL-INB")
    sender = town.transmitter()
    found = []
    for number, priority in enumerate((2, 1, 3, 5)):
        settings.change_type(
            actor=SYSTEM, now=now, type_id=row.pk, priority=priority, target_seconds=90
        )
        for code in ("BA", "BG"):
            receipt = town.send(message(sender, code, at=now, zone=f"{number}{code}"))[0]
            found.append(Alarm.objects.get(number=receipt.alarm_number).priority)
    assert found == [2, 3, 1, 2, 3, 4, 5, 5]


def test_the_defaults_are_those_of_the_migration(db: None) -> None:
    assert dict(AlarmType.objects.values_list("code", "priority")) == DEFAULT_PRIORITY
