"""Reads about who may what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, Q
from django.utils.functional import Promise

from trygghetscentral.accounts.models import (
    Grant,
    GroupMembership,
    NeedToKnowGroup,
    User,
)
from trygghetscentral.accounts.permissions import LABELS, Permission
from trygghetscentral.accounts.roles import ROLES
from trygghetscentral.shared import clock


def audiences_for(user: User, *, at: datetime | None = None) -> frozenset[str]:
    """The user's audience keys right now, never cached, in two queries.

    For each role in force: every one of its permissions at the organisation and at all below
    it; plus `group:<id>` for each need-to-know group, and what break-glass has opened. Empty
    for a closed account. `at` is an aware moment, by default the present one.
    """
    return user.fresh_audiences(at or clock.now())


def grants_of(user: User) -> list[Grant]:
    """The user's roles that are not withdrawn, also those to come and those that have run out."""
    return list(
        Grant.objects.filter(user=user, withdrawn_at__isnull=True).select_related("organisation")
    )


@dataclass(frozen=True, slots=True)
class PermissionRow:
    """One permission in the table of roles."""

    permission: Permission
    label: Promise
    held: tuple[bool, ...]


def role_table() -> dict[str, object]:
    """The roles, and for each permission which of those roles hold it.

    Roles without any permission yet are described but have no column.
    """
    columns = [role for role in ROLES.values() if role.permissions]
    return {
        "roles": list(ROLES.values()),
        "columns": columns,
        "rows": [
            PermissionRow(
                permission,
                LABELS[permission],
                tuple(permission in role.permissions for role in columns),
            )
            for permission in Permission
        ],
    }


def memberships_of(user: User, *, now: datetime) -> list[GroupMembership]:
    """The need-to-know groups the user is in."""
    live = GroupMembership.objects.live(now).filter(user=user)
    return list(live.select_related("group__organisation"))


def members_of(group: NeedToKnowGroup, *, now: datetime) -> list[GroupMembership]:
    """Who is in the group."""
    return list(GroupMembership.objects.live(now).filter(group=group).select_related("user"))


@dataclass(frozen=True, slots=True)
class UserRow:
    """One account in the administrator's list."""

    user: User
    roles: list[str]


def user_rows(admin: User, *, search: str, now: datetime) -> list[UserRow]:
    """The accounts the administrator sees, with the roles in force, in two queries.

    `search` matches username, name or signature.
    """
    users = User.objects.visible_to(admin).select_related("home_organisation")
    if search.strip():
        wanted = search.strip()
        users = users.filter(
            Q(username__icontains=wanted)
            | Q(name__icontains=wanted)
            | Q(signature__icontains=wanted)
        )
    live = Grant.objects.live(now).select_related("organisation")
    return [
        UserRow(user, [_role_at(grant) for grant in user.grants.all()])
        for user in users.prefetch_related(Prefetch("grants", queryset=live))
    ]


def _role_at(grant: Grant) -> str:
    role = grant.role_class
    return f"{role.label if role else grant.role}, {grant.organisation.name}"
