"""What someone who may not pass is told: as a page, as an htmx answer or as JSON."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework.views import APIView

from trygghetscentral.accounts.declarations import view_class
from trygghetscentral.shared.errors import DomainError

API_PREFIX = "/api/"


def is_api(request: HttpRequest, view: Any = None) -> bool:
    """Whether the caller is a program."""
    owner = view_class(view) if view is not None else None
    return request.path.startswith(API_PREFIX) or (
        isinstance(owner, type) and issubclass(owner, APIView)
    )


def is_htmx(request: HttpRequest) -> bool:
    """Whether htmx asked, for a part of a page."""
    return request.headers.get("HX-Request") == "true"


def go_to(request: HttpRequest, url: str) -> HttpResponse:
    """Send a person to another page, also from inside an htmx request."""
    if is_htmx(request):
        # htmx obeys HX-Redirect whatever the status is; a plain 302 would put the whole
        # login page into the fragment's place.
        return HttpResponse(status=HTTPStatus.UNAUTHORIZED, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


def sign_in_needed(request: HttpRequest, view: Any = None) -> HttpResponse:
    """Ask for sign-in and come back afterwards. 401 for a program."""
    if is_api(request, view):
        answer = JsonResponse(
            {
                "detail": _("Logga in eller skicka en giltig API-nyckel."),
                "code": "not_authenticated",
            },
            status=HTTPStatus.UNAUTHORIZED,
        )
        answer["WWW-Authenticate"] = "Bearer"
        return answer
    back = request.get_full_path() if request.method in {"GET", "HEAD"} else "/"
    if is_htmx(request):
        page = urlsplit(request.headers.get("HX-Current-URL", "/"))
        back = urlunsplit(("", "", page.path or "/", page.query, ""))
    return go_to(request, f"{reverse('account_login')}?{urlencode({'next': back})}")


def refused(request: HttpRequest, error: DomainError, view: Any = None) -> HttpResponse:
    """Say no in klarspråk: what happened, what was kept, what to do; with the error's status."""
    if is_api(request, view):
        body = {"detail": str(error.message), "code": error.code, "todo": str(error.todo)}
        return JsonResponse(body, status=error.status)
    template = "_error.html" if is_htmx(request) else "403.html"
    return render(request, template, {"error": error}, status=error.status)
