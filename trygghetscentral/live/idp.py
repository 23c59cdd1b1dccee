"""Past a lock by the city's IdP: only whoever has just signed in there, and not its old session.

The IdP remembers a browser for hours, so that "signed in there" says nothing of who sits here now.
It is asked with `prompt=login` and `max_age=0`; OpenID Connect Core 3.1.2.1 has it then send
`auth_time`, which is held against the moment of the lock. Signing out and in again is the
same way past the lock, and asks for the same.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from allauth.socialaccount.providers.base import AuthProcess, Provider
from allauth.socialaccount.signals import pre_social_login
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from requests import RequestException

from trygghetscentral.accounts import responses
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import User
from trygghetscentral.live import services
from trygghetscentral.live.models import Presence
from trygghetscentral.shared import clock
from trygghetscentral.shared.errors import Forbidden

BOARD: Final = "board:larm"
# What the round to the IdP carries, to know on the way back that this was asked.
ASKED_AFRESH: Final = "afresh"

_KEPT = _("Arbetsplatsen är fortfarande låst.")
AWAY = Forbidden(
    _("Stadens inloggning svarar inte."),
    code="idp_away",
    kept=_KEPT,
    todo=_("Försök igen om en stund, eller låt en kollega logga in med sitt lösenord."),
)
ANOTHER = Forbidden(
    _("Någon annan än den som låste har loggat in hos stadens inloggning."),
    code="idp_another",
    kept=_KEPT,
    todo=_("Logga ut först, om en annan ska ta över arbetsplatsen."),
)
UNTOLD = Forbidden(
    _("Stadens inloggning säger inte när du loggade in, så det går inte att se att du är här nu."),
    code="idp_untold",
    kept=_KEPT,
    todo=_("Säg till systemadministratören att inloggningen måste skicka ”auth_time”."),
)
STALE = Forbidden(
    _("Du loggade in hos stadens inloggning innan arbetsplatsen låstes."),
    code="idp_stale",
    kept=_KEPT,
    todo=_("Försök igen och skriv ditt lösenord där."),
)


def idp_of(request: HttpRequest) -> Provider | None:
    """The IdP that knows the signed-in person; None when there is none, or it is switched off."""
    for account in SocialAccount.objects.filter(user_id=request.user.pk):
        try:
            return account.get_provider(request)
        except SocialApp.DoesNotExist:
            continue
    return None


def to_unlock(request: HttpRequest, provider: Provider) -> HttpResponse:
    """Send the person to sign in afresh; coming back opens the workstation."""
    return _ask(request, provider, process=AuthProcess.REDIRECT, back=reverse(BOARD))


@receiver(pre_social_login)
def past_a_lock(*, request: HttpRequest, sociallogin: SocialLogin, **_kwargs: Any) -> None:
    """Judge an answer from the IdP against the person's locks and this browser's.

    Raises ImmediateHttpResponse with a refusal, or with another round when the IdP was not asked
    to have the person sign in afresh.
    """
    user: User = sociallogin.user
    session_key = request.session.session_key
    since = Presence.objects.locked_since(user.pk, session_key)
    if since is None:
        return
    state = sociallogin.state
    unlocking = state.get("process") == AuthProcess.REDIRECT
    if unlocking and user != request.user:
        raise _refusal(request, ANOTHER)
    signed_in_at = _signed_in_at(sociallogin)
    if signed_in_at is None or signed_in_at <= since:
        if not state.get(ASKED_AFRESH):
            process, back = state.get("process"), state.get("next")
            provider = sociallogin.account.get_provider(request)
            raise ImmediateHttpResponse(_ask(request, provider, process=process, back=back))
        raise _refusal(request, UNTOLD if signed_in_at is None else STALE)
    if unlocking and session_key is not None:
        services.unlock_workstation(
            actor=actor_for(user), now=clock.now(), session_key=session_key, user_id=user.pk
        )


def _ask(
    request: HttpRequest, provider: Provider, *, process: str | None, back: str | None
) -> HttpResponse:
    afresh = {**provider.get_auth_params(), "prompt": "login", "max_age": "0"}
    try:
        answer: HttpResponse = provider.redirect(
            request, process, next_url=back, auth_params=afresh, **{ASKED_AFRESH: True}
        )
    except RequestException:
        return responses.refused(request, AWAY)
    return answer


def _signed_in_at(sociallogin: SocialLogin) -> dt.datetime | None:
    """When the IdP last saw the person prove it, to the second; None when it does not say."""
    said = (sociallogin.account.extra_data.get("id_token") or {}).get("auth_time")
    if isinstance(said, bool) or not isinstance(said, int | float):
        return None
    try:
        return dt.datetime.fromtimestamp(said, dt.UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _refusal(request: HttpRequest, error: Forbidden) -> ImmediateHttpResponse:
    return ImmediateHttpResponse(responses.refused(request, error))
