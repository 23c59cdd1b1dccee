"""What a view demands of the one who calls it: declared on the view, read by the middleware."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from trygghetscentral.accounts.permissions import Permission

V = TypeVar("V", bound=Callable[..., Any])

ATTRIBUTE = "access"


class Who(enum.StrEnum):
    """The three kinds of door."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    PERMISSIONS = "permissions"


@dataclass(frozen=True, slots=True)
class Access:
    """A declaration. With PERMISSIONS: all of `every`, and at least one of `some` if given.

    Holding a permission at any organisation opens the door; which objects are then seen is
    decided by `visible_to`, and what may be done to each by `user.may(permission, id)`.
    """

    who: Who
    every: frozenset[Permission] = frozenset()
    some: frozenset[Permission] = frozenset()

    def allows(self, held: frozenset[Permission]) -> bool:
        """Whether someone signed in with these permissions may pass."""
        return self.every <= held and (not self.some or bool(self.some & held))


PUBLIC = Access(Who.PUBLIC)
SIGNED_IN = Access(Who.SIGNED_IN)


def declare(access: Access) -> Callable[[V], V]:
    """Put a declaration on a view function, a view class or one method of a class."""

    def mark(view: V) -> V:
        setattr(view, ATTRIBUTE, access)
        return view

    return mark


def public(view: V) -> V:
    """Anyone, signed in or not."""
    return declare(PUBLIC)(view)


def signed_in(view: V) -> V:
    """Anyone with an account, whatever the role."""
    return declare(SIGNED_IN)(view)


def requires(*permissions: Permission) -> Callable[[V], V]:
    """Holders of all the permissions."""
    if not permissions:
        raise ValueError("name at least one permission, or use @signed_in")
    return declare(Access(Who.PERMISSIONS, every=frozenset(permissions)))


def any_of(*permissions: Permission) -> Callable[[V], V]:
    """Holders of at least one of the permissions."""
    if not permissions:
        raise ValueError("name at least one permission, or use @signed_in")
    return declare(Access(Who.PERMISSIONS, some=frozenset(permissions)))


def declared(view: Any, method: str, url_name: str = "") -> tuple[Access, ...] | None:
    """Every declaration that holds for one call; None when nothing is declared.

    Reads the view itself, its class (`as_view`), and the class's handler for the method, so
    that a class may be open to readers and closed to writers. All that is found must be met.
    """
    found = [_own(view)]
    owner = view_class(view)
    if owner is not None:
        found.append(_own(owner))
        actions = getattr(view, "actions", None) or {}
        verb = "get" if method.lower() == "head" else method.lower()
        found.append(_own(getattr(owner, actions.get(verb, verb), None)))
    found.append(THIRD_PARTY.get(url_name))
    declarations = tuple(dict.fromkeys(access for access in found if access is not None))
    return declarations or None


def view_class(view: Any) -> Any:
    """The class behind `as_view()`, Django's or DRF's; None for a plain function."""
    return getattr(view, "view_class", None) or getattr(view, "cls", None)


def _own(thing: Any) -> Access | None:
    access = getattr(thing, ATTRIBUTE, None)
    return access if isinstance(access, Access) else None


# Views from libraries, by URL name. They cannot carry a decorator, so each stands here with
# what it demands; allauth's own checks (stages, reauthentication) come on top.
THIRD_PARTY: dict[str, Access] = {
    "account_login": PUBLIC,
    "account_logout": PUBLIC,
    "account_inactive": PUBLIC,
    "account_reset_password_from_key": PUBLIC,
    "account_reset_password_from_key_done": PUBLIC,
    "account_change_password": SIGNED_IN,
    "account_reauthenticate": SIGNED_IN,
    "mfa_authenticate": PUBLIC,
    "mfa_index": SIGNED_IN,
    "mfa_reauthenticate": SIGNED_IN,
    "mfa_activate_totp": SIGNED_IN,
    "mfa_deactivate_totp": SIGNED_IN,
    "mfa_view_recovery_codes": SIGNED_IN,
    "mfa_generate_recovery_codes": SIGNED_IN,
    "mfa_download_recovery_codes": SIGNED_IN,
    "mfa_list_webauthn": SIGNED_IN,
    "mfa_add_webauthn": SIGNED_IN,
    "mfa_edit_webauthn": SIGNED_IN,
    "mfa_remove_webauthn": SIGNED_IN,
    "mfa_reauthenticate_webauthn": SIGNED_IN,
    "openid_connect_login": PUBLIC,
    "openid_connect_callback": PUBLIC,
    "socialaccount_login_cancelled": PUBLIC,
    "socialaccount_login_error": PUBLIC,
}
