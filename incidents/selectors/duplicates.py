"""Incidents that may be the same: near in place and time, and of the same group of kinds."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext as _

from incidents.models import Incident
from trygghetscentral.accounts.models import User
from trygghetscentral.places.geometry import box_around, distance_m
from trygghetscentral.shared.errors import Missing

NEAR_M: Final = 200.0
NEAR_IN_TIME: Final = dt.timedelta(hours=24)
MOST: Final = 5


def may_be_same(incident: Incident, user: User) -> list[Incident]:
    """Open ones that the user sees, the nearest in time first; none without a place."""
    where = Q(pk__in=())
    if incident.site_id is not None:
        where |= Q(site=incident.site_id)
    if incident.position is not None:
        where |= Q(position__in_box=box_around(incident.position, NEAR_M))
    found = (
        Incident.objects.visible_to(user)
        .open()
        .filter(
            where,
            kind__group=incident.kind.group,
            occurred_from__range=(
                incident.occurred_from - NEAR_IN_TIME,
                incident.occurred_from + NEAR_IN_TIME,
            ),
        )
        .exclude(pk=incident.pk)
        .select_related("kind", "site")[: 4 * MOST]
    )
    near = [other for other in found if _is_near(incident, other)]
    return sorted(near, key=lambda other: abs(other.occurred_from - incident.occurred_from))[:MOST]


def numbered(number: str, user: User) -> Incident:
    """The incident with that number, of those the user sees. Raises Missing."""
    found = (
        Incident.objects.visible_to(user)
        .filter(number=number.replace("\x00", "").strip().upper())
        .first()
    )
    if found is None:
        raise Missing(
            _("Händelsen finns inte."),
            code="incident_missing",
            kept=_("Händelsen är oförändrad."),
            todo=_("Skriv dess nummer, till exempel H-2026-000012."),
        )
    return found


def _is_near(one: Incident, other: Incident) -> bool:
    if one.site_id is not None and one.site_id == other.site_id:
        return True
    if one.position is None or other.position is None:
        return False
    return distance_m(one.position, other.position) <= NEAR_M
