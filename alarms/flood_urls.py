"""Addresses of larmfloder."""

from __future__ import annotations

from django.urls import URLPattern, path

from alarms.views import floods

urlpatterns: list[URLPattern] = [
    path("flod/", floods.flood_list, name="flood-list"),
    path("flod/rad/", floods.flood_bar, name="flood-bar"),
    path("flod/ny/", floods.new_flood, name="flood-new"),
    path("flod/<uuid:public_id>/", floods.flood_page, name="flood"),
    path("flod/<uuid:public_id>/forlang/", floods.extend_flood, name="flood-extend"),
    path("flod/<uuid:public_id>/avsluta/", floods.end_flood, name="flood-end"),
    path("flod/<uuid:public_id>/avsluta-larm/", floods.close_alarms, name="flood-close"),
]
