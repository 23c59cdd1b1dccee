"""Every address of the house."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("konto/", include("trygghetscentral.accounts.urls")),
    path("konto/", include("trygghetscentral.accounts.allauth_urls")),
    path("objekt/", include("trygghetscentral.places.urls")),
    path("kartor/", include("trygghetscentral.places.map_urls")),
    path("filer/", include("trygghetscentral.files.urls")),
    path("larm/jour/", include("trygghetscentral.callout.urls")),
    path("kvittera/", include("trygghetscentral.callout.answer_urls")),
    path("larm/", include("alarms.urls")),
    path("handelser/est/", include("incidents.est_urls")),
    path("offentligt/veckorapport/", include("incidents.est_public_urls")),
    path("handelser/", include("incidents.urls")),
    path("mottaget/", include("incidents.receipt_urls")),
    path("lagesbild/", include("incidents.picture_urls")),
    path("rapportera/", include("incidents.report_urls")),
    path("", include("trygghetscentral.board.urls")),
    path("api/v1/", include("trygghetscentral.api")),
]
