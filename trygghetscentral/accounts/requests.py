"""The request a view gets after the default-deny middleware has let it through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from trygghetscentral.accounts.models import User


class Request(HttpRequest):
    """For annotations only: behind `requires` and `signed_in`, `user` is always a User."""

    user: User
