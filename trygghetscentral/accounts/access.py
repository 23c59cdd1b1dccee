"""The door every view declares, and the DRF side of it.

    @requires(Permission.ALARM_VIEW)      # view function, View class, ViewSet or APIView
    @any_of(Permission.A, Permission.B)
    @signed_in
    @public

A declaration on a method of a class (`post`, or a viewset's action) is demanded on top of the
class's own. `middleware.DefaultDeny` refuses a view that declares nothing.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from trygghetscentral.accounts.declarations import (
    PUBLIC,
    SIGNED_IN,
    Access,
    Who,
    any_of,
    declared,
    public,
    requires,
    signed_in,
    view_class,
)
from trygghetscentral.accounts.models import User

__all__ = [
    "PUBLIC",
    "SIGNED_IN",
    "Access",
    "DeclaredAccess",
    "any_of",
    "declared",
    "passes",
    "public",
    "requires",
    "signed_in",
    "view_class",
]

if TYPE_CHECKING:
    # DRF imports this module while it defines APIView.
    from rest_framework.views import APIView

logger = logging.getLogger(__name__)


def passes(user: User | AnonymousUser, declarations: tuple[Access, ...]) -> bool:
    """Whether the user meets every declaration. Anonymous users pass only public doors."""
    return all(_passes_one(user, access) for access in declarations)


def _passes_one(user: User | AnonymousUser, access: Access) -> bool:
    if access.who is Who.PUBLIC:
        return True
    if not isinstance(user, User) or not user.is_active:
        return False
    return access.who is Who.SIGNED_IN or access.allows(user.permissions())


class DeclaredAccess(BasePermission):
    """DRF's default permission: the same declarations, met by a session or a token."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """False also for a view without a declaration."""
        match = request.resolver_match
        name = match.view_name if match else ""
        found = declared(match.func if match else view, request.method or "GET", name)
        if found is None:
            logger.error("undeclared_view", extra={"view": name})
            return False
        user = request.user
        return passes(user if isinstance(user, User) else AnonymousUser(), found)
