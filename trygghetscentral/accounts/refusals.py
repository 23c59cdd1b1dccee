"""The one place where a rule's no becomes an answer."""

from __future__ import annotations

from collections.abc import Callable

from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from trygghetscentral.accounts import responses
from trygghetscentral.shared.errors import DomainError, Invalid

UNREADABLE = Invalid(
    _("Det som skickades har ett tecken som inte går att läsa."),
    code="unreadable",
    kept=_("Inget har ändrats."),
    todo=_("Skriv texten på nytt."),
)


class Refusals:
    """Turns a DomainError that left a view into page, fragment or JSON with its status."""

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass through."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """What was refused is said, and so is what no database can hold; everything else is a
        fault and goes on upward."""
        if isinstance(error, DomainError):
            return responses.refused(request, error)
        if isinstance(error, DataError | ValueError) and _has_nul(request):
            return responses.refused(request, UNREADABLE)
        return None


def _has_nul(request: HttpRequest) -> bool:
    """Whether something sent has the one character that PostgreSQL has no room for."""
    sent = (*request.GET.lists(), *request.POST.lists())
    return any("\x00" in value for _name, values in sent for value in values)
