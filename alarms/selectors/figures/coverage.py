"""What the figures rest on: who is connected, and when nothing could come in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q

from alarms.models import Alarm, Installation, IntakePulse, Transmitter
from alarms.selectors.figures.period import Period
from alarms.selectors.figures.scope import Scope
from alarms.services.reception import SILENT_KIND, WATCH
from trygghetscentral.accounts.models import Organisation
from trygghetscentral.ledger.models import LedgerRow

SILENCED = ("alarm.raised", "alarm.again", "alarm.repeated")
HEARD = ("alarm.restored", "alarm.closed")


@dataclass(frozen=True, slots=True)
class Coverage:
    """`installations` are in use and have a transmitter, as of now; `controllers` are those with
    at least one, of `controllers_asked`.

    `silent_seconds` is how long no receiver listened, as far as it was watched: from
    `watched_since` on, None when it never was.
    """

    installations: int
    controllers: int
    controllers_asked: int
    silent_seconds: float
    silences: int
    watched_since: dt.datetime | None


def coverage_of(*, scope: Scope, period: Period, now: dt.datetime) -> Coverage:
    """Four queries, however much there is."""
    connected = Installation.objects.filter(
        Exists(Transmitter.objects.filter(installation=OuterRef("pk"), active=True)),
        active=True,
        controller__in=scope.controllers,
    ).aggregate(number=Count("pk"), controllers=Count("controller", distinct=True))
    asked = Organisation.objects.filter(
        Q(is_controller=True), ~Q(kind=Organisation.Kind.PARTNER), pk__in=scope.controllers
    ).count()
    silences = _silences(period, now)
    return Coverage(
        installations=connected["number"],
        controllers=connected["controllers"],
        controllers_asked=asked,
        silent_seconds=sum((end - start).total_seconds() for start, end in silences),
        silences=len(silences),
        watched_since=IntakePulse.objects.filter(process=WATCH, listening_since__lt=period.end)
        .values_list("listening_since", flat=True)
        .first(),
    )


def _silences(period: Period, now: dt.datetime) -> list[tuple[dt.datetime, dt.datetime]]:
    # It has no account, so the index of accounts finds it among a million others.
    alarms = Alarm.objects.filter(
        account="", kind=SILENT_KIND, exercise_id__isnull=True, received_at__lt=period.end
    ).filter(Q(closed_at__isnull=True) | Q(closed_at__gt=period.start))
    rows = LedgerRow.objects.filter(
        subject_type="alarms.alarm",
        subject_id__in=[str(pk) for pk in alarms.values_list("pk", flat=True)],
        name__in=SILENCED + HEARD,
    ).order_by("subject_id", "seq")
    spans = _spans(rows.values_list("subject_id", "name", "at"), now)
    kept = [(max(start, period.start), min(end, period.end, now)) for start, end in spans]
    return [(start, end) for start, end in kept if start < end]


def _spans(
    rows: Iterable[tuple[str, str, dt.datetime]], now: dt.datetime
) -> list[tuple[dt.datetime, dt.datetime]]:
    begun: dict[str, dt.datetime] = {}
    spans = []
    for subject, name, at in rows:
        if name in SILENCED:
            begun.setdefault(subject, at)
        elif subject in begun:
            spans.append((begun.pop(subject), at))
    return spans + [(at, now) for at in begun.values()]
