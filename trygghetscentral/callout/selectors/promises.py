"""Promises that are late, and the pulse of those who keep them."""

from __future__ import annotations

import datetime as dt

from trygghetscentral.callout.models import Call, Delivery, Episode
from trygghetscentral.shared.selectors import heartbeat_age

GRACE = dt.timedelta(seconds=10)
SILENT_SECONDS = 60.0
KEEPERS = ("beat", "worker")


def overdue_calls(now: dt.datetime) -> int:
    """Calls whose next rank, or next round, should have been called ten seconds ago."""
    widened = Call.objects.filter(due_at__lt=now - GRACE).count()
    return widened + Call.objects.to_renew(now - GRACE).count()


def overdue_deliveries(now: dt.datetime) -> int:
    """Messages that should have been taken up ten seconds ago."""
    return Delivery.objects.filter(due_at__lt=now - GRACE).count()


def open_episodes() -> list[Episode]:
    """The kinds of promises that are late, as the auditor last saw it."""
    return list(Episode.objects.filter(ended_at=None).order_by("began_at"))


def silent_parts(now: dt.datetime) -> dict[str, dt.datetime | None]:
    """Who among beat and workers has not been heard for a minute, and since when; None for one
    that has never been heard."""
    ages = {part: heartbeat_age(part=part, now=now) for part in KEEPERS}
    return {
        part: None if age is None else now - dt.timedelta(seconds=age)
        for part, age in ages.items()
        if age is None or age >= SILENT_SECONDS
    }
