"""The one place where a rule's no becomes an answer."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from trygghetscentral.accounts import responses
from trygghetscentral.shared.errors import DomainError


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
        """What was refused is said; everything else is a fault and goes on upward."""
        if isinstance(error, DomainError):
            return responses.refused(request, error)
        return None
