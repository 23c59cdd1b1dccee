"""Addresses of stored files, under /filer/."""

from __future__ import annotations

from django.urls import path

from trygghetscentral.files import views

app_name = "files"

urlpatterns = [
    path("<uuid:public_id>/", views.read, name="read"),
]
