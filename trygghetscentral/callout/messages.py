"""The words of a message: a number, that it waits, and a link. Never a place, person or kind."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trygghetscentral.callout.gateways.base import Message
from trygghetscentral.callout.models import Call, Delivery
from trygghetscentral.callout.tokens import token_for

REASONS: dict[str, Promise] = {
    "unanswered": gettext_lazy("Ingen operatör har svarat i tid."),
    "unstaffed": gettext_lazy("Ingen larmplats är bemannad."),
    "asked": gettext_lazy("Larmcentralen ber om din hjälp."),
}


def reason_words(reason: str) -> str:
    """Why somebody is called; nothing for a reason without words."""
    return str(REASONS.get(reason, ""))


def link_for(delivery: Delivery) -> str:
    """The acknowledgement link, whole."""
    path = reverse("answer:page", args=(token_for(delivery.dedupe_id),))
    return f"{settings.PUBLIC_URL}{path}"


def compose(call: Call, delivery: Delivery, *, address: str) -> Message:
    """The message in the receiver's own language."""
    language = delivery.user.language if delivery.user else settings.LANGUAGE_CODE
    with translation.override(language):
        first = _("Larm %(number)s väntar på svar.") % {"number": call.reference}
        parts = (first, reason_words(call.reason), _("Svara här:"), link_for(delivery))
    return Message(
        address=address,
        subject=first,
        text=" ".join(part for part in parts if part),
        dedupe_id=delivery.dedupe_id,
        exercise_id=call.exercise_id,
    )
