"""Code words: the operator enters what was said, the service compares, and nobody is shown them.

The duress word means "somebody forces me to say this" (domain.md 00.10): the operator sees a
silent mark, and the alarm can no longer be closed as unfounded.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from alarms.call_events import AlarmCodeWordChecked, CodeWordsChanged
from alarms.codes import Category
from alarms.events import snapshot
from alarms.models import Alarm, CodeWordCheck, CodeWordOutcome, CodeWords, Installation
from alarms.services import waiting
from alarms.services.holding import cleaned, locked, must_own, person, tell
from trygghetscentral.ledger.events import Code
from trygghetscentral.ledger.services import record
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.errors import Conflict, Invalid

ASKED_OF = (Category.BURGLARY, Category.HOLDUP, Category.FIRE, Category.TAMPER)
FEWEST, MOST = 3, 60
# Somebody who guesses gets this many words for one alarm.
MOST_WRONG: Final = 3


def normalised(word: str) -> str:
    """The word as it is compared: no spaces or signs, small letters, å ä ö in one form however
    they were typed. They stay letters of their own: "bal" is not "bål"."""
    small = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", word).casefold())
    return "".join(char for char in small if char.isalnum())


def words_for(alarm: Alarm) -> list[CodeWords]:
    """The installation's own words, else those of every installation at the site."""
    if alarm.installation_id is not None:
        own = list(CodeWords.objects.filter(installation_id=alarm.installation_id))
        if own:
            return own
    if alarm.site_id is None:
        return []
    return list(CodeWords.objects.filter(installation__site_id=alarm.site_id))


def check_code_word(
    *, actor: Actor, now: dt.datetime, public_id: UUID, said: str
) -> CodeWordOutcome:
    """Compare what was said; empty means that no word was given. Only the outcome is kept.

    Raises Conflict after three wrong words, or when somebody else has the alarm, and Invalid
    when the installation has no words to compare with.
    """
    text = cleaned(said, most=MOST, what=_("Kodordet"))
    author_id = person(actor)
    with unit_of_work(actor=actor, now=now):
        alarm = locked(public_id)
        must_own(alarm, actor)
        if alarm.category not in ASKED_OF:
            raise Invalid(_("Kodord används inte för den här sortens larm."), code="no_code_word")
        outcome = _outcome(alarm, text)
        CodeWordCheck.objects.create(alarm=alarm, at=now, author_id=author_id, outcome=outcome)
        if outcome == CodeWordOutcome.DURESS:
            alarm.duress_at = alarm.duress_at or now
            alarm.priority = alarm.signalled_priority = 1
            waiting.keep_escalation(alarm)
        waiting.acted(alarm)
        alarm.save()
        tell(AlarmCodeWordChecked(alarm=snapshot(alarm), outcome=Code(outcome)), alarm)
    return outcome


def _outcome(alarm: Alarm, text: str) -> CodeWordOutcome:
    if not text:
        return CodeWordOutcome.NOT_GIVEN
    words = words_for(alarm)
    if not words:
        raise Invalid(
            _("Inget kodord är inlagt för anläggningen."),
            code="no_words_set",
            kept=_("Inget är antecknat."),
            todo=_("Kontrollera på annat sätt, eller tryck ”Inget kodord gavs”."),
        )
    wrong = CodeWordCheck.objects.filter(alarm=alarm, outcome=CodeWordOutcome.WRONG).count()
    if wrong >= MOST_WRONG:
        raise Conflict(
            _("Tre fel kodord har redan sagts på larmet."),
            code="too_many_words",
            kept=_("Ordet är inte jämfört."),
            todo=_("Handlägg larmet som skarpt."),
        )
    return compare(text, words)


def compare(text: str, words: Sequence[CodeWords]) -> CodeWordOutcome:
    """What was said against the words there are; nothing is kept."""
    duress = _is_one_of(text, (row.duress for row in words))
    correct = _is_one_of(text, (row.word for row in words))
    if duress:
        return CodeWordOutcome.DURESS
    return CodeWordOutcome.CORRECT if correct else CodeWordOutcome.WRONG


def _is_one_of(text: str, words: Iterable[str]) -> bool:
    # Every word is compared whole, whatever the first ones said: time tells nothing.
    said = _digest(text)
    found = False
    for word in words:
        same = hmac.compare_digest(said, _digest(word))
        found |= same and bool(normalised(word))
    return found


def _digest(word: str) -> bytes:
    return hashlib.sha256(normalised(word).encode()).digest()


def set_code_words(
    *, actor: Actor, now: dt.datetime, installation_id: int, word: str, duress: str
) -> CodeWords:
    """Replace both words of an installation. Raises Invalid for a word that is too short, and
    when the two are compared as one."""
    word, duress = _settable(word), _settable(duress) if duress.strip() else ""
    if duress and normalised(word) == normalised(duress):
        raise Invalid(
            _("Kodordet och hotordet är lika när de jämförs."),
            code="same_words",
            kept=_("Inget har ändrats."),
            todo=_("Välj två ord som inte kan förväxlas."),
        )
    with unit_of_work(actor=actor, now=now):
        installation = Installation.objects.select_for_update().get(pk=installation_id)
        row, _created = CodeWords.objects.update_or_create(
            installation=installation,
            defaults={"word": word, "duress": duress, "set_by_id": actor.user_id, "set_at": now},
        )
        _changed(installation, has_word=True, has_duress=bool(duress))
    return row


def remove_code_words(*, actor: Actor, now: dt.datetime, installation_id: int) -> None:
    """Take both words away. Doing it twice changes nothing."""
    with unit_of_work(actor=actor, now=now):
        installation = Installation.objects.select_for_update().get(pk=installation_id)
        deleted, _rows = CodeWords.objects.filter(installation=installation).delete()
        if deleted:
            _changed(installation, has_word=False, has_duress=False)


def _settable(word: str) -> str:
    text = cleaned(word, most=MOST, what=_("Kodordet"))
    if len(normalised(text)) < FEWEST:
        raise Invalid(
            _("Ett kodord har minst tre bokstäver eller siffror."),
            code="word_too_short",
            kept=_("Inget har ändrats."),
        )
    return text


def _changed(installation: Installation, *, has_word: bool, has_duress: bool) -> None:
    record(
        CodeWordsChanged(installation_id=installation.pk, has_word=has_word, has_duress=has_duress),
        subject=installation,
        controller_id=installation.controller_id,
        audiences=(),
        exercise_id=None,
    )
