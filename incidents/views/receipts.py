"""The receipt link of a lägesrapport. Open to anyone who holds it, and so it tells nothing but
the report's number.

Looking at it confirms nothing: mail scanners and previews follow links, and only people press
buttons.
"""

from __future__ import annotations

from typing import Final

from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from incidents.selectors.sitreps import mail_behind
from incidents.services.sitreps.mailing import confirm_receipt
from incidents.sitrep_tokens import hash_of
from trygghetscentral.accounts.access import public
from trygghetscentral.shared import clock
from trygghetscentral.shared.actor import Actor

LIMIT: Final = "sitrep_receipt"
LINK: Final = Actor.system("receipt_link")


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, token: str) -> HttpResponse:
    """Which report it is about, and the button; after pressing, when it was confirmed."""
    refused: HttpResponse | None = ratelimit.consume_or_429(request, action=LIMIT, limit_get=True)
    if refused:
        return refused
    now = clock.now()
    if request.method == "POST":
        confirm_receipt(actor=LINK, now=now, token=token)
    mail = mail_behind(hash_of(token), now=now)
    status = 200 if mail else 404
    return render(request, "incidents/sitreps/receipt.html", {"mail": mail}, status=status)
