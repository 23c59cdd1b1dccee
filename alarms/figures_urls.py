"""Addresses of the figures and of the load right now, under /larm/."""

from __future__ import annotations

from django.urls import URLPattern, path

from alarms.views import figures, load

urlpatterns: list[URLPattern] = [
    path("statistik/", figures.figures, name="figures"),
    path("statistik/diagram/", figures.figures_charts, name="figures-charts"),
    path("statistik/fil/<slug:kind>/", figures.figures_file, name="figures-file"),
    path("belastning/", load.load, name="load"),
]
