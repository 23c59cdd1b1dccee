"""Reads about the room's own machinery and its load, for /health and /metrics."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Min

from alarms.models import Alarm, IntakePulse, LinkState
from alarms.states import AlarmState

# A receiver says that it listens each five seconds.
SILENT_AFTER = dt.timedelta(seconds=20)
UNROUTED_AFTER = dt.timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class IntakeState:
    """`receivers` are those heard lately; ages are in seconds, None when there is nothing.

    `unrouted` alarms came more than thirty seconds ago and have reached no desk.
    """

    receivers: int
    receiver_age_seconds: float | None
    unrouted: int
    unrouted_seconds: float | None
    links_lost: int


@dataclass(frozen=True, slots=True)
class AlarmLoad:
    """Open alarms per (state, category), and the age in seconds of the oldest unanswered one.

    Exercises do not count.
    """

    open: dict[tuple[str, str], int]
    oldest_unanswered_seconds: float | None


def intake_state(*, now: dt.datetime) -> IntakeState:
    """Who listens, and what is stuck on its way to a desk."""
    newest = IntakePulse.objects.order_by("-at").values_list("at", flat=True).first()
    stuck = (
        Alarm.objects.filter(routed_at__isnull=True, received_at__lt=now - UNROUTED_AFTER)
        .exclude(state=AlarmState.CLOSED)
        .aggregate(count=Count("pk"), oldest=Min("received_at"))
    )
    return IntakeState(
        receivers=IntakePulse.objects.filter(at__gte=now - SILENT_AFTER).count(),
        receiver_age_seconds=_age(newest, now),
        unrouted=stuck["count"],
        unrouted_seconds=_age(stuck["oldest"], now),
        links_lost=LinkState.objects.filter(lost_at__isnull=False).count(),
    )


def alarm_load(*, now: dt.datetime) -> AlarmLoad:
    """How much is going on."""
    active = Alarm.objects.rows().filter(exercise_id__isnull=True).exclude(state=AlarmState.CLOSED)
    oldest = active.filter(unanswered=True).aggregate(oldest=Min("waiting_since"))["oldest"]
    counts = active.values_list("state", "category").annotate(count=Count("pk")).order_by()
    return AlarmLoad(
        open={(state, category): count for state, category, count in counts},
        oldest_unanswered_seconds=_age(oldest, now),
    )


def _age(moment: dt.datetime | None, now: dt.datetime) -> float | None:
    return None if moment is None else max(0.0, (now - moment).total_seconds())
