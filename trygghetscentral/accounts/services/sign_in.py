"""What is recorded about signing in and out. Passwords and second factors are allauth's writes."""

from __future__ import annotations

from datetime import datetime

from trygghetscentral.accounts.events import (
    FactorChange,
    FactorChanged,
    SignedIn,
    SignedOut,
    SignInFailed,
    SignOutReason,
)
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.services.common import tell
from trygghetscentral.ledger.events import Code
from trygghetscentral.ledger.services import record
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work


def note_sign_in(*, actor: Actor, now: datetime, user: User) -> None:
    """Record that a session began."""
    with unit_of_work(actor=actor, now=now):
        tell(SignedIn(user_id=user.pk), user)


def note_sign_out(*, actor: Actor, now: datetime, user: User, why: SignOutReason) -> None:
    """Record that a session ended, and why."""
    with unit_of_work(actor=actor, now=now):
        tell(SignedOut(user_id=user.pk, why=why), user)


def note_failed_sign_in(*, actor: Actor, now: datetime, username: str) -> None:
    """Record a refused sign-in. An unknown username is not kept: it is often a password."""
    user = User.objects.filter(username=username.strip().lower()).first()
    with unit_of_work(actor=actor, now=now):
        if user is None:
            record(SignInFailed(user_id=None), subject=("accounts.user", ""), controller_id=None)
        else:
            tell(SignInFailed(user_id=user.pk), user)


def note_factor_change(
    *, actor: Actor, now: datetime, user: User, change: FactorChange, factor: str
) -> None:
    """Record that a second factor or the password changed; `factor` is its kind, such as totp."""
    with unit_of_work(actor=actor, now=now):
        tell(FactorChanged(user_id=user.pk, change=change, factor=Code(factor)), user)
