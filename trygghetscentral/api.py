"""The programming interface, /api/v1/: wiring only."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.utils import extend_schema, extend_schema_view
from drf_spectacular.views import SpectacularAPIView
from rest_framework.routers import SimpleRouter

from alarms.api.views import ANY_ERRORS, READ_ERRORS, AlarmViewSet, SignalViewSet
from trygghetscentral.accounts.access import signed_in
from trygghetscentral.places.api import SiteSerializer, SiteViewSet

documented = extend_schema_view(
    list=extend_schema(responses={200: SiteSerializer(many=True), 400: ANY_ERRORS, **READ_ERRORS}),
    retrieve=extend_schema(responses={200: SiteSerializer, **READ_ERRORS}),
)

router = SimpleRouter()
router.register("signals", SignalViewSet, basename="signal")
router.register("alarms", AlarmViewSet, basename="alarm")
router.register("sites", documented(SiteViewSet), basename="site")

urlpatterns: list[URLPattern | URLResolver] = [
    path("schema/", signed_in(SpectacularAPIView).as_view(), name="api-schema"),
    path("", include((router.urls, "api"))),
]
