"""A new incident: by a säkerhetssamordnare, out of an alarm, or reported by an employee."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from alarms.codes import Category
from alarms.models import Alarm
from alarms.selectors.directory import centre_id
from alarms.selectors.rows import row_of
from alarms.services.holding import cleaned
from incidents.events import IncidentRegistered, snapshot
from incidents.models import Incident, IncidentAlarm, IncidentKind, IncidentReport, Origin
from incidents.models.follow_up import MOST_KRONOR
from incidents.selectors.people import groups_of
from incidents.services.alarm_links import link
from incidents.services.holding import audiences_of, demand, doer, tell
from trygghetscentral.accounts.models import Organisation, User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.ledger.events import Code
from trygghetscentral.places import geometry
from trygghetscentral.places.geometry import Position
from trygghetscentral.places.models import Site
from trygghetscentral.places.selectors import city_area_at
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.clock import local
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.errors import Conflict, Invalid, Missing
from trygghetscentral.shared.numbers import allocate

SERIES: Final = "H"
MOST_TITLE, MOST_TEXT, MOST_PLACE = 120, 8000, 160
LONG_AGO: Final = dt.timedelta(days=10 * 366)

# A proposal only: whoever assesses the incident says what it was.
KIND_BY_CATEGORY: Final[dict[str, str]] = {
    Category.FIRE: "BD-05",
    Category.HOLDUP: "VA-05",
    Category.MEDICAL: "OL-04",
    Category.BURGLARY: "BR-01",
    Category.TAMPER: "TF-10",
    Category.SUPERVISION: "TF-10",
    Category.ACCESS: "OS-04",
    Category.TECHNICAL: "TF-07",
}
KIND_OF_OTHERS: Final = "TF-10"

KIND_BY_REPORT: Final[dict[str, str]] = {
    IncidentReport.What.THEFT: "BR-03",
    IncidentReport.What.THREAT: "VA-02",
    IncidentReport.What.HURT: "OL-04",
    IncidentReport.What.FIRE: "BD-05",
    IncidentReport.What.OTHER: "OS-01",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentData:
    """What is known from the start. `position` is WGS 84; a site's own is used without one."""

    kind: IncidentKind
    title: str
    description: str = ""
    occurred_from: dt.datetime
    occurred_until: dt.datetime | None = None
    site: Site | None = None
    place: str = ""
    position: Position | None = None
    controller_id: int
    restricted_group_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportData:
    """An employee's report. `public_id` is made with the form, so that one sent twice is one."""

    public_id: UUID
    what: str
    text: str
    occurred_from: dt.datetime
    site: Site | None = None
    place: str = ""
    position: Position | None = None
    hurt: bool = False
    near_miss: bool = False
    cost: int | None = None


def register(*, actor: Actor, now: dt.datetime, data: IncidentData) -> Incident:
    """Enter an incident. Raises Forbidden without the task at its controller, and Invalid for a
    time that has not come or a kind that needs a group and has none."""
    with unit_of_work(actor=actor, now=now):
        user = doer(actor)
        demand(user, Permission.INCIDENT_EDIT, data.controller_id)
        incident = filled(data, Origin.COORDINATOR, now=now)
        return created(incident, user, now=now)


def from_alarm(*, actor: Actor, now: dt.datetime, public_id: UUID) -> tuple[Incident, bool]:
    """The incident that the alarm belongs to, and whether it was made now, with the alarm's place,
    controller and time. Of two who ask at once, the second is led to the first one's.

    Of a trygghetslarm only the stadsområde comes along (domain.md 00.8). Raises Missing, and
    Forbidden without the task at the alarm's controller.
    """
    with unit_of_work(actor=actor, now=now):
        user = doer(actor)
        alarm = (
            Alarm.objects.visible_to(user)
            .select_for_update(of=("self",))
            .filter(public_id=public_id)
            .first()
        )
        if alarm is None:
            raise Missing(_("Larmet finns inte."), code="alarm_missing")
        demand(user, Permission.INCIDENT_CREATE, alarm.controller_id)
        there = (
            IncidentAlarm.objects.filter(alarm=alarm, split_at__isnull=True)
            .select_related("incident__merged_into")
            .first()
        )
        if there is not None:
            return there.incident.merged_into or there.incident, False
        incident = created(_of_alarm(alarm, now=now), user, now=now)
        link(incident, alarm, user=user, now=now)
    return incident, True


def report(*, actor: Actor, now: dt.datetime, data: ReportData) -> Incident:
    """An employee's report, kept as it was sent beside the incident that it becomes.

    Raises Forbidden without the task, Invalid when something is missing, and Conflict
    ("already_reported") for a form that has come before.
    """
    text = cleaned(data.text, most=MOST_TEXT, what=_("Beskrivningen"))
    if not text or data.what not in IncidentReport.What.values:
        raise Invalid(_("Berätta vad som har hänt."), code="report_empty", kept=_nothing())
    if data.cost is not None and not 0 <= data.cost <= MOST_KRONOR:
        raise Invalid(_("Kostnaden är inte rimlig."), code="report_cost", kept=_nothing())
    with unit_of_work(actor=actor, now=now):
        user = doer(actor)
        demand(user, Permission.INCIDENT_REPORT)
        if IncidentReport.objects.filter(incident__public_id=data.public_id).exists():
            raise Conflict(_("Anmälan är redan mottagen."), code="already_reported")
        incident = _of_report(data, text, user, now=now)
        incident = created(incident, user, now=now)
        IncidentReport.objects.create(
            incident=incident,
            what=data.what,
            text=text,
            hurt=data.hurt,
            near_miss=data.near_miss,
            cost=data.cost,
            by=user,
            at=now,
        )
    return incident


def refuse_impossible_time(
    occurred_from: dt.datetime, occurred_until: dt.datetime | None, *, now: dt.datetime
) -> None:
    """Raise Invalid for what has not happened yet, is too long ago, or ends before it begins."""
    if occurred_from > now or (occurred_until and occurred_until > now):
        raise Invalid(_("Tiden har inte varit ännu."), code="incident_future", kept=_nothing())
    if occurred_from < now - LONG_AGO:
        raise Invalid(_("Tiden är för länge sedan."), code="incident_long_ago", kept=_nothing())
    if occurred_until and occurred_until < occurred_from:
        raise Invalid(
            _("Händelsen slutar innan den börjar."), code="incident_backwards", kept=_nothing()
        )


def refuse_without_group(
    kind: IncidentKind, group_id: int | None, *, controller: Organisation
) -> None:
    """Raise Invalid for a kind that only a need-to-know group may know of, and no group; and for a
    group that is not the controller's."""
    if group_id is not None and not groups_of(controller).filter(pk=group_id).exists():
        raise Invalid(_("Behovsgruppen finns inte."), code="no_group", kept=_nothing())
    if kind.restricted and group_id is None:
        raise Invalid(
            _("%(kind)s får bara en behovsgrupp känna till.") % {"kind": kind.label},
            code="incident_group_needed",
            kept=_nothing(),
            todo=_("Välj behovsgrupp under Skydd."),
        )


def _of_alarm(alarm: Alarm, *, now: dt.datetime) -> Incident:
    hidden = alarm.category == Category.MEDICAL
    code = KIND_BY_CATEGORY.get(alarm.category, KIND_OF_OTHERS)
    site = None if hidden else alarm.site
    position = (
        Position(alarm.longitude, alarm.latitude)
        if alarm.longitude is not None and alarm.latitude is not None and not hidden
        else None
    )
    label = row_of(alarm).kind_label
    data = IncidentData(
        kind=IncidentKind.objects.get(code=code),
        title=f"{label}, {site.name}" if site else label,
        occurred_from=min(alarm.received_at, now),
        site=site,
        place="" if hidden or site else alarm.area_label,
        position=position,
        controller_id=alarm.controller_id,
    )
    incident = filled(data, Origin.ALARM, now=now)
    incident.area_id = alarm.city_area_id or incident.area_id
    incident.exercise_id = alarm.exercise_id
    return incident


def _of_report(data: ReportData, text: str, user: User, *, now: dt.datetime) -> Incident:
    kind = IncidentKind.objects.get(code=KIND_BY_REPORT[data.what])
    where = data.site.name if data.site else data.place
    what = str(IncidentReport.What(data.what).label)
    incident = filled(
        IncidentData(
            kind=kind,
            title=f"{what}, {where}" if where else what,
            description=text,
            occurred_from=data.occurred_from,
            site=data.site,
            place=data.place,
            position=data.position,
            controller_id=_controller_of(data.site, user),
        ),
        Origin.EMPLOYEE,
        now=now,
    )
    incident.public_id = data.public_id
    incident.injured, incident.near_miss = data.hurt, data.near_miss
    incident.damaged = bool(data.cost)
    return incident


def _controller_of(site: Site | None, user: User) -> int:
    organisation: Organisation = site.controller if site else user.home_organisation
    controller = organisation.controller()
    return controller.pk if controller else centre_id()


def filled(data: IncidentData, origin: Origin, *, now: dt.datetime) -> Incident:
    """The incident as it would be, not saved yet. Raises Invalid."""
    refuse_impossible_time(data.occurred_from, data.occurred_until, now=now)
    controller = Organisation.objects.get(pk=data.controller_id)
    refuse_without_group(data.kind, data.restricted_group_id, controller=controller)
    title = cleaned(data.title, most=10 * MOST_TITLE, what=_("Rubriken"))[:MOST_TITLE]
    if not title:
        raise Invalid(_("Händelsen saknar rubrik."), code="incident_unnamed", kept=_nothing())
    incident = Incident(
        kind=data.kind,
        title=title,
        description=cleaned(data.description, most=MOST_TEXT, what=_("Beskrivningen")),
        origin=origin,
        occurred_from=data.occurred_from,
        occurred_until=data.occurred_until,
        controller=controller,
        restricted_group_id=data.restricted_group_id,
    )
    put_at(incident, site=data.site, place=data.place, position=data.position, now=now)
    return incident


def put_at(
    incident: Incident,
    *,
    site: Site | None,
    place: str,
    position: Position | None,
    now: dt.datetime,
) -> None:
    """Say where it happened. Raises Invalid for a position outside Sweden."""
    here = geometry.position(*position) if position else (site.position if site else None)
    incident.site = site
    incident.place = cleaned(place, most=MOST_PLACE, what=_("Platsen"))
    incident.position = here
    incident.area = city_area_at(here, now) if here else None


def created(incident: Incident, user: User, *, now: dt.datetime) -> Incident:
    """The same with its number, saved and told of, inside the caller's unit."""
    incident.number = allocate(series=SERIES, year=local(now).year)
    incident.registered_at, incident.registered_by = now, user
    incident.audiences = audiences_of(incident, frozenset())
    incident.save(force_insert=True)
    tell(IncidentRegistered(incident=snapshot(incident), origin=Code(incident.origin)), incident)
    return incident


def _nothing() -> str:
    return _("Inget är sparat. Det du skrev står kvar.")
