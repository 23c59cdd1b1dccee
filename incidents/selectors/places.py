"""Sites that an incident may have happened at."""

from __future__ import annotations

from typing import Final

from django.db.models import Q

from trygghetscentral.accounts.audiences import organisation_ids
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.places.models import Site, SiteQuerySet
from trygghetscentral.places.selectors import search_sites

MOST: Final = 8


def sites_to_choose(user: User) -> SiteQuerySet:
    """Those that the user sees on the register."""
    found: SiteQuerySet = Site.objects.visible_to(user).filter(closed_at=None)
    return found


def sites_to_report_at(user: User) -> SiteQuerySet:
    """Those of the organisations where the user reports; none that only a group may know of."""
    where = organisation_ids(user.audiences(), Permission.INCIDENT_REPORT)
    found: SiteQuerySet = Site.objects.filter(
        Q(controller__in=where) | Q(occupant__in=where),
        restricted_group=None,
        closed_at=None,
        exercise_id=None,
    )
    return found


def found_sites(sites: SiteQuerySet, text: str) -> list[Site]:
    """The first few whose name or address fits; none for an empty text."""
    return list(search_sites(sites, text)[:MOST]) if text.strip() else []
