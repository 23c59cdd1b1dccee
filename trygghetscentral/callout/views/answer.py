"""The acknowledgement link. Open to anyone who holds it, without signing in.

Looking at it answers nothing: mail scanners and previews follow links, and only people press
buttons.
"""

from __future__ import annotations

from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from trygghetscentral.accounts.access import public
from trygghetscentral.callout.messages import details, headline, reason_words
from trygghetscentral.callout.selectors.links import call_behind
from trygghetscentral.callout.services.answers import answer_by_link
from trygghetscentral.shared import clock
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.errors import DomainError, Missing

LIMIT = "callout_answer"
LINK = Actor.system("acknowledgement_link")


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, token: str) -> HttpResponse:
    """What the message was about, and the button; after pressing, what came of it."""
    refused: HttpResponse | None = ratelimit.consume_or_429(request, action=LIMIT, limit_get=True)
    if refused:
        return refused
    now = clock.now()
    error: DomainError | None = None
    if request.method == "POST":
        try:
            answer_by_link(actor=LINK, now=now, token=token)
        except DomainError as problem:
            error = problem
    sent = call_behind(token, now=now)
    if sent is None:
        gone = Missing(_("Länken gäller inte."), code="link_unknown", todo=_("Ring larmcentralen."))
        return render(request, "callout/answer.html", {"error": gone}, status=404)
    figures = sent.call.figures if sent.call.is_bundle else None
    context = {
        "call": sent.call,
        "headline": headline(sent.call, figures),
        "details": details(figures) if figures else "",
        "why": reason_words(sent.call.reason),
        "mine": sent.call.answered_by_id == sent.user_id and sent.call.answered_at is not None,
        "error": error,
    }
    status = error.status if error else 200
    return render(request, "callout/answer.html", context, status=status)
