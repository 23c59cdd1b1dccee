"""What the manual form asks: places while they are typed, and what is already open there."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q, QuerySet

from alarms.by_hand import MANUAL_TYPES
from alarms.codes import Category
from alarms.models import Alarm, AlarmType
from alarms.selectors.rows import LIST_RELATIONS
from trygghetscentral.accounts.models import User
from trygghetscentral.places.models import Area, AreaKind, Site
from trygghetscentral.places.selectors import areas_in_force, search_sites

SHOWN_PLACES = 8
FEWEST_LETTERS = 2
SHOWN_OPEN = 10
"""Of the open alarms of a place: what is shown, and must have been seen."""


def manual_types() -> list[AlarmType]:
    """The types of the form, in its order; those that the city has taken away are left out."""
    rows = {row.code: row for row in AlarmType.objects.all()}
    return [rows[kind.code] for kind in MANUAL_TYPES if kind.code in rows]


def places_like(user: User, text: str) -> list[Site]:
    """The user's open sites whose name or address begins like the words, at most eight."""
    if len(text.strip()) < FEWEST_LETTERS:
        return []
    sites = Site.objects.visible_to(user).filter(closed_at=None)
    return list(search_sites(sites, text).select_related("area")[:SHOWN_PLACES])


def city_areas(now: dt.datetime) -> QuerySet[Area]:
    """The stadsområden in force."""
    return areas_in_force(now).filter(kind=AreaKind.CITY_AREA)


def open_at_place(
    audiences: frozenset[str], *, site_id: int | None, address: str
) -> QuerySet[Alarm]:
    """Open alarms of these audiences at the site, or at the same address without a site.

    A trygghetslarm is never among them: that there is one at a place is not to be told
    (domain.md 00.8).
    """
    place = Q(pk__in=())
    if site_id is not None:
        place = Q(site_id=site_id)
    elif address.strip():
        place = Q(site__isnull=True, area_label__iexact=address.strip())
    return (
        Alarm.objects.for_audiences(audiences)
        .open()
        .rows()
        .filter(place)
        .exclude(category=Category.MEDICAL)
        .select_related(*LIST_RELATIONS)
        .worst_first()
    )
