"""What follows: damages and what they cost, tasks, and the analysis."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from alarms.services.holding import cleaned
from alarms.versions import fingerprint, refuse_if_changed
from incidents.events import IncidentChanged, snapshot
from incidents.models import MOST_KRONOR, MOST_WHYS, CauseAnalysis, Damage, Incident, IncidentTask
from incidents.selectors.people import may_own
from incidents.selectors.way import family
from incidents.services.holding import held, kept, tell
from trygghetscentral.accounts.models import User
from trygghetscentral.ledger.events import Code
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.errors import Conflict, Invalid, Missing

MOST_WHAT, MOST_TASK, MOST_TEXT = 200, 300, 4000
MOST_INSURER, MOST_CASE = 80, 40
FARTHEST: Final = dt.timedelta(days=5 * 366)
ANALYSIS: Final = ("causes", "whys", "worked", "failed", "lessons")


@dataclass(frozen=True, slots=True, kw_only=True)
class DamageData:
    """Fields as in `incidents.models.Damage`; whole kronor."""

    what: str
    material: int = 0
    work: int = 0
    deductible: int = 0
    reimbursed: int = 0
    estimated: bool = False
    insurer: str = ""
    case_number: str = ""
    insurance: str = Damage.Insurance.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisData:
    """Fields as in `incidents.models.CauseAnalysis`."""

    causes: Sequence[str] = ()
    whys: Sequence[str] = ()
    worked: str = ""
    failed: str = ""
    lessons: str = ""


def damage_seal(damage: Damage) -> str:
    """What a form of the damage was filled in from."""
    return fingerprint(
        damage.what,
        damage.material,
        damage.work,
        damage.deductible,
        damage.reimbursed,
        damage.estimated,
        damage.insurer,
        damage.case_number,
        damage.insurance,
    )


def analysis_seal(analysis: CauseAnalysis | None) -> str:
    """The same of the analysis; there is a seal of none too."""
    return fingerprint(*(getattr(analysis, name, None) for name in ANALYSIS))


def save_damage(
    *,
    actor: Actor,
    now: dt.datetime,
    public_id: UUID,
    data: DamageData,
    damage_id: int | None = None,
    seen: str = "",
) -> Damage:
    """Enter a damage, or change one that was entered before.

    Raises Invalid for amounts out of reason, Missing for a damage that is not the incident's,
    Conflict when somebody else has changed it.
    """
    values = _checked(data)
    with unit_of_work(actor=actor, now=now):
        incident, user = held(actor=actor, public_id=public_id)
        if damage_id is None:
            damage = Damage(incident=incident, added_by=user, added_at=now)
        else:
            damage = _damage(incident, damage_id)
            refuse_if_changed(seen, damage_seal(damage))
        for name, value in values.items():
            setattr(damage, name, value)
        damage.save()
        _changed(incident, "damage", damage.pk)
    return damage


def add_task(
    *,
    actor: Actor,
    now: dt.datetime,
    public_id: UUID,
    what: str,
    responsible: User,
    due_on: dt.date,
) -> IncidentTask:
    """Say what is to be done, by whom and by which day.

    Raises Invalid without words, for a day that has been, and for somebody who may not see the
    incident.
    """
    text = cleaned(what, most=MOST_TASK, what=_("Åtgärden"))
    if not text:
        raise Invalid(_("Skriv vad som ska göras."), code="task_empty", kept=kept())
    if not now.date() <= due_on <= now.date() + FARTHEST:
        raise Invalid(_("Välj en dag från i dag och framåt."), code="task_day", kept=kept())
    with unit_of_work(actor=actor, now=now):
        incident, user = held(actor=actor, public_id=public_id)
        if not may_own(responsible, incident, now=now):
            raise Invalid(
                _("%(who)s får inte arbeta med händelsen.") % {"who": responsible.signature},
                code="owner_cannot",
                kept=kept(),
            )
        task = IncidentTask.objects.create(
            incident=incident,
            what=text,
            responsible=responsible,
            due_on=due_on,
            added_by=user,
            added_at=now,
        )
        _changed(incident, "task", task.pk)
    return task


def finish_task(
    *, actor: Actor, now: dt.datetime, public_id: UUID, task_id: int, outcome: str = ""
) -> IncidentTask:
    """Say that it is done, and how it went. Raises Missing, and Conflict when it is done."""
    text = cleaned(outcome, most=MOST_TASK, what=_("Resultatet"))
    with unit_of_work(actor=actor, now=now):
        incident, user = held(actor=actor, public_id=public_id)
        task = IncidentTask.objects.filter(pk=task_id, incident__in=family(incident)).first()
        if task is None:
            raise Missing(_("Åtgärden finns inte."), code="task_missing", kept=kept())
        if task.done_at is not None:
            raise Conflict(_("Åtgärden är redan klar."), code="task_done", kept=kept())
        task.done_at, task.done_by, task.outcome = now, user, text
        task.save()
        _changed(incident, "task", task.pk)
    return task


def save_analysis(
    *, actor: Actor, now: dt.datetime, public_id: UUID, seen: str, data: AnalysisData
) -> CauseAnalysis:
    """Write why it happened and what was learnt. Raises Conflict when somebody else has."""
    if not set(data.causes) <= set(CauseAnalysis.Cause.values) or len(data.whys) > MOST_WHYS:
        raise Invalid(_("Välj orsak."), code="no_cause", kept=kept())
    whys = [cleaned(why, most=MOST_TEXT, what=_("Svaret")) for why in data.whys]
    with unit_of_work(actor=actor, now=now):
        incident, user = held(actor=actor, public_id=public_id)
        analysis = CauseAnalysis.objects.filter(incident=incident).first()
        refuse_if_changed(seen, analysis_seal(analysis))
        analysis = analysis or CauseAnalysis(incident=incident)
        analysis.causes = [one for one in CauseAnalysis.Cause.values if one in set(data.causes)]
        analysis.whys = [why for why in whys if why]
        analysis.worked = cleaned(data.worked, most=MOST_TEXT, what=_("Texten"))
        analysis.failed = cleaned(data.failed, most=MOST_TEXT, what=_("Texten"))
        analysis.lessons = cleaned(data.lessons, most=MOST_TEXT, what=_("Texten"))
        analysis.changed_by, analysis.changed_at = user, now
        analysis.save()
        _changed(incident, "analysis")
    return analysis


def _checked(data: DamageData) -> dict[str, object]:
    what = cleaned(data.what, most=MOST_WHAT, what=_("Texten"))
    if not what:
        raise Invalid(_("Skriv vad som är skadat."), code="damage_empty", kept=kept())
    amounts = (data.material, data.work, data.deductible, data.reimbursed)
    if not all(0 <= amount <= MOST_KRONOR for amount in amounts):
        raise Invalid(
            _("Ett belopp är inte rimligt."),
            code="damage_amount",
            kept=kept(),
            todo=_("Skriv hela kronor utan ören."),
        )
    if data.insurance not in Damage.Insurance.values:
        raise Invalid(_("Välj försäkringens läge."), code="damage_insurance", kept=kept())
    return {
        "what": what,
        "material": data.material,
        "work": data.work,
        "deductible": data.deductible,
        "reimbursed": data.reimbursed,
        "estimated": data.estimated,
        "insurer": cleaned(data.insurer, most=MOST_INSURER, what=_("Bolaget")),
        "case_number": cleaned(data.case_number, most=MOST_CASE, what=_("Numret")),
        "insurance": data.insurance,
    }


def _damage(incident: Incident, damage_id: int) -> Damage:
    found = (
        Damage.objects.select_for_update()
        .filter(pk=damage_id, incident__in=family(incident))
        .first()
    )
    if found is None:
        raise Missing(_("Skadan finns inte."), code="damage_missing", kept=kept())
    return found


def _changed(incident: Incident, part: str, row_id: int | None = None) -> None:
    tell(IncidentChanged(incident=snapshot(incident), part=Code(part), row_id=row_id), incident)
