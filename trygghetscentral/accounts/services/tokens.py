"""Writes about API tokens."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from trygghetscentral.accounts.events import ApiTokenCreated, ApiTokenRevoked
from trygghetscentral.accounts.models import ApiToken, User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.accounts.services.common import tell
from trygghetscentral.ledger.events import Code
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.errors import Conflict, Invalid

TOKEN_PREFIX = "tc"  # noqa: S105  the visible beginning of every token
SECRET_BYTES = 32
PUBLIC_ID_BYTES = 6

# A stolen key must not be able to make accounts, widen rights, or open codes and emergencies.
NEVER_IN_TOKENS = frozenset(
    {
        Permission.ACCOUNT_USERS,
        Permission.ACCOUNT_GRANTS,
        Permission.ACCOUNT_GROUPS,
        Permission.ACCOUNT_TOKENS,
        Permission.BREAK_GLASS_OPEN,
        Permission.BREAK_GLASS_REVIEW,
        Permission.SITE_ACCESS_CODE,
        Permission.SITE_ACCESS_CODE_APPROVE,
        Permission.CARE_READ,
        Permission.CARE_LOOKUP,
        Permission.CARE_EDIT,
        Permission.SESSION_SHIFT,
        Permission.DESK_SIGN_ON,
    }
)


def tokenable(user: User) -> frozenset[Permission]:
    """The permissions a token of this user may carry."""
    return user.permissions() - NEVER_IN_TOKENS


def create_api_token(
    *,
    actor: Actor,
    now: datetime,
    user: User,
    name: str,
    scopes: Iterable[str],
    expires_at: datetime | None = None,
) -> tuple[ApiToken, str]:
    """Make a token; returns it with the text to send as `Authorization: Bearer`, shown only now.

    Raises Invalid without a name or scopes, for a scope the user does not hold or that no
    token may carry, and for an end in the past; Conflict for a closed account.
    """
    wanted = sorted(set(scopes))
    if not name.strip():
        raise Invalid(_("Ge nyckeln ett namn."), code="token_needs_name")
    if not wanted:
        raise Invalid(_("Välj minst en behörighet."), code="token_needs_scopes")
    if not set(wanted) <= {str(permission) for permission in tokenable(user)}:
        raise Invalid(
            _("Nyckeln kan bara få behörigheter som användaren har och som får ligga i nycklar."),
            code="token_scope",
        )
    if expires_at is not None and expires_at <= now:
        raise Invalid(_("Slutdatum måste ligga framåt i tiden."), code="until_before_from")
    secret = secrets.token_urlsafe(SECRET_BYTES)
    with unit_of_work(actor=actor, now=now):
        if not user.is_active:
            raise Conflict(_("Kontot är avstängt."), code="already_deactivated")
        token = ApiToken.objects.create(
            user=user,
            name=name.strip(),
            public_id=secrets.token_hex(PUBLIC_ID_BYTES),
            secret_sha256=hashlib.sha256(secret.encode()).hexdigest(),
            scopes=wanted,
            created_at=now,
            expires_at=expires_at,
        )
        tell(
            ApiTokenCreated(
                token_id=token.pk,
                user_id=user.pk,
                public_id=Code(token.public_id),
                scopes=tuple(Code(scope) for scope in wanted),
                expires_at=expires_at,
            ),
            user,
        )
    return token, f"{TOKEN_PREFIX}_{token.public_id}_{secret}"


def revoke_api_token(*, actor: Actor, now: datetime, token: ApiToken) -> None:
    """Make a token useless at once. Raises Conflict when it is revoked already."""
    with unit_of_work(actor=actor, now=now):
        changed = ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(
            revoked_at=now, revoked_by_id=actor.user_id
        )
        if not changed:
            raise Conflict(_("Nyckeln är redan spärrad."), code="token_already_revoked")
        token.revoked_at = now
        tell(
            ApiTokenRevoked(
                token_id=token.pk, user_id=token.user_id, public_id=Code(token.public_id)
            ),
            token.user,
        )


def note_token_use(*, token_id: int, now: datetime) -> None:
    """Remember that a token is in use. Bookkeeping: no ledger row, callers do it once an hour."""
    ApiToken.objects.filter(pk=token_id).update(last_used_at=now)
