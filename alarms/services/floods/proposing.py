"""The system's "Larmflod?": counts, compares, and says so. It never acts on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, Q

from alarms import floods
from alarms.flood_events import FloodProposed
from alarms.models import Alarm, Flood, FloodProposal
from alarms.prov import KIND as TEST_KIND
from alarms.selectors.directory import centre_id, open_floods
from trygghetscentral.accounts.audiences import key
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.ledger.events import Code
from trygghetscentral.ledger.services import record
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work

ONE_COUNTER = 0x666C6F6F64
"""The advisory lock that keeps a second counter away."""

Where = tuple[str, int]


@dataclass(frozen=True, slots=True)
class _Many:
    alarms: int
    cause: str


def propose(*, actor: Actor, now: dt.datetime) -> int:
    """Look at the rows of the last five minutes; returns how many proposals are new.

    One proposal, and one ledger row, for each time that a category comes in numbers to one
    stadsområde: at least twenty, and five times the mean of an hour there over the last day.
    """
    with unit_of_work(actor=actor, now=now):
        if not _alone():
            return 0
        many = _many(now)
        known = {
            (row.category, row.area_id): row
            for row in FloodProposal.objects.filter(ended_at__isnull=True)
        }
        over = [row.pk for where, row in known.items() if where not in many]
        FloodProposal.objects.filter(pk__in=over).update(ended_at=now)
        for where, row in known.items():
            found = many.pop(where, None)
            if found is not None and found.alarms != row.alarms:
                row.alarms = found.alarms
                row.save(update_fields=("alarms",))
        centre = centre_id() if many else 0
        for where, found in sorted(many.items()):
            _propose(where, found, centre=centre, now=now)
    return len(many)


def _propose(where: Where, found: _Many, *, centre: int, now: dt.datetime) -> None:
    category, area_id = where
    row = FloodProposal.objects.create(
        controller_id=centre,
        category=category,
        area_id=area_id,
        cause=found.cause,
        alarms=found.alarms,
        began_at=now,
    )
    record(
        FloodProposed(
            category=Code(category),
            area_id=area_id,
            cause=Code(found.cause),
            alarms=found.alarms,
        ),
        subject=row,
        controller_id=centre,
        audiences=(key(Permission.ALARM_VIEW, centre),),
    )


def _many(now: dt.datetime) -> dict[Where, _Many]:
    """Where more come than a shift can look at, and no flood is open yet."""
    since = now - floods.PROPOSED_WITHIN
    came = (
        Alarm.objects.rows()
        .filter(
            received_at__gt=since,
            received_at__lte=now,
            category__in=floods.FLOODABLE,
            city_area__isnull=False,
            exercise_id__isnull=True,
        )
        .exclude(kind__startswith=TEST_KIND)
        .order_by()
        .values_list("category", "city_area_id")
        .annotate(n=Count("pk"), n_power=Count("pk", filter=Q(kind__in=floods.POWER_KINDS)))
        .filter(n__gte=floods.PROPOSED_FROM)
    )
    found = {
        (category, area_id): _Many(n, _cause(category, n, n_power))
        for category, area_id, n, n_power in came
    }
    if not found:
        return {}
    open_now = open_floods()
    usual = _mean_of_an_hour(found.keys(), before=since)
    return {
        where: many
        for where, many in found.items()
        if many.alarms >= floods.PROPOSED_TIMES * usual.get(where, 0.0)
        and floods.covering(open_now, category=where[0], area_id=where[1], now=now) is None
    }


def _mean_of_an_hour(wheres: Collection[Where], *, before: dt.datetime) -> dict[Where, float]:
    """Per hour, over the day before the five minutes."""
    rows = (
        Alarm.objects.rows()
        .filter(
            received_at__gt=before - dt.timedelta(hours=floods.MEAN_HOURS),
            received_at__lte=before,
            category__in={category for category, _ in wheres},
            city_area__in={area_id for _, area_id in wheres},
            exercise_id__isnull=True,
        )
        .order_by()
        .values_list("category", "city_area_id")
        .annotate(n=Count("pk"))
    )
    return {(category, area): n / floods.MEAN_HOURS for category, area, n in rows}


def _cause(category: str, alarms: int, of_power: int) -> str:
    """A guess for the form, which the shift lead may change."""
    if 2 * of_power >= alarms:
        return Flood.Cause.POWER
    return Flood.Cause.TELECOM if category == "supervision" else Flood.Cause.OTHER


def _alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", (ONE_COUNTER,))
        row = cursor.fetchone()
    return bool(row and row[0])
