"""Addresses of what the room is set up with, under /larm/: rules, installations, lines."""

from __future__ import annotations

from django.urls import URLPattern, path

from alarms.views import care, installations, links, prov, rules, targets, transmitters, unmatched

_ONE = "anlaggningar/<uuid:public_id>/"

urlpatterns: list[URLPattern] = [
    path("regler/", rules.rule_list, name="rule-list"),
    path("regler/ny/", rules.new_rule, name="rule-new"),
    path("regler/<int:pk>/", rules.change_rule, name="rule-change"),
    path("regler/<int:pk>/flytta/", rules.move_rule, name="rule-move"),
    path("regler/<int:pk>/galler/", rules.activate_rule, name="rule-activate"),
    path("regler/svarstider/", targets.type_list, name="type-list"),
    path("regler/svarstider/<int:pk>/", targets.change_type, name="type-change"),
    path("regler/helgdagar/", targets.holiday_list, name="holiday-list"),
    path("regler/helgdagar/ar/", targets.add_year, name="holiday-year"),
    path("regler/helgdagar/dag/", targets.add_holiday, name="holiday-add"),
    path("regler/helgdagar/<int:pk>/ta-bort/", targets.remove_holiday, name="holiday-remove"),
    path("forbindelser/", links.link_list, name="link-list"),
    path("prov/", prov.prov_list, name="prov-list"),
    path("prov/antal/", prov.prov_count, name="prov-count"),
    path("prov/<uuid:public_id>/", prov.prov_page, name="prov"),
    path("prov/<uuid:public_id>/forlang/", prov.extend_prov, name="prov-extend"),
    path("prov/<uuid:public_id>/galler/", prov.review_prov, name="prov-review"),
    path("prov/<uuid:public_id>/avsluta/", prov.end_prov, name="prov-end"),
    path(f"{_ONE}prov/", prov.prov_history, name="prov-history"),
    path(f"{_ONE}prov/nytt/", prov.new_prov, name="prov-new"),
    path("okanda/", unmatched.unmatched_list, name="unmatched-list"),
    path("okanda/koppla/", unmatched.adopt, name="unmatched-adopt"),
    path("anlaggningar/", installations.installation_list, name="installation-list"),
    path("anlaggningar/ny/", installations.new_installation, name="installation-new"),
    path(_ONE, installations.installation, name="installation"),
    path(f"{_ONE}andra/", installations.change_installation, name="installation-change"),
    path(f"{_ONE}sektioner/", installations.save_area, name="area-save"),
    path(f"{_ONE}sektioner/<int:pk>/ta-bort/", installations.remove_area, name="area-remove"),
    path(f"{_ONE}zoner/", installations.save_zone, name="zone-save"),
    path(f"{_ONE}zoner/<int:pk>/ta-bort/", installations.remove_zone, name="zone-remove"),
    path(f"{_ONE}sandare/ny/", transmitters.new_transmitter, name="transmitter-new"),
    path(f"{_ONE}sandare/<int:pk>/", transmitters.change_transmitter, name="transmitter-change"),
    path(
        f"{_ONE}sandare/<int:pk>/ta-bort/",
        transmitters.remove_transmitter,
        name="transmitter-remove",
    ),
    path("brukare/", care.lookup, name="care-lookup"),
    path(f"{_ONE}brukare/", care.recipient_list, name="care-recipients"),
    path(f"{_ONE}brukare/ny/", care.new_recipient, name="care-new"),
    path("brukare/<uuid:public_id>/", care.change_recipient, name="care-change"),
    path("brukare/<uuid:public_id>/avsluta/", care.end_recipient, name="care-end"),
    path("fragment/anlaggningar/", installations.site_fragment, name="site-installations"),
]
