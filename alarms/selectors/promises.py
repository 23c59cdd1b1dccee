"""Promises of this room that are late: due ten seconds ago, and nobody has taken them."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db.models import Q

from alarms.escalation import Level
from alarms.models import Alarm, Flood, TestPeriod
from alarms.states import WORKED_STATES, AlarmState

GRACE: Final = dt.timedelta(seconds=10)


def overdue_escalations(now: dt.datetime) -> int:
    """Unanswered alarms of which somebody more should have been told."""
    waits = Alarm.objects.open().filter(unanswered=True, escalates_at__lt=now - GRACE)
    return waits.exclude(escalation=Level.TIB).count()


def overdue_returns(now: dt.datetime) -> int:
    """Alarms taken without any act that should have gone back to the queue."""
    return Alarm.objects.filter(state__in=WORKED_STATES, acts_by__lt=now - GRACE).count()


def overdue_parkings(now: dt.datetime) -> int:
    """Parked alarms that should have come back."""
    return Alarm.objects.filter(state=AlarmState.PARKED, parked_until__lt=now - GRACE).count()


def overdue_held(now: dt.datetime) -> int:
    """Alarms that a larmflod still keeps from the board after their time, and floods that should
    have ended, or have given back priorities, with what that means."""
    over = Q(held_until__lt=now - GRACE) | Q(flood__ended_at__lt=now - GRACE)
    late = Alarm.objects.filter(over, held=True, restored_at__isnull=True).count()
    unraised = Flood.objects.filter(absorbing=True, ended_at__lt=now - GRACE).count()
    return late + unraised + Flood.objects.open().filter(ends_at__lt=now - GRACE).count()


def overdue_prov(now: dt.datetime) -> int:
    """Periods of prov and ur drift that should have ended, with what that means."""
    return TestPeriod.objects.open().filter(until__lt=now - GRACE).count()
