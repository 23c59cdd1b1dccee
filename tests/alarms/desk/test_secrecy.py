"""Who sees an alarm: its nämnd's readers, or only those who need to know."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from alarms.models import Alarm
from alarms.selectors.board import counts, window
from alarms.services.audiences import follow_sites
from alarms.services.desk import claim_alarm, close_alarm
from tests.accounts.factories import GroupMembershipFactory, NeedToKnowGroupFactory
from tests.alarms.intake.senders import Sender
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import User
from trygghetscentral.ledger.models import LedgerRow
from trygghetscentral.places.models import Site
from trygghetscentral.shared.actor import Actor

ROUTER = Actor.system("test")


@pytest.fixture
def alarm(sender: Sender) -> Alarm:
    """An intrusion at a school of tekniska nämnden."""
    sender.send(sender.message("BA"))
    return Alarm.objects.get()


def sees(user: User) -> bool:
    fresh = User.objects.get(pk=user.pk)
    shown = {alarm.pk for alarm in window(fresh.audiences(), 10)}
    assert (counts(fresh.audiences())["total"] == 1) is bool(shown)
    assert Alarm.objects.visible_to(fresh).exists() is bool(shown)
    return bool(shown)


def test_another_namnd_and_nobody_see_nothing(
    alarm: Alarm, alma: User, bo: User, cia: User, dan: User
) -> None:
    assert [sees(user) for user in (alma, bo, cia, dan)] == [True, True, False, False]


def test_hidden_is_404_and_forbidden_is_403(
    alarm: Alarm, cia: User, dan: User, client_of: Callable[[User], Client]
) -> None:
    url = f"/larm/{alarm.public_id}/"
    assert client_of(cia).get(url).status_code == 404
    assert client_of(dan).get(url).status_code == 403
    assert client_of(cia).post(f"{url}ta/").status_code == 403


def test_an_exercise_is_not_among_the_real(alarm: Alarm, alma: User) -> None:
    Alarm.objects.update(exercise_id=1)
    assert not sees(alma)


def test_a_restricted_site_takes_its_alarms_out_of_sight(
    alarm: Alarm, alma: User, bo: User, now: dt.datetime
) -> None:
    group = NeedToKnowGroupFactory.create(organisation=alarm.controller)
    GroupMembershipFactory.create(group=group, user=bo)
    Site.objects.update(restricted_group=group)
    assert follow_sites(actor=ROUTER, now=now, site_ids=[alarm.site_id or 0]) == 1
    assert [sees(alma), sees(bo)] == [False, True]
    told = LedgerRow.objects.get(name="alarm.audiences_changed")
    assert set(told.audiences) == {f"alarm.view@{alarm.controller_id}", f"group:{group.pk}"}
    assert follow_sites(actor=ROUTER, now=now, site_ids=[alarm.site_id or 0]) == 0


def test_closed_alarms_follow_too(alarm: Alarm, alma: User, now: dt.datetime) -> None:
    actor = actor_for(alma)
    claim_alarm(actor=actor, now=now, public_id=alarm.public_id)
    close_alarm(actor=actor, now=now, public_id=alarm.public_id, code="test")
    group = NeedToKnowGroupFactory.create(organisation=alarm.controller)
    Site.objects.update(restricted_group=group)
    follow_sites(actor=ROUTER, now=now, site_ids=[alarm.site_id or 0])
    assert not Alarm.objects.visible_to(User.objects.get(pk=alma.pk)).exists()


def test_new_alarms_of_a_restricted_site_are_born_restricted(
    sender: Sender, alarm: Alarm, alma: User
) -> None:
    group = NeedToKnowGroupFactory.create(organisation=alarm.controller)
    Site.objects.update(restricted_group=group)
    sender.send(sender.message("FA", "3"))
    assert Alarm.objects.get(category="fire").audiences == [f"group:{group.pk}"]


def test_a_trygghetslarm_says_where_only_to_the_one_who_answered(
    sender: Sender, alma: User, bo: User, client_of: Callable[[User], Client], now: dt.datetime
) -> None:
    sender.send(sender.message("MA", text="Hjälp"))
    alarm = Alarm.objects.get()
    url = f"/larm/{alarm.public_id}/"
    before = client_of(alma).get(url).content.decode()
    assert "Trygghetslarm" in before
    for secret in ("Skolan Väst", "Gatan 1", "Hjälp", "matsal"):
        assert secret not in before
    board = client_of(bo).get("/larm/").content.decode()
    assert "Trygghetslarm" in board
    assert "Skolan Väst" not in board
    claim_alarm(actor=actor_for(alma), now=now, public_id=alarm.public_id)
    assert "Gatan 1" in client_of(alma).get(url).content.decode()
    assert "Gatan 1" not in client_of(bo).get(url).content.decode()


@pytest.mark.usefixtures("each_zone_its_own_row")
def test_the_counters_count_what_the_board_shows(
    sender: Sender, alma: User, now: dt.datetime
) -> None:
    sender.send(sender.message("BA", "1"), sender.message("BA", "2"), sender.message("FA", "3"))
    first = Alarm.objects.get(zone="1")
    claim_alarm(actor=actor_for(alma), now=now, public_id=first.public_id)
    Alarm.objects.filter(zone="2").update(kind="link.trouble", target_at=now)
    found = counts(User.objects.get(pk=alma.pk).audiences())
    assert found == {"total": 3, "unanswered": 2, "late": 2, "active": 1, "parked": 0, "lost": 1}
