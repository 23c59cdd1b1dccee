"""Addresses of EST, under /handelser/est/."""

from __future__ import annotations

from django.urls import path

from incidents.views.est import disclosing, observing, reporting

app_name = "est"

urlpatterns = [
    path("", observing.week, name="week"),
    path("ny/", observing.new_observation, name="new"),
    path("platser/", observing.site_choices, name="sites"),
    path("slapp/", observing.release, name="release"),
    path("inget/", observing.nothing, name="nothing"),
    path("observation/<uuid:public_id>/", observing.observation, name="observation"),
    path("observation/<uuid:public_id>/ta-tillbaka/", observing.withdraw, name="withdraw"),
    path("borja/", reporting.open_week, name="open"),
    path("rapport/<uuid:public_id>/", reporting.report, name="report"),
    path("rapport/<uuid:public_id>/utkast/", reporting.make_draft, name="draft"),
    path("rapport/<uuid:public_id>/steg/", reporting.move, name="move"),
    path("rapport/<uuid:public_id>/las/<slug:kind>/", reporting.read, name="read"),
    path("rapport/<uuid:public_id>/pdf/<slug:kind>/", reporting.paper, name="paper"),
    path("rapport/<uuid:public_id>/polisen/", disclosing.disclose, name="disclose"),
    path("utlamnande/<uuid:public_id>/", disclosing.disclosed, name="disclosed"),
]
