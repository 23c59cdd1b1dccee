"""Sites through the programming interface."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIRequestFactory, force_authenticate

from tests.personas import City
from trygghetscentral.accounts.models import User
from trygghetscentral.places.api import SiteViewSet
from trygghetscentral.places.models import Site

MakeSite = Callable[..., Site]


def asked(user: User, query: str = "", slug: str = "") -> Any:
    """What the viewset answers, past the door that other tests hold."""
    action: Any = {"get": "retrieve"} if slug else {"get": "list"}
    view = SiteViewSet.as_view(action, permission_classes=[])
    request = APIRequestFactory().get(f"/api/v1/sites/{slug}?{query}")
    force_authenticate(request, user)
    return view(request, slug=slug) if slug else view(request)


def names(answer: Any) -> list[str]:
    rows = answer.data["results"] if isinstance(answer.data, dict) else answer.data
    return [row["name"] for row in rows]


def test_one_site(site: Site, alma: User) -> None:
    row = asked(alma, slug=site.slug).data
    assert row["public_id"] == str(site.public_id)
    assert row["position"] == {"type": "Point", "coordinates": [13.0007, 55.609]}
    assert (row["controller"], row["area"]) == ("tn", None)
    assert not {"contacts", "codes", "protection", "notes", "id"} & set(row)


def test_visible_sites_only(site: Site, alma: User, cia: User, dan: User) -> None:
    assert names(asked(alma)) == [site.name]
    assert names(asked(cia)) == []
    assert asked(dan, slug=site.slug).status_code == 404


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=bibl", ["Biblioteket Norr"]),
        ("kind=school", ["Skolan Väst"]),
        ("controller=sn", ["Biblioteket Norr"]),
        ("area=finns-inte", []),
        ("", ["Biblioteket Norr", "Skolan Väst"]),
    ],
)
def test_filters(make_site: MakeSite, city: City, alma: User, query: str, found: list[str]) -> None:
    make_site()
    service = city.service.pk
    make_site(name="Biblioteket Norr", kind="library", controller_id=service, occupant_id=service)
    assert names(asked(alma, query)) == found
