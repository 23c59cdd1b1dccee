"""What must be said before some alarms are closed (domain.md 00.10)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from alarms.codes import Category
from alarms.fire import awaits_rescue
from alarms.models import Alarm, AlarmStatement, CloseCode, CodeWordCheck, CodeWordOutcome
from alarms.services.holding import cleaned, person
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.errors import Conflict, Invalid

STATED = (Category.FIRE, Category.BURGLARY, Category.HOLDUP)
# A test is announced before, with its own rules (domain.md 00.11).
TEST_CODE = "test"
CODE_WORD_CODE = "cancelled_code_word"
MOST_WHO, MOST_SAID = 120, 4000


@dataclass(frozen=True, slots=True)
class Statement:
    """Who said it, and what; both empty when nothing was said."""

    said_by: str = ""
    said: str = ""


def needs_statement(category: str, code: str = "") -> bool:
    """Whether an alarm of the category is closed only with what was said, and by whom."""
    return category in STATED and code != TEST_CODE


def demand(alarm: Alarm, reason: CloseCode, *, said_by: str, said: str) -> Statement:
    """What was said, cleaned. Raises Invalid when it is missing, and Conflict when the alarm may
    not be closed so: as unfounded under duress, as recalled without the code word, or as a real
    fire that the centre should have told räddningstjänsten about and has not."""
    statement = Statement(
        cleaned(said_by, most=MOST_WHO, what=_("Namnet")),
        cleaned(said, most=MOST_SAID, what=_("Det som sades")),
    )
    kept = _("Larmet är inte avslutat.")
    if alarm.duress_at is not None and reason.unfounded:
        raise Conflict(
            _("Larmet är märkt Hot och kan inte avslutas som obefogat."),
            code="duress",
            kept=kept,
            todo=_("Handlägg det som skarpt."),
        )
    if reason.code == CODE_WORD_CODE and not _recalled(alarm):
        raise Conflict(
            _("Rätt kodord har inte sagts på det här larmet."),
            code="no_code_word",
            kept=kept,
            todo=_("Fråga efter kodordet och jämför det först, eller välj en annan orsak."),
        )
    if alarm.category == Category.FIRE and not reason.unfounded and awaits_rescue(alarm):
        raise Conflict(
            _("Räddningstjänsten är inte larmad, och det är vi som larmar den."),
            code="rescue_not_called",
            kept=kept,
            todo=_("Larma räddningstjänsten och tryck ”Räddningstjänst larmad”."),
        )
    if needs_statement(alarm.category, reason.code) and not (statement.said_by and statement.said):
        raise Invalid(
            _("Det saknas vad som sades på platsen, eller vem som sade det."),
            code="statement_needed",
            kept=kept,
            todo=_("Fyll i båda rutorna."),
        )
    return statement


def keep(alarm: Alarm, statement: Statement, *, actor: Actor, now: dt.datetime) -> None:
    """Store it in its protected row; called inside the unit of work that closes the alarm."""
    if statement.said and statement.said_by:
        AlarmStatement.objects.create(
            alarm=alarm,
            at=now,
            author_id=person(actor),
            said_by=statement.said_by,
            said=statement.said,
        )


def _recalled(alarm: Alarm) -> bool:
    last = CodeWordCheck.objects.filter(alarm=alarm).order_by("-at", "-pk").first()
    return last is not None and last.outcome == CodeWordOutcome.CORRECT
