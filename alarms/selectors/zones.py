"""The zones of a row, and the row of a zone (docs/adr/0011)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import BooleanField, ExpressionWrapper, Q

from alarms.models import Alarm
from alarms.selectors.rows import area_line, kind_label, zone_line

MOST_ZONES: Final = 100


@dataclass(frozen=True, slots=True)
class ZoneLine:
    """One zone of a row: since when, where, what, and whether it is still wrong there."""

    public_id: UUID
    number: str
    received_at: dt.datetime
    zone: str
    area: str
    what: str
    active: bool
    signals: int


@dataclass(frozen=True, slots=True)
class ZonesPart:
    """The zones of a row, what is still wrong first; at most a hundred, and how many `more`."""

    lines: list[ZoneLine]
    more: int


def zones_part(alarm: Alarm) -> ZonesPart | None:
    """None for what is no row of several zones. One query."""
    if not alarm.followers:
        return None
    normal = ExpressionWrapper(Q(active_conditions=[]), BooleanField())
    found = (
        Alarm.objects.filter(Q(pk=alarm.pk) | Q(lead=alarm))
        .select_related("type")
        .order_by(normal, "pk")[:MOST_ZONES]
    )
    lines = [_line(one) for one in found]
    return ZonesPart(lines, more=max(0, alarm.followers + 1 - len(lines)))


def _line(alarm: Alarm) -> ZoneLine:
    return ZoneLine(
        public_id=alarm.public_id,
        number=alarm.number,
        received_at=alarm.received_at,
        zone=zone_line(alarm),
        area=area_line(alarm),
        what=kind_label(alarm),
        active=bool(alarm.active_conditions),
        signals=alarm.signal_count,
    )
