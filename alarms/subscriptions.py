"""What this room listens to in the ledger, and which promises it lets the auditor count."""

from __future__ import annotations

from collections.abc import Sequence

from alarms.events import AlarmRaised
from alarms.selectors import promises
from alarms.services.audiences import follow_sites
from alarms.services.routing import route_alarms
from alarms.services.shift import leave_when_signed_in, leave_when_signed_out
from trygghetscentral.accounts.events import SignedIn, SignedOut, UserDeactivated
from trygghetscentral.callout import auditor
from trygghetscentral.ledger.models import LedgerRow
from trygghetscentral.ledger.subscriptions import subscribe
from trygghetscentral.places.events import SiteChanged
from trygghetscentral.shared.db import current_unit


def route_raised(seqs: Sequence[int]) -> None:
    """Route the alarms of these rows, all in one go."""
    ids = LedgerRow.objects.filter(seq__in=seqs).values_list("subject_id", flat=True)
    unit = current_unit()
    route_alarms(ids=[int(pk) for pk in ids], actor=unit.actor, now=unit.now)


def follow_changed_sites(seqs: Sequence[int]) -> None:
    """Let the alarms of changed sites be seen by those who see the sites."""
    ids = LedgerRow.objects.filter(seq__in=seqs).values_list("subject_id", flat=True)
    unit = current_unit()
    follow_sites(actor=unit.actor, now=unit.now, site_ids={int(pk) for pk in ids})


def leave_desks(seqs: Sequence[int]) -> None:
    """Whoever has signed out everywhere works no desk any longer."""
    ids = LedgerRow.objects.filter(seq__in=seqs).values_list("subject_id", flat=True)
    unit = current_unit()
    for pk in sorted({int(pk) for pk in ids}):
        leave_when_signed_out(actor=unit.actor, now=unit.now, user_id=pk)


def leave_forgotten_desks(seqs: Sequence[int]) -> None:
    """Whoever signs in anew is asked which desks to work."""
    unit = current_unit()
    for row in LedgerRow.objects.filter(seq__in=seqs).order_by("seq"):
        leave_when_signed_in(actor=unit.actor, now=unit.now, user_id=int(row.subject_id), at=row.at)


def register() -> None:
    """Called once from `ready`."""
    auditor.register("alarms.escalation", promises.overdue_escalations)
    auditor.register("alarms.returned", promises.overdue_returns)
    auditor.register("alarms.parked", promises.overdue_parkings)
    auditor.register("alarms.prov", promises.overdue_prov)
    auditor.register("alarms.flood", promises.overdue_held)
    subscribe(AlarmRaised.name, subscriber="alarms.route", handler=route_raised)
    subscribe(SiteChanged.name, subscriber="alarms.audiences", handler=follow_changed_sites)
    subscribe(SignedIn.name, subscriber="alarms.forgotten_desks", handler=leave_forgotten_desks)
    for event in (SignedOut, UserDeactivated):
        subscribe(event.name, subscriber="alarms.leave_desks", handler=leave_desks)
