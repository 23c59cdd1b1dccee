"""Addresses of the employee's report, under /rapportera/."""

from __future__ import annotations

from django.urls import path

from incidents.views import reporting

app_name = "report"

urlpatterns = [
    path("", reporting.new_report, name="new"),
    path("mina/", reporting.own_reports, name="own"),
    path("platser/", reporting.site_choices, name="sites"),
    path("visselblasning/", reporting.whistleblowing, name="whistleblowing"),
    path("<uuid:public_id>/", reporting.receipt, name="receipt"),
]
