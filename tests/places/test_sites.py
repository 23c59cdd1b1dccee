"""Entering and changing sites, who sees them, and what the ledger says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest

from tests.accounts.factories import GroupMembershipFactory, NeedToKnowGroupFactory
from tests.personas import City
from tests.places.conftest import TEST
from trygghetscentral.accounts.audiences import key
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.files.models import RetentionClass, StoredFile
from trygghetscentral.files.services import store_file
from trygghetscentral.ledger.models import LedgerPayload, LedgerRow
from trygghetscentral.places import selectors, services
from trygghetscentral.places.geometry import Position
from trygghetscentral.places.models import Severity, Site, SiteFile, WarningCategory
from trygghetscentral.places.services import (
    ContactData,
    InstructionData,
    SiteData,
    WarningData,
)
from trygghetscentral.shared.errors import Conflict, Invalid

MakeSite = Callable[..., Site]
Data = Callable[..., SiteData]


def last_row() -> LedgerRow:
    return LedgerRow.objects.order_by("-seq")[0]


def last_payload() -> dict[str, Any]:
    return LedgerPayload.objects.get(seq=last_row().seq).body or {}


def test_site_is_seen_by_owner_occupant_and_payer(make_site: MakeSite, city: City) -> None:
    site = make_site(occupant_id=city.service.pk, payer_id=city.root.pk)
    assert site.audiences == sorted(
        key(Permission.SITE_VIEW, one.pk) for one in (city.technical, city.service, city.root)
    )


def test_personas(
    make_site: MakeSite, city: City, alma: User, bo: User, cia: User, dan: User, admin_user: User
) -> None:
    make_site(name="Teknikens")
    make_site(name="Servicens", controller_id=city.service.pk, occupant_id=city.service.pk)
    shared = make_site(name="Gemensamt", occupant_id=city.service_department.pk)
    seen = {
        user.username: {site.name for site in Site.objects.visible_to(user)}
        for user in (alma, bo, cia, dan, admin_user)
    }
    everything = {"Teknikens", "Servicens", "Gemensamt"}
    assert seen == {
        "alma": everything,
        "bo": everything,
        "cia": {"Servicens", shared.name},
        "dan": set(),
        "eva": set(),
    }


def test_restricted_site_is_seen_by_its_group_only(
    make_site: MakeSite, alma: User, bo: User
) -> None:
    group = NeedToKnowGroupFactory.create()
    GroupMembershipFactory.create(group=group, user=alma)
    site = make_site(restricted_group_id=group.pk)
    assert site.audiences == [f"group:{group.pk}"]
    assert list(Site.objects.visible_to(User.objects.get(pk=alma.pk))) == [site]
    assert not Site.objects.visible_to(bo).exists()


def test_exercise_site_is_not_mixed_with_real_ones(make_site: MakeSite, alma: User) -> None:
    make_site(exercise_id=7)
    assert not Site.objects.visible_to(alma).exists()


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Södra Älvsbyskolan Å", "sodra-alvsbyskolan-a"),
        ("Karta", "karta-2"),
        ("Nytt", "nytt-2"),
        ("???", "objekt"),
    ],
)
def test_slug(make_site: MakeSite, name: str, slug: str) -> None:
    assert make_site(name=name).slug == slug


def test_slug_is_numbered_when_taken(make_site: MakeSite) -> None:
    assert [make_site().slug for _ in range(3)] == [
        "skolan-vast",
        "skolan-vast-2",
        "skolan-vast-3",
    ]


@pytest.mark.parametrize("slug", ["skolan-vast", "koder"])
def test_chosen_slug_must_be_free(make_site: MakeSite, slug: str) -> None:
    make_site()
    with pytest.raises(Conflict):
        make_site(slug=slug)


def test_site_outside_sweden_is_refused_whole(make_site: MakeSite) -> None:
    with pytest.raises(Invalid):
        make_site(position=Position(2.35, 48.85))
    assert not Site.objects.exists()
    assert not LedgerRow.objects.filter(name="site.created").exists()


def test_ledger_holds_no_words_about_the_place(make_site: MakeSite) -> None:
    site = make_site(
        name="Hemligt namn", address="Hemlig gata 1", slug="x1", notes="hemligt", protection="gas"
    )
    row, payload = last_row(), last_payload()
    assert row.name == "site.created"
    assert row.subject_id == str(site.pk)
    assert row.audiences == site.audiences
    assert "emlig" not in str(payload)
    assert payload["longitude"] == site.position.longitude


def test_update_tells_those_who_lose_sight_of_it(
    site: Site, site_data: Data, city: City, now: dt.datetime
) -> None:
    services.update_site(
        actor=TEST,
        now=now,
        site_id=site.pk,
        data=site_data(
            controller_id=city.service.pk, occupant_id=city.service.pk, name="Nytt namn"
        ),
    )
    site.refresh_from_db()
    assert site.name == "Nytt namn"
    assert site.slug == "skolan-vast"
    assert site.audiences == [key(Permission.SITE_VIEW, city.service.pk)]
    assert last_row().audiences == sorted(
        key(Permission.SITE_VIEW, one.pk) for one in (city.technical, city.service)
    )
    assert last_payload()["part"] == "basics"


def test_close(site: Site, now: dt.datetime) -> None:
    services.close_site(actor=TEST, now=now, site_id=site.pk)
    assert last_row().name == "site.closed"
    with pytest.raises(Conflict):
        services.close_site(actor=TEST, now=now, site_id=site.pk)


def test_contacts_are_replaced_in_order(site: Site, now: dt.datetime) -> None:
    for names in (["Rektor", "Jour"], ["Jour", "Rektor", "Vaktmästare"]):
        services.set_contacts(
            actor=TEST,
            now=now,
            site_id=site.pk,
            contacts=[ContactData(name=name, phone="040-34 10 00") for name in names],
        )
    assert [str(contact) for contact in site.contacts.all()] == [
        "1. Jour",
        "2. Rektor",
        "3. Vaktmästare",
    ]
    assert last_payload()["part"] == "contacts"
    assert "040" not in str(last_payload())


@pytest.mark.parametrize(
    ("phone", "tel"),
    [
        ("040-34 10 00", "+4640341000"),
        ("070 123 45 67", "+46701234567"),
        ("+45 33 12 34 56", "+4533123456"),
        ("0045 33 12 34 56", "004533123456"),
        ("112", "112"),
    ],
)
def test_tel(site: Site, now: dt.datetime, phone: str, tel: str) -> None:
    services.set_contacts(
        actor=TEST, now=now, site_id=site.pk, contacts=[ContactData(name="Jour", phone=phone)]
    )
    assert site.contacts.get().tel == tel


def test_instructions(site: Site, now: dt.datetime) -> None:
    services.set_instructions(
        actor=TEST,
        now=now,
        site_id=site.pk,
        steps=[
            InstructionData(text="Ring platsen", required=True),
            InstructionData(text="Skicka väktare", category="burglary"),
        ],
    )
    first, second = site.instructions.all()
    assert (first.order, first.required, second.category) == (1, True, "burglary")
    assert str(second) == "2. Skicka väktare"


def test_warnings_end_and_the_worst_comes_first(site: Site, now: dt.datetime) -> None:
    hour = dt.timedelta(hours=1)
    services.set_warnings(
        actor=TEST,
        now=now,
        site_id=site.pk,
        warnings=[
            WarningData(category=WarningCategory.ACCESS, severity=Severity.NOTICE, text="Grind"),
            WarningData(category=WarningCategory.DOG, severity=Severity.CAUTION, text="Hund"),
            WarningData(
                category=WarningCategory.GAS,
                severity=Severity.DANGER,
                text="Gasol",
                valid_until=now + hour,
            ),
            WarningData(
                category=WarningCategory.OTHER,
                severity=Severity.DANGER,
                text="Bygge",
                valid_until=now - hour,
            ),
        ],
    )
    assert [row.text for row in selectors.current_warnings(site, now)] == ["Gasol", "Hund", "Grind"]
    later = selectors.current_warnings(site, now + hour)
    assert [row.text for row in later] == ["Hund", "Grind"]


def test_files(site: Site, city: City, now: dt.datetime) -> None:
    stored = store_file(
        actor=TEST,
        now=now,
        chunks=BytesIO(b"Nyckel hos jouren\n"),
        name="nycklar.txt",
        controller_id=city.technical.pk,
        retention_class=RetentionClass.SITE,
    )
    link = services.attach_file(actor=TEST, now=now, site_id=site.pk, stored=stored, title="")
    assert str(link) == "nycklar.txt"
    with pytest.raises(Conflict):
        services.attach_file(actor=TEST, now=now, site_id=site.pk, stored=stored, title="igen")
    services.detach_file(actor=TEST, now=now, site_id=site.pk, site_file_id=link.pk)
    assert not SiteFile.objects.exists()
    assert last_payload()["part"] == "files"


def test_files_follow_the_site_into_a_group_and_out(
    site: Site, site_data: Data, city: City, now: dt.datetime, alma: User
) -> None:
    stored = store_file(
        actor=TEST,
        now=now,
        chunks=BytesIO(b"Plan\n"),
        name="plan.txt",
        controller_id=city.technical.pk,
        retention_class=RetentionClass.SITE,
    )
    services.attach_file(actor=TEST, now=now, site_id=site.pk, stored=stored, title="Plan")
    group = NeedToKnowGroupFactory.create().pk
    for restricted, readable in ((group, False), (group, False), (None, True)):
        services.update_site(
            actor=TEST, now=now, site_id=site.pk, data=site_data(restricted_group_id=restricted)
        )
        assert StoredFile.objects.visible_to(alma).exists() is readable
    assert LedgerRow.objects.filter(name="file.restricted").count() == 2


def test_full_address(make_site: MakeSite) -> None:
    assert make_site().full_address == "Testgatan 1, Malmö"
    assert make_site(postal_code="211 42").full_address == "Testgatan 1, 211 42 Malmö"
