"""The forms of the picture, filled in and sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from incidents.models import FunctionSlot, PictureNote, Zone
from tests.accounts.factories import person
from tests.personas import City
from trygghetscentral.accounts.models import NeedToKnowGroup, User

Sent = dict[str, Any]


@pytest.fixture
def browser(cia: User, client_of: Callable[[User], Client]) -> Client:
    return client_of(cia)


@pytest.fixture
def zone_sent(city: City) -> Sent:
    return {
        "kind": "cordon",
        "name": "Torget",
        "shape": "area",
        "corners": "13,00 55,60\n\n13.01;55.60\n13,01 55,61",
        "valid_from": "2026-03-12T14:00",
        "layer": str(city.service.pk),
        "seen_by": "alla",
    }


def test_a_zone_is_drawn_changed_and_ended(browser: Client, zone_sent: Sent) -> None:
    new, live = reverse("picture:zone-new"), reverse("picture:live")
    assert browser.post(new, zone_sent)["Location"] == live
    zone = Zone.objects.get()
    assert (zone.shared, zone.corners[1]) == (True, [13.01, 55.6])
    change = reverse("picture:zone-edit", args=(zone.public_id,))
    page = browser.get(change)
    assert "13,000000 55,600000" in page.content.decode()
    seen = page.context["form"]["seen"].value()
    assert browser.post(change, {**zone_sent, "seen": seen, "name": "Större"})["Location"] == live
    late = browser.post(change, {**zone_sent, "seen": seen, "name": "För sent"})
    assert late.status_code == 400
    assert "medan du hade formuläret öppet" in late.content.decode()
    assert "Större" in browser.get(zone.get_absolute_url()).content.decode()
    end = reverse("picture:zone-end", args=(zone.public_id,))
    assert browser.post(end)["Location"] == live
    history = browser.get(zone.get_absolute_url()).content.decode()
    assert history.count("Avslutad") == 2 and "Torget" in history
    assert zone.name not in browser.get(live).content.decode()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"corners": "13,00 55,60\nnorr om torget"}, "Rad 2 är inte två tal"),
        ({"corners": "13,00 55,60"}, "minst tre"),
        ({"corners": "55,60 13,00\n55,61 13,01\n55,62 13,00"}, "omkastade"),
        ({"valid_until": "2020-01-01T00:00"}, "Sluttiden"),
        ({"layer": "0"}, "Välj"),
    ],
)
def test_what_is_wrong_is_said_and_kept(
    browser: Client, zone_sent: Sent, wrong: Sent, words: str
) -> None:
    answer = browser.post(reverse("picture:zone-new"), {**zone_sent, **wrong})
    assert answer.status_code == 400
    text = answer.content.decode()
    assert words in text and 'value="Torget"' in text


def test_a_zone_for_a_group_is_its_alone(
    browser: Client, zone_sent: Sent, group: NeedToKnowGroup
) -> None:
    browser.post(reverse("picture:zone-new"), {**zone_sent, "seen_by": f"grupp:{group.pk}"})
    zone = Zone.objects.get()
    assert zone.audiences == [f"group:{group.pk}"]
    form = browser.get(reverse("picture:zone-edit", args=(zone.public_id,))).context["form"]
    assert form["seen_by"].value() == f"grupp:{group.pk}"


def test_a_function_is_judged_and_judged_anew(browser: Client, city: City) -> None:
    new = reverse("picture:status-new")
    sent = {
        "function": "1-power",
        "area": "",
        "level": "3",
        "trend": "worse",
        "sentence": "Tre stadsområden saknar el.",
        "forecast": "Åter till kvällen.",
        "hours": "4",
        "layer": str(city.service.pk),
        "seen_by": "lagret",
    }
    assert browser.post(new, sent).status_code == 302
    slot = FunctionSlot.objects.get()
    page = browser.get(new, {"av": str(slot.public_id)})
    assert "Tre stadsområden saknar el." in page.content.decode()
    seen = page.context["form"]["seen"].value()
    assert browser.post(new, {**sent, "level": "1", "seen": seen}).status_code == 302
    late = browser.post(new, {**sent, "level": "4", "seen": seen})
    assert late.status_code == 400
    history = browser.get(slot.get_absolute_url()).content.decode()
    assert "Orange: allvarligt" in history and "Grön: fungerar" in history
    assert browser.post(new, {**sent, "sentence": ""}).status_code == 400


def test_a_note_is_added_and_withdrawn(browser: Client, city: City) -> None:
    sent = {
        "kind": "trend",
        "use": "strategic",
        "relevance": "1",
        "source": "Polisen",
        "dated_on": "2026-03-10",
        "text": "Fler inbrott i förråd.",
        "layer": str(city.service.pk),
        "seen_by": "alla",
    }
    assert browser.post(reverse("picture:note-new"), sent).status_code == 302
    live = reverse("picture:live")
    assert "Fler inbrott i förråd." in browser.get(live).content.decode()
    note = PictureNote.objects.get()
    browser.post(reverse("picture:note-withdraw", args=(note.public_id,)))
    assert "Fler inbrott i förråd." not in browser.get(live).content.decode()


def test_the_staff_draw_and_see_only_what_is_theirs_to_see(
    city: City, zone_sent: Sent, client_of: Callable[[User], Client]
) -> None:
    client = client_of(person("STAFF_MEMBER", city.service, username="stab"))
    page = client.get(reverse("picture:live")).content.decode()
    assert 'data-stream="picture_zones"' in page and 'data-stream="alarms"' not in page
    assert client.post(reverse("picture:zone-new"), zone_sent).status_code == 302
    assert client.get(reverse("picture:rows", args=("alarms",))).status_code == 404
