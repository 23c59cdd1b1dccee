"""Audience keys: the one vocabulary for who sees an object (design.md 6)."""

from __future__ import annotations

from collections.abc import Iterable

from trygghetscentral.accounts.permissions import Permission

GROUP_PREFIX = "group:"


def key(permission: Permission, organisation_id: int) -> str:
    """The key of everyone who holds `permission` at the organisation, such as `alarm.view@12`."""
    return f"{permission.value}@{organisation_id}"


def group_key(group_id: int) -> str:
    """The key of a need-to-know group's members, such as `group:7`."""
    return f"{GROUP_PREFIX}{group_id}"


def permission_of(audience: str) -> Permission | None:
    """The permission in a key; None for a group's key.

    Raises ValueError for a key that is neither.
    """
    if audience.startswith(GROUP_PREFIX):
        return None
    value, separator, _organisation_id = audience.rpartition("@")
    if not separator:
        raise ValueError(audience)
    return Permission(value)


def organisation_ids(
    audiences: Iterable[str], permission: Permission | None = None
) -> frozenset[int]:
    """The organisations named in the keys, optionally for one permission only."""
    wanted = f"{permission.value}@" if permission else None
    return frozenset(
        int(audience.rpartition("@")[2])
        for audience in audiences
        if "@" in audience and (wanted is None or audience.startswith(wanted))
    )
