"""From a signed-in user to the Actor that services and the ledger want."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from rest_framework.request import Request

from trygghetscentral.accounts.models import User
from trygghetscentral.shared.actor import Actor, ActorKind


def actor_for(user: User) -> Actor:
    """The user as doer, labelled with the signature. Acting by token makes it an API client."""
    kind = ActorKind.API_CLIENT if user.is_service else ActorKind.USER
    return Actor(kind, str(user.pk), user.signature)


def signed_in_user(request: HttpRequest | Request) -> User:
    """The user behind a request that passed a door for signed-in users.

    Raises PermissionDenied otherwise, so that a wrongly declared view shows nothing.
    """
    if isinstance(request.user, User):
        return request.user
    raise PermissionDenied
