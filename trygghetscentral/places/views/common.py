"""What the views of places share."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from trygghetscentral.accounts.actors import signed_in_user
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.accounts.responses import refused
from trygghetscentral.places import selectors
from trygghetscentral.places.models import Site
from trygghetscentral.shared.errors import DomainError, Forbidden

View = Callable[..., HttpResponse]


def explains(view: View) -> View:
    """Answer a rule's no with its words and its status."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except DomainError as error:
            return refused(request, error)

    return wrapped


def visible_site(request: HttpRequest, slug: str) -> Site:
    """The site, or 404 for somebody who may not know of it."""
    site: Site = get_object_or_404(selectors.for_card(signed_in_user(request)), slug=slug)
    return site


def may_edit(user: User, site: Site) -> bool:
    """Whether the user changes this site: by its owner or by its occupant."""
    return user.may(Permission.SITE_EDIT, site.controller_id) or user.may(
        Permission.SITE_EDIT, site.occupant_id
    )


def editable_site(request: HttpRequest, slug: str) -> Site:
    """The site, 404 when hidden. Raises Forbidden for somebody who only reads it."""
    site = visible_site(request, slug)
    if not may_edit(signed_in_user(request), site):
        raise Forbidden(
            _("Du får läsa objektet men inte ändra det. Inget har ändrats."),
            code="site_edit",
            todo=_("Be den som är ansvarig för objektet att ändra."),
        )
    return site


def demand(user: User, permission: Permission, site: Site) -> None:
    """Raise Forbidden unless the user holds the permission at the site's owner."""
    if not user.may(permission, site.controller_id):
        raise Forbidden(
            _("Din roll ger inte rätt att göra detta på objektet. Inget har ändrats."),
            code="permission_needed",
            todo=_("Be skiftledaren."),
        )
