"""Rules, targets and holidays on the screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from alarms.models import Alarm, AlarmType, Desk, Holiday, RoutingRule
from alarms.services import settings
from alarms.services.settings import RuleData
from tests.accounts.factories import person
from tests.alarms.routing.town import SYSTEM, Town, message
from trygghetscentral.accounts.models import User
from trygghetscentral.ledger.models import LedgerRow

Browser = Callable[[User], Client]


def page(name: str, *args: Any) -> str:
    return reverse(f"alarms:{name}", args=args)


def desk(code: str = "teknik") -> int:
    return Desk.objects.get(code=code).pk


def filled(**values: Any) -> dict[str, Any]:
    return {"name": "Nätter på Ängen", "desk": desk(), "days": "any", **values}


def rule(town: Town, name: str = "Regel", **values: Any) -> RoutingRule:
    data = RuleData(**{"name": name, "desk_id": desk(), **values})
    return settings.add_rule(actor=SYSTEM, now=town.now, data=data)


@pytest.mark.parametrize("name", ["rule-list", "rule-new", "type-list", "holiday-list"])
def test_only_those_who_may(
    town: Town, client_of: Browser, alma: User, bo: User, cia: User, dan: User, name: str
) -> None:
    found = {
        user.username: client_of(user).get(page(name)).status_code for user in (alma, bo, cia, dan)
    }
    assert found == {"alma": 403, "bo": 200, "cia": 403, "dan": 403}
    part = person("SHIFT_LEAD", town.schools, username="per", signature="SL 9")
    assert client_of(part).get(page(name)).status_code == 403


def test_adding_a_rule(town: Town, client_of: Browser, bo: User) -> None:
    client = client_of(bo)
    assert "Ingen är inlagd än" in client.get(page("rule-list")).content.decode()
    answer = client.post(
        page("rule-new"),
        filled(
            categories=["burglary"],
            sites=[town.school.pk],
            controllers=[town.schools.pk],
            from_time="22:00",
            to_time="06:00",
            weekdays=["5", "6"],
            days="holidays",
            priority="1",
            target_seconds="30",
        ),
    )
    assert answer.status_code == 302, answer.content.decode()
    shown = client.get(page("rule-list")).content.decode()
    for words in ("Inbrottslarm", "Ängens förskola", "kl. 22:00–06:00", "fredag, lördag"):
        assert words in shown
    made = RoutingRule.objects.get()
    form = client.get(page("rule-change", made.pk)).context["form"]
    assert form.initial["weekdays"] == ["5", "6"]
    assert LedgerRow.objects.get(name="alarms.rule_changed").actor_label == "SL 1"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"name": ""}, "obligatoriskt"),
        ({"from_time": "08:00"}, "Skriv både från och till"),
        ({"categories": ["x"]}, "Välj ett giltigt alternativ"),
        ({"desk": "0"}, "Välj ett giltigt alternativ"),
        ({"target_seconds": "-1"}, "större än eller lika med 1"),
        ({"priority": "6"}, "Välj ett giltigt alternativ"),
    ],
)
def test_mistakes_in_a_rule(
    town: Town, client_of: Browser, bo: User, values: dict[str, Any], words: str
) -> None:
    for button in ({}, {"try": "1"}):
        answer = client_of(bo).post(page("rule-new"), filled(**values, **button))
        assert answer.status_code == 400
        assert words in answer.content.decode()
    assert not RoutingRule.objects.exists()


def test_two_who_change_the_same_rule(town: Town, client_of: Browser, bo: User) -> None:
    one = rule(town)
    url = page("rule-change", one.pk)
    client = client_of(bo)
    seen = client.get(url).context["form"].initial["seen"]
    assert client.post(url, filled(seen=seen, priority="1")).status_code == 302
    late = client.post(url, filled(seen=seen, priority="5"))
    assert late.status_code == 400
    assert "Någon annan har ändrat" in late.content.decode()
    assert client.get(page("rule-change", 10**20)).status_code == 404


def test_order_and_on_and_off_by_buttons(town: Town, client_of: Browser, bo: User) -> None:
    first, second = rule(town, "Å"), rule(town, "Ö")
    client = client_of(bo)
    client.post(page("rule-move", second.pk), {"where": "up"})
    assert list(RoutingRule.objects.values_list("name", flat=True)) == ["Ö", "Å"]
    assert client.post(page("rule-move", second.pk), {"where": "åt sidan"}).status_code == 400
    client.post(page("rule-activate", first.pk), {"active": "0"})
    first.refresh_from_db()
    assert not first.active
    assert "Nej, avstängd" in client.get(page("rule-list")).content.decode()


# --- trying --------------------------------------------------------------------------------


def alarms(town: Town, count: int = 1) -> None:
    row = town.school_alarm.transmitters.first() or town.transmitter()
    start = Alarm.objects.count()
    town.send(*(message(row, at=town.now, zone=str(start + number)) for number in range(count)))


def test_trying_says_what_would_change_and_saves_nothing(
    town: Town, client_of: Browser, bo: User, travel: Callable[..., Any]
) -> None:
    travel(town.now)
    alarms(town, 2)
    town.send(message(town.school_alarm.transmitters.get(), "FA", at=town.now))
    client = client_of(bo)
    rows = LedgerRow.objects.count()
    answer = client.post(
        page("rule-new"), filled(categories=["burglary"], priority="1", **{"try": "1"})
    )
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert "Av 3 larm de senaste 30 dygnen passar regeln på 2. För 2 blir något" in shown
    assert "Teknik, prioritet 1" in shown
    assert "Nätter på Ängen" in shown
    assert not RoutingRule.objects.exists()
    assert LedgerRow.objects.count() == rows


def test_trying_without_any_alarms(town: Town, client_of: Browser, bo: User) -> None:
    answer = client_of(bo).post(page("rule-new"), filled(**{"try": "1"}))
    assert "Av 0 larm de senaste 30 dygnen" in answer.content.decode()


def test_an_earlier_rule_is_said_to_take_them(
    town: Town, client_of: Browser, bo: User, travel: Callable[..., Any]
) -> None:
    travel(town.now)
    alarms(town)
    rule(town, categories=("burglary",))
    answer = client_of(bo).post(page("rule-new"), filled(**{"try": "1"}))
    assert "1 av dem tar en tidigare regel" in answer.content.decode()


def test_trying_a_change_shows_what_the_rule_would_let_go(
    town: Town, client_of: Browser, bo: User, travel: Callable[..., Any]
) -> None:
    travel(town.now)
    alarms(town)
    one = rule(town, categories=("burglary",))
    answer = client_of(bo).post(
        page("rule-change", one.pk), filled(categories=["fire"], **{"try": "1"})
    )
    trial = answer.context["trial"]
    assert (trial.fits, trial.changed) == (0, 1)
    (row,) = trial.rows
    assert (row.before.desk, row.after.desk) == ("Teknik", "Inbrott och överfall")


def test_one_alarm_or_fifty_cost_the_same_to_try(
    town: Town,
    client_of: Browser,
    bo: User,
    travel: Callable[..., Any],
    django_assert_num_queries: DjangoAssertNumQueries,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    travel(town.now)
    client = client_of(bo)
    values = filled(controllers=[town.schools.pk], **{"try": "1"})
    alarms(town)
    client.post(page("rule-new"), values)
    with django_assert_max_num_queries(40) as found:
        client.post(page("rule-new"), values)
    alarms(town, 49)
    with django_assert_num_queries(len(found)):
        shown = client.post(page("rule-new"), values)
    assert shown.context["trial"].fits == 50


def test_one_rule_or_fifty_cost_the_same_to_list(
    town: Town,
    client_of: Browser,
    bo: User,
    django_assert_num_queries: DjangoAssertNumQueries,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    client = client_of(bo)
    rule(town, sites=(town.school.pk,))
    client.get(page("rule-list"))
    with django_assert_max_num_queries(30) as found:
        client.get(page("rule-list"))
    for number in range(49):
        rule(town, f"Regel {number}", sites=(town.school.pk,), controllers=(town.schools.pk,))
    with django_assert_num_queries(len(found)):
        client.get(page("rule-list"))


# --- targets and holidays ------------------------------------------------------------------


def test_targets(town: Town, client_of: Browser, bo: User) -> None:
    client = client_of(bo)
    row = AlarmType.objects.get(code="AL-INB")
    shown = client.get(page("type-list"))
    seen = next(one["form"].initial["seen"] for one in shown.context["rows"] if one["type"] == row)
    change = {"seen": seen, "priority": "1", "target_seconds": "45"}
    change |= {"limit_seconds": "50", "action_seconds": "300"}
    assert client.post(page("type-change", row.pk), change).status_code == 302
    row.refresh_from_db()
    assert (row.priority, row.target_seconds) == (1, 45)
    assert (row.limit_seconds, row.action_seconds) == (50, 300)
    late = client.post(page("type-change", row.pk), {**change, "target_seconds": "9"})
    assert late.status_code == 400
    assert "Någon annan har ändrat" in late.content.decode()
    early = {"priority": "1", "target_seconds": "45", "limit_seconds": "44"}
    for wrong in ({"priority": "0"}, {"priority": "1", "target_seconds": "x"}, early):
        assert client.post(page("type-change", row.pk), wrong).status_code == 400


def test_holidays(town: Town, client_of: Browser, bo: User, travel: Callable[..., Any]) -> None:
    travel(town.now)
    client = client_of(bo)
    assert client.get(page("holiday-list")).context["year_form"]["year"].value() == 2026
    client.post(page("holiday-year"), {"year": "2026"})
    shown = client.get(page("holiday-list"))
    assert "Midsommarafton" in shown.content.decode()
    assert shown.context["year_form"]["year"].value() == 2027
    client.post(page("holiday-add"), {"date": "2026-08-01", "name": "Malmöfestivalen"})
    again = client.post(page("holiday-add"), {"date": "2026-08-01", "name": "Malmöfestivalen"})
    assert again.status_code == 400
    assert "finns redan" in again.content.decode()
    assert client.post(page("holiday-year"), {"year": "-5"}).status_code == 400
    client.post(page("holiday-remove", Holiday.objects.get(name="Malmöfestivalen").pk))
    assert Holiday.objects.count() == 16
