"""Points in polygons, borders, neighbours, order and search, against PostgreSQL itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core import serializers
from django.db import connection

from tests.personas import City
from tests.places.conftest import TEST
from trygghetscentral.accounts.models import User
from trygghetscentral.ledger.models import LedgerPayload, LedgerRow
from trygghetscentral.places import geometry, selectors, services
from trygghetscentral.places.fields import PointField, PolygonField
from trygghetscentral.places.geometry import Position, Ring
from trygghetscentral.places.models import Area, AreaKind, Site
from trygghetscentral.shared.errors import Invalid

MakeSite = Callable[..., Site]
MakeArea = Callable[..., Area]

SQUARE: Ring = (
    Position(13.0, 55.6),
    Position(13.02, 55.6),
    Position(13.02, 55.62),
    Position(13.0, 55.62),
)
EAST: Ring = (
    Position(13.02, 55.6),
    Position(13.04, 55.6),
    Position(13.04, 55.62),
    Position(13.02, 55.62),
)
# A horseshoe open to the north: its middle is outside although its box holds it.
HORSESHOE: Ring = (
    Position(13.0, 55.6),
    Position(13.03, 55.6),
    Position(13.03, 55.63),
    Position(13.02, 55.63),
    Position(13.02, 55.61),
    Position(13.01, 55.61),
    Position(13.01, 55.63),
    Position(13.0, 55.63),
)
LONG_AGO = dt.date(2020, 1, 1)


@pytest.fixture
def make_area(city: City, now: dt.datetime) -> MakeArea:
    """Draw an area: `make_area("innerstaden", SQUARE)`."""

    def make(
        slug: str,
        polygon: Ring,
        *,
        kind: AreaKind = AreaKind.CITY_AREA,
        valid_from: dt.date = LONG_AGO,
        valid_to: dt.date | None = None,
    ) -> Area:
        return services.save_area(
            actor=TEST,
            now=now,
            slug=slug,
            name=slug.capitalize(),
            kind=kind,
            polygon=polygon,
            controller_id=city.root.pk,
            valid_from=valid_from,
            valid_to=valid_to,
        )

    return make


def slugs(areas: object) -> list[str]:
    return [area.slug for area in areas]  # type: ignore[attr-defined]


def test_position_comes_back_to_the_last_digit(make_site: MakeSite) -> None:
    at = Position(13.0007123, 55.6090321)
    assert Site.objects.get(pk=make_site(position=at).pk).position == at


def test_polygon_comes_back(make_area: MakeArea) -> None:
    assert Area.objects.get(pk=make_area("yta", HORSESHOE).pk).polygon == HORSESHOE


def test_rows_can_be_dumped_and_loaded(make_site: MakeSite, make_area: MakeArea) -> None:
    area, site = make_area("yta", SQUARE), make_site()
    text = serializers.serialize("json", [area, site], fields=["position", "polygon"])
    loaded: list[Any] = [item.object for item in serializers.deserialize("json", text)]
    assert loaded[0].polygon == SQUARE
    assert loaded[1].position == site.position


def test_fields_take_text_and_pairs() -> None:
    assert PointField().to_python("(13.0,55.6)") == Position(13.0, 55.6)
    assert PointField().to_python((13.0, 55.6)) == Position(13.0, 55.6)
    assert PointField().to_python(None) is None
    assert PolygonField().to_python(SQUARE) == SQUARE
    assert PolygonField().to_python(None) is None


@pytest.mark.parametrize(
    ("at", "inside"),
    [
        (Position(13.01, 55.61), True),
        (Position(13.0, 55.6), True),
        (Position(13.0, 55.61), True),
        (Position(13.01, 55.62), True),
        (Position(12.9999, 55.61), False),
        (Position(13.01, 55.6201), False),
    ],
)
def test_areas_at_counts_the_border_as_inside(
    make_area: MakeArea, now: dt.datetime, at: Position, inside: bool
) -> None:
    make_area("yta", SQUARE)
    assert slugs(selectors.areas_at(at, now)) == (["yta"] if inside else [])


def test_areas_at_knows_a_horseshoe(make_area: MakeArea, now: dt.datetime) -> None:
    make_area("sko", HORSESHOE)
    assert slugs(selectors.areas_at(Position(13.015, 55.62), now)) == []
    assert slugs(selectors.areas_at(Position(13.005, 55.62), now)) == ["sko"]


def test_areas_at_looks_at_the_day_in_the_city(make_area: MakeArea) -> None:
    make_area(
        "event",
        SQUARE,
        kind=AreaKind.EVENT,
        valid_from=dt.date(2026, 6, 1),
        valid_to=dt.date(2026, 6, 2),
    )
    here = Position(13.01, 55.61)
    # 22.30 UTC on the last of May is half past midnight on the first of June in Malmö.
    assert slugs(selectors.areas_at(here, dt.datetime(2026, 5, 31, 22, 30, tzinfo=dt.UTC)))
    assert not selectors.areas_at(here, dt.datetime(2026, 5, 31, 21, 30, tzinfo=dt.UTC))
    assert not selectors.areas_at(here, dt.datetime(2026, 6, 1, 22, 30, tzinfo=dt.UTC))


def test_overlapping_areas_are_found(make_area: MakeArea) -> None:
    make_area("yta", SQUARE)
    assert slugs(Area.objects.filter(polygon__overlaps=HORSESHOE)) == ["yta"]
    far = tuple(Position(corner.longitude + 1, corner.latitude) for corner in SQUARE)
    assert not Area.objects.filter(polygon__overlaps=far)


def test_area_is_stored_on_the_site_at_write(make_area: MakeArea, make_site: MakeSite) -> None:
    make_area("vast", SQUARE)
    make_area("ovakt", SQUARE, kind=AreaKind.GUARD_AREA)
    inside, outside = make_site(position=Position(13.01, 55.61)), make_site()
    assert inside.area is not None
    assert inside.area.slug == "vast"
    assert make_site(position=Position(13.1, 55.6)).area is None
    assert outside.area is not None


def test_common_border_belongs_to_one_area(make_area: MakeArea, make_site: MakeSite) -> None:
    make_area("vast", SQUARE)
    make_area("ost", EAST)
    site = make_site(position=Position(13.02, 55.61))
    assert site.area is not None
    assert site.area.slug == "ost"


def test_redrawn_area_moves_its_sites(make_area: MakeArea, make_site: MakeSite) -> None:
    make_area("yta", SQUARE)
    stays = make_site(position=Position(13.02, 55.61))
    west = make_site(position=Position(13.01, 55.61))
    east = make_site(position=Position(13.03, 55.61))
    make_area("yta", EAST)
    west.refresh_from_db()
    east.refresh_from_db()
    stays.refresh_from_db()
    assert west.area is None
    assert east.area == stays.area
    row = LedgerRow.objects.filter(name="area.saved").order_by("-seq")[0]
    body = LedgerPayload.objects.get(seq=row.seq).body or {}
    assert body["sites_moved"] == 2


def test_area_that_crosses_itself_is_refused(make_area: MakeArea) -> None:
    with pytest.raises(Invalid):
        make_area("atta", (SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3]))
    assert not Area.objects.exists()


def test_sites_within(make_site: MakeSite) -> None:
    names = ["Inne", "På gränsen", "Ute"]
    for name, longitude in zip(names, (13.01, 13.02, 13.0201), strict=True):
        make_site(name=name, position=Position(longitude, 55.61))
    make_site(name="Övning", position=Position(13.01, 55.61), exercise_id=1)
    assert [site.name for site in selectors.sites_within(SQUARE)] == ["Inne", "På gränsen"]


def test_points_are_found_by_index(make_site: MakeSite) -> None:
    make_site()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "site_position" in selectors.sites_within(SQUARE).order_by().explain()


def test_areas_are_found_by_index(make_area: MakeArea, now: dt.datetime) -> None:
    make_area("yta", SQUARE)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    found = Area.objects.filter(polygon__covers=Position(13.01, 55.61)).order_by()
    assert "area_polygon" in found.explain()


def test_nearest_are_measured_in_metres_not_degrees(make_site: MakeSite, alma: User) -> None:
    here = Position(13.0, 55.6)
    # 0.015 degrees east is 946 m, 0.010 degrees north is 1,113 m: degrees would say otherwise.
    make_site(name="Norr", position=Position(13.0, 55.61))
    make_site(name="Öster", position=Position(13.015, 55.6))
    (nearest,) = selectors.nearest_sites(alma, here, limit=1)
    assert nearest.site.name == "Öster"
    assert nearest.metres == pytest.approx(945.6, abs=0.5)


def test_nearest_keeps_to_the_limit_and_the_reach(make_site: MakeSite, alma: User) -> None:
    here = Position(13.0, 55.6)
    for step in range(5):
        make_site(name=f"Plats {step}", position=Position(13.0 + step / 100, 55.6))
    found = selectors.nearest_sites(alma, here, limit=3)
    assert [near.site.name for near in found] == ["Plats 0", "Plats 1", "Plats 2"]
    close = selectors.nearest_sites(alma, here, limit=3, within_m=700)
    assert [near.site.name for near in close] == ["Plats 0", "Plats 1"]
    assert found[1].metres == pytest.approx(geometry.distance_m(here, Position(13.01, 55.6)))


def test_nearest_shows_only_what_one_may_see(make_site: MakeSite, dan: User) -> None:
    make_site()
    assert selectors.nearest_sites(dan, Position(13.0, 55.6)) == []


def test_swedish_order(make_site: MakeSite, alma: User) -> None:
    for name in ("Österskolan", "Zonen", "ängen", "Åkern", "Ardala", "Älgen", "Öarna"):
        make_site(name=name)
    ordered = [site.name for site in Site.objects.visible_to(alma)]
    assert ordered == ["Ardala", "Zonen", "Åkern", "Älgen", "ängen", "Öarna", "Österskolan"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ["Rönnens bibliotek", "Åkerskolan"]),
        ("åker", ["Åkerskolan"]),
        ("ÅKERSK", ["Åkerskolan"]),
        ("aker", []),
        ("Rönn", ["Rönnens bibliotek"]),
        ("biblioteken", ["Rönnens bibliotek"]),
        ("bib rön", ["Rönnens bibliotek"]),
        ("södra förs", ["Rönnens bibliotek"]),
        ("vägen 12", ["Åkerskolan"]),
        ("malmö", ["Rönnens bibliotek", "Åkerskolan"]),
        ("på", []),
        ("' | :* & ! \\ ( <->", ["Rönnens bibliotek", "Åkerskolan"]),
        ("finns inte", []),
    ],
)
def test_search(make_site: MakeSite, alma: User, text: str, found: list[str]) -> None:
    make_site(name="Åkerskolan", address="Långa vägen 12")
    make_site(name="Rönnens bibliotek", address="Södra Förstadsgatan 3")
    rows = selectors.search_sites(Site.objects.visible_to(alma), text)
    assert [site.name for site in rows] == found


def test_search_uses_its_index(make_site: MakeSite) -> None:
    make_site()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    rows = selectors.search_sites(Site.objects.order_by(), "skolan")
    assert "site_search" in rows.explain()
