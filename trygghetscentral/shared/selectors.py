"""Reads of the ground floor."""

from __future__ import annotations

import datetime as dt

from trygghetscentral.shared.models import Heartbeat


def heartbeat_age(*, part: str, now: dt.datetime) -> float | None:
    """Seconds since `part` last showed that it works, None when it never has."""
    at = Heartbeat.objects.filter(part=part).values_list("at", flat=True).first()
    return None if at is None else max(0.0, (now - at).total_seconds())
