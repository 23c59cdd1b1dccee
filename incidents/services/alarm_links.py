"""Alarms that belong to an incident: attached, and split off."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.utils.translation import gettext as _

from alarms.models import Alarm
from alarms.services.holding import cleaned
from incidents.events import IncidentAlarmAttached, IncidentAlarmSplit, snapshot
from incidents.models import Incident, IncidentAlarm
from incidents.services.holding import demand, doer, held, kept, refuse_closed, seen_by, tell
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.errors import Conflict, Invalid, Missing

MOST_REASON = 200


def attach_alarm(
    *, actor: Actor, now: dt.datetime, public_id: UUID, number: str, reason: str = ""
) -> IncidentAlarm:
    """Let the alarm with this number belong to the incident.

    Raises Missing for an alarm that the person does not see, and Conflict when it belongs to an
    incident already.
    """
    wanted = cleaned(number, most=MOST_REASON, what=_("Numret")).upper()
    why = cleaned(reason, most=MOST_REASON, what=_("Skälet"))
    with unit_of_work(actor=actor, now=now):
        user = doer(actor)
        # The alarm first, here as in from_alarm, so that two can not wait for each other.
        alarm = (
            Alarm.objects.visible_to(user)
            .select_for_update(of=("self",))
            .filter(number=wanted)
            .first()
        )
        incident = seen_by(user, public_id)
        demand(user, Permission.INCIDENT_CREATE, incident.controller_id)
        refuse_closed(incident)
        if alarm is None:
            raise Missing(
                _("Larmet finns inte."),
                code="alarm_missing",
                kept=kept(),
                todo=_("Skriv larmets nummer, till exempel L-2026-000123."),
            )
        taken = IncidentAlarm.objects.filter(alarm=alarm, split_at__isnull=True).first()
        if taken is not None:
            raise Conflict(
                _("Larmet hör redan till en händelse."), code="alarm_has_incident", kept=kept()
            )
        return link(incident, alarm, user=user, now=now, reason=why)


def split_alarm(
    *, actor: Actor, now: dt.datetime, public_id: UUID, link_id: int, reason: str
) -> IncidentAlarm:
    """Let the alarm no longer belong to the incident. Raises Invalid without a reason, Missing for
    a link that is not the incident's."""
    why = cleaned(reason, most=MOST_REASON, what=_("Skälet"))
    if not why:
        raise Invalid(_("Skriv varför larmet inte hör hit."), code="no_reason", kept=kept())
    with unit_of_work(actor=actor, now=now):
        incident, user = held(actor=actor, public_id=public_id)
        row = (
            IncidentAlarm.objects.select_for_update(of=("self",))
            .filter(pk=link_id, incident=incident, split_at__isnull=True)
            .select_related("alarm")
            .first()
        )
        if row is None:
            raise Missing(_("Larmet hör inte till händelsen."), code="link_missing", kept=kept())
        row.split_at, row.split_by, row.split_reason = now, user, why
        row.save()
        tell(
            IncidentAlarmSplit(
                incident=snapshot(incident), alarm_id=row.alarm.public_id, link_id=row.pk
            ),
            incident,
        )
    return row


def link(
    incident: Incident, alarm: Alarm, *, user: User, now: dt.datetime, reason: str = ""
) -> IncidentAlarm:
    """The same inside the caller's unit, which holds the alarm locked."""
    row = IncidentAlarm.objects.create(
        incident=incident, alarm=alarm, attached_by=user, attached_at=now, reason=reason
    )
    tell(
        IncidentAlarmAttached(
            incident=snapshot(incident), alarm_id=alarm.public_id, link_id=row.pk
        ),
        incident,
    )
    return row
