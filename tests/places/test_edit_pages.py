"""Changing sites by form."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.accounts.factories import GrantFactory, GroupMembershipFactory, NeedToKnowGroupFactory
from tests.personas import City
from trygghetscentral.accounts.models import User
from trygghetscentral.places.geometry import Position
from trygghetscentral.places.models import (
    Site,
    SiteFile,
)

MakeSite = Callable[..., Site]


ClientOf = Callable[[User], Any]


@pytest.fixture(autouse=True)
def _at_the_moment(travel: Callable[[dt.datetime], Any], now: dt.datetime) -> None:
    travel(now)


PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


FORM = {
    "name": "Ö-gårdens förskola",
    "kind": "preschool",
    "place_type": "closed",
    "address": "Ögatan 1",
    "postal_code": "211 42",
    "locality": "Malmö",
    "longitude": "13,0123",
    "latitude": "55,6012",
    "protection": "",
    "notes": "",
    "payer": "",
    "restricted_group": "",
}


def test_new_site_by_form(city: City, client_of: ClientOf, disa: User) -> None:
    client = client_of(disa)
    form = FORM | {"controller": city.technical.pk, "occupant": city.service.pk}
    answer = client.post("/objekt/nytt/", form)
    assert answer.status_code == 302
    made = Site.objects.get()
    assert answer.url == "/objekt/o-gardens-forskola/"
    assert made.position == Position(13.0123, 55.6012)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"longitude": "55,6", "latitude": "13,0"}, "omkastade"),
        ({"longitude": "norr"}, "Longitud"),
        ({"postal_code": "2114"}, "fem siffror"),
        ({"name": ""}, "Namn"),
    ],
)
def test_wrong_form_saves_nothing_and_says_why(
    city: City, client_of: ClientOf, disa: User, change: dict[str, str], words: str
) -> None:
    form = FORM | {"controller": city.technical.pk, "occupant": city.technical.pk} | change
    page = client_of(disa).post("/objekt/nytt/", form).content.decode()
    assert "Inget sparades" in page
    assert words in page
    assert not Site.objects.exists()


def test_nobody_gives_a_site_to_a_controller_they_do_not_edit(
    city: City, client_of: ClientOf, disa: User
) -> None:
    form = FORM | {"controller": city.service.pk, "occupant": city.technical.pk}
    assert client_of(disa).post("/objekt/nytt/", form).status_code == 200
    assert not Site.objects.exists()


def test_the_owner_uses_the_place_unless_told_otherwise(
    city: City, client_of: ClientOf, disa: User
) -> None:
    form = FORM | {"controller": city.technical.pk, "occupant": ""}
    assert client_of(disa).post("/objekt/nytt/", form).status_code == 302
    assert Site.objects.get().occupant == city.technical


def test_change_by_form(site: Site, city: City, client_of: ClientOf, disa: User) -> None:
    client = client_of(disa)
    page = client.get(f"/objekt/{site.slug}/andra/").content.decode()
    assert 'value="13,0007"' in page
    form = FORM | {"controller": city.technical.pk, "occupant": city.technical.pk}
    assert client.post(f"/objekt/{site.slug}/andra/", form).url == site.get_absolute_url()
    site.refresh_from_db()
    assert site.name == "Ö-gårdens förskola"


def test_who_hides_a_site_from_oneself_comes_to_the_list(
    site: Site, city: City, client_of: ClientOf, disa: User
) -> None:
    group = NeedToKnowGroupFactory.create(organisation=city.technical)
    GrantFactory.create(user=disa, role="ADMIN", organisation=city.technical)
    form = FORM | {
        "controller": city.technical.pk,
        "occupant": city.technical.pk,
        "restricted_group": group.pk,
    }
    answer = client_of(disa).post(f"/objekt/{site.slug}/andra/", form)
    assert answer.url == reverse("places:site-list")
    GroupMembershipFactory.create(group=group, user=disa)
    page = client_of(disa).get(site.get_absolute_url()).content.decode()
    assert group.name in page


def rows(*values: dict[str, str], initial: int = 0) -> dict[str, str]:
    """A formset as a browser posts it."""
    data = {"form-TOTAL_FORMS": str(len(values)), "form-INITIAL_FORMS": str(initial)}
    for number, value in enumerate(values):
        data |= {f"form-{number}-{name}": text for name, text in value.items()}
    return data


def test_contacts_by_form(full_site: Site, client_of: ClientOf, disa: User) -> None:
    url = f"/objekt/{full_site.slug}/kontakter/"
    rektor = {"name": "Rektor", "phone": "040-34 10 00", "when": "dagtid"}
    data = rows(
        rektor | {"ORDER": "2"},
        {"name": "Jour", "phone": "0701234567", "ORDER": "1"},
        {"name": "", "phone": ""},
        initial=1,
    )
    assert client_of(disa).post(url, data).status_code == 302
    assert [contact.name for contact in full_site.contacts.all()] == ["Jour", "Rektor"]


def test_a_row_is_taken_away_by_form(full_site: Site, client_of: ClientOf, disa: User) -> None:
    url = f"/objekt/{full_site.slug}/kontakter/"
    assert "Ta bort raden" in client_of(disa).get(url).content.decode()
    data = rows({"name": "Rektor", "phone": "112", "DELETE": "on"}, initial=1)
    assert client_of(disa).post(url, data).status_code == 302
    assert not full_site.contacts.exists()


def test_wrong_contact_saves_nothing(full_site: Site, client_of: ClientOf, disa: User) -> None:
    url = f"/objekt/{full_site.slug}/kontakter/"
    page = client_of(disa).post(url, rows({"name": "Jour", "phone": "ring hit"})).content.decode()
    assert "bara siffror" in page
    assert full_site.contacts.get().name == "Rektor"


def test_instructions_by_form(full_site: Site, client_of: ClientOf, disa: User) -> None:
    url = f"/objekt/{full_site.slug}/atgarder/"
    data = rows(
        {"text": "Ring platsen", "category": "burglary", "required": "on"},
        {"text": "Skicka väktare", "category": "fire"},
        {"text": "", "category": ""},
        initial=1,
    )
    assert client_of(disa).post(url, data).status_code == 302
    assert [step.text for step in full_site.instructions.all()] == [
        "Ring platsen",
        "Skicka väktare",
    ]


def test_warnings_by_form(full_site: Site, client_of: ClientOf, disa: User) -> None:
    url = f"/objekt/{full_site.slug}/varningar/"
    untouched = {"category": "other", "severity": "caution", "text": "", "valid_until": ""}
    data = rows(
        {
            "category": "gas",
            "severity": "danger",
            "text": "Gasol i förråd",
            "valid_until": "2026-05-01T12:00",
        },
        untouched,
    )
    assert client_of(disa).post(url, data).status_code == 302
    warning = full_site.warnings.get()
    assert warning.valid_until == dt.datetime(2026, 5, 1, 10, 0, tzinfo=dt.UTC)
    assert client_of(disa).get(url).status_code == 200


def test_file_by_form(full_site: Site, client_of: ClientOf, disa: User, alma: User) -> None:
    client = client_of(disa)
    url = f"/objekt/{full_site.slug}/filer/ny/"
    assert client.get(url).status_code == 200
    upload = SimpleUploadedFile("ritning.pdf", PDF, content_type="text/html")
    form = {"file": upload, "title": "Ritning plan 1", "secrecy_grounds": ["OSL18_8"]}
    assert client.post(url, form).status_code == 302
    page = client_of(alma).get(full_site.get_absolute_url()).content.decode()
    assert "Ritning plan 1" in page
    assert "18 kap. 8 §" in page
    link = SiteFile.objects.get()
    assert link.file.secrecy_grounds == ["OSL18_8"]
    assert client.post(f"/objekt/{full_site.slug}/filer/{link.pk}/ta-bort/").status_code == 302
    assert not SiteFile.objects.exists()


def test_refused_file_by_form(full_site: Site, client_of: ClientOf, disa: User) -> None:
    upload = BytesIO(b"MZ\x90\x00\x03")
    upload.name = "ritning.pdf"
    page = client_of(disa).post(
        f"/objekt/{full_site.slug}/filer/ny/", {"file": upload, "title": "Ritning"}
    )
    assert "inte av ett slag som tas emot" in page.content.decode()
    assert not SiteFile.objects.exists()
