"""Addresses of the room, under /handelser/."""

from __future__ import annotations

from django.urls import path

from incidents.views import (
    detail,
    diary,
    disclosures,
    figures,
    listing,
    lists,
    parts,
    sitreps,
    staff,
    staff_rows,
)

app_name = "incidents"

STAFF = "<uuid:public_id>/stab/<uuid:staff_id>/"

urlpatterns = [
    path("", listing.incident_list, name="list"),
    path("ny/", listing.new_incident, name="new"),
    path("platser/", listing.site_choices, name="sites"),
    path("statistik/", figures.incident_figures, name="figures"),
    path("statistik/fil/<slug:kind>/", figures.incident_figures_file, name="figures-file"),
    path("slag/", listing.kind_list, name="kinds"),
    path("slag/<slug:code>/", listing.kind_edit, name="kind"),
    path("utlamnanden/", disclosures.log, name="disclosures"),
    path("utlamnanden/nytt/", disclosures.new, name="disclosure-new"),
    path("utlamnanden/<uuid:public_id>/", disclosures.one, name="disclosure"),
    path("utlamnanden/<uuid:public_id>/beslut.pdf", disclosures.paper, name="disclosure-pdf"),
    path("diarium/", diary.page, name="diary"),
    path("diarium/uttag/", diary.take_out, name="diary-take"),
    path("diarium/<uuid:public_id>/", diary.enter, name="diary-enter"),
    path("sandlistor/", lists.list_page, name="distribution-lists"),
    path("sandlistor/<int:list_id>/", lists.one_list, name="distribution-list"),
    path(
        "sandlistor/<int:list_id>/ta-bort/<int:recipient_id>/",
        lists.remove,
        name="distribution-remove",
    ),
    path("fran-larm/<uuid:public_id>/", detail.from_alarm, name="from-alarm"),
    path("fran-larmflod/<uuid:public_id>/", detail.from_flood, name="from-flood"),
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
        "<uuid:public_id>/lagesrapporter/<int:number>/utskick/<int:mail_id>/",
        sitreps.retry_mail,
        name="sitrep-retry",
    ),
    path(
        "<uuid:public_id>/lagesrapporter/<int:number>/<slug:version>.pdf",
        sitreps.sitrep_pdf,
        name="sitrep-pdf",
    ),
    path("<uuid:public_id>/stab/", staff.staffs, name="staff"),
    path(STAFF, staff.room, name="staff-room"),
    path(f"{STAFF}rader/", staff.missed_rows, name="staff-rows"),
    path(f"{STAFF}markta/", staff.marked_words, name="staff-marked"),
    path(f"{STAFF}narvaro/", staff.presence, name="staff-presence"),
    path(f"{STAFF}niva/", staff.change_level, name="staff-level"),
    path(f"{STAFF}avsluta/", staff.close, name="staff-close"),
    path(f"{STAFF}pdf/", staff.paper, name="staff-paper"),
    path(f"{STAFF}skriv/", staff_rows.write, name="staff-write"),
    path(f"{STAFF}bilaga/", staff_rows.upload, name="staff-upload"),
    path(f"{STAFF}filer/<uuid:file_id>/", staff_rows.attachment, name="staff-file"),
]
