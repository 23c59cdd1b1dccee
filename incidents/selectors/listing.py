"""The list of incidents: what it is narrowed to, and a page at a time by key."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Q, QuerySet

from incidents.models import Incident, IncidentKind, IncidentTask
from incidents.models.incidents import IncidentQuerySet
from incidents.states import OPEN, Stage
from trygghetscentral.accounts.models import Organisation, User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.places.models import Area, AreaKind
from trygghetscentral.places.selectors import areas_in_force
from trygghetscentral.shared.clock import STOCKHOLM
from trygghetscentral.shared.digits import whole

PAGE: Final = 50
MOST_COUNTED: Final = 1000
MOST_TASKS: Final = 5
EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
LAST_MOMENT: Final = 10**16
ANY_STAGE: Final = "alla"
STILL_OPEN: Final = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """What is asked for; the empty value of each asks for nothing. Days are the city's."""

    group: str = ""
    stage: str = STILL_OPEN
    controller_id: int | None = None
    area_slug: str = ""
    first_day: dt.date | None = None
    last_day: dt.date | None = None
    least_severity: int | None = None
    mine: bool = False


@dataclass(frozen=True, slots=True)
class IncidentPage:
    """One page, newest first. `more` is the key that the next begins after, "" for the last.
    `count` stops at 1,000."""

    rows: Sequence[Incident]
    more: str
    count: int

    @property
    def is_many(self) -> bool:
        """Whether the count was stopped."""
        return self.count > MOST_COUNTED


def page_of(user: User, narrowed: Narrowed, *, before: str = "") -> IncidentPage:
    """The page after the key `before`; the first for a key that is none. Two queries, and one for
    each of the filters on kind and area."""
    found = matching(user, narrowed)
    rows = list(
        _before(found, before)
        .newest_first()
        .select_related("kind", "site", "area", "controller", "owner", "restricted_group")[
            : PAGE + 1
        ]
    )
    count = found.order_by()[: MOST_COUNTED + 1].count()
    more = _key(rows[PAGE - 1]) if len(rows) > PAGE else ""
    return IncidentPage(rows[:PAGE], more, count)


def matching(user: User, narrowed: Narrowed) -> IncidentQuerySet:
    """What the user sees of it."""
    condition = Q()
    if narrowed.stage == STILL_OPEN:
        condition &= Q(stage__in=sorted(OPEN))
    elif narrowed.stage != ANY_STAGE:
        condition &= Q(stage=narrowed.stage)
    if narrowed.group:
        # Written out, so that the database knows how few they are.
        kinds = IncidentKind.objects.filter(group=narrowed.group).values_list("pk", flat=True)
        condition &= Q(kind__in=list(kinds))
    if narrowed.controller_id is not None:
        condition &= Q(controller=narrowed.controller_id)
    if narrowed.area_slug:
        areas = Area.objects.filter(slug=narrowed.area_slug).values_list("pk", flat=True)
        condition &= Q(area__in=list(areas))
    if narrowed.first_day:
        condition &= Q(occurred_from__gte=_midnight(narrowed.first_day))
    if narrowed.last_day:
        condition &= Q(occurred_from__lt=_midnight(narrowed.last_day + dt.timedelta(days=1)))
    if narrowed.least_severity:
        condition &= Q(severity__gte=narrowed.least_severity)
    if narrowed.mine:
        condition &= Q(owner=user)
    return Incident.objects.visible_to(user).filter(condition)


def tasks_of(user: User) -> list[IncidentTask]:
    """What the user has promised to do, the most urgent first."""
    return list(
        IncidentTask.objects.filter(
            responsible=user,
            done_at__isnull=True,
            incident__in=Incident.objects.visible_to(user).exclude(
                stage__in=(Stage.ARCHIVED, Stage.REJECTED)
            ),
        ).select_related("incident__merged_into")[:MOST_TASKS]
    )


def controllers_for(user: User) -> QuerySet[Organisation]:
    """The personuppgiftsansvariga whose incidents the user reads."""
    return Organisation.objects.where_may(user, Permission.INCIDENT_VIEW).filter(is_controller=True)


def areas_now(now: dt.datetime) -> QuerySet[Area]:
    """The stadsområden of today."""
    return areas_in_force(now).filter(kind=AreaKind.CITY_AREA)


def _key(incident: Incident) -> str:
    return f"{(incident.occurred_from - EPOCH) // dt.timedelta(microseconds=1)}-{incident.pk}"


def _before(found: IncidentQuerySet, key: str) -> IncidentQuerySet:
    micros, _dash, pk = key.partition("-")
    moment, last = whole(micros), whole(pk)
    if moment is None or last is None or moment > LAST_MOMENT:
        return found
    at = EPOCH + dt.timedelta(microseconds=moment)
    # The first half alone can be read off the index; the second takes away what ties with it.
    return found.filter(occurred_from__lte=at).exclude(occurred_from=at, pk__gte=last)


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), STOCKHOLM)
