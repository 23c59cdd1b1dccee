"""Decisions that cease to hold at the time that was said: due work, never in silence."""

from __future__ import annotations

import datetime as dt
from typing import Final

from incidents.models import StaffDecision
from incidents.services.staff.holding import tell
from incidents.staff_events import StaffDecisionExpired
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.portions import do_each

PORTION: Final = 100


def expire_due(*, actor: Actor, now: dt.datetime) -> int:
    """Mark one portion of those whose time has come. Running it twice changes nothing."""
    with unit_of_work(actor=actor, now=now):
        due = list(
            StaffDecision.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(due_at__lte=now)
            .select_related("row__staff__incident")
            .order_by("due_at", "pk")[:PORTION]
        )

        def act(decisions: list[StaffDecision]) -> None:
            for decision in decisions:
                decision.due_at, decision.expired_at = None, now
                decision.save(update_fields=("due_at", "expired_at"))
                staff = decision.row.staff
                expired = StaffDecisionExpired(
                    staff=staff.public_id, decision_number=decision.row.decision_number or 0
                )
                tell(expired, decision.row, staff.incident)

        return do_each(due, act, what="staff.decision")
