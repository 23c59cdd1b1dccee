"""Asking in a template what the reader may do, to leave out links that would lead to a no."""

from __future__ import annotations

from typing import Any

from django import template

from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission

register = template.Library()


@register.simple_tag(takes_context=True)
def may(context: dict[str, Any], *permissions: str) -> bool:
    """Whether the reader holds at least one of the permissions anywhere.

    Raises ValueError for a permission that does not exist.
    """
    wanted = {Permission(permission) for permission in permissions}
    user = context.get("user")
    return isinstance(user, User) and bool(wanted & user.permissions())
