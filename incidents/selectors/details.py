"""One incident with all that belongs to it, as its page shows it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from alarms.models import Alarm
from alarms.selectors.floods import FloodLine, flood_for, line_of
from alarms.selectors.rows import LIST_RELATIONS, AlarmRow, row_of
from incidents.models import (
    CauseAnalysis,
    Damage,
    Incident,
    IncidentAlarm,
    IncidentAssessment,
    IncidentFlood,
    IncidentMove,
    IncidentTask,
    Part,
    PartSecrecy,
)
from incidents.selectors.duplicates import may_be_same
from incidents.selectors.way import Step, facts_with, steps_of
from incidents.states import BY_OWN_SERVICE, NEEDS_REASON, Move, moves_from
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.files.secrecy import SecrecyGround


@dataclass(frozen=True, slots=True)
class AlarmLine:
    """An alarm that belongs to it."""

    link: IncidentAlarm
    row: AlarmRow


@dataclass(frozen=True, slots=True)
class MoveChoice:
    """A step that can be taken now."""

    move: str
    label: str
    needs_reason: bool


@dataclass(frozen=True, slots=True)
class CourseLine:
    """What was done to it, by whom and why."""

    at: dt.datetime
    who: str
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Money:
    """All damages together, in whole kronor."""

    cost: int
    reimbursed: int
    net: int


@dataclass(frozen=True, slots=True)
class PartMark:
    """A part that may be secret. `hidden` from a reader at another organisation."""

    ground: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class IncidentDetail:
    """What `incidents/detail.html` shows. Parts that the reader may not see are left empty."""

    incident: Incident
    steps: tuple[Step, ...]
    moves: list[MoveChoice]
    marks: dict[str, PartMark]
    alarms: list[AlarmLine]
    floods: list[FloodLine]
    tasks: Sequence[IncidentTask]
    damages: Sequence[Damage]
    money: Money | None
    analysis: CauseAnalysis | None
    course: list[CourseLine]
    merged: Sequence[Incident]
    similar: Sequence[Incident]
    person_count: int
    may_edit: bool
    may_attach: bool
    may_persons: bool

    @property
    def is_recorded(self) -> bool:
        """Whether opening it stands in the ledger: it is restricted, or shows a marked part."""
        is_group = self.incident.restricted_group_id is not None
        return is_group or any(not mark.hidden for mark in self.marks.values())


def visible_incidents(user: User) -> QuerySet[Incident]:
    """The door, with what the page needs."""
    return Incident.objects.visible_to(user).select_related(
        "kind",
        "site",
        "area",
        "controller",
        "owner",
        "registered_by",
        "restricted_group",
        "merged_into",
    )


def detail_of(incident: Incident, user: User, *, now: dt.datetime) -> IncidentDetail:
    """Everything of one incident and of those that live on in it; a fixed number of queries."""
    merged = list(incident.merged.select_related("kind").order_by("number"))
    ids = [incident.pk, *(other.pk for other in merged)]
    marks = _marks(ids, incident, user)
    tasks = list(
        IncidentTask.objects.filter(incident__in=ids).select_related("responsible", "done_by")
    )
    analysis = CauseAnalysis.objects.filter(incident=incident).first()
    done = [task.done_at for task in tasks]
    damages = [] if _hides(marks, Part.DAMAGE) else list(Damage.objects.filter(incident__in=ids))
    edits = user.may(Permission.INCIDENT_EDIT, incident.controller_id)
    changes = edits and incident.is_open
    return IncidentDetail(
        incident=incident,
        steps=steps_of(facts_with(incident, done=done, analysis=analysis)),
        moves=_moves(incident) if edits else [],
        marks=marks,
        alarms=_alarms(ids, user),
        floods=_floods(ids, user, now),
        tasks=tasks,
        damages=damages,
        money=_money(damages) if damages else None,
        analysis=None if _hides(marks, Part.ANALYSIS) else analysis,
        # Why something was done tells what happened.
        course=[] if _hides(marks, Part.DESCRIPTION) else _course(ids),
        merged=merged,
        similar=may_be_same(incident, user) if changes else [],
        person_count=incident.persons.count(),
        may_edit=changes,
        may_attach=incident.is_open
        and user.may(Permission.INCIDENT_CREATE, incident.controller_id),
        may_persons=user.may(Permission.INCIDENT_PERSONS, incident.controller_id),
    )


def _marks(ids: list[int], incident: Incident, user: User) -> dict[str, PartMark]:
    # Secrecy holds between authorities too (OSL 8 kap. 1 §): those affected read the rest.
    outside = not user.may(Permission.INCIDENT_VIEW, incident.controller_id)
    hidden = outside and incident.restricted_group_id is None
    return {
        mark.part: PartMark(str(SecrecyGround(mark.ground).label), hidden)
        for mark in PartSecrecy.objects.filter(incident__in=ids)
    }


def _hides(marks: dict[str, PartMark], part: Part) -> bool:
    return part in marks and marks[part].hidden


def _moves(incident: Incident) -> list[MoveChoice]:
    return [
        MoveChoice(move.value, str(move.label), move in NEEDS_REASON)
        for move in moves_from(incident.stage)
        if move not in BY_OWN_SERVICE
    ]


def _alarms(ids: list[int], user: User) -> list[AlarmLine]:
    links = {
        link.alarm_id: link
        for link in IncidentAlarm.objects.filter(
            incident__in=ids, split_at__isnull=True
        ).select_related("attached_by")
    }
    seen = Alarm.objects.visible_to(user).filter(pk__in=links).select_related(*LIST_RELATIONS)
    return [AlarmLine(links[alarm.pk], row_of(alarm)) for alarm in seen.order_by("received_at")]


def _floods(ids: list[int], user: User, now: dt.datetime) -> list[FloodLine]:
    made_of = IncidentFlood.objects.filter(incident__in=ids).values("flood")
    return [line_of(flood, user, now=now) for flood in flood_for(user).filter(pk__in=made_of)]


def _money(damages: list[Damage]) -> Money:
    cost = sum(damage.cost for damage in damages)
    reimbursed = sum(damage.reimbursed for damage in damages)
    return Money(cost, reimbursed, cost - reimbursed)


def _course(ids: list[int]) -> list[CourseLine]:
    lines = [
        CourseLine(
            made.at,
            made.by.signature,
            _("Bedömd: %(severity)s, %(urgency)s")
            % {
                "severity": made.get_severity_display(),
                "urgency": made.get_urgency_display(),
            },
            made.reason,
        )
        for made in IncidentAssessment.objects.filter(incident__in=ids).select_related("by")
    ]
    for step in IncidentMove.objects.filter(incident__in=ids).select_related("by", "incident"):
        if step.move == Move.ASSESS:
            continue
        what = str(step.get_target_display())
        if step.move == Move.MERGE:
            what = _("%(number)s sammanfogad") % {"number": step.incident.number}
        lines.append(CourseLine(step.at, step.by.signature, what, step.reason))
    split = IncidentAlarm.objects.filter(incident__in=ids, split_at__isnull=False)
    lines.extend(
        CourseLine(link.split_at, link.split_by.signature, _("Larm avskilt"), link.split_reason)
        for link in split.select_related("split_by")
        if link.split_by and link.split_at
    )
    return sorted(lines, key=lambda line: line.at, reverse=True)
