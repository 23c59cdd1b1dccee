"""What accounts says in the ledger. Names and texts of people are never in it, only ids."""

from __future__ import annotations

import datetime as dt
import enum

from trygghetscentral.ledger.events import Code, Event, published


class SignOutReason(enum.StrEnum):
    """Why a session ended."""

    SELF = "self"
    IDLE = "idle"
    SHIFT_OVER = "shift_over"


class FactorChange(enum.StrEnum):
    """What happened to a second factor or a password."""

    ADDED = "added"
    REMOVED = "removed"
    RESET = "reset"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105  the name of a change
    PASSWORD_RESET = "password_reset"  # noqa: S105  the name of a change


@published
class OrganisationCreated(Event):
    """An organisation was entered."""

    name = "account.organisation_created"
    organisation_id: int
    parent_id: int | None
    kind: Code
    is_controller: bool


@published
class UserCreated(Event):
    """An account was opened."""

    name = "account.user_created"
    user_id: int
    is_service: bool
    home_organisation_id: int


@published
class UserChanged(Event):
    """An account's details changed."""

    name = "account.user_changed"
    user_id: int
    home_organisation_id: int


@published
class UserDeactivated(Event):
    """An account was closed; its sessions ended and its tokens were revoked."""

    name = "account.user_deactivated"
    user_id: int
    sessions_ended: int
    tokens_revoked: int


@published
class UserReactivated(Event):
    """A closed account was opened again, with the roles it still holds."""

    name = "account.user_reactivated"
    user_id: int


@published
class PasswordLinkMade(Event):
    """An administrator made a one-time link for choosing a password."""

    name = "account.password_link_made"
    user_id: int


@published
class RoleGranted(Event):
    """A role was given."""

    name = "account.role_granted"
    grant_id: int
    user_id: int
    role: Code
    organisation_id: int
    valid_from: dt.datetime
    valid_until: dt.datetime | None


@published
class GrantWithdrawn(Event):
    """A role was taken back."""

    name = "account.grant_withdrawn"
    grant_id: int
    user_id: int
    role: Code
    organisation_id: int


@published
class GroupCreated(Event):
    """A need-to-know group was set up."""

    name = "account.group_created"
    group_id: int
    organisation_id: int


@published
class GroupJoined(Event):
    """A user entered a need-to-know group."""

    name = "account.group_joined"
    group_id: int
    user_id: int
    valid_until: dt.datetime | None


@published
class GroupLeft(Event):
    """A user left a need-to-know group."""

    name = "account.group_left"
    group_id: int
    user_id: int


@published
class ApiTokenCreated(Event):
    """An API token was made; the secret is not kept anywhere."""

    name = "account.api_token_created"
    token_id: int
    user_id: int
    public_id: Code
    scopes: tuple[Code, ...]
    expires_at: dt.datetime | None


@published
class ApiTokenRevoked(Event):
    """An API token was revoked."""

    name = "account.api_token_revoked"
    token_id: int
    user_id: int
    public_id: Code


@published
class BreakGlassOpened(Event):
    """Somebody opened what they otherwise may not see; the reason is in the row."""

    name = "account.break_glass_opened"
    break_glass_id: int
    user_id: int
    audience: Code
    until: dt.datetime


@published
class BreakGlassReviewed(Event):
    """The controller's manager judged an opening."""

    name = "account.break_glass_reviewed"
    break_glass_id: int
    user_id: int
    justified: bool


@published
class SignedIn(Event):
    """A session began."""

    name = "account.signed_in"
    user_id: int


@published
class SignedOut(Event):
    """A session ended."""

    name = "account.signed_out"
    user_id: int
    why: SignOutReason


@published
class SignInFailed(Event):
    """Somebody gave a wrong password. `user_id` is null when no account has the username."""

    name = "account.sign_in_failed"
    user_id: int | None


@published
class FactorChanged(Event):
    """A second factor or a password of an account changed."""

    name = "account.factor_changed"
    user_id: int
    change: FactorChange
    factor: Code
