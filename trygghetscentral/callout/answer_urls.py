"""The address of the acknowledgement link, short since it stands in a text message."""

from __future__ import annotations

from django.urls import path

from trygghetscentral.callout.views import answer

app_name = "answer"

urlpatterns = [path("<str:token>/", answer.page, name="page")]
