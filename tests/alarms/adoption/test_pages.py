"""Unknown accounts on the screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.test import Client
from django.urls import reverse

from alarms.models import Alarm, Installation, Transmitter
from tests.accounts.factories import person
from tests.alarms.routing.town import Town, message
from trygghetscentral.accounts.models import User

Browser = Callable[[User], Client]
ADOPT = "/larm/okanda/koppla/?konto=FADE&mottagare=&linje="


def unknown(town: Town) -> None:
    town.send(message(None, "BA", at=town.now, account="FADE"))


def test_the_list(
    town: Town, client_of: Browser, bo: User, alma: User, cia: User, dan: User
) -> None:
    url = reverse("alarms:unmatched-list")
    assert "Inga okända abonnemang" in client_of(bo).get(url).content.decode()
    unknown(town)
    shown = client_of(bo).get(url).content.decode()
    assert "FADE" in shown
    assert "konto=FADE" in shown
    for user in (alma, cia, dan):
        assert client_of(user).get(url).status_code == 403


def test_a_skiftledare_of_one_nämnd_does_not_see_the_centres(
    town: Town, client_of: Browser
) -> None:
    part = person("SHIFT_LEAD", town.schools, username="per", signature="SL 9")
    answer = client_of(part).get(reverse("alarms:unmatched-list"))
    assert answer.status_code == 403
    assert "hela staden" in answer.content.decode()


def test_to_an_installation_there_is(
    town: Town, client_of: Browser, bo: User, travel: Callable[..., Any]
) -> None:
    travel(town.now)
    unknown(town)
    client = client_of(bo)
    assert client.get(ADOPT).status_code == 200
    answer = client.post(
        ADOPT, {"installation": str(town.school_alarm.public_id), "supervision": "none"}
    )
    assert answer.status_code == 302
    shown = client.get(answer["Location"]).content.decode()
    assert "Kontot FADE hör nu hit" in shown
    assert Alarm.objects.open().get().number in shown


def test_to_a_new_installation(town: Town, client_of: Browser, bo: User) -> None:
    unknown(town)
    answer = client_of(bo).post(
        ADOPT, {"site": town.depot.slug, "name": "Åskvakten", "supervision": "25h"}
    )
    assert answer.status_code == 302
    row = Transmitter.objects.get()
    assert row.installation.name == "Åskvakten"
    assert row.installation.controller == town.streets


def test_nothing_is_half_done(town: Town, client_of: Browser, bo: User) -> None:
    """The second of two: the new installation is not left behind."""
    unknown(town)
    client = client_of(bo)
    client.post(ADOPT, {"installation": str(town.school_alarm.public_id), "supervision": "none"})
    before = Installation.objects.count()
    late = client.post(ADOPT, {"site": town.depot.slug, "name": "Ny", "supervision": "none"})
    assert late.status_code == 400
    assert "inga okända signaler kvar" in late.content.decode()
    assert Installation.objects.count() == before


def test_mistakes(town: Town, client_of: Browser, bo: User) -> None:
    unknown(town)
    client = client_of(bo)
    for values, words in (
        ({}, "Välj en anläggning ovan"),
        ({"site": town.depot.slug}, "Ge den nya anläggningen ett namn"),
        ({"installation": "x", "supervision": "none"}, "Rätta detta"),
    ):
        answer = client.post(ADOPT, values)
        assert answer.status_code == 400
        assert words in answer.content.decode()
    assert client.get("/larm/okanda/koppla/?konto=FINNSEJ").status_code == 404
    assert not Transmitter.objects.exists()
