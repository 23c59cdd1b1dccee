"""The pages of prov: at hand from the board, one period, and setting one."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from alarms.models import Alarm, Installation, InstallationArea, Zone
from alarms.models import TestPeriod as Period
from alarms.selectors import board
from alarms.services import prov
from tests.accounts.factories import person
from tests.alarms.intake.senders import Sender, make_installation
from tests.alarms.prov.conftest import HOUR, WORD, data, open_alarms, run_due
from tests.personas import City
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import NeedToKnowGroup, User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.shared import clock

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def as_alma(client_of: Callable[[User], Client], alma: User) -> Client:
    """The operator's browser."""
    return client_of(alma)


@pytest.fixture(autouse=True)
def _at_the_sender_s_moment(sender: Sender, travel: Callable[[dt.datetime], Any]) -> None:
    travel(sender.now)


def _new(installation: Installation) -> str:
    return reverse("alarms:prov-new", args=(installation.public_id,))


FORM = {"kind": "test", "place": "whole/", "minutes": "60", "reason": "Årlig provning"}


def test_setting_it_leads_to_its_page_and_the_list_and_the_count_show_it(
    as_alma: Client, installation: Installation
) -> None:
    answer = as_alma.post(_new(installation), FORM)
    period = Period.objects.get()
    assert answer["Location"] == reverse("alarms:prov", args=(period.public_id,))
    page = as_alma.get(answer["Location"]).content.decode()
    assert "Årlig provning" in page
    listed = as_alma.get(reverse("alarms:prov-list")).content.decode()
    assert all(word in listed for word in ("Skolan Väst", "hela anläggningen", "60 min", "OP 1"))
    count = as_alma.get(reverse("alarms:prov-count")).content.decode()
    assert "<b>1</b> i prov" in count
    assert "snart" not in count


@pytest.mark.parametrize(
    ("chosen", "area", "zone"),
    [
        ({"place": "1/12"}, "1", "12"),
        ({"place": "1/"}, "1", ""),
        ({"place": "other", "area": "03", "zone": "007"}, "3", "7"),
        ({"place": "1/12", "area": "9", "zone": "9"}, "1", "12"),
    ],
)
def test_the_part_chosen_is_the_part_set(
    as_alma: Client, installation: Installation, chosen: dict[str, str], area: str, zone: str
) -> None:
    as_alma.post(_new(installation), {**FORM, **chosen})
    assert Period.objects.values_list("area", "zone").get() == (area, zone)


def test_a_refusal_says_why_and_keeps_what_was_written(
    as_alma: Client, installation: Installation
) -> None:
    answer = as_alma.post(_new(installation), {**FORM, "place": "1/12", "category": "fire"})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "kodord eller tekniker-id (00.11)" in page
    assert "Årlig provning" in page
    assert not Period.objects.exists()
    given = {**FORM, "place": "1/12", "category": "fire", "verified_how": "technician"}
    assert as_alma.post(_new(installation), {**given, "technician": "T-118"}).status_code == 302


def test_from_an_alarm_its_zone_and_kind_are_chosen(
    as_alma: Client, sender: Sender, installation: Installation
) -> None:
    sender.send(sender.message("FA"), sender.message("BA", "77"))
    for alarm in Alarm.objects.all():
        detail = as_alma.get(reverse("alarms:detail", args=(alarm.public_id,))).content.decode()
        link = f"{_new(installation)}?larm={alarm.public_id}"
        assert link in detail
        page = as_alma.get(link).content.decode()
        if alarm.category == "fire":
            assert re.search(r'<option value="1/12" selected', page)
            assert re.search(r'<option value="fire" selected', page)
        else:
            assert re.search(r'<option value="other" selected', page)
            assert re.search(r'name="zone" value="77"', page)
    strange = "00000000-0000-4000-8000-000000000000"
    assert as_alma.get(f"{_new(installation)}?larm={strange}").status_code == 404
    assert as_alma.get(f"{_new(installation)}?larm=x").status_code == 404


def test_an_alarm_s_page_says_what_is_in_prov_there_and_a_trygghetslarm_s_nothing(
    as_alma: Client, sender: Sender, set_prov: Callable[..., Period]
) -> None:
    period = set_prov()
    sender.send(sender.message("FA"), sender.message("MA"))
    for alarm in Alarm.objects.all():
        page = as_alma.get(reverse("alarms:detail", args=(alarm.public_id,))).content.decode()
        shown = reverse("alarms:prov", args=(period.public_id,)) in page
        assert shown is (alarm.category == "fire")
        assert ('data-act="prov"' in page) is shown


def test_extending_reviewing_and_ending_by_hand(
    client_of: Callable[[User], Client], bo: User, set_prov: Callable[..., Period], by_bo: Any
) -> None:
    browser = client_of(bo)
    period = set_prov(kind="out_of_service", lasts=dt.timedelta(days=14), actor=by_bo)

    def post(act: str, **fields: str) -> int:
        return browser.post(reverse(f"alarms:{act}", args=(period.public_id,)), fields).status_code

    assert post("prov-extend", **{"longer-minutes": "60", "longer-reason": "Mer"}) == 400
    assert post("prov-extend", **{"longer-minutes": "43200", "longer-reason": "Mer"}) == 302
    assert post("prov-review") == 400
    assert post("prov-review", **{"review-reason": "Väntar på del"}) == 302
    assert post("prov-end", **{"end-reason": "Lagat"}) == 302
    assert post("prov-end") == 400
    period.refresh_from_db()
    assert (period.extended, period.ended_how) == (1, "by_hand")
    page = browser.get(reverse("alarms:prov", args=(period.public_id,))).content.decode()
    assert all(word in page for word in ("Mer", "Väntar på del", "Lagat", "SL 1"))
    assert "Avsluta nu" not in page


def test_the_last_ten_minutes_are_marked_and_what_ran_out_leaves_the_list(
    as_alma: Client, set_prov: Callable[..., Period], travel: Callable[[dt.datetime], Any]
) -> None:
    period = set_prov()
    traveller = travel(period.warn_at)
    run_due(clock.now())
    page = as_alma.get(reverse("alarms:prov-list")).content.decode()
    assert "går snart ut" in page
    assert "10 min" in page
    assert "1 går snart ut" in as_alma.get(reverse("alarms:prov-count")).content.decode()
    traveller.shift(HOUR)
    run_due(clock.now())
    assert "Inget är i prov" in as_alma.get(reverse("alarms:prov-list")).content.decode()


def test_the_list_keeps_itself_fresh_by_a_fragment(
    as_alma: Client, set_prov: Callable[..., Period]
) -> None:
    set_prov()
    whole = as_alma.get(reverse("alarms:prov-list")).content.decode()
    assert 'hx-trigger="every 10s"' in whole
    part = as_alma.get(reverse("alarms:prov-list"), headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode()
    assert "Skolan Väst" in part.content.decode()


def test_the_installation_s_page_has_what_is_and_what_was(
    as_alma: Client,
    installation: Installation,
    set_prov: Callable[..., Period],
    by_alma: Any,
    sender: Sender,
) -> None:
    old = set_prov(zone="12")
    prov.end_period(actor=by_alma, now=sender.now, public_id=old.public_id)
    new = set_prov()
    address = reverse("alarms:prov-history", args=(installation.public_id,))
    page = as_alma.get(reverse("alarms:installation", args=(installation.public_id,)))
    assert address in page.content.decode()
    part = as_alma.get(address).content.decode()
    assert all(str(period.public_id) in part for period in (old, new))
    assert "Tidigare" in part


def test_a_reader_sees_and_changes_nothing(
    client_of: Callable[[User], Client], city: City, set_prov: Callable[..., Period]
) -> None:
    period = set_prov()
    reader = client_of(person("SEC_COORD", city.technical, username="sam", signature="SAM TN"))
    page = reader.get(reverse("alarms:prov", args=(period.public_id,))).content.decode()
    assert "Årlig provning" in page
    assert "Avsluta nu" not in page
    assert reader.post(reverse("alarms:prov-end", args=(period.public_id,))).status_code == 403


def test_another_nämnd_and_those_outside_a_restricted_site_s_group_see_nothing(
    client_of: Callable[[User], Client],
    cia: User,
    as_alma: Client,
    installation: Installation,
    set_prov: Callable[..., Period],
    city: City,
) -> None:
    period = set_prov()
    address = reverse("alarms:prov", args=(period.public_id,))
    other = client_of(cia)
    assert other.get(address).status_code == 404
    assert "Skolan" not in other.get(reverse("alarms:prov-list")).content.decode()
    group = NeedToKnowGroup.objects.create(
        organisation=city.technical, name="Grupp", purpose="Prov"
    )
    installation.site.restricted_group = group
    installation.site.save()
    assert as_alma.get(address).status_code == 404
    assert as_alma.get(_new(installation)).status_code == 404
    assert "<b>0</b>" in as_alma.get(reverse("alarms:prov-count")).content.decode()


def test_one_s_permission_holds_at_its_own_controller_only(
    client_of: Callable[[User], Client], city: City, installation: Installation
) -> None:
    local = person("OPERATOR", city.service, username="lo", signature="OP 9")
    person_too = client_of(local)
    assert person_too.get(_new(installation)).status_code == 404
    own = make_installation(city.service, "skolan-ost")
    assert person_too.post(_new(own), FORM).status_code == 302
    assert actor_for(local).user_id == Period.objects.get().set_by_id


def test_the_tested_row_is_marked_and_does_not_count_as_unanswered(
    sender: Sender, fire_prov: Period, alma: User, as_alma: Client
) -> None:
    sender.send(sender.message("FA"))
    [row] = open_alarms()
    audiences = alma.audiences(Permission.ALARM_VIEW)
    counts = board.counts(audiences)
    assert (counts["total"], counts["unanswered"], counts["late"]) == (1, 0, 0)
    page = as_alma.get("/larm/").content.decode()
    assert re.search(rf'id="alarm-{row.public_id}"[^>]* data-priority="5"[^>]*data-prov="1"', page)
    assert "PROV</span>" in page
    assert reverse("alarms:prov-list") in page
    sender.send(sender.message("FA", "13"))
    assert board.counts(audiences)["unanswered"] == 1
    assert page.count("data-prov") == 1


def test_a_zone_without_area_and_names_with_zeros_are_told_by_their_names(
    installation: Installation, set_prov: Callable[..., Period], as_alma: Client
) -> None:
    InstallationArea.objects.create(installation=installation, number="02", name="källare")
    Zone.objects.create(installation=installation, area="", number="007", name="hallen")
    set_prov(area="2", zone="7", category="fire", verification=WORD)
    page = as_alma.get(reverse("alarms:prov-list")).content.decode()
    assert "zon 7 hallen sektion 2 källare" in page
    assert data().reason in page
