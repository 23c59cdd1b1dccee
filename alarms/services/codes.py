"""The site's sealed codes for the one who has an open alarm there (design.md 7)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from alarms.models import Alarm
from alarms.selectors.codes import needs_two_persons
from alarms.states import AlarmState
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.places.models import SealedAccessCode
from trygghetscentral.places.services.codes import OpenAlarm, reveal_code
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.errors import Forbidden


@dataclass(frozen=True, slots=True)
class RevealedCode:
    """One code in the clear, on its way to one screen."""

    label: str
    secret: str


def reveal_for_alarm(*, actor: Actor, now: dt.datetime, public_id: UUID) -> list[RevealedCode]:
    """The codes of the alarm's site. Raises Forbidden unless the actor owns it and it is open, and
    when it is the actor's own word alone that there is one: that takes two persons.

    Each reading is recorded and reported to the shift lead by `places`.
    """
    with unit_of_work(actor=actor, now=now):
        alarm = Alarm.objects.select_for_update(of=("self",)).filter(public_id=public_id).first()
        if (
            alarm is None
            or alarm.site_id is None
            or alarm.state == AlarmState.CLOSED
            or alarm.owner_id is None
            or alarm.owner_id != actor.user_id
        ):
            raise Forbidden(
                _("Koden visas bara för den som har ett öppet larm på objektet."),
                code="no_open_alarm",
                todo=_("Ta larmet, eller be skiftledaren godkänna en visning."),
            )
        _refuse_alone(alarm, alarm.owner_id)
        ground = OpenAlarm(public_id, alarm.site_id, alarm.owner_id)
        return [
            RevealedCode(
                sealed.label,
                reveal_code(actor=actor, now=now, code_id=sealed.pk, ground=ground),
            )
            for sealed in SealedAccessCode.objects.filter(
                site_id=alarm.site_id, removed_at__isnull=True
            ).order_by("label")
        ]


def _refuse_alone(alarm: Alarm, user_id: int) -> None:
    reader = User.objects.get(pk=user_id)
    if alarm.site is None or not reader.may(Permission.SITE_ACCESS_CODE, alarm.site.controller_id):
        raise Forbidden(
            _("Din roll får inte se koder på det här objektet."),
            code="permission_needed",
            todo=_("Be skiftledaren."),
        )
    if needs_two_persons(alarm, user_id):
        raise Forbidden(
            _("Du har själv lagt upp larmet, och då behövs två personer för koden."),
            code="code_needs_two",
            kept=_("Ingen kod har visats."),
            todo=_("Begär koden på objektets sida, så godkänner en annan."),
        )
