"""An incident on its way: judged, given to somebody, moved, joined with another."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.utils.translation import gettext as _

from alarms.services.holding import cleaned
from incidents.events import (
    IncidentAssessed,
    IncidentAssigned,
    IncidentMerged,
    IncidentMoved,
    snapshot,
)
from incidents.models import Incident, IncidentAssessment, IncidentMove
from incidents.selectors.people import may_own
from incidents.selectors.way import facts_of, lacking
from incidents.services.holding import held, kept, refuse_closed, tell
from incidents.states import BY_OWN_SERVICE, NEEDS_REASON, Move, Stage, may, target_of
from trygghetscentral.accounts.models import User
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.errors import Conflict, Invalid

MOST_REASON = 2000


def assess(
    *,
    actor: Actor,
    now: dt.datetime,
    public_id: UUID,
    severity: int,
    urgency: int,
    reason: str,
    seen: tuple[int | None, int | None] | None = None,
) -> Incident:
    """Judge severity (consequence) and urgency (haste), each 1-5, with a reason (domain.md D.4).

    `seen` is what the judge saw before. Raises Invalid without a reason, Conflict when somebody
    else has judged meanwhile.
    """
    why = _reason(reason, needed=True)
    if severity not in range(1, 6) or urgency not in range(1, 6):
        raise Invalid(_("Välj nivå 1 till 5."), code="assessment_range", kept=kept())
    with unit_of_work(actor=actor, now=now):
        incident, user = held(actor=actor, public_id=public_id)
        if seen is not None and seen != (incident.severity, incident.urgency):
            raise Conflict(
                _("Någon annan har bedömt händelsen medan du hade formuläret öppet."),
                code="changed_meanwhile",
                kept=_("Din bedömning sparades inte."),
                todo=_("Läs den nya bedömningen och gör om din."),
            )
        incident.severity, incident.urgency = severity, urgency
        if may(Move.ASSESS, incident.stage):
            _step(incident, Move.ASSESS, user=user, now=now)
        incident.save(update_fields=("severity", "urgency", "stage"))
        made = IncidentAssessment.objects.create(
            incident=incident, severity=severity, urgency=urgency, reason=why, by=user, at=now
        )
        tell(IncidentAssessed(incident=snapshot(incident), assessment_id=made.pk), incident)
    return incident


def assign(*, actor: Actor, now: dt.datetime, public_id: UUID, owner: User) -> Incident:
    """Give it to somebody who may work with it. Raises Invalid for somebody who may not, and
    Conflict before it is assessed."""
    with unit_of_work(actor=actor, now=now):
        incident, user = held(actor=actor, public_id=public_id)
        if not may_own(owner, incident, now=now):
            raise Invalid(
                _("%(who)s får inte arbeta med händelsen.") % {"who": owner.signature},
                code="owner_cannot",
                kept=kept(),
            )
        if incident.stage == Stage.REPORTED:
            target_of(Move.ASSIGN, incident.stage)
        incident.owner = owner
        if may(Move.ASSIGN, incident.stage):
            _step(incident, Move.ASSIGN, user=user, now=now)
        incident.save(update_fields=("owner", "stage"))
        tell(IncidentAssigned(incident=snapshot(incident)), incident)
    return incident


def move(
    *, actor: Actor, now: dt.datetime, public_id: UUID, step: Move, reason: str = ""
) -> Incident:
    """Take one step of the table. Closing keeps `reason` as the closing words.

    Raises Conflict for a step that the table does not have from there, and for closing while
    something is lacking; Invalid without a reason where one is asked for.
    """
    if step in BY_OWN_SERVICE:
        raise Invalid(_("Det steget görs på sitt eget sätt."), code="own_service", kept=kept())
    with unit_of_work(actor=actor, now=now):
        incident, user = held(actor=actor, public_id=public_id, closed=True)
        target_of(step, incident.stage)
        why = _reason(reason, needed=step in NEEDS_REASON)
        if step == Move.CLOSE:
            _refuse_lacking(incident, closing=why)
            incident.closing, incident.closed_at = why, now
        if step == Move.REOPEN:
            incident.closed_at = None
        made = _step(incident, step, user=user, now=now, reason=why)
        incident.save(update_fields=("stage", "closing", "closed_at"))
        tell(IncidentMoved(incident=snapshot(incident), move=step, move_id=made.pk), incident)
    return incident


def merge(*, actor: Actor, now: dt.datetime, public_id: UUID, into: UUID, reason: str) -> Incident:
    """Let the incident live on in another one, with what it has. Returns that one.

    Both keep their history; alarms, tasks and damages are shown from the one that lives on. Raises
    Conflict when they are not of the same controller and the same readers: what one circle knows
    would come to another's knowledge.
    """
    why = _reason(reason, needed=True)
    if public_id == into:
        raise Invalid(_("En händelse sammanfogas med en annan."), code="merge_self", kept=kept())
    with unit_of_work(actor=actor, now=now):
        # In one order, so that two who merge the same two can not wait for each other.
        first, second = sorted((public_id, into))
        rows = {one: held(actor=actor, public_id=one, closed=True) for one in (first, second)}
        incident, user = rows[public_id]
        target, _user = rows[into]
        refuse_closed(target)
        _refuse_other_circle(incident, target)
        incident.merged_into = target
        made = _step(incident, Move.MERGE, user=user, now=now, reason=why)
        incident.save(update_fields=("stage", "merged_into"))
        Incident.objects.filter(merged_into=incident).update(merged_into=target)
        event = IncidentMerged(incident=snapshot(incident), into=target.public_id, move_id=made.pk)
        tell(event, incident)
    return target


def _step(
    incident: Incident, step: Move, *, user: User, now: dt.datetime, reason: str = ""
) -> IncidentMove:
    source = incident.stage
    incident.stage = target_of(step, source)
    return IncidentMove.objects.create(
        incident=incident,
        move=step,
        source=source,
        target=incident.stage,
        reason=reason,
        by=user,
        at=now,
    )


def _refuse_lacking(incident: Incident, *, closing: str) -> None:
    incident.closing = closing
    wanted = lacking(facts_of(incident))
    if wanted:
        raise Conflict(
            _("Händelsen kan inte avslutas än: %(what)s.") % {"what": ", ".join(wanted)},
            code="incident_lacks",
            kept=kept(),
            todo=_("Gör klart det som saknas och försök igen."),
        )


def _refuse_other_circle(incident: Incident, target: Incident) -> None:
    if incident.controller_id != target.controller_id:
        raise Conflict(
            _("Händelserna hör till olika nämnder och sammanfogas inte."),
            code="merge_controllers",
            kept=kept(),
            todo=_("Lägg till den andra nämnden som berörd i stället."),
        )
    if sorted(incident.audiences) != sorted(target.audiences):
        raise Conflict(
            _("Händelserna får inte ses av samma krets och sammanfogas inte."),
            code="merge_circles",
            kept=kept(),
            todo=_("Ge dem samma skydd först."),
        )


def _reason(text: str, *, needed: bool) -> str:
    why = cleaned(text, most=MOST_REASON, what=_("Skälet"))
    if needed and not why:
        raise Invalid(_("Skriv varför."), code="no_reason", kept=kept())
    return why
