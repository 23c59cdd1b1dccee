"""Addresses of the room, under /handelser/."""

from __future__ import annotations

from django.urls import path

from incidents.views import detail, listing, parts

app_name = "incidents"

urlpatterns = [
    path("", listing.incident_list, name="list"),
    path("ny/", listing.new_incident, name="new"),
    path("platser/", listing.site_choices, name="sites"),
    path("slag/", listing.kind_list, name="kinds"),
    path("slag/<slug:code>/", listing.kind_edit, name="kind"),
    path("fran-larm/<uuid:public_id>/", detail.from_alarm, name="from-alarm"),
    path("<uuid:public_id>/", detail.detail, name="detail"),
    path("<uuid:public_id>/steg/", detail.move, name="move"),
    path("<uuid:public_id>/personer/", detail.person_list, name="persons"),
    path("<uuid:public_id>/skada/", parts.edit_damage, name="damage-new"),
    path("<uuid:public_id>/skada/<int:damage_id>/", parts.edit_damage, name="damage"),
    path("<uuid:public_id>/atgard/<int:task_id>/", detail.finish_task, name="task-done"),
    path("<uuid:public_id>/larm/<int:link_id>/", detail.split_alarm, name="split"),
    path("<uuid:public_id>/andra/<slug:part>/", parts.edit_part, name="part"),
]
