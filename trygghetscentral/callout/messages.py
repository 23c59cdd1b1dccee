"""The words of a message: what waits, by number or count, and a link. Never a place, person or
kind."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from trygghetscentral.callout.gateways.base import Message
from trygghetscentral.callout.models import Call, Delivery
from trygghetscentral.callout.models.calls import Figures
from trygghetscentral.callout.tokens import token_for
from trygghetscentral.shared.clock import local

REASONS: dict[str, Promise] = {
    "unanswered": gettext_lazy("Ingen operatör har svarat i tid."),
    "unstaffed": gettext_lazy("Ingen larmplats är bemannad."),
    "no_lead": gettext_lazy("Ingen skiftledare är på plats."),
    "asked": gettext_lazy("Larmcentralen ber om din hjälp."),
}


def reason_words(reason: str) -> str:
    """Why somebody is called; nothing for a reason without words."""
    return str(REASONS.get(reason, ""))


def link_for(delivery: Delivery) -> str:
    """The acknowledgement link, whole."""
    path = reverse("answer:page", args=(token_for(delivery.dedupe_id),))
    return f"{settings.PUBLIC_URL}{path}"


def headline(call: Call, figures: Figures | None) -> str:
    """What waits: one alarm by its number, or how many of them."""
    if figures is None:
        return _("Larm %(number)s väntar på svar.") % {"number": call.reference}
    words = ngettext(
        "%(count)s larm väntar på svar.", "%(count)s larm väntar på svar.", figures.count
    )
    return words % {"count": figures.count}


def details(figures: Figures) -> str:
    """The worst of them, and since when the first has waited, by the city's clock."""
    if figures.worst is None or figures.since is None:
        return ""
    return _("Högsta prioritet %(worst)s, det första sedan %(at)s.") % {
        "worst": figures.worst,
        "at": f"{local(figures.since):%H:%M}",
    }


def compose(call: Call, delivery: Delivery, *, address: str) -> Message:
    """The message in the receiver's own language."""
    language = delivery.user.language if delivery.user else settings.LANGUAGE_CODE
    with translation.override(language):
        figures = call.figures if call.is_bundle else None
        first = headline(call, figures)
        more = details(figures) if figures else ""
        parts = (first, more, reason_words(call.reason), _("Svara här:"), link_for(delivery))
    return Message(
        address=address,
        subject=first,
        text=" ".join(part for part in parts if part),
        dedupe_id=delivery.dedupe_id,
        exercise_id=call.exercise_id,
    )
