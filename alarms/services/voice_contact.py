"""Talkontakt: the answer that closing a trygghetslarm requires (domain.md 00.8)."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _

from alarms.codes import Category
from alarms.models import CloseCode, VoiceContact
from trygghetscentral.shared.errors import Invalid

# What a close code says about it by itself.
SAYS: Final = {"talk_enough": VoiceContact.YES, "no_answer_visit": VoiceContact.NO}
ANSWERS: Final = (VoiceContact.YES, VoiceContact.NO)


def checked(category: str, reason: CloseCode, answer: str) -> str:
    """The answer to keep; "" for other alarms than trygghetslarm.

    Raises Invalid when it is missing, or says the opposite of the close code.
    """
    if category != Category.MEDICAL:
        return ""
    if answer not in ANSWERS:
        raise Invalid(
            _("Svara på om du hade talkontakt."),
            code="voice_contact_needed",
            kept=_("Larmet är inte avslutat."),
            todo=_("Välj ja eller nej."),
        )
    if SAYS.get(reason.code, answer) != answer:
        raise Invalid(
            _("”%(label)s” stämmer inte med svaret om talkontakt.") % {"label": reason.label},
            code="voice_contact_contradicts",
            kept=_("Larmet är inte avslutat."),
            todo=_("Ändra orsaken eller svaret."),
        )
    return answer
