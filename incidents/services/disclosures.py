"""The log of disclosures: each decision is written once, and owed to the diary."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from alarms.services.holding import cleaned
from incidents.models import DiaryEntry, Disclosure, Incident
from incidents.services import diary
from incidents.services.holding import demand, doer
from incidents.sitrep_events import DisclosureDecided, DisclosureRead
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.ledger.events import Code, Event
from trygghetscentral.ledger.services import record
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.clock import local
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.errors import Conflict, Invalid
from trygghetscentral.shared.numbers import allocate

SERIES: Final = "U"
MOST_TEXT: Final = 4000
MOST_NAME: Final = 160
POLICE_GROUNDS: Final = frozenset(
    ground for ground in Disclosure.Ground.values if ground.startswith("2025:170")
)
"""The duty of lagen (2025:170) is towards law enforcement, and grounds no other disclosure."""
PUBLIC_GROUNDS: Final = frozenset({Disclosure.Ground.TF2.value})
AUTHORITY_GROUNDS: Final = frozenset({Disclosure.Ground.OSL6_5.value, Disclosure.Ground.TF2.value})
PARTY_GROUNDS: Final = frozenset({Disclosure.Ground.OSL10.value, Disclosure.Ground.TF2.value})
GROUNDS: Final[dict[str, frozenset[str]]] = {
    Disclosure.Asker.POLICE: POLICE_GROUNDS | AUTHORITY_GROUNDS,
    Disclosure.Asker.AUTHORITY: AUTHORITY_GROUNDS,
    Disclosure.Asker.PUBLIC: PUBLIC_GROUNDS,
    Disclosure.Asker.PARTY: PARTY_GROUNDS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosureData:
    """Fields as in `incidents.models.Disclosure`."""

    asker: str
    asker_name: str = ""
    asked_at: dt.datetime
    what: str
    ground: str
    test: str
    masked: str = ""
    outcome: str
    appeal: str = ""
    decided_by_name: str
    decided_at: dt.datetime


def decide(
    *,
    actor: Actor,
    now: dt.datetime,
    controller_id: int,
    data: DisclosureData,
    incident: Incident | None = None,
    corrects: Disclosure | None = None,
) -> Disclosure:
    """Write down a request and what the controller decided.

    Raises Invalid for what is not whole: a ground that is not the asker's, an authority without a
    name, a partial release that does not say what is masked, a refusal without how to appeal
    (TF 2 kap. 19 §, OSL 6 kap. 7 §). Raises Forbidden without the task at the controller, and
    Conflict for correcting what is corrected already.
    """
    values = _checked(data, now=now)
    with unit_of_work(actor=actor, now=now):
        user = doer(actor)
        demand(user, Permission.DISCLOSURE_DECIDE, controller_id)
        if corrects is not None and Disclosure.objects.filter(corrects=corrects).exists():
            raise Conflict(
                _("%(number)s är redan rättat.") % {"number": corrects.number},
                code="corrected_already",
                kept=_kept(),
            )
        made = Disclosure.objects.create(
            number=allocate(series=SERIES, year=local(now).year),
            controller_id=controller_id,
            incident=incident,
            corrects=corrects,
            registered_by=user,
            registered_at=now,
            **values,
        )
        _follow(made, actor=actor, now=now)
    return made


def _follow(made: Disclosure, *, actor: Actor, now: dt.datetime) -> None:
    _tell(
        DisclosureDecided(
            public_id=made.public_id,
            number=Code(made.number),
            asker=Code(made.asker),
            ground=Code(made.ground),
            outcome=Code(made.outcome),
        ),
        made,
    )
    diary.register(
        actor=actor,
        now=now,
        kind=DiaryEntry.Kind.DISCLOSURE,
        subject_id=made.pk,
        title=_("Beslut om utlämnande %(number)s") % {"number": made.number},
        controller_id=made.controller_id,
        incident=made.incident,
    )


def note_read(*, actor: Actor, now: dt.datetime, disclosure: Disclosure) -> None:
    """Write in the ledger that somebody opened it."""
    with unit_of_work(actor=actor, now=now):
        _tell(DisclosureRead(public_id=disclosure.public_id), disclosure)


def _checked(data: DisclosureData, *, now: dt.datetime) -> dict[str, object]:
    texts = {
        "what": cleaned(data.what, most=MOST_TEXT, what=_("Texten")),
        "test": cleaned(data.test, most=MOST_TEXT, what=_("Sekretessprövningen")),
        "masked": cleaned(data.masked, most=MOST_TEXT, what=_("Texten")),
        "appeal": cleaned(data.appeal, most=MOST_TEXT, what=_("Texten")),
        "asker_name": cleaned(data.asker_name, most=MOST_NAME, what=_("Namnet")),
        "decided_by_name": cleaned(data.decided_by_name, most=MOST_NAME, what=_("Namnet")),
    }
    outcome = data.outcome
    if outcome == Disclosure.Outcome.RELEASED:
        # Nothing was refused, so there is nothing to appeal.
        texts["appeal"] = ""
    demands = _demands(data, texts, now=now)
    wrong = next((words for broken, words in demands if broken), None)
    if wrong is not None:
        raise Invalid(wrong, code="disclosure_not_whole", kept=_kept())
    return {
        **texts,
        "asker": data.asker,
        "asked_at": data.asked_at,
        "ground": data.ground,
        "outcome": outcome,
        "decided_at": data.decided_at,
    }


def _demands(
    data: DisclosureData, texts: dict[str, str], *, now: dt.datetime
) -> tuple[tuple[bool, str], ...]:
    """What may be wrong, and the words for it."""
    outcome = data.outcome
    named = {Disclosure.Asker.POLICE, Disclosure.Asker.AUTHORITY}
    return (
        (data.asker not in Disclosure.Asker.values, _("Välj vem som begärt det.")),
        (outcome not in Disclosure.Outcome.values, _("Välj vad som beslutades.")),
        (
            data.ground not in GROUNDS.get(data.asker, frozenset()),
            _("Grunden gäller inte för den som begärt det."),
        ),
        (data.asker in named and not texts["asker_name"], _("Skriv vilken myndighet det är.")),
        (not texts["what"], _("Skriv vad begäran gällde.")),
        (not texts["test"], _("Skriv hur sekretessen prövades.")),
        (not texts["decided_by_name"], _("Skriv vem som beslutade för den ansvariga.")),
        (
            outcome == Disclosure.Outcome.PARTLY and not texts["masked"],
            _("Skriv vad som är borttaget."),
        ),
        (
            outcome != Disclosure.Outcome.PARTLY and bool(texts["masked"]),
            _("Bara det som lämnas ut i delar har något borttaget."),
        ),
        (
            outcome != Disclosure.Outcome.RELEASED and not texts["appeal"],
            _("Den som får nej ska få veta hur beslutet överklagas."),
        ),
        (
            not data.asked_at <= data.decided_at <= now,
            _("Beslutet fattas efter begäran, och inte i framtiden."),
        ),
    )


def _kept() -> str:
    return _("Inget sparades.")


def _tell(event: Event, one: Disclosure) -> None:
    record(
        event,
        subject=one,
        controller_id=one.controller_id,
        audiences=one.incident.audiences if one.incident else (),
        exercise_id=one.incident.exercise_id if one.incident else None,
    )
