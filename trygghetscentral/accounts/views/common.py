"""What the views of accounts share: calling a service and saying how it went."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from trygghetscentral.shared.errors import DomainError, Text

T = TypeVar("T")


def act(request: HttpRequest, call: Callable[[], object], *, done: Text, back: str) -> HttpResponse:
    """Do one thing, say how it went, and go back to the page it was asked from."""
    try:
        call()
    except DomainError as error:
        messages.error(request, error.sentence())
    else:
        messages.success(request, str(done))
    return HttpResponseRedirect(back)


def attempt(form: forms.Form, call: Callable[[], T]) -> T | None:
    """Do one thing with a valid form; a refusal becomes an error on top of the form."""
    if not form.is_valid():
        return None
    try:
        return call()
    except DomainError as error:
        form.add_error(None, error.sentence())
        return None
