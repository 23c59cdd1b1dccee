"""The open versions of the veckorapport, under /offentligt/veckorapport/. No login."""

from __future__ import annotations

from django.urls import path

from incidents.views.est import public

app_name = "est_public"

urlpatterns = [
    path("", public.report_list, name="list"),
    path("<int:year>/<int:week>/", public.report, name="report"),
    path("<int:year>/<int:week>/pdf/", public.paper, name="paper"),
]
