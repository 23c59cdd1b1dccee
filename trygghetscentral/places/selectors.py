"""Look-ups on the map and in the register."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.contrib.postgres.search import SearchQuery
from django.db.models import F, FloatField, Func, Prefetch, Q, QuerySet, Value

from trygghetscentral.accounts.audiences import organisation_ids
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.places import geometry
from trygghetscentral.places.fields import point_literal
from trygghetscentral.places.geometry import Position, Ring
from trygghetscentral.places.models import (
    Area,
    AreaKind,
    CodeRead,
    CodeRequest,
    SealedAccessCode,
    Site,
    SiteFile,
    SiteQuerySet,
    SiteWarning,
)
from trygghetscentral.shared import clock

if TYPE_CHECKING:
    from trygghetscentral.accounts.models import User

_WORD = re.compile(r"[^\W_]+")
MAX_WORDS = 8


def areas_in_force(at: datetime) -> QuerySet[Area]:
    """Areas whose days cover the moment, as days are counted in the city."""
    return _in_force(clock.local(at).date())


def _in_force(day: date) -> QuerySet[Area]:
    return Area.objects.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)


def areas_at(position: Position, at: datetime) -> QuerySet[Area]:
    """Every area in force around a position; one on a border is inside."""
    return areas_in_force(at).filter(polygon__covers=position)


def city_area_at(position: Position, at: datetime) -> Area | None:
    """The stadsområde around a position; on a common border, the first by slug."""
    return areas_at(position, at).filter(kind=AreaKind.CITY_AREA).order_by("slug").first()


def sites_within(polygon: Ring) -> SiteQuerySet:
    """Open, real sites inside an outline or on its border, before any question of who asks."""
    found: SiteQuerySet = Site.objects.filter(
        position__within=polygon, closed_at=None, exercise_id=None
    )
    return found


@dataclass(frozen=True, slots=True)
class NearSite:
    """A site and how far away it is."""

    site: Site
    metres: float


def nearest_sites(
    user: User, position: Position, *, limit: int = 10, within_m: float = 50_000
) -> list[NearSite]:
    """The visible open sites closest to a position, nearest first, distances in metres."""
    nearby = Site.objects.visible_to(user).filter(closed_at=None)
    # Degrees are shorter east-west than north-south, so the index's own order is only used to
    # find a distance that surely holds `limit` sites; metres decide within it.
    first = nearby.annotate(
        degrees=Func(
            F("position"),
            Value(point_literal(position)),
            template="%(expressions)s",
            arg_joiner=" <-> ",
            output_field=FloatField(),
        )
    ).order_by("degrees")
    there = first.values_list("position", flat=True)[:limit]
    reach = max((geometry.distance_m(position, place) for place in there), default=0.0)
    box = geometry.box_around(position, min(reach, within_m) + 1)
    measured = (
        NearSite(site, geometry.distance_m(position, site.position))
        for site in nearby.filter(position__in_box=box)
    )
    close = (near for near in measured if near.metres <= within_m)
    return sorted(close, key=lambda near: (near.metres, near.site.pk))[:limit]


def search_sites(sites: SiteQuerySet, text: str) -> SiteQuerySet:
    """Sites where every word begins a word, or is a form of a word, of the name or address."""
    for word in _WORD.findall(text)[:MAX_WORDS]:
        prefix = f"{word}:*"
        sites = sites.filter(
            search=SearchQuery(prefix, config="swedish", search_type="raw")
            | SearchQuery(prefix, config="simple", search_type="raw")
        )
    return sites


def for_card(user: User) -> SiteQuerySet:
    """Visible sites with everything on the objektskort in a fixed number of queries."""
    found: SiteQuerySet = (
        Site.objects.visible_to(user)
        .select_related("controller", "occupant", "payer", "area", "restricted_group")
        .prefetch_related(
            "contacts",
            "instructions",
            Prefetch("warnings", queryset=SiteWarning.objects.order_by("severity", "pk")),
            Prefetch("codes", queryset=SealedAccessCode.objects.filter(removed_at=None)),
            Prefetch("files", queryset=SiteFile.objects.select_related("file")),
        )
    )
    return found


def current_warnings(site: Site, at: datetime) -> list[SiteWarning]:
    """Warnings that still hold, the worst first."""
    order = {"danger": 0, "caution": 1, "notice": 2}
    alive = (row for row in site.warnings.all() if not row.valid_until or row.valid_until > at)
    return sorted(alive, key=lambda row: (order[row.severity], row.pk))


def area_by_slug(slug: str) -> Area | None:
    """One area, in force or not."""
    return Area.objects.select_related("controller").filter(slug=slug).first()


def own_code_requests(user: User) -> QuerySet[CodeRequest]:
    """The user's own requests."""
    found: QuerySet[CodeRequest] = CodeRequest.objects.filter(
        requested_by_id=user.pk, code__site__in=Site.objects.visible_to(user)
    ).select_related("code__site", "approved_by")
    return found


def code_requests_to_approve(user: User, at: datetime) -> QuerySet[CodeRequest]:
    """Requests of others that wait for this user, oldest first."""
    found: QuerySet[CodeRequest] = (
        CodeRequest.objects.filter(
            code__site__in=_approvable(user), approved_at=None, expires_at__gt=at
        )
        .exclude(requested_by_id=user.pk)
        .select_related("code__site", "requested_by")
        .order_by("requested_at")
    )
    return found


def code_reads(user: User) -> QuerySet[CodeRead]:
    """Readings of codes where the user approves such readings, those not looked at first."""
    found: QuerySet[CodeRead] = (
        CodeRead.objects.filter(code__site__in=_approvable(user))
        .select_related("code__site", "reader", "seen_by", "request__approved_by")
        .order_by(F("seen_at").desc(nulls_first=True), "-read_at")
    )
    return found


def _approvable(user: User) -> SiteQuerySet:
    where = organisation_ids(user.audiences(), Permission.SITE_ACCESS_CODE_APPROVE)
    found: SiteQuerySet = Site.objects.visible_to(user).filter(controller_id__in=where)
    return found
