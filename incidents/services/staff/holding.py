"""A staff held locked while somebody writes in its room, who may, and who is told."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from incidents.models import Incident, Staff, StaffRow
from incidents.services.holding import doer
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.ledger.events import Event
from trygghetscentral.ledger.services import record
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.errors import Conflict, Forbidden, Missing


def kept() -> str:
    """What is said of a row that was refused."""
    return _("Raden är inte sparad. Det du skrev står kvar.")


def demand_work(user: User, incident: Incident) -> None:
    """Raise Forbidden for somebody who may see the incident but not work in its staff."""
    if not user.may(Permission.STAFF_WORK, incident.controller_id):
        raise Forbidden(
            _("Din roll ger inte rätt att arbeta i staben hos den som händelsen hör till."),
            code="permission_needed",
            kept=_("Dagboken är oförändrad."),
            todo=_("Be tjänsteman i beredskap att ta in dig i staben."),
        )


def held_staff(*, actor: Actor, public_id: UUID) -> tuple[Staff, User]:
    """The open staff, locked until the commit: that is what makes its numbers free of gaps.

    Raises Missing for one that is hidden, Forbidden, and Conflict for one that is closed.
    """
    user = doer(actor)
    staff: Staff | None = (
        Staff.objects.visible_to(user)
        .select_for_update(of=("self",))
        .select_related("incident")
        .filter(public_id=public_id)
        .first()
    )
    if staff is None:
        raise Missing(_("Staben finns inte."), code="staff_missing")
    demand_work(user, staff.incident)
    if not staff.is_open:
        raise Conflict(
            _("Staben är avslutad och dagboken tar inte emot fler rader."),
            code="staff_closed",
            kept=kept(),
            todo=_("Öppna en ny stab för händelsen."),
        )
    return staff, user


def tell(event: Event, subject: Staff | StaffRow, incident: Incident) -> None:
    """Record what happened, for those who see the incident."""
    record(
        event,
        subject=subject,
        controller_id=incident.controller_id,
        audiences=incident.audiences,
        exercise_id=incident.exercise_id,
    )
