"""Zones, functions and notes: who may, what is refused, what is kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from incidents import tasks
from incidents.models import FunctionSlot, FunctionStatus, PictureNote, Zone, ZoneVersion
from incidents.services.picture import notes, zones
from incidents.services.picture.zones import ZoneData
from tests.accounts.factories import person
from tests.incidents.conftest import HOUR
from tests.incidents.picture.conftest import SQUARE
from tests.personas import City
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import NeedToKnowGroup, User
from trygghetscentral.ledger.models import LedgerPayload, LedgerRow
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.errors import Conflict, Forbidden, Invalid, Missing

Draw = Callable[..., Zone]
Say = Callable[..., FunctionSlot]


def test_a_zone_is_kept_as_it_was_each_time(
    draw: Draw, zone_data: Callable[..., ZoneData], by_cia: Actor, now: dt.datetime
) -> None:
    zone = draw()
    who: dict[str, Any] = {"actor": by_cia, "public_id": zone.public_id}
    seen = zones.seal_of(zone)
    smaller = zone_data(name="Bara kvarteret", corners=SQUARE[:3])
    zones.redraw(**who, now=now + HOUR, seen=seen, data=smaller)
    with pytest.raises(Conflict):
        zones.redraw(**who, now=now + HOUR, seen=seen, data=smaller)
    zones.end(**who, now=now + 2 * HOUR)
    with pytest.raises(Conflict):
        zones.end(**who, now=now + 3 * HOUR)
    said = ZoneVersion.objects.order_by("number").values_list("name", "ended", "at")
    assert list(said) == [
        ("Elavbrott norr", False, now),
        ("Bara kvarteret", False, now + HOUR),
        ("Bara kvarteret", True, now + 2 * HOUR),
    ]
    names = LedgerRow.objects.filter(name__startswith="picture_zone.").order_by("seq")
    assert [row.name.partition(".")[2] for row in names] == ["drawn", "changed", "ended"]
    assert not [row for row in LedgerPayload.objects.all() if "kvarteret" in str(row.body)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"kind": "war"},
        {"shape": "circle"},
        {"corners": SQUARE[:2]},
        {"corners": (SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3])},
        {"shape": "point"},
        {"shape": "line", "corners": SQUARE[:1]},
        {"shape": "line", "corners": SQUARE * 130},
        {"valid_until": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)},
        {"layer": 0},
        {"shared": True, "restricted_group_id": 1},
        {"restricted_group_id": 0},
    ],
)
def test_what_can_not_be_is_not_drawn(draw: Draw, wrong: dict[str, Any]) -> None:
    with pytest.raises((Invalid, Forbidden)):
        draw(**wrong)
    assert not Zone.objects.exists()


def test_one_draws_in_layers_of_ones_own(
    draw: Draw, say: Say, city: City, tor: User, alma: User, now: dt.datetime
) -> None:
    zone = draw(shared=True)
    for stranger in (tor, alma):
        with pytest.raises(Forbidden):
            draw(by=actor_for(stranger))
        with pytest.raises(Forbidden):
            zones.end(actor=actor_for(stranger), now=now, public_id=zone.public_id)
        with pytest.raises(Forbidden):
            say(by=actor_for(stranger))
    hidden = draw()
    with pytest.raises(Missing):
        zones.end(actor=actor_for(tor), now=now, public_id=hidden.public_id)


def test_a_level_is_a_persons_and_never_the_machines(say: Say, city: City) -> None:
    robot = person("SEC_COORD", city.service, username="robot", is_service=True)
    for nobody in (Actor.system("picture"), actor_for(robot)):
        with pytest.raises(Forbidden):
            say(by=nobody)
    with pytest.raises(Invalid):
        say(sentence=" ")
    for wrong in ({"level": 5}, {"trend": "up"}, {"function": "gas"}, {"hours": 5}):
        with pytest.raises(Invalid):
            say(**wrong)
    slot = say()
    with pytest.raises(IntegrityError), transaction.atomic():
        FunctionStatus.objects.filter(slot=slot).update(by=None)


def test_what_was_said_stays_and_of_two_at_once_the_second_is_told(
    say: Say, by_cia: Actor, now: dt.datetime
) -> None:
    slot = say()
    first = FunctionStatus.objects.get()
    assert say(at=now + HOUR, level=2, seen=first.pk).pk == slot.pk
    with pytest.raises(Conflict):
        say(at=now + HOUR, level=4, seen=first.pk)
    say(function="2-water", seen=first.pk)
    levels = FunctionStatus.objects.filter(slot=slot).order_by("at").values_list("level", flat=True)
    assert list(levels) == [3, 2]
    assert FunctionSlot.objects.get(pk=slot.pk).level == 2


def test_what_is_not_judged_anew_says_so_and_keeps_its_level(
    say: Say, draw: Draw, now: dt.datetime, travel: Callable[[dt.datetime], Any]
) -> None:
    slot = say(hours=1)
    draw(valid_until=now + HOUR)
    draw(name="Längre", valid_until=now + 3 * HOUR)
    assert tasks.run_picture() == 0
    travel(now + HOUR)
    assert tasks.run_picture() == 2
    assert tasks.run_picture() == 0
    slot.refresh_from_db()
    assert (slot.level, slot.stale_at) == (3, now + HOUR)
    assert FunctionStatus.objects.get().stale_at == now + HOUR
    (ended,) = Zone.objects.filter(ended=True)
    assert ended.changed_by is None
    say(at=now + 2 * HOUR)
    assert FunctionSlot.objects.get().stale_at is None


def test_only_a_group_knows_what_is_drawn_for_it(
    draw: Draw, group: NeedToKnowGroup, cia: User, alma: User, tor: User
) -> None:
    draw(restricted_group_id=group.pk)
    seen = [Zone.objects.visible_to(user).exists() for user in (cia, alma, tor)]
    assert seen == [True, False, False]


def test_those_who_lose_sight_of_a_zone_are_told(
    draw: Draw,
    zone_data: Callable[..., ZoneData],
    by_cia: Actor,
    city: City,
    tor: User,
    now: dt.datetime,
) -> None:
    zone = draw(shared=True)
    assert Zone.objects.visible_to(tor).exists()
    zones.redraw(actor=by_cia, now=now, public_id=zone.public_id, seen="", data=zone_data())
    assert not Zone.objects.visible_to(tor).exists()
    told = LedgerRow.objects.get(name="picture_zone.changed")
    assert f"picture.view@{city.technical.pk}" in told.audiences


def test_a_note_is_withdrawn_once_and_never_gone(
    note: Callable[..., PictureNote], by_cia: Actor, now: dt.datetime
) -> None:
    made = note()
    for wrong in ({"text": ""}, {"source": " "}, {"kind": "x"}, {"dated_on": dt.date(2999, 1, 1)}):
        with pytest.raises(Invalid):
            note(**wrong)
    who: dict[str, Any] = {"actor": by_cia, "now": now, "public_id": made.public_id}
    notes.withdraw_note(**who)
    with pytest.raises(Conflict):
        notes.withdraw_note(**who)
    assert PictureNote.objects.get().withdrawn_at == now


@pytest.mark.parametrize("table", ["zone", "functionslot", "picturenote"])
def test_the_database_refuses_what_is_shared_and_restricted(
    draw: Draw,
    say: Say,
    note: Callable[..., PictureNote],
    group: NeedToKnowGroup,
    table: str,
) -> None:
    for make in (draw, say, note):
        make()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE incidents_{table} SET shared = TRUE, restricted_group_id = %s", [group.pk]
        )
