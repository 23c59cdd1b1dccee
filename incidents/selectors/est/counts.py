"""What is counted for a veckorapport, with what may not be seen already hidden.

Left out of every count: OT-*, VA-04 and IT-05, which are told as yearly totals only, all that only
a need-to-know group may know of, and what came out of a trygghetslarm (domain.md 00.17).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from django.db.models import Count, Exists, OuterRef, Q

from alarms.codes import Category
from incidents.models import (
    EstObservation,
    Incident,
    IncidentAlarm,
    KindGroup,
    ObservationKind,
)
from incidents.selectors.est.small import Table, table
from incidents.selectors.est.weeks import Week
from incidents.states import Stage

NEVER: Final = ("VA-04", "IT-05")
NO_AREA: Final = ""


def counted_incidents(week: Week) -> dict[tuple[str, str], int]:
    """Incidents by group of kinds and area, before anything is hidden."""
    start, end = week.bounds()
    care = IncidentAlarm.objects.filter(incident=OuterRef("pk"), alarm__category=Category.MEDICAL)
    rows = (
        Incident.objects.filter(
            occurred_from__gte=start,
            occurred_from__lt=end,
            exercise_id__isnull=True,
            restricted_group__isnull=True,
            kind__restricted=False,
        )
        .filter(Q(site__isnull=True) | Q(site__restricted_group__isnull=True))
        .exclude(kind__group=KindGroup.OT)
        .exclude(kind__code__in=NEVER)
        .exclude(stage__in=(Stage.MERGED, Stage.REJECTED))
        .exclude(Exists(care))
        .order_by()
        .values_list("kind__group", "area__name")
        .annotate(number=Count("pk"))
    )
    # Every group is there: one that is missing from a table says that it was none.
    counts = {(group, NO_AREA): 0 for group in KindGroup.values if group != KindGroup.OT}
    return counts | {(group, area or NO_AREA): number for group, area, number in rows}


def incidents_shown(week: Week) -> Table[str, str]:
    """The same, as anybody may see it."""
    return table(counted_incidents(week))


def counted_observations(week: Week, *, marked: bool) -> dict[tuple[str, str], int]:
    """Released observations by kind and area; without `marked` only those that may be open."""
    rows = EstObservation.objects.released().of_week(week.year, week.number)
    if not marked:
        rows = rows.filter(ground="")
    counts = Counter({(kind, NO_AREA): 0 for kind in ObservationKind.values})
    for kind, area in rows.order_by().values_list("kind", "area__name"):
        counts[kind, area or NO_AREA] += 1
    return dict(counts)


def observations_shown(week: Week) -> Table[str, str]:
    """Those that may be open, as anybody may see them."""
    return table(counted_observations(week, marked=False))


def observations_exact(week: Week) -> Table[str, str]:
    """All of them, for readers who may read each observation."""
    counts = counted_observations(week, marked=True)
    rows: Counter[str] = Counter()
    for (kind, _area), number in counts.items():
        rows[kind] += number
    return Table(sum(counts.values()), dict(rows), dict(counts))


def kinds_in(week: Week) -> dict[str, int | None]:
    """Each kind of open observations of a week, as anybody may see it."""
    return observations_shown(week).rows


def kinds_on_average(weeks: Iterable[Week]) -> dict[str, float]:
    """The mean of each kind over weeks; only kinds that may be seen in every one of them."""
    seen = [kinds_in(week) for week in weeks]
    means = {}
    for kind in ObservationKind.values:
        numbers = [one[kind] for one in seen]
        known = [number for number in numbers if number is not None]
        if known and len(known) == len(numbers):
            means[kind] = sum(known) / len(known)
    return means
