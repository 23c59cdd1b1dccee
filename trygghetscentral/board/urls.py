"""The start page, the board, health and measures."""

from __future__ import annotations

from django.urls import path

from trygghetscentral.board import health, views

app_name = "board"

urlpatterns = [
    path("", views.start, name="start"),
    path("larm/", views.larm, name="larm"),
    path("larm/rader/", views.missed_rows, name="rows"),
    path("larm/vagg/", views.wall, name="wall"),
    path("larm/karta/", views.alarm_map, name="map"),
    path("larm/karta/larm.json", views.map_data, name="map-data"),
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path("metrics", health.metrics, name="metrics"),
]
