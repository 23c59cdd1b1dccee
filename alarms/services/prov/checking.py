"""Whether whoever asks for prov may: a technician's id, or the installation's code word.

The duress word means that somebody is forced to ask (domain.md 00.10): then nothing is set in
prov, and a hold-up alarm stands on the board before the operator has read why.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from alarms.codes import Category
from alarms.models import AlarmType, CodeWordOutcome, CodeWords, Installation, TestPeriod
from alarms.prov_events import ProvRefused
from alarms.selectors.directory import alarm_audiences
from alarms.services import code_words
from alarms.services.correlation import Correlation
from alarms.services.prov.common import audiences_of
from alarms.services.working import Activation, AlarmKey
from trygghetscentral.ledger.events import Code
from trygghetscentral.ledger.models import LedgerRow
from trygghetscentral.ledger.services import record
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.errors import Conflict, DomainError, Invalid

DURESS_KIND = "holdup.alarm"
DURESS_TYPE = "AL-OVF"
DURESS_CODE = "TC:holdup"
# Whoever guesses gets this many words for one installation in an hour.
MOST_REFUSED = 5
HOUR = dt.timedelta(hours=1)
Verified = TestPeriod.Verified


@dataclass(frozen=True, slots=True)
class Verification:
    """How the caller showed the right to ask. `technician` is an id, never a name; `word` is
    what was said, compared and forgotten."""

    how: str = Verified.NOT
    technician: str = ""
    word: str = field(default="", repr=False)

    def checked(self) -> Verification:
        """Raises Invalid for an unknown way, and for a technician without id."""
        technician = self.technician.replace("\x00", "").strip()
        if self.how not in Verified.values:
            raise Invalid(_("Välj hur behörigheten kontrollerades."), code="prov_verified")
        if self.how != Verified.TECHNICIAN:
            return Verification(self.how, word=self.word[: code_words.MOST])
        if not technician or len(technician) > 40:
            raise Invalid(
                _("Skriv teknikerns id, högst 40 tecken."),
                code="prov_technician",
                kept=_("Inget har ändrats."),
            )
        return Verification(self.how, technician)


def check_word(
    *,
    actor: Actor,
    now: dt.datetime,
    installation: Installation,
    place: tuple[str, str],
    verification: Verification,
) -> None:
    """Hold what was said against the installation's words; without any, the operator answers.

    `place` is the area and the zone asked for. Raises Invalid for a wrong word, and Conflict for
    the duress word; both are kept in the ledger by their outcome, in a unit of their own. After
    five of them in an hour Conflict for any word, right or wrong, but the duress word.
    """
    if verification.how != Verified.CODE_WORD:
        return
    words = list(CodeWords.objects.filter(installation=installation)) or list(
        CodeWords.objects.filter(installation__site=installation.site_id)
    )
    if not words:
        return
    outcome = code_words.compare(verification.word, words)
    if outcome != CodeWordOutcome.DURESS and _guessed(installation, now):
        raise _guesses_are_over()
    if outcome == CodeWordOutcome.CORRECT:
        return
    with unit_of_work(actor=actor, now=now):
        if outcome == CodeWordOutcome.DURESS:
            _raise_hold_up(installation, place, now=now)
        record(
            ProvRefused(installation_id=installation.pk, outcome=Code(outcome)),
            subject=installation,
            controller_id=installation.controller_id,
            audiences=audiences_of(installation),
        )
    raise _refusal(outcome)


def _guessed(installation: Installation, now: dt.datetime) -> bool:
    refused = LedgerRow.objects.filter(
        subject_type=Installation._meta.label_lower,
        subject_id=str(installation.pk),
        name=ProvRefused.name,
        at__gt=now - HOUR,
    )
    return refused.count() >= MOST_REFUSED


def _guesses_are_over() -> Conflict:
    return Conflict(
        _("Fem kodord har underkänts på anläggningen den senaste timmen."),
        code="prov_too_many_words",
        kept=_("Inget är satt i prov."),
        todo=_("Be om teknikerns id, eller ring upp på annat sätt."),
    )


def _refusal(outcome: CodeWordOutcome) -> DomainError:
    if outcome == CodeWordOutcome.DURESS:
        return Conflict(
            _("HOTORD. Inget är satt i prov."),
            code="prov_duress",
            kept=_("Ett överfallslarm ligger överst i larmlistan."),
            todo=_("Svara som om provet är satt, och handlägg överfallslarmet nu."),
        )
    return Invalid(
        _("Det är inte anläggningens kodord."),
        code="prov_wrong_word",
        kept=_("Inget är satt i prov."),
        todo=_("Be om kodordet en gång till, eller om teknikerns id."),
    )


def _raise_hold_up(installation: Installation, place: tuple[str, str], *, now: dt.datetime) -> None:
    site, kind = installation.site, AlarmType.objects.get(code=DURESS_TYPE)
    key = AlarmKey(installation.pk, *place, DURESS_KIND)
    activation = Activation(
        key=key,
        condition="duress",
        category=Category.HOLDUP,
        type_id=kind.pk,
        priority=1,
        target_seconds=kind.target_seconds,
        limit_seconds=kind.limit_seconds,
        code=DURESS_CODE,
        text=_("Hotord när prov begärdes."),
        receiver="",
        line="",
        account="",
        area_label="",
        zone_label="",
        site_id=site.pk,
        city_area_id=site.area_id,
        controller_id=installation.controller_id,
        audiences=alarm_audiences(installation.controller_id, site.restricted_group_id),
        longitude=site.position.longitude,
        latitude=site.position.latitude,
    )
    correlation = Correlation(now=now)
    correlation.begin([activation], [])
    correlation.activate(activation)
    correlation.write()
