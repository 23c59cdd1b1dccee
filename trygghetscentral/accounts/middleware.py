"""Doors on the way in: language, session length, second factor, and deny by default.

Each works under sync and async: Django runs `process_*` of a MiddlewareMixin in the request's
thread in both.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext_lazy as _

from trygghetscentral.accounts import policy, responses
from trygghetscentral.accounts.access import DeclaredAccess, passes
from trygghetscentral.accounts.declarations import PUBLIC, Access, Who, declared, view_class
from trygghetscentral.accounts.events import SignOutReason
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import LABELS, Permission
from trygghetscentral.shared import clock
from trygghetscentral.shared.errors import Forbidden

logger = logging.getLogger(__name__)

View = Callable[..., Any]

# A page that refreshes itself sends this, so that a screen left alone still counts as silent.
BACKGROUND_HEADER = "TC-Background"

# Where someone without a second factor may go: to get one, or away.
BEFORE_SECOND_FACTOR = frozenset(
    {
        "account_logout",
        "account_reauthenticate",
        "account_change_password",
        "mfa_index",
        "mfa_reauthenticate",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_reauthenticate_webauthn",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_download_recovery_codes",
    }
)

GOODBYES = {
    SignOutReason.IDLE: _("Du loggades ut efter en tid utan aktivitet. Logga in igen."),
    SignOutReason.SHIFT_OVER: _("Passet är slut och du loggades ut. Logga in för ett nytt pass."),
}


class Language(MiddlewareMixin):
    """The user's own language, else the visitor's choice in a cookie, else Swedish.

    The browser's list of languages is left alone: many of the city's computers ask for English.
    """

    def process_request(self, request: HttpRequest) -> None:
        """Activate the language for this request."""
        if isinstance(request.user, User):
            language = request.user.language
        else:
            language = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        known = {code for code, _name in settings.LANGUAGES}
        translation.activate(language if language in known else settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = translation.get_language()

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Say which language the answer is in."""
        response.headers.setdefault("Content-Language", translation.get_language() or "sv")
        return response


class SessionPolicy(MiddlewareMixin):
    """Ends sessions that have been silent or have lasted too long."""

    def process_request(self, request: HttpRequest) -> None:
        """Sign out where the session is over; the view's own door then asks for sign-in."""
        user = request.user
        if not isinstance(user, User):
            return
        now = clock.now()
        signed_in_at = _moment(request, policy.SIGNED_IN_AT) or now
        seen_at = _moment(request, policy.SEEN_AT) or signed_in_at
        why = policy.judge(
            signed_in_at=signed_in_at, seen_at=seen_at, now=now, keeps_for_the_shift=False
        )
        if why is SignOutReason.IDLE and user.may(Permission.SESSION_SHIFT):
            why = None
        if why is not None:
            request.sign_out_reason = why  # type: ignore[attr-defined]
            logout(request)
            if not responses.is_api(request):
                messages.info(request, GOODBYES[why])
            return
        if BACKGROUND_HEADER not in request.headers and (
            policy.SEEN_AT not in request.session or now - seen_at >= policy.SEEN_STEP
        ):
            request.session[policy.SEEN_AT] = now.timestamp()
            request.session.setdefault(policy.SIGNED_IN_AT, signed_in_at.timestamp())


class SecondFactor(MiddlewareMixin):
    """Sends whoever is signed in without a second factor to get one, where it is required."""

    def process_view(
        self, request: HttpRequest, view: View, _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Let public doors and the pages that set a factor up through."""
        if not settings.MFA_REQUIRED or not isinstance(request.user, User):
            return None
        name = _view_name(request)
        if name in BEFORE_SECOND_FACTOR or request.session.get(policy.SECOND_FACTOR):
            return None
        if declared(view, request.method or "GET", name) == (PUBLIC,):
            return None
        if is_mfa_enabled(request.user):
            request.session[policy.SECOND_FACTOR] = True
            return None
        if responses.is_api(request, view):
            return responses.refused(request, NO_SECOND_FACTOR, view)
        return responses.go_to(request, reverse("mfa_index"))


NO_SECOND_FACTOR = Forbidden(
    _("Kontot saknar tvåstegsinloggning."),
    code="second_factor_needed",
    todo=_("Lägg till en autentiseringsapp eller en säkerhetsnyckel och försök igen."),
)
UNDECLARED = Forbidden(
    _("Sidan är stängd: den säger inte vem som får se den. Inget har ändrats."),
    code="undeclared_view",
    todo=_("Felet är noterat. Säg till systemadministratören vilken sida du försökte öppna."),
)


class DefaultDeny(MiddlewareMixin):
    """Refuses every view that declares nothing, and whoever does not meet what it declares."""

    def process_view(
        self, request: HttpRequest, view: View, _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """None lets the request on to the view."""
        found = declared(view, request.method or "GET", _view_name(request))
        if found is None or not _enforced(view):
            logger.error("undeclared_view", extra={"view": _view_name(request)})
            return responses.refused(request, UNDECLARED, view)
        if _asks_itself(view):
            return None
        if passes(request.user, found):
            return None
        if not isinstance(request.user, User):
            return responses.sign_in_needed(request, view)
        logger.warning(
            "access_refused", extra={"view": _view_name(request), "user_id": request.user.pk}
        )
        return responses.refused(request, not_permitted(found), view)


def not_permitted(found: tuple[Access, ...]) -> Forbidden:
    """The refusal that names what is missing."""
    needed = sorted(
        permission
        for access in found
        if access.who is Who.PERMISSIONS
        for permission in access.every | access.some
    )
    what = ", ".join(f"”{LABELS[permission]}”" for permission in needed)
    return Forbidden(
        _("Du får inte öppna sidan. Ingen av dina roller ger behörigheten %(what)s.")
        % {"what": what},
        code="permission_needed",
    )


def _asks_itself(view: View) -> bool:
    # DRF reads the bearer token, so only its own permission class knows who is calling.
    owner = view_class(view)
    return owner is not None and hasattr(owner, "permission_classes")


def _enforced(view: View) -> bool:
    owner = view_class(view)
    return not _asks_itself(view) or any(
        isinstance(one, type) and issubclass(one, DeclaredAccess)
        for one in owner.permission_classes
    )


def _view_name(request: HttpRequest) -> str:
    match = request.resolver_match
    return match.view_name if match else ""


def _moment(request: HttpRequest, name: str) -> datetime | None:
    stamp = request.session.get(name)
    return None if stamp is None else datetime.fromtimestamp(stamp, UTC)
