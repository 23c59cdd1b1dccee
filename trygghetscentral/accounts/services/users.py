"""Writes about accounts."""

from __future__ import annotations

from datetime import datetime

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from trygghetscentral.accounts.events import (
    FactorChange,
    FactorChanged,
    PasswordLinkMade,
    UserChanged,
    UserCreated,
    UserDeactivated,
    UserReactivated,
)
from trygghetscentral.accounts.models import ApiToken, Organisation, User, UserSession
from trygghetscentral.accounts.services.common import is_self, tell
from trygghetscentral.ledger.events import Code
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.errors import Conflict, Forbidden, Invalid


def create_user(
    *,
    actor: Actor,
    now: datetime,
    username: str,
    name: str,
    signature: str,
    home_organisation: Organisation,
    email: str = "",
    language: str = "sv",
    is_service: bool = False,
    password: str | None = None,
) -> User:
    """Open an account. Without `password` it cannot sign in until one is chosen by a link.

    `password` is for the demo and is not checked for strength; a service account has none.
    Raises Invalid for a malformed username and Conflict when username, signature or e-mail
    belongs to another account.
    """
    if is_service and password:
        raise Invalid(_("Ett systemkonto har inget lösenord."), code="service_has_no_password")
    user = User(
        username=username.strip().lower(),
        name=name.strip(),
        signature=signature.strip(),
        email=email.strip(),
        language=language,
        home_organisation=home_organisation,
        is_service=is_service,
        created_at=now,
    )
    user.set_password(password)
    with unit_of_work(actor=actor, now=now):
        _check(user)
        user.save()
        tell(
            UserCreated(
                user_id=user.pk, is_service=is_service, home_organisation_id=home_organisation.pk
            ),
            user,
        )
    return user


def change_user(
    *,
    actor: Actor,
    now: datetime,
    user: User,
    name: str,
    signature: str,
    email: str,
    language: str,
    home_organisation: Organisation,
) -> User:
    """Correct an account's details. Raises as create_user does."""
    with unit_of_work(actor=actor, now=now):
        user.name = name.strip()
        user.signature = signature.strip()
        user.email = email.strip()
        user.language = language
        user.home_organisation = home_organisation
        _check(user)
        user.save(update_fields=["name", "signature", "email", "language", "home_organisation"])
        tell(UserChanged(user_id=user.pk, home_organisation_id=home_organisation.pk), user)
    return user


def change_language(*, actor: Actor, now: datetime, user: User, language: str) -> None:
    """Choose the language of one's own screen. Raises Invalid for one we do not speak."""
    if language not in User.Language.values:
        raise Invalid(_("Språket finns inte."), code="language")
    with unit_of_work(actor=actor, now=now):
        user.language = language
        user.save(update_fields=["language"])
        tell(UserChanged(user_id=user.pk, home_organisation_id=user.home_organisation_id), user)


def set_password(*, actor: Actor, now: datetime, user: User, password: str) -> None:
    """Set an account's password. Raises Invalid when it is too weak or the account is a system's.

    The account's sessions end, as whoever knew the old password may hold one.
    """
    if user.is_service:
        raise Invalid(_("Ett systemkonto har inget lösenord."), code="service_has_no_password")
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid(" ".join(error.messages), code="password_weak") from error
    with unit_of_work(actor=actor, now=now):
        user.set_password(password)
        user.save(update_fields=["password"])
        UserSession.objects.filter(user_id=user.pk).delete()
        tell(
            FactorChanged(
                user_id=user.pk, change=FactorChange.PASSWORD_CHANGED, factor=Code("password")
            ),
            user,
        )


def make_password_link(*, actor: Actor, now: datetime, user: User) -> tuple[str, str]:
    """Return the two parts (uid, key) of a one-time link where the user chooses a password.

    The link dies when it is used, when the password changes, and after PASSWORD_RESET_TIMEOUT.
    Raises Conflict for a closed account or a system's.
    """
    if user.is_service or not user.is_active:
        raise Conflict(_("Kontot kan inte få något lösenord."), code="no_password_possible")
    with unit_of_work(actor=actor, now=now):
        tell(PasswordLinkMade(user_id=user.pk), user)
    return user_pk_to_url_str(user), default_token_generator.make_token(user)


def deactivate_user(*, actor: Actor, now: datetime, user: User) -> None:
    """Close an account: its sessions end at once and its tokens are revoked. Roles stay on record.

    Raises Forbidden for one's own account and Conflict when it is closed already.
    """
    if is_self(actor, user):
        raise Forbidden(_("Du kan inte stänga av ditt eget konto."), code="own_account")
    with unit_of_work(actor=actor, now=now):
        closed = User.objects.filter(pk=user.pk, is_active=True).update(
            is_active=False, deactivated_at=now
        )
        if not closed:
            raise Conflict(_("Kontot är redan avstängt."), code="already_deactivated")
        sessions, _by_model = UserSession.objects.filter(user_id=user.pk).delete()
        tokens = ApiToken.objects.filter(user=user, revoked_at__isnull=True).update(
            revoked_at=now, revoked_by_id=actor.user_id
        )
        user.is_active, user.deactivated_at = False, now
        tell(UserDeactivated(user_id=user.pk, sessions_ended=sessions, tokens_revoked=tokens), user)


def reactivate_user(*, actor: Actor, now: datetime, user: User) -> None:
    """Open a closed account again; its tokens stay revoked. Raises Conflict when it is open."""
    with unit_of_work(actor=actor, now=now):
        opened = User.objects.filter(pk=user.pk, is_active=False).update(
            is_active=True, deactivated_at=None
        )
        if not opened:
            raise Conflict(_("Kontot är inte avstängt."), code="not_deactivated")
        user.is_active, user.deactivated_at = True, None
        tell(UserReactivated(user_id=user.pk), user)


def _check(user: User) -> None:
    try:
        user.clean_fields(exclude=["password", "home_organisation", "created_at"])
    except ValidationError as error:
        raise Invalid(" ".join(error.messages), code="user_fields") from error
    others = User.objects.exclude(pk=user.pk)
    if others.filter(username=user.username).exists():
        raise Conflict(_("Användarnamnet används redan."), code="username_taken")
    if others.filter(signature=user.signature).exists():
        raise Conflict(_("Signaturen används redan."), code="signature_taken")
    if user.email and others.filter(email__iexact=user.email).exists():
        raise Conflict(_("E-postadressen hör till ett annat konto."), code="email_taken")
