"""A URLconf of accounts alone and of a few views that exist only to be refused."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views import View
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import ViewSet

from trygghetscentral.accounts.access import any_of, public, requires, signed_in
from trygghetscentral.accounts.actors import signed_in_user
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.shared.errors import Conflict


def undeclared(_request: HttpRequest) -> HttpResponse:
    """Says nothing about who may see it."""
    return HttpResponse("open")


@requires(Permission.ALARM_VIEW)
def alarms(_request: HttpRequest) -> HttpResponse:
    """For those who see alarms."""
    return HttpResponse("alarms")


@requires(Permission.ALARM_VIEW)
async def alarms_async(_request: HttpRequest) -> HttpResponse:
    """The same, async."""
    return HttpResponse("alarms")


@any_of(Permission.LEDGER_READ, Permission.ALARM_CLAIM)
def either(_request: HttpRequest) -> HttpResponse:
    """For auditors and operators."""
    return HttpResponse("either")


@public
def refusing(_request: HttpRequest) -> HttpResponse:
    """Whose service says no."""
    raise Conflict("Någon annan hann före.", code="too_late", kept="Inget ändrades.")


@public
def start(_request: HttpRequest) -> HttpResponse:
    """For everybody."""
    return HttpResponse("start")


@requires(Permission.SITE_VIEW)
class Site(View):
    """Open to readers, closed to writers."""

    def get(self, _request: HttpRequest) -> HttpResponse:
        """Reading."""
        return HttpResponse("site")

    @requires(Permission.SITE_EDIT)
    def post(self, _request: HttpRequest) -> HttpResponse:
        """Writing."""
        return HttpResponse("saved")


@requires(Permission.ALARM_VIEW)
class AlarmApi(APIView):
    """For programs."""

    def get(self, request: Request) -> Response:
        """Who is asking, and what the token lets them see."""
        user = signed_in_user(request)
        return Response({"user": user.username, "keys": sorted(user.audiences())})


class UndeclaredApi(APIView):
    """Says nothing."""

    def get(self, _request: Request) -> Response:
        """Never reached."""
        return Response({})


@public
class UnguardedApi(APIView):
    """Declares, but has thrown away the permission class that enforces it."""

    permission_classes = (AllowAny,)

    def get(self, _request: Request) -> Response:
        """Never reached."""
        return Response({})


class AlarmSet(ViewSet):
    """Declares per action."""

    @requires(Permission.ALARM_VIEW)
    def list(self, _request: Request) -> Response:
        """Reading."""
        return Response([])

    @requires(Permission.INTAKE_SEND)
    def create(self, _request: Request) -> Response:
        """Sending."""
        return Response({}, status=201)

    def destroy(self, _request: Request) -> Response:
        """Undeclared."""
        return Response(status=204)


alarm_set = AlarmSet.as_view({"get": "list", "post": "create", "delete": "destroy"})

urlpatterns = [
    path("", start, name="start"),
    path("konto/", include("trygghetscentral.accounts.urls")),
    path("konto/", include("trygghetscentral.accounts.allauth_urls")),
    path("undeclared/", undeclared, name="undeclared"),
    path("alarms/", alarms, name="alarms"),
    path("alarms-async/", alarms_async, name="alarms-async"),
    path("refusing/", refusing, name="refusing"),
    path("either/", either, name="either"),
    path("site/", Site.as_view(), name="site"),
    path("signed-in/", signed_in(lambda _request: HttpResponse("in")), name="signed-in"),
    path("api/plain/", signed_in(lambda _request: HttpResponse("in")), name="api-plain"),
    path("api/alarms/", AlarmApi.as_view(), name="api-alarms"),
    path("api/undeclared/", UndeclaredApi.as_view(), name="api-undeclared"),
    path("api/unguarded/", UnguardedApi.as_view(), name="api-unguarded"),
    path("api/set/", alarm_set, name="api-set"),
]
