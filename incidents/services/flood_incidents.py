"""A larmflod made an incident by one key: its cause, its stadsområden and its alarms."""

from __future__ import annotations

import datetime as dt
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from alarms.models import Alarm, Flood
from alarms.selectors.floods import flood_for, line_of
from incidents.models import Incident, IncidentAlarm, IncidentFlood, IncidentKind, Origin
from incidents.services.alarm_links import link
from incidents.services.holding import demand, doer
from incidents.services.registering import MOST_PLACE, MOST_TITLE, IncidentData, created, filled
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.errors import Conflict, Missing

KINDS: Final = {"power": "TF-01", "telecom": "TF-08", "weather": "NV-01"}
KIND_OF_OTHERS: Final = "TF-10"

# One unit of work is at most so many rows (design.md 3); the rest are counted through the flood.
MOST_ALARMS: Final = 300


def from_flood(*, actor: Actor, now: dt.datetime, public_id: UUID) -> tuple[Incident, bool]:
    """The incident that was made of the larmflod, and whether it was made now.

    Those of its alarms that the person sees and that belong to no other incident come along, the
    oldest 300. Of two who ask at once the second is led to the first one's. Raises Missing,
    Forbidden without the task at the flood's centre, and Conflict when its incident is hidden.
    """
    with unit_of_work(actor=actor, now=now):
        user = doer(actor)
        flood = flood_for(user).select_for_update(of=("self",)).filter(public_id=public_id).first()
        if flood is None:
            raise Missing(_("Larmfloden finns inte."), code="flood_missing")
        demand(user, Permission.INCIDENT_CREATE, flood.controller_id)
        there = (
            IncidentFlood.objects.filter(flood=flood)
            .select_related("incident__merged_into")
            .first()
        )
        if there is not None:
            return _seen(there.incident.merged_into or there.incident, user), False
        incident = created(_of_flood(flood, user, now=now), user, now=now)
        IncidentFlood.objects.create(incident=incident, flood=flood, by=user, at=now)
        for alarm in _free_alarms(flood, user):
            link(incident, alarm, user=user, now=now)
    return incident, True


def _of_flood(flood: Flood, user: User, *, now: dt.datetime) -> Incident:
    line = line_of(flood, user, now=now)
    label = str(flood.get_cause_display()).capitalize()
    data = IncidentData(
        kind=IncidentKind.objects.get(code=KINDS.get(flood.cause, KIND_OF_OTHERS)),
        title=f"{label}, {line.where}"[:MOST_TITLE],
        occurred_from=min(flood.started_at, now),
        place=line.where[:MOST_PLACE],
        controller_id=flood.controller_id,
    )
    incident = filled(data, Origin.ALARM, now=now)
    areas = list(flood.areas.all())
    if len(areas) == 1:
        incident.area = areas[0]
    return incident


def _free_alarms(flood: Flood, user: User) -> list[Alarm]:
    taken = IncidentAlarm.objects.filter(split_at__isnull=True).values("alarm")
    return list(
        Alarm.objects.visible_to(user)
        .select_for_update(of=("self",))
        .filter(flood=flood)
        .exclude(pk__in=taken)
        .order_by("received_at", "pk")[:MOST_ALARMS]
    )


def _seen(incident: Incident, user: User) -> Incident:
    if not Incident.objects.visible_to(user).filter(pk=incident.pk).exists():
        raise Conflict(_("Larmfloden hör redan till en händelse."), code="flood_has_incident")
    return incident
