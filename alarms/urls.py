"""Addresses of the room, under /larm/. The board itself is one floor up."""

from __future__ import annotations

from django.urls import path

from alarms import figures_urls, flood_urls, hand_urls, manage_urls, shift_urls
from alarms.views import as_of, care, desk, moving

app_name = "alarms"

urlpatterns = [
    *figures_urls.urlpatterns,
    *flood_urls.urlpatterns,
    *manage_urls.urlpatterns,
    *shift_urls.urlpatterns,
    *hand_urls.urlpatterns,
    path("da/", as_of.past, name="as-of"),
    path("<uuid:public_id>/", desk.detail, name="detail"),
    path("<uuid:public_id>/ta/", desk.claim, name="claim"),
    path("<uuid:public_id>/lamna/", desk.release, name="release"),
    path("<uuid:public_id>/lage/", desk.progress, name="progress"),
    path("<uuid:public_id>/anteckna/", desk.note, name="note"),
    path("<uuid:public_id>/avsluta/", desk.close, name="close"),
    path("<uuid:public_id>/parkera/", moving.park, name="park"),
    path("<uuid:public_id>/avsluta-parkering/", moving.unpark, name="unpark"),
    path("<uuid:public_id>/flytta/", moving.move, name="move"),
    path("<uuid:public_id>/prioritet/", moving.reprioritise, name="reprioritise"),
    path("<uuid:public_id>/kod/", desk.code, name="code"),
    path("<uuid:public_id>/brukare/", care.care, name="care"),
]
