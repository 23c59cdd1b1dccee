"""Pages of sites and areas: who gets in, what they show, how many questions they ask."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.personas import City
from tests.places.conftest import TEST
from tests.places.test_lookups import SQUARE
from trygghetscentral.accounts.models import User
from trygghetscentral.places import services
from trygghetscentral.places.geometry import Position
from trygghetscentral.places.models import (
    AreaKind,
    Site,
)
from trygghetscentral.places.services import ContactData

MakeSite = Callable[..., Site]


ClientOf = Callable[[User], Any]


@pytest.fixture(autouse=True)
def _at_the_moment(travel: Callable[[dt.datetime], Any], now: dt.datetime) -> None:
    travel(now)


PAGES = [
    "/objekt/",
    "/objekt/karta/",
    "/objekt/geojson",
    "/objekt/omraden/",
    "/objekt/omraden/geojson",
    "/objekt/skolan-vast/",
    "/objekt/skolan-vast/kartbild/",
]


EDIT_PAGES = [
    "/objekt/nytt/",
    "/objekt/skolan-vast/andra/",
    "/objekt/skolan-vast/kontakter/",
    "/objekt/skolan-vast/atgarder/",
    "/objekt/skolan-vast/varningar/",
    "/objekt/skolan-vast/koder/ny/",
]


@pytest.mark.parametrize("url", PAGES)
def test_readers(
    full_site: Site, client_of: ClientOf, url: str, alma: User, bo: User, dan: User, cia: User
) -> None:
    assert client_of(alma).get(url).status_code == 200
    assert client_of(bo).get(url).status_code == 200
    assert client_of(dan).get(url).status_code == 403
    hidden = 404 if full_site.slug in url else 200
    assert client_of(cia).get(url).status_code == hidden
    assert Client().get(url).status_code == 302


@pytest.mark.parametrize("url", EDIT_PAGES)
def test_editors(
    full_site: Site, client_of: ClientOf, url: str, disa: User, alma: User, cia: User, dan: User
) -> None:
    assert client_of(disa).get(url).status_code == 200
    assert client_of(alma).get(url).status_code == 403
    assert client_of(dan).get(url).status_code == 403
    assert client_of(cia).get(url).status_code == (404 if full_site.slug in url else 200)


def test_a_reader_with_the_right_elsewhere_does_not_edit_here(
    make_site: MakeSite, city: City, client_of: ClientOf, cia: User
) -> None:
    # Servicenämnden pays, so its coordinator sees the site; the owner edits it.
    make_site(payer_id=city.service.pk)
    client = client_of(cia)
    assert client.get("/objekt/skolan-vast/").status_code == 200
    answer = client.get("/objekt/skolan-vast/andra/")
    assert answer.status_code == 403
    assert "Inget har ändrats" in answer.content.decode()


def test_the_occupant_edits(
    make_site: MakeSite, city: City, client_of: ClientOf, cia: User
) -> None:
    make_site(occupant_id=city.service.pk)
    assert client_of(cia).get("/objekt/skolan-vast/kontakter/").status_code == 200


def test_card_shows_everything(full_site: Site, client_of: ClientOf, alma: User) -> None:
    page = client_of(alma).get(full_site.get_absolute_url()).content.decode()
    for text in (
        "Fara: Hund på platsen",
        "Stor hund",
        'href="tel:+4640341000"',
        "Ring platsen",
        "måste göras",
        "Inbrottslarm",
        "Huvudentré",
        "Tekniska nämnden",
        f"/larm/fragment/anlaggningar/?site={full_site.public_id}",
        "Latitud 55,60900, longitud 13,00070",
    ):
        assert text in page, text
    assert "4711" not in page


def test_pages_carry_no_inline_style_or_handler(
    full_site: Site, client_of: ClientOf, disa: User
) -> None:
    client = client_of(disa)
    for url in PAGES + EDIT_PAGES:
        page = client.get(url).content.decode()
        assert "style=" not in page, url
        assert " onclick" not in page, url


@pytest.mark.parametrize("url", ["/objekt/", "/objekt/karta/", "/objekt/geojson"])
def test_number_of_questions_does_not_grow(
    make_site: MakeSite,
    city: City,
    client_of: ClientOf,
    alma: User,
    url: str,
    django_assert_num_queries: Callable[..., Any],
) -> None:
    client = client_of(alma)
    make_site()
    client.get(url)
    with django_assert_num_queries(100, exact=False) as few:
        client.get(url)
    for number in range(30):
        make_site(name=f"Plats {number}", occupant_id=city.service.pk)
    with django_assert_num_queries(100, exact=False) as many:
        client.get(url)
    assert len(many) == len(few)


def test_card_asks_a_fixed_number_of_questions(
    full_site: Site,
    client_of: ClientOf,
    alma: User,
    now: dt.datetime,
    django_assert_max_num_queries: Callable[..., Any],
) -> None:
    contacts = [ContactData(name=f"Jour {n}", phone="040-34 10 00") for n in range(20)]
    services.set_contacts(actor=TEST, now=now, site_id=full_site.pk, contacts=contacts)
    client = client_of(alma)
    with django_assert_max_num_queries(16):
        client.get(full_site.get_absolute_url())


def test_list_is_paged_and_ordered(make_site: MakeSite, client_of: ClientOf, alma: User) -> None:
    for number in range(51):
        make_site(name=f"Plats {number:02}")
    make_site(name="Äng")
    client = client_of(alma)
    first = client.get("/objekt/")
    assert len(first.context["sites"]) == 50
    assert "sida=2" in first.content.decode()
    last = client.get("/objekt/?sida=2")
    assert [site.name for site in last.context["sites"]] == ["Plats 50", "Äng"]
    assert client.get("/objekt/?sida=99").context["page"].number == 2


def test_list_is_narrowed(
    make_site: MakeSite, city: City, client_of: ClientOf, alma: User, now: dt.datetime
) -> None:
    area = services.save_area(
        actor=TEST,
        now=now,
        slug="vast",
        name="Väst",
        kind=AreaKind.CITY_AREA,
        polygon=SQUARE,
        controller_id=city.root.pk,
        valid_from=dt.date(2020, 1, 1),
    )
    make_site(name="Biblioteket Norr", kind="library", position=Position(13.01, 55.61))
    make_site(name="Skolan Syd", position=Position(13.1, 55.6))
    client = client_of(alma)

    def names(query: str) -> list[str]:
        return [site.name for site in client.get(f"/objekt/?{query}").context["sites"]]

    assert names("q=bib") == ["Biblioteket Norr"]
    assert names("kind=school") == ["Skolan Syd"]
    assert names(f"area={area.slug}") == ["Biblioteket Norr"]
    assert names("q=finns+inte") == []
    assert names("kind=okänt") == ["Biblioteket Norr", "Skolan Syd"]
    assert "passar" in client.get("/objekt/?q=zzz").content.decode()
    page = client.get("/objekt/omraden/vast/").content.decode()
    assert "2,8" in page
    assert "1 objekt i området" in page
    assert "Biblioteket Norr" in page
    assert client.get("/objekt/omraden/finns-inte/").status_code == 404


def test_closed_sites_are_gone_from_the_list(site: Site, client_of: ClientOf, disa: User) -> None:
    client = client_of(disa)
    assert client.post(f"/objekt/{site.slug}/avsluta/").status_code == 302
    assert not client.get("/objekt/").context["sites"]
    assert "Avslutat" in client.get(site.get_absolute_url()).content.decode()


def test_geojson_shows_what_one_may_see(
    full_site: Site, make_site: MakeSite, city: City, client_of: ClientOf, cia: User
) -> None:
    make_site(name="Servicens", controller_id=city.service.pk, occupant_id=city.service.pk)
    answer = client_of(cia).get("/objekt/geojson")
    assert answer.headers["Content-Type"] == "application/geo+json"
    assert "no-store" in answer.headers["Cache-Control"]
    (feature,) = json.loads(answer.content)["features"]
    assert feature["properties"]["name"] == "Servicens"
    assert feature["geometry"] == {"type": "Point", "coordinates": [13.0007, 55.609]}


def test_map_component(full_site: Site, client_of: ClientOf, alma: User, settings: Any) -> None:
    page = client_of(alma).get("/objekt/karta/?q=skol").content.decode()
    assert 'data-geojson="/objekt/geojson?q=skol"' in page
    assert "geo/malmo" in page
    assert "data-tiles" not in page
    assert "Tabellen nedanför visar samma objekt." in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    settings.MAP_TILES_URL = "https://kartor.example/{z}/{x}/{y}.png"
    page = client_of(alma).get("/objekt/karta/").content.decode()
    assert 'data-tiles="/kartor/{z}/{x}/{y}"' in page
    assert "kartor.example" not in page
