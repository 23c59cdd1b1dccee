"""What the small forms of an incident are filled in from, and what their answers mean."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from incidents.models import CauseAnalysis, Damage, Incident, IncidentKind
from incidents.selectors.way import family
from incidents.services.follow_up import analysis_seal, damage_seal
from trygghetscentral.accounts.models import User
from trygghetscentral.shared.digits import whole
from trygghetscentral.shared.errors import Missing


def kind_of(code: str) -> IncidentKind:
    """A kind that a form offered."""
    return IncidentKind.objects.get(code=code)


def person(key: str) -> User:
    """Somebody that a form offered. Raises Missing for a person who is gone."""
    found: User | None = User.objects.filter(pk=whole(key) or 0).first()
    if found is None:
        raise Missing(_("Personen finns inte."), code="person_missing")
    return found


def affected_ids(incident: Incident) -> list[str]:
    """Those it also concerns, as the form has them."""
    return [str(pk) for pk in incident.affected.values_list("pk", flat=True)]


def grounds_of(incident: Incident) -> dict[str, str]:
    """The ground of each marked part."""
    return dict(incident.secrecy.values_list("part", "ground"))


def judgement_seal(incident: Incident) -> str:
    """The judgement that a form was opened with."""
    return f"{incident.severity or ''},{incident.urgency or ''}"


def judged_before(seal: str) -> tuple[int | None, int | None]:
    """The same, read back."""
    severity, _comma, urgency = seal.partition(",")
    return whole(severity), whole(urgency)


def analysis_initial(incident: Incident) -> dict[str, Any]:
    """The analysis as it stands."""
    analysis = CauseAnalysis.objects.filter(incident=incident).first()
    seal = {"seen": analysis_seal(analysis)}
    if analysis is None:
        return seal
    whys = {f"why_{n}": why for n, why in enumerate(analysis.whys, start=1)}
    texts = {name: getattr(analysis, name) for name in ("causes", "worked", "failed", "lessons")}
    return {**seal, **whys, **texts}


def damage_initial(incident: Incident, damage_id: int | None) -> dict[str, Any]:
    """The damage as it stands; nothing for a new one. Raises Missing for another incident's."""
    if damage_id is None:
        return {}
    damage = Damage.objects.filter(pk=damage_id, incident__in=family(incident)).first()
    if damage is None:
        raise Missing(_("Skadan finns inte."), code="damage_missing")
    names = (
        "what",
        "material",
        "work",
        "deductible",
        "reimbursed",
        "estimated",
        "insurer",
        "case_number",
        "insurance",
    )
    return {"seen": damage_seal(damage), **{name: getattr(damage, name) for name in names}}
