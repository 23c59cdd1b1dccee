"""The workstation lock: what a locked session may still reach, and the door that holds it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Final, TypeVar

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext_lazy as _

from trygghetscentral.accounts import responses
from trygghetscentral.accounts.declarations import PUBLIC, declared
from trygghetscentral.accounts.models import User
from trygghetscentral.live.models import Presence
from trygghetscentral.shared.errors import Forbidden

V = TypeVar("V", bound=Callable[..., Any])

ATTRIBUTE: Final = "while_locked"
LOCK_PAGE: Final = "alarms:lock"

LOCKED = Forbidden(
    _("Arbetsplatsen är låst."),
    code="locked",
    kept=_("Inget har ändrats."),
    todo=_("Lås upp med ditt lösenord, eller logga in som den som tar över."),
)

logger = logging.getLogger(__name__)


def while_locked(view: V) -> V:
    """Let the view answer although the session is locked: it must show no personal data."""
    setattr(view, ATTRIBUTE, True)
    return view


class WorkstationLock(MiddlewareMixin):
    """Refuses everything to a locked session but the lock page and the doors open to anyone.

    Reading leads to the lock page; an act is refused, and nothing has then happened.
    """

    def process_view(
        self, request: HttpRequest, view: Any, _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """None lets the request on to the view."""
        if not isinstance(request.user, User) or getattr(view, ATTRIBUTE, False):
            return None
        match = request.resolver_match
        name = match.view_name if match else ""
        if declared(view, request.method or "GET", name) == (PUBLIC,):
            return None
        if not Presence.objects.is_locked(request.session.session_key):
            return None
        if responses.is_api(request, view) or request.method not in {"GET", "HEAD"}:
            logger.warning("locked_act", extra={"view": name, "user_id": request.user.pk})
            return responses.refused(request, LOCKED, view)
        return responses.go_to(request, reverse(LOCK_PAGE))

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Keep pages out of the browser's store: there "Back" would read them past the lock."""
        if isinstance(getattr(request, "user", None), User):
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response
