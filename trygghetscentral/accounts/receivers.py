"""From the signals of Django and allauth to what is recorded. Imported by AccountsConfig.ready."""

from __future__ import annotations

from typing import Any

from allauth.account import signals as account_signals
from allauth.mfa import signals as mfa_signals
from allauth.mfa.models import Authenticator
from django.contrib.auth import signals as auth_signals
from django.dispatch import receiver
from django.http import HttpRequest

from trygghetscentral.accounts import policy, services
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.events import FactorChange, SignOutReason
from trygghetscentral.accounts.models import User
from trygghetscentral.shared import clock
from trygghetscentral.shared.actor import Actor


@receiver(auth_signals.user_logged_in)
def signed_in(*, request: HttpRequest, user: User, **_kwargs: Any) -> None:
    """Start the session's clock."""
    now = clock.now()
    request.session[policy.SIGNED_IN_AT] = now.timestamp()
    request.session[policy.SEEN_AT] = now.timestamp()
    services.note_sign_in(actor=actor_for(user), now=now, user=user)


@receiver(auth_signals.user_logged_out)
def signed_out(*, request: HttpRequest, user: User | None, **_kwargs: Any) -> None:
    """Say why the session ended: the policy leaves its reason on the request."""
    if user is None:
        return
    why = getattr(request, "sign_out_reason", SignOutReason.SELF)
    services.note_sign_out(actor=actor_for(user), now=clock.now(), user=user, why=why)


@receiver(auth_signals.user_login_failed)
def sign_in_failed(*, credentials: dict[str, Any], **_kwargs: Any) -> None:
    """Count every refused password."""
    services.note_failed_sign_in(
        actor=Actor.system("login"),
        now=clock.now(),
        username=str(credentials.get("username") or ""),
    )


def _note(user: User, change: FactorChange, factor: str) -> None:
    services.note_factor_change(
        actor=actor_for(user), now=clock.now(), user=user, change=change, factor=factor
    )


@receiver(mfa_signals.authenticator_added)
def factor_added(*, user: User, authenticator: Authenticator, **_kwargs: Any) -> None:
    """A new app, key or set of recovery codes."""
    _note(user, FactorChange.ADDED, authenticator.type)


@receiver(mfa_signals.authenticator_removed)
def factor_removed(
    *, request: HttpRequest, user: User, authenticator: Authenticator, **_kwargs: Any
) -> None:
    """One less; the session has to prove again that there is another."""
    request.session.pop(policy.SECOND_FACTOR, None)
    _note(user, FactorChange.REMOVED, authenticator.type)


@receiver(mfa_signals.authenticator_reset)
def factor_reset(*, user: User, authenticator: Authenticator, **_kwargs: Any) -> None:
    """New recovery codes in place of the old."""
    _note(user, FactorChange.RESET, authenticator.type)


@receiver(account_signals.password_changed)
def password_changed(*, user: User, **_kwargs: Any) -> None:
    """The user chose another password."""
    _note(user, FactorChange.PASSWORD_CHANGED, "password")


@receiver(account_signals.password_reset)
def password_reset(*, user: User, **_kwargs: Any) -> None:
    """The user chose a password by a one-time link."""
    _note(user, FactorChange.PASSWORD_RESET, "password")
