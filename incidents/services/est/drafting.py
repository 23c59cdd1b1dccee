"""The draft: filled by itself from what was released, then written by a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from alarms.services.holding import cleaned
from incidents.est_events import EstLevelSet, EstReportChanged, EstReportMoved
from incidents.est_states import ReportMove, ReportState, report_target
from incidents.models import EstPriority, EstReport, Outcome, WeekLevel
from incidents.models.est_reports import MOST_PRIORITIES, MOST_SECTION
from incidents.selectors.est.suggestions import places_for, texts_for, to_follow_up
from incidents.selectors.est.weeks import week_of_report
from incidents.services.est.holding import held_report, kept, refuse_old, tell_report
from incidents.services.est.screening import refuse_blocked, refuse_unanswered
from trygghetscentral.accounts.models import User
from trygghetscentral.ledger.events import Code
from trygghetscentral.places.geometry import Position
from trygghetscentral.places.selectors import city_area_at
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.errors import Conflict, Invalid

SECTIONS = (
    "happened",
    "happened_closed",
    "doing",
    "doing_closed",
    "forecast",
    "forecast_closed",
)
CLOSED = ("happened_closed", "doing_closed", "forecast_closed")


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorityData:
    """A place of next week; the order is that of the list."""

    place: str
    why: str
    responsible: str
    action: str = ""
    open: bool = True
    position: Position | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpData:
    """What came of one of last week's places."""

    priority_id: int
    outcome: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftData:
    """All that a person edits, and the revision that it was edited from."""

    revision: int
    texts: Mapping[str, str]
    closed_ground: str = ""
    level: str = ""
    level_sentence: str = ""
    priorities: Sequence[PriorityData] = ()
    follow_up: Sequence[FollowUpData] = ()
    names_answered: bool = False


def make_draft(*, actor: Actor, now: dt.datetime, public_id: UUID) -> EstReport:
    """Fill the draft with suggested sentences and places. No level: a person sets that.

    Raises Conflict when there is a draft already.
    """
    with unit_of_work(actor=actor, now=now):
        report, user = held_report(actor, public_id)
        report.state = report_target(ReportMove.DRAFT, report.state)
        week = week_of_report(report)
        texts = texts_for(week)
        report.happened, report.doing = texts.happened, texts.doing
        report.forecast = texts.forecast
        report.drafted_by, report.drafted_at = user, now
        report.edited_by, report.edited_at = user, now
        report.revision += 1
        report.save()
        EstPriority.objects.bulk_create(
            EstPriority(
                report=report,
                order=order,
                place=one.place,
                area=one.area,
                position=one.position,
                why=one.why,
                responsible=_("Utses"),
            )
            for order, one in enumerate(places_for(week), start=1)
        )
        tell_report(
            EstReportMoved(
                public_id=report.public_id, move=ReportMove.DRAFT, state=Code(report.state)
            ),
            report,
        )
    return report


def save_draft(*, actor: Actor, now: dt.datetime, public_id: UUID, data: DraftData) -> EstReport:
    """Keep what the person wrote.

    Raises Invalid for what may not stand in EST and for names nobody has answered for, Conflict
    when it is no draft or somebody else has changed it.
    """
    texts = {
        name: cleaned(data.texts.get(name, ""), most=MOST_SECTION, what=_("Texten"))
        for name in SECTIONS
    }
    said = [*texts.values(), data.level_sentence, *_said(data)]
    refuse_blocked(*said)
    answered = refuse_unanswered(_by_hand(said, data), answered=data.names_answered)
    if any(texts[name] for name in CLOSED) and not data.closed_ground:
        raise Invalid(
            _("Säg varför en del bara står i den begränsade versionen."),
            code="est_no_ground",
            kept=kept(),
            todo=_("Välj stöd för markeringen."),
        )
    with unit_of_work(actor=actor, now=now):
        report, user = held_report(actor, public_id)
        if report.state != ReportState.DRAFT:
            raise Conflict(
                _("Bara ett utkast kan ändras."),
                code="est_no_draft",
                kept=kept(),
                todo=_("Lämna tillbaka veckorapporten till utkast först."),
            )
        refuse_old(report, data.revision)
        for name, text in texts.items():
            setattr(report, name, text)
        report.closed_ground = data.closed_ground if any(texts[name] for name in CLOSED) else ""
        report.names_answered = answered
        _level(report, data, user=user, now=now)
        report.edited_by, report.edited_at = user, now
        report.revision += 1
        report.save()
        _priorities(report, data.priorities, now=now)
        _follow_up(report, data.follow_up, user=user, now=now)
        event = EstReportChanged(public_id=report.public_id, revision=report.revision)
        tell_report(event, report)
    return report


def _said(data: DraftData) -> list[str]:
    places = [text for one in data.priorities for text in (one.place, one.why, one.action)]
    who = [one.responsible for one in data.priorities]
    return [*places, *who, *(one.text for one in data.follow_up)]


def _by_hand(said: Sequence[str], data: DraftData) -> list[str]:
    # The places have been answered for where they were observed.
    places = {one.place for one in data.priorities}
    texts = []
    for text in said:
        for place in places:
            text = text.replace(place, "")
        texts.append(text)
    return texts


def _level(report: EstReport, data: DraftData, *, user: User, now: dt.datetime) -> None:
    """A level is a person's, with a sentence and a time (domain.md 00.18)."""
    sentence = cleaned(data.level_sentence, most=300, what=_("Meningen om nivån"))
    if (data.level, sentence) == (report.level, report.level_sentence):
        return
    if not data.level and not sentence:
        report.level, report.level_sentence = "", ""
        report.level_by, report.level_at = None, None
        return
    if data.level not in WeekLevel.values or not sentence:
        raise Invalid(
            _("En nivå sätts med en mening om varför."),
            code="est_level_alone",
            kept=kept(),
            todo=_("Välj nivå och skriv meningen."),
        )
    report.level, report.level_sentence = data.level, sentence
    report.level_by, report.level_at = user, now
    tell_report(EstLevelSet(public_id=report.public_id, level=Code(data.level)), report)


def _priorities(report: EstReport, priorities: Sequence[PriorityData], *, now: dt.datetime) -> None:
    if len(priorities) > MOST_PRIORITIES:
        raise Invalid(
            _("Högst %(n)s platser prioriteras.") % {"n": MOST_PRIORITIES},
            code="est_too_many_places",
            kept=kept(),
        )
    report.priorities.all().delete()
    EstPriority.objects.bulk_create(
        _row(report, order, one, now=now) for order, one in enumerate(priorities, start=1)
    )


def _row(report: EstReport, order: int, one: PriorityData, *, now: dt.datetime) -> EstPriority:
    if not (one.place and one.why and one.responsible):
        raise Invalid(
            _("Plats %(n)s saknar plats, skäl eller ansvarig.") % {"n": order},
            code="est_half_place",
            kept=kept(),
            todo=_("Fyll i alla tre, eller töm raden."),
        )
    return EstPriority(
        report=report,
        order=order,
        place=one.place,
        why=one.why,
        responsible=one.responsible,
        action=one.action,
        open=one.open,
        position=one.position,
        area=city_area_at(one.position, now) if one.position else None,
    )


def _follow_up(
    report: EstReport, follow_up: Sequence[FollowUpData], *, user: User, now: dt.datetime
) -> None:
    last = to_follow_up(report)
    there = {one.pk: one for one in last.priorities.select_for_update()} if last else {}
    for one in follow_up:
        row = there.get(one.priority_id)
        if row is None or (one.outcome, one.text) == (row.outcome, row.outcome_text):
            continue
        if one.outcome not in Outcome.values:
            if one.text:
                raise Invalid(
                    _("Säg hur det gick med %(place)s.") % {"place": row.place},
                    code="est_no_outcome",
                    kept=kept(),
                )
            row.outcome, row.outcome_text, row.outcome_by, row.outcome_at = "", "", None, None
        else:
            row.outcome, row.outcome_text = one.outcome, one.text
            row.outcome_by, row.outcome_at = user, now
        row.save(update_fields=("outcome", "outcome_text", "outcome_by", "outcome_at"))
