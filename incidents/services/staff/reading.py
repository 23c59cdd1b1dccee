"""What is noted of those who read: who is in the room, marked words seen, papers taken out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from incidents.models import Staff, StaffPresence, StaffRow
from incidents.services.staff.holding import tell
from incidents.staff_events import StaffExported, StaffMarkedRead
from trygghetscentral.accounts.models import User
from trygghetscentral.ledger.events import Code
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work


def note_presence(*, actor: Actor, now: dt.datetime, staff: Staff, user: User) -> None:
    """The user has the room before them. Not in the ledger: it says nothing that anybody did."""
    with unit_of_work(actor=actor, now=now):
        StaffPresence.objects.update_or_create(staff=staff, user=user, defaults={"seen_at": now})


def note_marked(*, actor: Actor, now: dt.datetime, staff: Staff, rows: Sequence[StaffRow]) -> None:
    """The words of these marked rows were shown (domain.md E.6); silent for none."""
    if not rows:
        return
    with unit_of_work(actor=actor, now=now):
        read = StaffMarkedRead(
            staff=staff.public_id, numbers=tuple(sorted(row.number for row in rows))
        )
        tell(read, staff, staff.incident)


def note_export(
    *, actor: Actor, now: dt.datetime, staff: Staff, last: StaffRow, open_version: bool
) -> None:
    """The log was taken out as a paper."""
    with unit_of_work(actor=actor, now=now):
        taken = StaffExported(
            staff=staff.public_id,
            rows=last.number,
            open_version=open_version,
            last_sha256=Code(bytes(last.sha256).hex()),
        )
        tell(taken, staff, staff.incident)
