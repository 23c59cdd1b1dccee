"""What people and programs see of a row and of its zones, now and of a past moment."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.test import Client
from pytest_django import DjangoAssertNumQueries

from alarms.models import Alarm
from alarms.selectors import on_map
from alarms.selectors.as_of import board_at
from alarms.selectors.by_hand import open_at_place
from alarms.selectors.details import detail_of, visible_alarms
from alarms.selectors.figures.period import PeriodKind, period_of
from alarms.selectors.figures.report import report_for
from alarms.selectors.handover import position
from alarms.selectors.load import load_now
from alarms.selectors.selection import window
from alarms.services.desk import claim_alarm
from tests.alarms.intake.senders import Sender
from tests.alarms.zones.conftest import (
    INTRUSION,
    INTRUSION_OVER,
    MINUTE,
    lead,
    zones,
)
from trygghetscentral.accounts.models import User
from trygghetscentral.live import registry
from trygghetscentral.live.selection import Selection
from trygghetscentral.shared.actor import Actor


def page_of(client: Client, alarm: Alarm) -> str:
    return client.get(f"/larm/{alarm.public_id}/").content.decode()


def words(html: str) -> str:
    """What is read, without tags and with single spaces."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_every_list_shows_the_row_and_counts_it_once(sender: Sender, alma: User, bo: User) -> None:
    zones(sender, INTRUSION, *range(1, 13))
    audiences = alma.audiences()
    assert [row.pk for row in window(audiences, 200, Selection())] == [lead().pk]
    assert len(on_map.open_alarms(audiences)["features"]) == 1
    assert sum(desk.open for desk in load_now(alma, now=sender.now).desks) == 1
    assert len(position(alma).unanswered) == 1
    assert open_at_place(audiences, site_id=lead().site_id, address="").count() == 1
    report = report_for(
        bo, period_of(PeriodKind.DAY, sender.now.date()), now=sender.now + MINUTE, most_late=5
    )
    assert {table.total.now.received for table in report.tables} == {1}


def test_the_board_shows_one_row_with_its_number_of_zones(
    sender: Sender, alma: User, client_of: Callable[[User], Client]
) -> None:
    zones(sender, INTRUSION, *range(1, 13))
    shown = client_of(alma).get("/larm/").content.decode()
    assert shown.count('class="row"') == 1
    assert "12 zoner" in words(shown)
    assert "och 11 till" in words(shown)


def test_a_screen_is_told_of_the_row_and_not_of_its_zones(sender: Sender) -> None:
    zones(sender, INTRUSION, 1, 2)
    (stream,) = (one for one in registry.all_streams() if one.name == "alarms")
    told = stream.load([str(pk) for pk in Alarm.objects.values_list("pk", flat=True)])
    assert list(told) == [str(lead().pk)]
    assert "2 zoner" in words(stream.render(lead(), language="sv", level="", seq=1))
    assert stream.concerns("alarm.joined", "alarms.alarm")


def test_a_row_s_page_lists_what_is_wrong_first_and_a_hundred_at_most(
    sender: Sender, alma: User, client_of: Callable[[User], Client]
) -> None:
    zones(sender, INTRUSION, *range(1, 121))
    zones(sender, INTRUSION_OVER, 1, 2)
    detail = detail_of(visible_alarms(alma).get(pk=lead().pk), user=alma, now=sender.now)
    assert detail.zones is not None
    assert (len(detail.zones.lines), detail.zones.more) == (100, 20)
    assert all(line.active for line in detail.zones.lines)
    shown = words(page_of(client_of(alma), lead()))
    assert "och 20 zoner till" in shown
    zones(sender, INTRUSION_OVER, *range(3, 120))
    first, second = detail_of(
        visible_alarms(alma).get(pk=lead().pk), user=alma, now=sender.now
    ).zones.lines[:2]  # type: ignore[union-attr]
    assert (first.zone, first.active, second.active) == ("zon 120", True, False)


def test_the_zones_cost_one_question(
    sender: Sender,
    alma: User,
    client_of: Callable[[User], Client],
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    zones(sender, INTRUSION, 1, 2)
    client = client_of(alma)
    page_of(client, lead())
    with django_assert_max_num_queries(60) as few:
        page_of(client, lead())
    zones(sender, INTRUSION, *range(3, 90))
    with django_assert_max_num_queries(len(few)):
        page_of(client, lead())


def test_a_zone_s_page_leads_to_its_row_and_offers_nothing_to_do(
    sender: Sender, bo: User, client_of: Callable[[User], Client]
) -> None:
    zones(sender, INTRUSION, 1, 2)
    zone = Alarm.objects.get(zone="2")
    shown = page_of(client_of(bo), zone)
    assert f"/larm/{lead().public_id}/" in shown
    assert lead().number in words(shown)
    assert f'action="/larm/{zone.public_id}/' not in shown


def test_a_runaway_row_says_what_it_means_in_words(
    sender: Sender, alma: User, by_alma: Actor, client_of: Callable[[User], Client]
) -> None:
    zones(sender, INTRUSION, 1)
    for _ in range(7):
        claim_alarm(actor=by_alma, now=sender.now, public_id=lead().public_id)
        sender.later(seconds=5)
        zones(sender, INTRUSION, 1)
    client = client_of(alma)
    assert "Skenar" in words(client.get("/larm/").content.decode())
    assert "Larmet skenar" in words(page_of(client, lead()))


def test_a_past_board_is_the_board_of_then(sender: Sender, alma: User) -> None:
    began = sender.now
    zones(sender, INTRUSION, 1, 2)
    sender.later(minutes=2)
    zones(sender, INTRUSION, 3)
    for minutes, count in ((1, 2), (3, 3)):
        then = board_at(alma, at=began + minutes * MINUTE)
        assert [(row.zones, row.unanswered) for row in then.rows] == [(count, True)]
        assert then.total == 1
