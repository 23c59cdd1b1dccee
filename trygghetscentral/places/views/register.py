"""The register of sites: list, map and GeoJSON; and the areas."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from trygghetscentral.accounts.access import requires
from trygghetscentral.accounts.actors import signed_in_user
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.places import geometry, selectors
from trygghetscentral.places.forms import SiteFilterForm
from trygghetscentral.places.models import Area, AreaKind, Site, SiteWarning
from trygghetscentral.shared import clock
from trygghetscentral.shared.db import swedish_order

PAGE = 50
MOST_ON_MAP = 5_000


def _chosen(request: HttpRequest) -> tuple[SiteFilterForm, Any]:
    """The filter and the visible, open sites it leaves."""
    now = clock.now()
    areas = selectors.areas_in_force(now).filter(kind=AreaKind.CITY_AREA)
    form = SiteFilterForm(request.GET, areas=areas)
    alive = SiteWarning.objects.filter(Q(valid_until=None) | Q(valid_until__gt=now))
    sites = (
        Site.objects.visible_to(signed_in_user(request))
        .filter(closed_at=None)
        .select_related("controller", "occupant", "area")
        .annotate(has_warning=Exists(alive.filter(site=OuterRef("pk"))))
    )
    if form.is_valid():
        sites = selectors.search_sites(sites, form.cleaned_data["q"])
        if form.cleaned_data["kind"]:
            sites = sites.filter(kind=form.cleaned_data["kind"])
        if form.cleaned_data["area"]:
            sites = sites.filter(area=form.cleaned_data["area"])
    return form, sites


def _listing(request: HttpRequest) -> dict[str, Any]:
    form, sites = _chosen(request)
    page = Paginator(sites, PAGE).get_page(request.GET.get("sida"))
    query = request.GET.copy()
    query.pop("sida", None)
    return {
        "form": form,
        "page": page,
        "sites": page.object_list,
        "query": query.urlencode(),
        "may_create": signed_in_user(request).may(Permission.SITE_EDIT),
        "may_approve": signed_in_user(request).may(Permission.SITE_ACCESS_CODE_APPROVE),
    }


@requires(Permission.SITE_VIEW)
@require_GET
def site_list(request: HttpRequest) -> HttpResponse:
    """Every visible site, å ä ö last, fifty a page."""
    template = "places/_sites.html" if request.headers.get("HX-Request") else "places/sites.html"
    return render(request, template, _listing(request))


@requires(Permission.SITE_VIEW)
@require_GET
def site_map(request: HttpRequest) -> HttpResponse:
    """The same sites on the map, with the same table beside it."""
    return render(request, "places/map.html", _listing(request))


@requires(Permission.SITE_VIEW)
@require_GET
def site_geojson(request: HttpRequest) -> HttpResponse:
    """Visible sites as GeoJSON, under the same filter as the list; at most 5,000."""
    _form, sites = _chosen(request)
    features = [
        geometry.feature(
            geometry.point_geojson(site.position),
            {
                "id": str(site.public_id),
                "name": site.name,
                "address": site.full_address,
                "kind": site.kind,
                "kind_label": site.get_kind_display(),
                "url": site.get_absolute_url(),
                "warning": site.has_warning,
            },
        )
        for site in sites[:MOST_ON_MAP]
    ]
    return _geojson(features)


@requires(Permission.SITE_VIEW)
@require_GET
def area_list(request: HttpRequest) -> HttpResponse:
    """Areas in force, by kind, with their size."""
    areas = (
        selectors.areas_in_force(clock.now())
        .select_related("controller")
        .order_by("kind", swedish_order("name"))
    )
    rows = [
        {
            "area": area,
            "km2": geometry.area_m2(area.polygon) / 1e6,
            "km": geometry.perimeter_m(area.polygon) / 1e3,
        }
        for area in areas
    ]
    return render(request, "places/areas.html", {"rows": rows})


@requires(Permission.SITE_VIEW)
@require_GET
def area_geojson(request: HttpRequest) -> HttpResponse:
    """Areas in force as GeoJSON."""
    features = [_area_feature(area) for area in selectors.areas_in_force(clock.now())]
    return _geojson(features)


@requires(Permission.SITE_VIEW)
@require_GET
def area_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One area, what it covers, and the visible sites inside."""
    area = selectors.area_by_slug(slug)
    if area is None:
        raise Http404
    inside = (
        Site.objects.visible_to(signed_in_user(request))
        .filter(closed_at=None, position__within=area.polygon)
        .select_related("controller", "occupant", "area")
    )
    context = {
        "area": area,
        "feature": geometry.feature_collection([_area_feature(area)]),
        "km2": geometry.area_m2(area.polygon) / 1e6,
        "km": geometry.perimeter_m(area.polygon) / 1e3,
        "count": inside.count(),
        "sites": inside[:PAGE],
    }
    return render(request, "places/area.html", context)


def _area_feature(area: Area) -> dict[str, Any]:
    return geometry.feature(
        geometry.polygon_geojson(area.polygon),
        {
            "id": area.slug,
            "name": area.name,
            "kind": area.kind,
            "kind_label": area.get_kind_display(),
            "url": area.get_absolute_url(),
        },
    )


def _geojson(features: list[dict[str, Any]]) -> HttpResponse:
    response = JsonResponse(
        geometry.feature_collection(features), content_type="application/geo+json"
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response
