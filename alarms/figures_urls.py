"""Addresses of the figures, under /larm/."""

from __future__ import annotations

from django.urls import URLPattern, path

from alarms.views import figures

urlpatterns: list[URLPattern] = [
    path("statistik/", figures.figures, name="figures"),
    path("statistik/fil/<slug:kind>/", figures.figures_file, name="figures-file"),
]
