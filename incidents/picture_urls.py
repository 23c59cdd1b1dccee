"""Addresses of the common picture, under /lagesbild/."""

from __future__ import annotations

from django.urls import path

from incidents.views import picture

app_name = "picture"

urlpatterns = [
    path("", picture.live, name="live"),
    path("vagg/", picture.wall, name="wall"),
    path("objekt/", picture.objects, name="objects"),
    path("rader/<slug:stream>/", picture.missed_rows, name="rows"),
    path("zoner/ny/", picture.zone_new, name="zone-new"),
    path("zoner/<uuid:public_id>/", picture.zone, name="zone"),
    path("zoner/<uuid:public_id>/andra/", picture.zone_edit, name="zone-edit"),
    path("zoner/<uuid:public_id>/avsluta/", picture.zone_end, name="zone-end"),
    path("funktioner/ny/", picture.status_new, name="status-new"),
    path("funktioner/<uuid:public_id>/", picture.function, name="function"),
    path("notiser/ny/", picture.note_new, name="note-new"),
    path("notiser/<uuid:public_id>/", picture.note_withdraw, name="note-withdraw"),
]
