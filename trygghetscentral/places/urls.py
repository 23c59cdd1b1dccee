"""Addresses of places, under /objekt/."""

from __future__ import annotations

from django.urls import path

from trygghetscentral.places import views

app_name = "places"

urlpatterns = [
    path("", views.site_list, name="site-list"),
    path("nytt/", views.site_new, name="site-new"),
    path("karta/", views.site_map, name="map"),
    path("geojson", views.site_geojson, name="geojson"),
    path("omraden/", views.area_list, name="area-list"),
    path("omraden/geojson", views.area_geojson, name="area-geojson"),
    path("omraden/<slug:slug>/", views.area_detail, name="area"),
    path("koder/", views.code_log, name="code-log"),
    path("koder/begaran/<uuid:public_id>/", views.code_request, name="code-request"),
    path("koder/begaran/<uuid:public_id>/visa/", views.code_read, name="code-read"),
    path("koder/begaran/<uuid:public_id>/godkann/", views.code_approve, name="code-approve"),
    path("koder/visningar/<int:pk>/granska/", views.code_seen, name="code-seen"),
    path("<slug:slug>/", views.site_card, name="site"),
    path("<slug:slug>/kartbild/", views.site_map_fragment, name="site-map"),
    path("<slug:slug>/andra/", views.site_edit, name="site-edit"),
    path("<slug:slug>/avsluta/", views.site_close, name="site-close"),
    path("<slug:slug>/kontakter/", views.contacts_edit, name="contacts"),
    path("<slug:slug>/atgarder/", views.instructions_edit, name="instructions"),
    path("<slug:slug>/varningar/", views.warnings_edit, name="warnings"),
    path("<slug:slug>/filer/ny/", views.file_add, name="file-add"),
    path("<slug:slug>/filer/<int:pk>/ta-bort/", views.file_remove, name="file-remove"),
    path("<slug:slug>/koder/ny/", views.code_set, name="code-new"),
    path("<slug:slug>/koder/<uuid:public_id>/byt/", views.code_set, name="code-change"),
    path("<slug:slug>/koder/<uuid:public_id>/radera/", views.code_remove, name="code-remove"),
    path("<slug:slug>/koder/<uuid:public_id>/begar/", views.code_ask, name="code-ask"),
]
