"""Addresses of duties, under /larm/jour/."""

from __future__ import annotations

from django.urls import path

from trygghetscentral.callout.views import calls, roster

app_name = "callout"

urlpatterns = [
    path("", roster.week, name="roster"),
    path("pass/", roster.plan, name="shift-plan"),
    path("pass/<int:pk>/ta-bort/", roster.remove, name="shift-remove"),
    path("pass/<int:pk>/kvittera/", roster.accept, name="shift-accept"),
    path("pass/<int:pk>/lamna/", roster.hand_over, name="shift-hand-over"),
    path("kontakt/", roster.contact, name="contact"),
    path("uppdrag/<int:pk>/vantetid/", roster.wait, name="duty-wait"),
    path("laget/", calls.state, name="state"),
    path("for/<str:subject_type>/<str:subject_id>/", calls.about, name="about"),
    path("samtal/<uuid:public_id>/", calls.page, name="call"),
    path("samtal/<uuid:public_id>/svara/", calls.answer, name="call-answer"),
    path("samtal/<uuid:public_id>/telefon/", calls.phone, name="call-phone"),
]
