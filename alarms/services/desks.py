"""What the city says about its desks: in use or not, instructions, category."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alarms.models import Alarm, Desk
from alarms.selectors.directory import centre_id
from alarms.services.shift import empty_desk
from alarms.shift_events import DeskChanged
from alarms.versions import fingerprint, refuse_if_changed
from trygghetscentral.accounts.audiences import key
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.ledger.events import Code
from trygghetscentral.ledger.services import record
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.errors import Conflict, Missing

MOST_CHARACTERS: Final = 8000


def desk_version(desk: Desk) -> str:
    """Changes when what can be set does."""
    return fingerprint(desk.active, desk.instructions, desk.arc_category)


def change_desk(
    *,
    actor: Actor,
    now: dt.datetime,
    desk_id: int,
    active: bool,
    instructions: str,
    arc_category: str,
    seen: str = "",
) -> Desk:
    """Switch a desk on or off and describe it.

    Raises Conflict when it was changed since `seen`, or when it would be switched off with open
    alarms at it or as the last one. Whoever works a desk that is switched off leaves it.
    """
    with unit_of_work(actor=actor, now=now):
        desks = {
            desk.pk: desk for desk in Desk.objects.select_for_update(no_key=True).order_by("pk")
        }
        desk = desks.get(desk_id)
        if desk is None:
            raise Missing(_("Larmplatsen finns inte."), code="no_desk")
        refuse_if_changed(seen, desk_version(desk))
        if desk.active and not active:
            _refuse_to_close(desk, list(desks.values()))
            empty_desk(actor=actor, now=now, desk_id=desk_id)
        desk.active = active
        desk.instructions = instructions.replace("\x00", "").strip()
        desk.arc_category = arc_category
        desk.save()
        centre = centre_id()
        record(
            DeskChanged(desk_id=desk.pk, active=active, arc_category=Code(arc_category)),
            subject=desk,
            controller_id=centre,
            audiences=[key(Permission.ALARM_ROUTE, centre)],
        )
    return desk


def _refuse_to_close(desk: Desk, desks: list[Desk]) -> None:
    if not any(other.active for other in desks if other != desk):
        raise Conflict(
            _("Den sista larmplatsen i bruk kan inte stängas."),
            code="last_desk",
            kept=_("Inget har ändrats."),
        )
    waiting = Alarm.objects.open().rows().filter(desk=desk).count()
    if waiting:
        raise Conflict(
            ngettext(
                "%(count)s öppet larm ligger på %(desk)s.",
                "%(count)s öppna larm ligger på %(desk)s.",
                waiting,
            )
            % {"count": waiting, "desk": desk.name},
            code="desk_has_alarms",
            kept=_("Larmplatsen är kvar i bruk."),
            todo=_("Avsluta larmen eller flytta dem först."),
        )
