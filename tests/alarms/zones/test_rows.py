"""Alarms of one kind at one object are one row, and nothing of them is lost."""

from __future__ import annotations

import datetime as dt

import pytest

from alarms.models import Alarm, Flood, Signal
from alarms.selectors import board
from alarms.services import floods
from alarms.services.desk import claim_alarm
from alarms.services.floods import FloodData
from alarms.services.parking import park_alarm
from alarms.states import ParkReason
from tests.alarms.intake.senders import Sender, make_installation, make_transmitter
from tests.alarms.zones.conftest import (
    FIRE,
    HOLD_UP,
    INTRUSION,
    INTRUSION_OVER,
    MAINS,
    MINUTE,
    Hall,
    lead,
    rows,
    zones,
)
from tests.personas import City
from trygghetscentral.accounts.models import User
from trygghetscentral.ledger.models import LedgerRow
from trygghetscentral.shared.actor import Actor


def told(name: str) -> int:
    return LedgerRow.objects.filter(name=name).count()


def test_a_thousand_zones_in_a_minute_are_one_row_below_the_hold_up(
    sender: Sender, alma: User
) -> None:
    for second in range(0, 60, 3):
        zones(sender, INTRUSION, *range(second * 50 // 3 + 1, second * 50 // 3 + 51))
        sender.later(seconds=3)
    zones(sender, HOLD_UP, 3)
    hold_up, intrusion = rows(alma)
    assert (hold_up.category, hold_up.zones) == ("holdup", 0)
    assert (intrusion.category, intrusion.zones) == ("burglary", 1000)
    assert board.counts(alma.audiences())["total"] == 2
    burglary = Alarm.objects.filter(category="burglary")
    assert len(set(burglary.values_list("number", flat=True))) == 1000
    assert len(set(burglary.values_list("zone", flat=True))) == 1000
    assert Signal.objects.filter(alarm_id__in=Alarm.objects.values("pk")).count() == 1001
    assert told("alarm.raised") == 1001


def test_the_first_is_the_row_and_says_how_many_more(sender: Sender, alma: User) -> None:
    zones(sender, INTRUSION, 12)
    sender.later(seconds=5)
    zones(sender, INTRUSION, 7, 8)
    (row,) = rows(alma)
    assert row.zone_line.startswith("zon 12 matsal")
    assert "2 till" in row.zone_line
    assert row.waiting_since == sender.now - dt.timedelta(seconds=5)
    assert told("alarm.joined") == 1


def test_each_press_for_help_is_a_row_of_its_own(sender: Sender, alma: User) -> None:
    zones(sender, HOLD_UP, 1, 2, 3)
    assert [row.zones for row in rows(alma)] == [0, 0, 0]


def test_what_an_installation_says_is_a_personal_alarm_is_one(sender: Sender, alma: User) -> None:
    assert sender.transmitter is not None
    installation = sender.transmitter.installation
    installation.type_overrides = {"burglary": "AL-OVF"}
    installation.save()
    zones(sender, INTRUSION, 1, 2)
    assert [row.zones for row in rows(alma)] == [0, 0]


def test_two_panels_of_one_site_are_one_row_and_two_sites_are_two(
    sender: Sender, hall: Hall, alma: User
) -> None:
    zones(hall.east, INTRUSION, 1)
    zones(hall.west, INTRUSION, 1)
    zones(sender, INTRUSION, 1)
    assert sorted(row.zones for row in rows(alma)) == [0, 2]


def test_panels_of_two_controllers_at_one_site_are_seen_by_different_people(
    sender: Sender, city: City
) -> None:
    assert sender.transmitter is not None
    site = sender.transmitter.installation.site
    other = make_installation(city.service, slug="annan")
    other.site = site
    other.save()
    zones(sender, INTRUSION, 1)
    zones(Sender(make_transmitter(other, "7777"), "7777", sender.now), INTRUSION, 1)
    assert Alarm.objects.rows().count() == 2


def test_another_kind_is_another_row(sender: Sender, alma: User) -> None:
    zones(sender, INTRUSION, 1, 2)
    zones(sender, FIRE, 1, 2)
    zones(sender, MAINS, 1)
    assert [(row.category, row.zones) for row in rows(alma)] == [
        ("fire", 2),
        ("burglary", 2),
        ("technical", 0),
    ]


def test_the_row_is_restored_when_its_last_zone_is_and_not_before(
    sender: Sender, alma: User
) -> None:
    zones(sender, INTRUSION, 1, 2, 3)
    sender.later(seconds=10)
    zones(sender, INTRUSION_OVER, 1, 2)
    assert not rows(alma)[0].restored
    assert lead().followers_active == 1
    zones(sender, INTRUSION_OVER, 3)
    assert rows(alma)[0].restored
    assert told("alarm.restored") == 3
    sender.later(seconds=10)
    zones(sender, INTRUSION, 2)
    assert not rows(alma)[0].restored
    assert (lead().followers, lead().followers_active) == (2, 1)


def test_a_zone_that_comes_and_goes_in_one_batch(sender: Sender) -> None:
    sender.send(
        sender.message(INTRUSION, "1"),
        sender.message(INTRUSION, "2"),
        sender.message(INTRUSION_OVER, "2"),
        sender.message(INTRUSION_OVER, "1"),
    )
    assert (lead().followers, lead().followers_active) == (1, 0)
    assert lead().restored_at == sender.now


def test_a_zone_that_repeats_leaves_an_unanswered_row_alone(sender: Sender) -> None:
    zones(sender, INTRUSION, 1, 2)
    before, said = lead(), LedgerRow.objects.filter(subject_id=str(lead().pk)).count()
    zones(sender, INTRUSION, 2)
    assert lead().last_signal_at == before.last_signal_at
    assert LedgerRow.objects.filter(subject_id=str(before.pk)).count() == said
    assert Alarm.objects.get(zone="2").signal_count == 2


@pytest.mark.parametrize("zone", [2, 3])
def test_a_new_or_known_zone_of_an_answered_row_larmar_igen(
    sender: Sender, by_alma: Actor, zone: int
) -> None:
    zones(sender, INTRUSION, 1, 2)
    claim_alarm(actor=by_alma, now=sender.now, public_id=lead().public_id)
    sender.later(minutes=2)
    zones(sender, INTRUSION, zone)
    row = lead()
    assert (row.unanswered, row.again_at, row.waiting_since) == (True, sender.now, sender.now)
    assert told("alarm.again") == 1


def test_a_zone_ends_the_row_s_parking(sender: Sender, by_alma: Actor) -> None:
    zones(sender, INTRUSION, 1, 2)
    row = lead()
    claim_alarm(actor=by_alma, now=sender.now, public_id=row.public_id)
    park_alarm(
        actor=by_alma,
        now=sender.now,
        public_id=row.public_id,
        until=sender.now + 30 * MINUTE,
        reason=ParkReason.GUARD,
    )
    zones(sender, INTRUSION, 2)
    row.refresh_from_db()
    assert (row.state, row.parked_until, row.unanswered) == ("acknowledged", None, True)


def test_a_worse_zone_makes_the_row_worse(sender: Sender, alma: User) -> None:
    sender.send(sender.message("BG", "1"))
    assert rows(alma)[0].priority == 3
    sender.send(sender.message("BV", "2"))
    assert [(row.priority, row.zones) for row in rows(alma)] == [(1, 2)]


def test_status_of_a_zone_disturbs_nobody(sender: Sender, by_alma: Actor) -> None:
    for zone in ("1", "2"):
        sender.send(sender.message("130", zone, scheme="CID", qualifier="1"))
    claim_alarm(actor=by_alma, now=sender.now, public_id=lead().public_id)
    sender.send(sender.message("130", "2", scheme="CID", qualifier="6"))
    assert not lead().unanswered
    assert Alarm.objects.get(zone="2").signal_count == 2


def test_an_alarm_from_before_objects_stays_a_row_of_its_own(sender: Sender, alma: User) -> None:
    zones(sender, INTRUSION, 1)
    Alarm.objects.update(group_key="")
    zones(sender, INTRUSION, 1, 2, 3)
    assert sorted(row.zones for row in rows(alma)) == [0, 2]


def declared(by_bo: Actor, now: dt.datetime, **fields: object) -> Flood:
    data = {
        "category": "burglary",
        "cause": "power",
        "mode": "delay",
        "hold_minutes": 30,
        "lasts": dt.timedelta(hours=4),
        "absorb": False,
    }
    return floods.declare(actor=by_bo, now=now, data=FloodData(**{**data, **fields}))  # type: ignore[arg-type]


def test_in_a_flood_the_row_is_held_and_its_zones_with_it(
    sender: Sender, by_bo: Actor, alma: User
) -> None:
    declared(by_bo, sender.now)
    zones(sender, INTRUSION, 1, 2)
    assert rows(alma) == []
    row = lead()
    assert (row.held, row.followers) == (True, 1)
    sender.later(minutes=31)
    floods.run_due(actor=Actor.system("flood"), now=sender.now)
    (row_shown,) = rows(alma)
    assert (row_shown.zones, row_shown.unanswered) == (2, True)


def test_what_no_flood_holds_brings_the_row_up(sender: Sender, by_bo: Actor, alma: User) -> None:
    declared(by_bo, sender.now)
    zones(sender, INTRUSION, 1)
    sender.send(sender.message("BV", "2"))
    (row,) = rows(alma)
    assert (row.priority, row.unanswered, row.zones) == (1, True, 2)
    assert told("alarm.unheld") == 1


def test_what_a_flood_holds_joins_a_row_in_silence(
    sender: Sender, by_bo: Actor, by_alma: Actor
) -> None:
    zones(sender, INTRUSION, 1)
    claim_alarm(actor=by_alma, now=sender.now, public_id=lead().public_id)
    sender.later(minutes=1)
    declared(by_bo, sender.now)
    zones(sender, INTRUSION, 2)
    assert (lead().unanswered, lead().held, lead().followers) == (False, False, 1)


def test_a_restored_row_that_is_held_waits_anew_for_its_zone(sender: Sender, by_bo: Actor) -> None:
    declared(by_bo, sender.now)
    zones(sender, INTRUSION, 1, 2)
    zones(sender, INTRUSION_OVER, 1, 2)
    assert lead().restored_at is not None
    sender.later(minutes=5)
    zones(sender, INTRUSION, 2)
    row = lead()
    assert (row.held, row.restored_at, row.held_until) == (True, None, sender.now + 30 * MINUTE)


def test_a_thousand_zones_of_one_object_are_no_flood(sender: Sender, city: City) -> None:
    zones(sender, INTRUSION, *range(1, 101))
    assert floods.propose(actor=Actor.system("flood"), now=sender.now) == 0
