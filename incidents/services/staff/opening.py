"""A staff opened for an incident, raised or lowered, and closed."""

from __future__ import annotations

import datetime as dt
import uuid
from uuid import UUID

from django.utils.translation import gettext as _

from alarms.services.holding import cleaned
from incidents.models import Staff, StaffKind, StaffLevel, Words
from incidents.services.holding import doer, kept, refuse_closed, seen_by
from incidents.services.staff.holding import demand_work, held_staff, tell
from incidents.services.staff.writing import RowData, append
from incidents.staff_events import StaffClosed, StaffLevelChanged, StaffOpened
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.errors import Conflict, Invalid

MOST_REASON = 2000


def open_staff(
    *, actor: Actor, now: dt.datetime, incident_id: UUID, level: int, reason: str
) -> Staff:
    """Open a staff for the incident; its log begins with why.

    Raises Invalid without a reason, Forbidden, Missing, and Conflict when there is one at work or
    the incident is closed.
    """
    why = _reason(reason)
    _refuse_level(level)
    with unit_of_work(actor=actor, now=now):
        user = doer(actor)
        # Locked: of two who open at once the second is told.
        incident = seen_by(user, incident_id)
        demand_work(user, incident)
        refuse_closed(incident)
        if incident.staffs.open().exists():
            raise Conflict(
                _("Händelsen har redan en öppen stab."),
                code="staff_open",
                kept=kept(),
                todo=_("Gå in i stabsrummet."),
            )
        staff = Staff.objects.create(
            incident=incident, level=level, reason=why, opened_by=user, opened_at=now
        )
        opened = StaffOpened(staff=staff.public_id, incident=incident.public_id, level=level)
        tell(opened, staff, incident)
        text = _("Staben är öppnad: %(level)s. %(why)s") % {
            "level": StaffLevel(level).label,
            "why": why,
        }
        append(staff, user, _event(text), now=now, actor=actor)
    return staff


def change_level(
    *, actor: Actor, now: dt.datetime, staff_id: UUID, level: int, reason: str
) -> Staff:
    """More or less of a staff, and why, as a row. Raises as `open_staff`."""
    why = _reason(reason)
    _refuse_level(level)
    with unit_of_work(actor=actor, now=now):
        staff, user = held_staff(actor=actor, public_id=staff_id)
        if staff.level == level:
            raise Conflict(_("Staben har redan den nivån."), code="same_level", kept=kept())
        staff.level = level
        staff.save(update_fields=("level",))
        tell(StaffLevelChanged(staff=staff.public_id, level=level), staff, staff.incident)
        text = _("Ny nivå: %(level)s. %(why)s") % {"level": StaffLevel(level).label, "why": why}
        append(staff, user, _event(text), now=now, actor=actor)
    return staff


def close_staff(*, actor: Actor, now: dt.datetime, staff_id: UUID, reason: str) -> Staff:
    """End it; the log is kept and takes no more rows. Raises as `open_staff`."""
    why = _reason(reason)
    with unit_of_work(actor=actor, now=now):
        staff, user = held_staff(actor=actor, public_id=staff_id)
        text = _("Staben är avslutad. %(why)s") % {"why": why}
        row = append(staff, user, _event(text), now=now, actor=actor)
        staff.closing, staff.closed_by, staff.closed_at = why, user, now
        staff.save(update_fields=("closing", "closed_by", "closed_at"))
        tell(StaffClosed(staff=staff.public_id, rows=row.number), staff, staff.incident)
    return staff


def _event(text: str) -> RowData:
    return RowData(
        public_id=uuid.uuid4(),
        kind=StaffKind.EVENT,
        words=Words(text=text),
    )


def _reason(text: str) -> str:
    why = cleaned(text, most=MOST_REASON, what=_("Skälet"))
    if not why:
        raise Invalid(_("Skriv varför."), code="no_reason", kept=kept())
    return why


def _refuse_level(level: int) -> None:
    if level not in StaffLevel.values:
        raise Invalid(_("Välj stabens nivå."), code="no_level", kept=kept())
