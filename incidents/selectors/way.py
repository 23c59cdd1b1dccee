"""The incident's way through the four verbs: which is current, and what is lacking (R37)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents.models import ANALYSED_FROM, CauseAnalysis, Incident, IncidentTask
from incidents.states import Verb

VERBS: dict[Verb, Promise] = {
    Verb.MAP: gettext_lazy("Kartlägga"),
    Verb.ANALYSE: gettext_lazy("Analysera"),
    Verb.ACT: gettext_lazy("Åtgärda"),
    Verb.EVALUATE: gettext_lazy("Utvärdera"),
}
OWNED_FROM = 2
"""The severity from which somebody must own it and something be done (domain.md D.4)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the way is judged by."""

    severity: int | None
    has_place: bool
    has_cause: bool
    has_lessons: bool
    has_owner: bool
    has_closing: bool
    tasks: int
    open_tasks: int
    is_open: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One verb. `state` is done, now, ahead or unneeded; `missing` are nouns."""

    verb: Verb
    label: str
    state: str
    missing: tuple[str, ...]


def family(incident: Incident) -> list[int]:
    """The incident and those that live on in it."""
    return [incident.pk, *incident.merged.values_list("pk", flat=True)]


def facts_of(incident: Incident) -> Facts:
    """Read in three queries."""
    ids = family(incident)
    done = IncidentTask.objects.filter(incident__in=ids).values_list("done_at", flat=True)
    analysis = CauseAnalysis.objects.filter(incident=incident).first()
    return facts_with(incident, done=done, analysis=analysis)


def facts_with(
    incident: Incident, *, done: Iterable[object], analysis: CauseAnalysis | None
) -> Facts:
    """The same from what has been read: when each task was done, None for an open one."""
    moments = list(done)
    return Facts(
        severity=incident.severity,
        has_place=bool(incident.site_id or incident.position or incident.place or incident.area_id),
        has_cause=bool(analysis and analysis.causes),
        has_lessons=bool(analysis and analysis.lessons),
        has_owner=incident.owner_id is not None,
        has_closing=bool(incident.closing),
        tasks=len(moments),
        open_tasks=sum(moment is None for moment in moments),
        is_open=incident.is_open,
    )


def lacking(facts: Facts) -> list[str]:
    """What must be there before it is closed, in the order of the verbs."""
    return [what for verb in Verb for what in _missing(verb, facts)]


def steps_of(facts: Facts) -> tuple[Step, ...]:
    """The four verbs as they stand. The current one is the first that lacks something; when none
    does, what is left is to evaluate and close."""
    missing = {verb: _missing(verb, facts) for verb in Verb}
    current = next((verb for verb in Verb if missing[verb]), Verb.EVALUATE)
    made = []
    passed = True
    for verb in Verb:
        if verb is current and facts.is_open:
            state, passed = "now", False
        elif not _needed(verb, facts):
            state = "unneeded"
        else:
            state = "done" if passed or not facts.is_open else "ahead"
        made.append(Step(verb, str(VERBS[verb]), state, tuple(missing[verb])))
    return tuple(made)


def _needed(verb: Verb, facts: Facts) -> bool:
    if facts.severity is None:
        return True
    if verb is Verb.ANALYSE:
        return facts.severity >= ANALYSED_FROM or facts.has_cause
    if verb is Verb.ACT:
        return facts.severity >= OWNED_FROM or facts.tasks > 0
    return True


def _missing(verb: Verb, facts: Facts) -> list[str]:
    severity = facts.severity or 0
    wanted: dict[Verb, list[tuple[bool, str]]] = {
        Verb.MAP: [
            (facts.severity is None, _("bedömning")),
            (not facts.has_place, _("plats")),
        ],
        Verb.ANALYSE: [(severity >= ANALYSED_FROM and not facts.has_cause, _("orsak"))],
        Verb.ACT: [
            (severity >= OWNED_FROM and not facts.has_owner, _("ansvarig")),
            (severity >= OWNED_FROM and not facts.tasks, _("åtgärd")),
            (facts.open_tasks > 0, _("åtgärder som inte är klara")),
        ],
        Verb.EVALUATE: [
            (severity >= ANALYSED_FROM and not facts.has_lessons, _("lärdomar")),
            (not facts.has_closing, _("avslutande ord")),
        ],
    }
    return [what for is_missing, what in wanted[verb] if is_missing]
