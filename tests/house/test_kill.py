"""Whatever dies, an alarm that we have acknowledged is there, once, and the house comes back."""

from __future__ import annotations

import itertools
import random
import time
from collections import Counter

import pytest

from tests.house.line import Line
from tests.house.panel import Panel, Traffic
from tests.house.stack import House
from tests.house.transmitters import register
from tests.house.windows import clear_board

ACCOUNTS = ("A0001", "A0002", "A0003", "A0004")
PARTS = ("receiver", "web", "publisher", "worker_critical", "worker", "beat", "redis", "postgres")
BEFORE_SECONDS = 1.0
AFTER_SECONDS = 2.0

zones = itertools.count(1, 100_000)


@pytest.fixture(scope="module")
def accounts(house: House) -> tuple[str, ...]:
    """Four transmitters at stadshuset."""
    register(house, dict.fromkeys(ACCOUNTS, "stadshuset"))
    return ACCOUNTS


# What other tests of the house have put there past the services is numbered otherwise.
REAL = "alarms_alarm WHERE number ~ '^L-[0-9]{4}-[0-9]+$'"


def alarms_of(house: House, accounts: tuple[str, ...], first: int) -> Counter[tuple[str, str]]:
    """How many alarms there are for each account and zone since a zone number."""
    rows = house.ask(
        "SELECT account, zone FROM alarms_alarm WHERE account = ANY(%s) AND zone ~ '^[0-9]+$'"
        " AND zone::int >= %s",
        list(accounts),
        first,
    )
    return Counter((str(account), str(zone)) for account, zone in rows)


def prove(house: House, traffic: Traffic, accounts: tuple[str, ...], first: int) -> None:
    """Nothing that was acknowledged is missing, nothing is there twice, numbers have no gap."""
    found = alarms_of(house, accounts, first)
    assert traffic.unanswered == []
    assert traffic.acked - set(found) == set(), "kvitterat men borta"
    assert [key for key, count in found.items() if count != 1] == [], "dubbla larm"
    assert set(found) == traffic.acked
    ((numbers, newest),) = house.ask(
        f"SELECT count(DISTINCT number), max(split_part(number, '-', 3)::int) FROM {REAL}"
    )
    assert numbers == newest, "ett nummer fattas"
    ((rows, told),) = house.ask(
        f"SELECT (SELECT count(*) FROM {REAL}),"
        " (SELECT count(*) FROM ledger_row WHERE name = 'alarm.raised')"
    )
    assert rows == told, "liggaren säger något annat"


@pytest.mark.parametrize("part", PARTS)
def test_an_acknowledged_alarm_survives(
    whole_house: House, accounts: tuple[str, ...], part: str
) -> None:
    first = next(zones)
    panels = [Panel(account, whole_house.dc09_port) for account in accounts]
    before = whole_house.programs()[part]
    with Traffic(panels, first_zone=first) as traffic:
        time.sleep(BEFORE_SECONDS)
        whole_house.kill(part)
        whole_house.wait_for_another(part, before)
        time.sleep(AFTER_SECONDS)
    whole_house.wait_until_well()
    assert len(traffic.acked) > len(panels)
    prove(whole_house, traffic, accounts, first)


def test_a_lost_answer_makes_no_second_alarm(
    whole_house: House, accounts: tuple[str, ...], line: Line
) -> None:
    first = next(zones)
    panel = Panel(accounts[0], line.port)
    with Traffic([panel], first_zone=first) as traffic:
        for _ in range(3):
            line.mute()
            whole_house.wait(lambda: line.lost_answers > 0, 20, "inget svar gick förlorat")
            line.mend()
            line.lost_answers = 0
            time.sleep(0.5)
    assert panel.tries > len(panel.acked)
    prove(whole_house, traffic, accounts, first)
    ((repeats,),) = whole_house.ask(
        "SELECT count(*) FROM alarms_signal WHERE outcome = 'duplicate' AND account = %s",
        accounts[0],
    )
    assert repeats >= 1


def test_a_cut_line_costs_time_and_nothing_else(
    whole_house: House, accounts: tuple[str, ...], line: Line
) -> None:
    first = next(zones)
    panels = [Panel(account, line.port) for account in accounts]
    with Traffic(panels, first_zone=first) as traffic:
        for _ in range(3):
            time.sleep(0.5)
            line.cut()
            time.sleep(0.5)
            line.mend()
    prove(whole_house, traffic, accounts, first)


# What another test cleared off the board behind everybody's back is not routed afterwards.
UNROUTED = "SELECT 1 FROM alarms_alarm WHERE routed_at IS NULL AND state <> 'closed'"


def test_every_acknowledged_alarm_reaches_a_desk(
    whole_house: House, accounts: tuple[str, ...]
) -> None:
    whole_house.wait(
        lambda: whole_house.ask(UNROUTED) == [],
        30,
        "alla larm dirigerades inte",
    )
    assert "Liggaren stämmer" in whole_house.manage("verify_ledger")


def test_the_api_shows_an_alarm_that_a_panel_sent(
    whole_house: House, accounts: tuple[str, ...]
) -> None:
    # Or it would be one more zone of a row, which the list does not show.
    clear_board(whole_house)
    zone = str(next(zones))
    panel = Panel(accounts[0], whole_house.dc09_port)
    assert panel.send(zone, until=time.monotonic() + 20)
    panel.hang_up()
    status, body = whole_house.api(f"/api/v1/alarms/?account={accounts[0]}")
    assert status == 200
    assert zone in {alarm["zone"] for alarm in body["results"]}


@pytest.mark.proof
def test_everything_dies_again_and_again(whole_house: House, accounts: tuple[str, ...]) -> None:
    first = next(zones)
    chance = random.Random(1)
    panels = [Panel(account, whole_house.dc09_port) for account in accounts]
    with Traffic(panels, first_zone=first, pace=0.01) as traffic:
        until = time.monotonic() + 180
        while time.monotonic() < until:
            part = chance.choice(PARTS)
            running = whole_house.programs()
            if part in running:
                whole_house.kill(part, leash=chance.random() < 0.3)
                whole_house.wait_for_another(part, running[part])
            time.sleep(chance.uniform(0, 5))
    whole_house.wait_until_well()
    prove(whole_house, traffic, accounts, first)
    assert "Liggaren stämmer" in whole_house.manage("verify_ledger")
