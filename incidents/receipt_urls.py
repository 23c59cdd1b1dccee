"""The address of the receipt link in a mail, open to whoever holds it."""

from __future__ import annotations

from django.urls import path

from incidents.views import receipts

app_name = "receipt"

urlpatterns = [path("<str:token>/", receipts.page, name="page")]
