"""Addresses of the room, under /handelser/."""

from __future__ import annotations

from django.urls import path

from incidents.views import detail, listing, lists, parts, sitreps

app_name = "incidents"

urlpatterns = [
    path("", listing.incident_list, name="list"),
    path("ny/", listing.new_incident, name="new"),
    path("platser/", listing.site_choices, name="sites"),
    path("slag/", listing.kind_list, name="kinds"),
    path("slag/<slug:code>/", listing.kind_edit, name="kind"),
    path("sandlistor/", lists.list_page, name="distribution-lists"),
    path("sandlistor/<int:list_id>/", lists.one_list, name="distribution-list"),
    path(
        "sandlistor/<int:list_id>/ta-bort/<int:recipient_id>/",
        lists.remove,
        name="distribution-remove",
    ),
    path("fran-larm/<uuid:public_id>/", detail.from_alarm, name="from-alarm"),
    path("<uuid:public_id>/", detail.detail, name="detail"),
    path("<uuid:public_id>/steg/", detail.move, name="move"),
    path("<uuid:public_id>/personer/", detail.person_list, name="persons"),
    path("<uuid:public_id>/skada/", parts.edit_damage, name="damage-new"),
    path("<uuid:public_id>/skada/<int:damage_id>/", parts.edit_damage, name="damage"),
    path("<uuid:public_id>/atgard/<int:task_id>/", detail.finish_task, name="task-done"),
    path("<uuid:public_id>/larm/<int:link_id>/", detail.split_alarm, name="split"),
    path("<uuid:public_id>/andra/<slug:part>/", parts.edit_part, name="part"),
    path("<uuid:public_id>/lagesrapporter/", sitreps.sitrep_list, name="sitreps"),
    path("<uuid:public_id>/lagesrapporter/utkast/", sitreps.draft, name="sitrep-draft"),
    path("<uuid:public_id>/lagesrapporter/skicka/", sitreps.send, name="sitrep-send"),
    path("<uuid:public_id>/lagesrapporter/<int:number>/", sitreps.sitrep, name="sitrep"),
    path(
        "<uuid:public_id>/lagesrapporter/<int:number>/oppen/",
        sitreps.open_version,
        name="sitrep-open",
    ),
    path(
        "<uuid:public_id>/lagesrapporter/<int:number>/<slug:version>.pdf",
        sitreps.sitrep_pdf,
        name="sitrep-pdf",
    ),
]
