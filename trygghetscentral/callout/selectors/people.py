"""Who has which duty now, and whom to ring when the duty does not answer."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from django.shortcuts import get_object_or_404

from trygghetscentral.accounts.models import User
from trygghetscentral.callout.models import Call, Duty, DutyShift
from trygghetscentral.callout.states import ORDER, Rank

NEAR = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class OnDuty:
    """A duty at one moment: its shifts by rank, in the order they are called."""

    duty: Duty
    shifts: list[DutyShift] = field(default_factory=list)

    @property
    def primary(self) -> DutyShift | None:
        """Who is called first; None when nobody is."""
        return next((shift for shift in self.shifts if shift.rank == Rank.PRIMARY), None)

    @property
    def backup(self) -> DutyShift | None:
        """Who is called second; None when nobody is."""
        return next((shift for shift in self.shifts if shift.rank == Rank.BACKUP), None)


def on_duty(now: dt.datetime) -> list[OnDuty]:
    """Every duty with who has it now, also those that nobody has; in two queries."""
    held: dict[int, list[DutyShift]] = defaultdict(list)
    for shift in DutyShift.objects.at(now).select_related("user"):
        held[shift.duty_id].append(shift)
    return [
        OnDuty(duty, sorted(held[duty.pk], key=lambda shift: ORDER.index(Rank(shift.rank))))
        for duty in Duty.objects.all()
    ]


def to_ring(call: Call, *, now: dt.datetime) -> list[User]:
    """Whom an operator should ring: those on duty, else those nearest in time, else nobody."""
    current = DutyShift.objects.at(now).filter(duty_id=call.duty_id).select_related("user")
    found = sorted(current, key=lambda shift: ORDER.index(Rank(shift.rank)))
    if not found:
        near = DutyShift.objects.between(now - NEAR, now + NEAR).filter(duty_id=call.duty_id)
        found = sorted(
            near.select_related("user"),
            key=lambda shift: min(abs(shift.starts_at - now), abs(shift.ends_at - now)),
        )[:2]
    return list({shift.user_id: shift.user for shift in found}.values())


def shift_of(pk: int) -> DutyShift:
    """One shift; everyone who sees the staffing sees them all. Raises Http404."""
    return get_object_or_404(DutyShift.objects.select_related("duty", "user"), pk=pk)
