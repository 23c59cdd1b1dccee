"""What the set-up pages share."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _

from alarms.models import Installation
from alarms.selectors.directory import centre_id
from alarms.selectors.installations import for_detail
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.shared.errors import Forbidden

ROWS_A_PAGE = 100


def page_of(request: HttpRequest, rows: QuerySet[Any]) -> Page[Any]:
    """The page asked for by `sida`; the nearest one for a number that does not exist."""
    return Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("sida"))


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent in, empty or not; None when the page is only looked at."""
    return request.POST if request.method == "POST" else None


def form_page(
    request: HttpRequest, template: str, form: forms.Form, context: dict[str, Any]
) -> HttpResponse:
    """A page with a form; 400 when it was sent in and could not be used."""
    status = 400 if form.is_bound and form.errors else 200
    return render(request, template, {"form": form, **context}, status=status)


def demand_at_centre(user: User, permission: Permission) -> None:
    """Raise Forbidden unless the user holds the permission for the whole city."""
    if not user.may(permission, centre_id()):
        raise Forbidden(
            _("Det här gäller hela staden, och din roll gäller en del av den."),
            code="permission_needed",
            kept=_("Inget har ändrats."),
            todo=_("Be skiftledaren."),
        )


def visible_installation(user: User, public_id: UUID) -> Installation:
    """The installation, or 404 for somebody who may not know of it."""
    return get_object_or_404(for_detail(user), public_id=public_id)


def managed_installation(user: User, public_id: UUID) -> Installation:
    """The same. Raises Forbidden for somebody who only reads it."""
    installation = visible_installation(user, public_id)
    if not user.may(Permission.INSTALLATION_MANAGE, installation.controller_id):
        raise Forbidden(
            _("Du får se anläggningen men inte ändra den."),
            code="permission_needed",
            kept=_("Inget har ändrats."),
            todo=_("Be den som är säkerhetssamordnare för objektet, eller skiftledaren."),
        )
    return installation
