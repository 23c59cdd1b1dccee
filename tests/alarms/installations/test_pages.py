"""Installations and lines on the screen: who sees, who changes, and what is said about mistakes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from alarms.models import Installation, LinkState, Transmitter
from alarms.selectors.installations import link_counts
from alarms.services import links
from tests.accounts.factories import (
    GrantFactory,
    GroupMembershipFactory,
    NeedToKnowGroupFactory,
    person,
)
from tests.alarms.routing.town import SYSTEM, Town, heartbeat, message, only_alarm
from trygghetscentral.accounts.models import User
from trygghetscentral.ledger.models import LedgerRow

Browser = Callable[[User], Client]
HEX_KEY = "0123456789abcdef" * 2


def page(name: str, *args: Any) -> str:
    return reverse(f"alarms:{name}", args=args)


def sent(**values: Any) -> dict[str, Any]:
    return {"account": "00ab", "key_change": "remove", "supervision": "none", **values}


# --- who sees ------------------------------------------------------------------------------


def test_the_list_shows_what_one_may_see(
    town: Town, client_of: Browser, alma: User, cia: User, dan: User
) -> None:
    url = page("installation-list")
    everything = client_of(alma).get(url).content.decode()
    assert "Inbrottslarm Ängen" in everything
    assert "Inbrottslarm förrådet" in everything
    assert "Ny anläggning" not in everything
    own = client_of(cia).get(url).content.decode()
    assert "Inbrottslarm Ängen" in own
    assert "Inbrottslarm förrådet" not in own
    assert "Ny anläggning" in own
    assert client_of(dan).get(url).status_code == 403
    assert Client().get(url).status_code == 302


@pytest.mark.parametrize(
    ("text", "found"), [("ÄNGEN", True), ("00A", True), ("00b", False), ("Gatuförrådet", False)]
)
def test_searching(town: Town, client_of: Browser, alma: User, text: str, found: bool) -> None:
    town.transmitter("00AB")
    shown = client_of(alma).get(page("installation-list"), {"q": text}).content.decode()
    assert ("Inbrottslarm Ängen" in shown) is found


def test_another_nämnds_installation_does_not_exist(
    town: Town, client_of: Browser, cia: User
) -> None:
    for name in ("installation", "installation-change", "transmitter-new"):
        url = page(name, town.depot_alarm.public_id)
        assert client_of(cia).get(url).status_code == 404


def test_an_operator_reads_and_does_not_change(
    town: Town, client_of: Browser, alma: User, bo: User
) -> None:
    row = town.transmitter()
    client = client_of(alma)
    shown = client.get(page("installation", town.school_alarm.public_id))
    assert shown.status_code == 200
    assert "Ny sändare" not in shown.content.decode()
    for name, args in (("transmitter-new", ()), ("transmitter-change", (row.pk,))):
        url = page(name, town.school_alarm.public_id, *args)
        assert client.get(url).status_code == 403
        assert client_of(bo).get(url).status_code == 200


def test_rights_at_one_nämnd_change_nothing_at_another(town: Town, client_of: Browser) -> None:
    both = person("SITE_MANAGER", town.streets, username="ola", signature="OLA")
    GrantFactory.create(user=both, role="SEC_COORD", organisation=town.schools)
    client = client_of(both)
    assert client.get(page("installation", town.depot_alarm.public_id)).status_code == 200
    refused = client.get(page("transmitter-new", town.depot_alarm.public_id))
    assert refused.status_code == 403
    assert "Du får se anläggningen men inte ändra den" in refused.content.decode()


def test_a_restricted_object_is_for_its_group(town: Town, client_of: Browser, alma: User) -> None:
    group = NeedToKnowGroupFactory.create(organisation=town.schools)
    town.school.restricted_group = group
    town.school.save()
    town.transmitter(supervision="90s")
    LinkState.objects.update(lost_at=town.now)
    url = page("installation", town.school_alarm.public_id)
    assert client_of(alma).get(url).status_code == 404
    assert link_counts(User.objects.get(pk=alma.pk)).lost == 0
    GroupMembershipFactory.create(group=group, user=alma)
    assert client_of(alma).get(url).status_code == 200


def test_the_fragment_of_an_object(town: Town, client_of: Browser, alma: User, cia: User) -> None:
    url = page("site-installations")
    shown = client_of(alma).get(url, {"site": str(town.school.public_id)}).content.decode()
    assert "Inbrottslarm Ängen" in shown
    assert "<html" not in shown
    shown = client_of(cia).get(url, {"site": str(town.school.public_id)}).content.decode()
    assert f"?objekt={town.school.slug}" in shown
    shown = client_of(cia).get(url, {"site": str(town.depot.public_id)}).content.decode()
    assert "ingen larmanläggning" in shown
    assert client_of(alma).get(url, {"site": "x"}).status_code == 404


# --- changing ------------------------------------------------------------------------------


def test_setting_up_an_installation(town: Town, client_of: Browser, cia: User) -> None:
    client = client_of(cia)
    url = page("installation-new")
    assert client.get(url, {"objekt": town.school.slug}).status_code == 200
    answer = client.post(
        url, {"site": town.school.slug, "name": "Brandlarm Ängen", "fire_call": "centre"}
    )
    made = Installation.objects.get(name="Brandlarm Ängen")
    assert answer["Location"] == page("installation", made.public_id)
    assert (made.controller, made.fire_call) == (town.schools, "centre")
    row = LedgerRow.objects.get(name="alarms.directory_changed")
    assert row.actor_label == "SAM SN"
    wrong = client.post(url, {"site": town.depot.slug, "name": "", "fire_call": "x"})
    assert wrong.status_code == 400


def test_changing_an_installation_somebody_else_just_changed(
    town: Town, client_of: Browser, cia: User
) -> None:
    client = client_of(cia)
    url = page("installation-change", town.school_alarm.public_id)
    seen = client.get(url).context["form"].initial["seen"]
    change = {"seen": seen, "name": "Nytt namn", "fire_call": "sos", "active": "on"}
    assert client.post(url, change).status_code == 302
    late = client.post(url, {**change, "name": "Annat"})
    assert late.status_code == 400
    assert "Någon annan har ändrat" in late.content.decode()
    town.school_alarm.refresh_from_db()
    assert town.school_alarm.name == "Nytt namn"


def test_names_of_areas_and_zones(town: Town, client_of: Browser, cia: User) -> None:
    client = client_of(cia)
    one = town.school_alarm.public_id
    client.post(page("area-save", one), {"area-number": "1", "area-name": "Östra längan"})
    client.post(
        page("zone-save", one), {"zone-area": "", "zone-number": "12", "zone-name": "Matsal"}
    )
    client.post(
        page("zone-save", one), {"zone-area": "", "zone-number": "12", "zone-name": "Matsalen"}
    )
    town.send(message(town.transmitter(), at=town.now, zone="012"))
    assert (only_alarm().area_label, only_alarm().zone_label) == ("Östra längan", "Matsalen")
    shown = client.get(page("installation", one)).content.decode()
    assert "Östra längan" in shown
    assert client.post(page("zone-save", one), {"zone-number": ""}).status_code == 400
    zone, area = town.school_alarm.zones.get(), town.school_alarm.areas.get()
    for _ in range(2):
        client.post(page("zone-remove", one, zone.pk))
        client.post(page("area-remove", one, area.pk))
    assert not town.school_alarm.zones.exists()
    assert not town.school_alarm.areas.exists()


def test_a_transmitter_with_its_key(town: Town, client_of: Browser, cia: User) -> None:
    client = client_of(cia)
    one = town.school_alarm.public_id
    answer = client.post(
        page("transmitter-new", one),
        sent(
            receiver="1",
            key_change="new",
            key_format="hex",
            key=HEX_KEY,
            require_encryption="on",
            supervision="25h",
            interval_seconds="86400",
        ),
    )
    assert answer.status_code == 302
    row = Transmitter.objects.get()
    assert (row.account, row.key, row.key_format) == ("00AB", HEX_KEY.upper(), "hex")
    assert row.link.due_at is not None
    for url in (page("installation", one), page("transmitter-change", one, row.pk)):
        shown = client.get(url).content.decode()
        assert HEX_KEY not in shown.lower()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"account": "xyz"}, "3–16 tecken"),
        ({"account": ""}, "obligatoriskt"),
        ({"receiver": "12345G"}, "högst 6 tecken"),
        ({"key_change": "new", "key": HEX_KEY}, "Säg om nyckeln är hexadecimal eller text"),
        ({"key_change": "new", "key": "kort", "key_format": "hex"}, "32, 48 eller 64"),
        ({"key_change": "new", "key": "å" * 16, "key_format": "text"}, "utan å, ä och ö"),
        ({"require_encryption": "on"}, "har en nyckel"),
        ({"interval_seconds": "0"}, "större än eller lika med 1"),
    ],
)
def test_mistakes_are_said_and_nothing_is_saved(
    town: Town, client_of: Browser, cia: User, values: dict[str, str], words: str
) -> None:
    url = page("transmitter-new", town.school_alarm.public_id)
    answer = client_of(cia).post(url, sent(**values))
    assert answer.status_code == 400
    shown = answer.content.decode()
    assert words in shown
    assert HEX_KEY not in shown
    assert not Transmitter.objects.exists()


def test_an_account_in_use(town: Town, client_of: Browser, cia: User) -> None:
    town.transmitter("00AB", installation=town.depot_alarm)
    url = page("transmitter-new", town.school_alarm.public_id)
    answer = client_of(cia).post(url, sent())
    assert "används redan av en annan sändare" in answer.content.decode()
    assert "Gatuförrådet" not in answer.content.decode()


def test_keeping_replacing_and_taking_away_the_key(
    town: Town, client_of: Browser, cia: User
) -> None:
    row = town.transmitter("00AB", key="A" * 16, key_format="text")
    url = page("transmitter-change", town.school_alarm.public_id, row.pk)
    client = client_of(cia)
    for change, expected in (
        (sent(key_change="keep", line="2"), ("A" * 16, "text")),
        (sent(key_change="new", key_format="text", key=" b" * 8), (" b" * 8, "text")),
        (sent(key_change="remove"), ("", "")),
    ):
        assert client.post(url, change).status_code == 302
        row.refresh_from_db()
        assert (row.key, row.key_format) == expected


def test_two_who_change_the_same_transmitter(town: Town, client_of: Browser, cia: User) -> None:
    row = town.transmitter("00AB")
    url = page("transmitter-change", town.school_alarm.public_id, row.pk)
    client = client_of(cia)
    seen = client.get(url).context["form"].initial["seen"]
    assert client.post(url, sent(seen=seen, line="1")).status_code == 302
    assert client.post(url, sent(seen=seen, line="2")).status_code == 400
    row.refresh_from_db()
    assert row.line == "1"


def test_a_changed_watching_begins_anew_and_ends_its_alarm(
    town: Town, client_of: Browser, cia: User, travel: Callable[..., Any]
) -> None:
    row = town.transmitter("00AB", supervision="90s")
    lost = town.now + dt.timedelta(minutes=2)
    links.pulse(process="dc09", listening_since=town.now, now=lost)
    assert links.supervise(actor=SYSTEM, now=lost) == 1
    later = town.now + dt.timedelta(hours=1)
    travel(later)
    url = page("transmitter-change", town.school_alarm.public_id, row.pk)
    client_of(cia).post(url, sent(supervision="30min"))
    link = LinkState.objects.get()
    assert link.lost_at is None
    assert link.due_at == later + dt.timedelta(minutes=30)
    assert only_alarm().restored_at == later


def test_a_removed_transmitter_is_unknown_and_its_account_free(
    town: Town, client_of: Browser, cia: User
) -> None:
    row = town.transmitter("00AB", supervision="90s")
    url = page("transmitter-remove", town.school_alarm.public_id, row.pk)
    client = client_of(cia)
    assert client.post(url).status_code == 302
    row.refresh_from_db()
    assert not row.active
    assert row.link.due_at is None
    client.post(url)
    assert (
        client.post(page("transmitter-new", town.school_alarm.public_id), sent()).status_code == 302
    )


# --- lines ---------------------------------------------------------------------------------


def test_lost_lines(town: Town, client_of: Browser, alma: User, cia: User) -> None:
    url = page("link-list")
    empty = client_of(alma).get(url).content.decode()
    assert "Inga tappade förbindelser" in empty
    town.transmitter("00AB", supervision="90s")
    depot = town.transmitter("00CD", supervision="90s", installation=town.depot_alarm)
    LinkState.objects.update(lost_at=town.now)
    assert link_counts(User.objects.get(pk=alma.pk)).lost == 2
    assert link_counts(User.objects.get(pk=cia.pk)).lost == 1
    shown = client_of(cia).get(url).content.decode()
    assert "00AB" in shown
    assert "00CD" not in shown
    assert "1 av 1 övervakade" in shown
    town.send(heartbeat(depot, town.now))
    assert link_counts(User.objects.get(pk=alma.pk)).lost == 1


def test_one_row_or_fifty_cost_the_same(
    town: Town,
    client_of: Browser,
    alma: User,
    django_assert_num_queries: DjangoAssertNumQueries,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    client = client_of(alma)
    one = page("installation", town.school_alarm.public_id)
    town.transmitter("A000", supervision="90s")
    LinkState.objects.update(lost_at=town.now)
    counts = {}
    for url in (page("installation-list"), page("link-list"), one):
        client.get(url)
        with django_assert_max_num_queries(30) as found:
            client.get(url)
        counts[url] = len(found)
    for number in range(1, 50):
        town.transmitter(f"A{number:03}", supervision="90s")
        Installation.objects.create(name=f"Å {number}", site=town.school, controller=town.schools)
    LinkState.objects.update(lost_at=town.now)
    for url, count in counts.items():
        with django_assert_num_queries(count):
            client.get(url)
