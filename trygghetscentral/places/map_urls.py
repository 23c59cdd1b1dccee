"""Addresses of map tiles, under /kartor/."""

from __future__ import annotations

from django.urls import path

from trygghetscentral.places import views

app_name = "maps"

urlpatterns = [
    path("<int:z>/<int:x>/<int:y>", views.tile, name="tile"),
]
