"""Addresses of the shift: desks, handover and the workstation lock."""

from __future__ import annotations

from django.urls import URLPattern, path

from alarms.views import handover, lock, shift

urlpatterns: list[URLPattern] = [
    path("pass/", shift.shift_page, name="shift"),
    path("pass/rad/", shift.desk_bar_fragment, name="shift-bar"),
    path("pass/logga-pa/", shift.sign_on, name="shift-on"),
    path("pass/borta/", shift.away, name="shift-away"),
    path("pass/logga-av/", shift.sign_off, name="shift-off"),
    path("overlamning/", handover.handover_page, name="handover"),
    path("overlamning/skriv/", handover.write, name="handover-write"),
    path("overlamning/<int:pk>/kvittera/", handover.accept, name="handover-accept"),
    path("las/", lock.lock, name="lock"),
    path("las/rader/", lock.locked_rows, name="lock-rows"),
    path("las/upp/", lock.unlock, name="unlock"),
    path("las/byt/", lock.switch, name="lock-switch"),
    path("regler/larmplatser/", shift.desk_list, name="desk-list"),
    path("regler/larmplatser/<int:pk>/", shift.change_desk, name="desk-change"),
]
