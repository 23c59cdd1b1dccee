"""Promises of this room that are late: due a while ago, and nobody has taken them."""

from __future__ import annotations

import datetime as dt
from typing import Final

from incidents.models import StaffDecision

GRACE: Final = dt.timedelta(seconds=30)


def overdue_decisions(now: dt.datetime) -> int:
    """Decisions of staffs that should have been marked as no longer holding."""
    return StaffDecision.objects.filter(due_at__lt=now - GRACE).count()
