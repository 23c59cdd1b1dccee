"""Words for the screen that several pages share (ui.md, Words)."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from alarms.codes import Category

CATEGORIES: Final = (
    (Category.FIRE.value, _("Brandlarm")),
    (Category.HOLDUP.value, _("Överfallslarm")),
    (Category.MEDICAL.value, _("Trygghetslarm")),
    (Category.BURGLARY.value, _("Inbrottslarm")),
    (Category.TAMPER.value, _("Sabotagelarm")),
    (Category.ACCESS.value, _("Passerlarm")),
    (Category.TECHNICAL.value, _("Driftlarm")),
    (Category.SUPERVISION.value, _("Tappad förbindelse och andra överföringsfel")),
    (Category.OPEN_CLOSE.value, _("Till- och frånkoppling")),
    (Category.TEST.value, _("Provlarm")),
    (Category.UNKNOWN.value, _("Okänd händelse")),
)
WEEKDAYS: Final = (
    ("1", _("måndag")),
    ("2", _("tisdag")),
    ("3", _("onsdag")),
    ("4", _("torsdag")),
    ("5", _("fredag")),
    ("6", _("lördag")),
    ("7", _("söndag")),
)
