"""What the board asks of the alarms: a window of rows, and counts. Used by page, socket and API
alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Count, Q

from alarms import prov
from alarms.codes import Category
from alarms.models import Alarm
from alarms.selectors.rows import LIST_RELATIONS
from alarms.services.intake.links import LINK_KIND
from alarms.states import OWNED_STATES, AlarmState
from trygghetscentral.shared import clock

# The target of a fire may run past the answer (alarms.fire).
_TESTED = Q(kind__startswith=prov.KIND)
CALLING = Q(unanswered=True) & ~_TESTED
_RUNNING = Q(unanswered=True) | Q(category=Category.FIRE, target_met_at__isnull=True)


def window(audiences: frozenset[str], limit: int, condition: Q | None = None) -> list[Alarm]:
    """The worst open alarms of these audiences, at most `limit`; of those that `condition`
    leaves (alarms.selectors.selection)."""
    return list(
        Alarm.objects.for_audiences(audiences)
        .on_board()
        .filter(condition or Q())
        .worst_first()
        .select_related(*LIST_RELATIONS)[:limit]
    )


def load(ids: Iterable[int]) -> dict[int, Alarm]:
    """Rows by primary key, whatever their state, with what a row needs. One query."""
    return (
        Alarm.objects.rows()
        .filter(exercise_id__isnull=True)
        .select_related(*LIST_RELATIONS)
        .in_bulk(list(ids))
    )


def last_received_at(audiences: frozenset[str]) -> dt.datetime | None:
    """When the newest alarm came, open or not, for the empty board's sentence."""
    return (
        Alarm.objects.for_audiences(audiences)
        .order_by("-received_at")
        .values_list("received_at", flat=True)
        .first()
    )


def counts(audiences: frozenset[str]) -> dict[str, int]:
    """What the board's counters say. `late` is past the target, which a
    fire may run to räddningstjänsten (alarms.fire), `lost` is lines not
    heard again. One query."""
    standing = Alarm.objects.for_audiences(audiences).on_board()
    found = standing.aggregate(**figures())
    return {name.removeprefix("n_"): int(number) for name, number in found.items()}


def figures() -> dict[str, Count]:
    """What `counts` counts now, to be counted over any set of alarms."""
    now = clock.now()
    return {
        "n_total": Count("id"),
        "n_unanswered": Count("id", filter=CALLING),
        "n_late": Count("id", filter=_RUNNING & Q(target_at__lt=now)),
        "n_active": Count("id", filter=Q(state__in=OWNED_STATES) & ~Q(state=AlarmState.PARKED)),
        "n_parked": Count("id", filter=Q(state=AlarmState.PARKED)),
        "n_lost": Count("id", filter=Q(kind=LINK_KIND, restored_at__isnull=True)),
    }
