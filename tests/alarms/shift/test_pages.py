"""The shift's page, the board's line about desks, and the desks' set-up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from alarms.models import Alarm, Desk, DeskSignOn, RoutingRule
from alarms.selectors.routing import active_rules, default_desks
from alarms.services.desk import claim_alarm
from alarms.services.desks import change_desk
from tests.alarms.intake.senders import Sender
from tests.alarms.shift.conftest import SignOn, Sit
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import User
from trygghetscentral.shared import clock
from trygghetscentral.shared.errors import Conflict

ClientOf = Callable[[User], Client]


def test_signing_on_and_off_in_the_browser(
    alma: User, client_of: ClientOf, fire_desk: Desk
) -> None:
    client = client_of(alma)
    assert "Du är inte påloggad" in client.get("/larm/pass/").content.decode()
    client.post("/larm/pass/logga-pa/", {"desk": str(fire_desk.pk)})
    assert "Du är påloggad" in client.get("/larm/pass/").content.decode()
    client.post("/larm/pass/borta/", {"away": "1"})
    assert "borta sedan" in client.get("/larm/pass/").content.decode()
    client.post("/larm/pass/borta/", {"away": "0"})
    client.post("/larm/pass/logga-av/")
    assert not DeskSignOn.objects.filter(ended_at=None).exists()


def test_the_page_asks_for_a_taker_of_each_alarm(
    alma: User,
    bo: User,
    client_of: ClientOf,
    fire_desk: Desk,
    sender: Sender,
    now: dt.datetime,
    signed_on: SignOn,
    sit: Sit,
    travel: Callable[[dt.datetime], object],
) -> None:
    travel(now)
    sender.send(sender.message("BA"))
    alarm = Alarm.objects.get()
    claim_alarm(actor=actor_for(alma), now=now, public_id=alarm.public_id)
    signed_on(alma, fire_desk)
    sit(bo)
    client = client_of(alma)
    page = client.get("/larm/pass/").content.decode()
    assert f'name="till-{alarm.public_id}"' in page
    assert f'<option value="{bo.pk}">SL 1</option>' in page
    client.post("/larm/pass/logga-av/", {f"till-{alarm.public_id}": "", "till-skräp": "ko"})
    assert DeskSignOn.objects.filter(ended_at=None).exists()
    client.post("/larm/pass/logga-av/", {f"till-{alarm.public_id}": str(bo.pk)})
    assert not DeskSignOn.objects.filter(ended_at=None).exists()
    assert Alarm.objects.get().owner == bo


def test_an_unstaffed_desk_says_so_on_the_board_and_on_the_page(
    alma: User, client_of: ClientOf, fire_desk: Desk, signed_on: SignOn, sit: Sit
) -> None:
    client = client_of(alma)
    for path in ("/larm/", "/larm/pass/", "/larm/pass/rad/", "/larm/overlamning/"):
        text = " ".join(client.get(path).content.decode().split())
        assert "Obemannat:</strong>" in text, path
        assert "Brand" in text.partition("Obemannat:</strong>")[2][:200], path
    signed_on(alma, fire_desk, signed_on_at=clock.now())
    board = sit(alma)
    board.seen_at = clock.now()
    board.save()
    board.session_key = str(client.session.session_key)
    board.save()
    bar = client.get("/larm/pass/rad/").content.decode()
    assert f'data-mine="{fire_desk.pk} "' in bar
    assert "Brand" not in bar.partition("Obemannat:")[2]


def test_the_row_says_which_desk_it_belongs_to(
    alma: User, client_of: ClientOf, sender: Sender, fire_desk: Desk
) -> None:
    sender.send(sender.message("FA"))
    Alarm.objects.update(desk=fire_desk)
    assert f'data-desk="{fire_desk.pk}"' in client_of(alma).get("/larm/").content.decode()


def test_a_desk_is_described_and_switched_by_those_who_route(
    bo: User, alma: User, client_of: ClientOf, fire_desk: Desk, signed_on: SignOn
) -> None:
    signed_on(alma, fire_desk)
    page = client_of(bo).get("/larm/regler/larmplatser/")
    assert page.status_code == 200
    prefix = f"larmplats-{fire_desk.pk}"
    url = f"/larm/regler/larmplatser/{fire_desk.pk}/"
    body = {f"{prefix}-instructions": "Ring 112 först", f"{prefix}-arc_category": "II"}
    assert client_of(bo).post(url, body).status_code == 302
    fire_desk.refresh_from_db()
    assert (fire_desk.active, fire_desk.instructions) == (False, "Ring 112 först")
    assert not DeskSignOn.objects.filter(ended_at=None).exists()
    stale = {f"{prefix}-seen": "gammal", f"{prefix}-active": "on"}
    assert client_of(bo).post(url, stale).status_code == 400
    assert "Brand" not in client_of(alma).get("/larm/pass/").content.decode()


def test_a_desk_with_open_alarms_or_the_last_one_stays(
    bo: User, sender: Sender, fire_desk: Desk, now: dt.datetime
) -> None:
    def close(desk: Desk) -> None:
        change_desk(
            actor=actor_for(bo),
            now=now,
            desk_id=desk.pk,
            active=False,
            instructions="",
            arc_category="",
        )

    sender.send(sender.message("FA"))
    Alarm.objects.update(desk=fire_desk)
    with pytest.raises(Conflict, match="1 öppet larm ligger på Brand"):
        close(fire_desk)
    for desk in Desk.objects.exclude(pk=fire_desk.pk):
        close(desk)
    Alarm.objects.update(desk=None)
    with pytest.raises(Conflict, match="sista"):
        close(fire_desk)
    assert set(default_desks().values()) == {fire_desk.pk}


def test_a_desk_not_in_use_gets_no_alarms(fire_desk: Desk) -> None:
    RoutingRule.objects.create(position=1, name="Allt hit", desk=fire_desk)
    assert len(active_rules()) == 1
    Desk.objects.filter(pk=fire_desk.pk).update(active=False)
    assert active_rules() == []
    assert fire_desk.pk not in default_desks().values()


def test_a_rule_that_leads_security_alarms_to_a_category_ii_desk_is_warned_of(
    bo: User, client_of: ClientOf, fire_desk: Desk
) -> None:
    rule = RoutingRule.objects.create(
        position=1, name="Allt hit", desk=fire_desk, categories=["fire"]
    )
    doubt = "larmplatsen är kategori II"
    assert doubt not in client_of(bo).get("/larm/regler/").content.decode()
    rule.categories = ["fire", "holdup"]
    rule.save()
    assert doubt in client_of(bo).get("/larm/regler/").content.decode()
    Desk.objects.filter(pk=fire_desk.pk).update(arc_category="I", active=False)
    page = client_of(bo).get("/larm/regler/").content.decode()
    assert doubt not in page
    assert "inte i bruk" in page
