"""The pages where accounts, roles and groups are kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.accounts.factories import UserFactory, person
from tests.personas import City
from trygghetscentral.accounts.models import Grant, NeedToKnowGroup, User
from trygghetscentral.accounts.permissions import LABELS, Permission
from trygghetscentral.accounts.roles import ROLES

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.accounts.urls_under_test")]

ClientOf = Callable[[User], Client]


def text(answer: Any) -> str:
    """The page."""
    page: str = answer.content.decode()
    return page


def test_own_page_and_language(client_of: ClientOf, alma: User) -> None:
    browser = client_of(alma)
    assert "Larmoperatör" in text(browser.get("/konto/"))
    answer = browser.post("/konto/sprak/", {"language": "en"}, follow=True)
    assert '<html lang="en">' in text(answer)
    assert "notice-error" in text(browser.post("/konto/sprak/", {"language": "x"}, follow=True))


def test_roles_are_explained_to_everyone(client_of: ClientOf, dan: User) -> None:
    page = text(client_of(dan).get("/konto/roller/"))
    for role in ROLES.values():
        assert str(role.label) in page
    for permission in Permission:
        assert str(LABELS[permission]) in page


def test_user_is_opened_given_a_role_and_closed(
    client_of: ClientOf, admin_user: User, city: City
) -> None:
    browser = client_of(admin_user)
    assert "Signatur" in text(browser.get("/konto/anvandare/+ny/"))
    form = {
        "username": "gun",
        "name": "Gun",
        "signature": "OP 7",
        "email": "",
        "language": "sv",
        "home_organisation": city.technical.pk,
    }
    assert browser.post("/konto/anvandare/+ny/", form)["Location"] == "/konto/anvandare/gun/"
    assert "används redan" in text(browser.post("/konto/anvandare/+ny/", form))
    assert "Inga roller" in text(browser.get("/konto/anvandare/gun/"))

    changed = {**form, "signature": "OP 8"}
    assert browser.post("/konto/anvandare/gun/andra/", changed).status_code == 302
    assert "OP 8" in text(browser.get("/konto/anvandare/gun/andra/"))

    role = {"role": "OPERATOR", "organisation": city.root.pk, "ends": "2099-12-31"}
    assert browser.post("/konto/anvandare/gun/roller/", role).status_code == 302
    assert "redan rollen" in text(browser.post("/konto/anvandare/gun/roller/", role))
    grant = Grant.objects.get(user__username="gun")
    assert grant.valid_until is not None
    assert grant.valid_until.isoformat() == "2099-12-31T23:00:00+00:00"
    assert "Larmoperatör, Kommunen" in text(browser.get("/konto/anvandare/?q=op 8"))
    assert "Ingen användare passar" in text(browser.get("/konto/anvandare/?q=ingen"))
    browser.post(f"/konto/roller/{grant.pk}/ta-tillbaka/")
    assert "redan tillbakatagen" in text(
        browser.post(f"/konto/roller/{grant.pk}/ta-tillbaka/", follow=True)
    )

    browser.post("/konto/anvandare/gun/stang-av/")
    assert "avstängt sedan" in text(browser.get("/konto/anvandare/gun/"))
    assert "kan inte få" in text(browser.post("/konto/anvandare/gun/losenord/", follow=True))
    browser.post("/konto/anvandare/gun/oppna/")
    assert User.objects.get(username="gun").is_active


def test_administrator_of_a_namnd_stays_in_it(
    client_of: ClientOf, city: City, alma: User, cia: User
) -> None:
    local = client_of(person("ADMIN", city.technical))
    for user in (alma, cia):
        assert local.get(f"/konto/anvandare/{user.username}/").status_code == 404
    grant = cia.grants.get()
    assert local.post(f"/konto/roller/{grant.pk}/ta-tillbaka/").status_code == 404
    form = {
        "username": "ny",
        "name": "Ny",
        "signature": "N",
        "language": "sv",
        "home_organisation": city.service.pk,
    }
    assert local.post("/konto/anvandare/+ny/", form).status_code == 200
    assert not User.objects.filter(username="ny").exists()
    own = UserFactory.create(home_organisation=city.technical_department)
    answer = local.post(
        f"/konto/anvandare/{own.username}/roller/",
        {"role": "SHIFT_LEAD", "organisation": city.root.pk},
    )
    assert answer.status_code == 200
    assert not own.grants.exists()


def test_groups(client_of: ClientOf, admin_user: User, alma: User, city: City) -> None:
    browser = client_of(admin_user)
    assert "Inga grupper" in text(browser.get("/konto/grupper/"))
    form = {"organisation": city.technical.pk, "name": "OT", "purpose": "Påverkan"}
    browser.post("/konto/grupper/", form)
    group = NeedToKnowGroup.objects.get()
    page = f"/konto/grupper/{group.pk}/"
    assert "OT" in text(browser.get("/konto/grupper/"))
    assert "Inga medlemmar" in text(browser.get(page))
    assert "inget sådant konto" in text(browser.post(page, {"username": "nobody"}))
    assert browser.post(page, {"username": "Alma"}).status_code == 302
    assert "OP 1" in text(browser.get(page))
    assert "OT" in text(browser.get("/konto/anvandare/alma/"))
    local = client_of(person("ADMIN", city.service))
    assert local.get(page).status_code == 404
    browser.post(f"{page}alma/avsluta/")
    assert "Inga medlemmar" in text(browser.get(page))


def test_list_of_users_costs_the_same_for_one_and_for_many(
    client_of: ClientOf, admin_user: User, city: City, django_assert_max_num_queries: Any
) -> None:
    browser = client_of(admin_user)
    browser.get("/konto/anvandare/")
    for _one in range(30):
        person("OPERATOR", city.root)
    with django_assert_max_num_queries(8):
        browser.get("/konto/anvandare/")
