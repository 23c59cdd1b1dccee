"""What each figure means, in words that stand beside it everywhere it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Definition:
    """`name` is the attribute of `Figures`; `unit` is empty for a number of things."""

    name: str
    label: str | Promise
    text: str | Promise
    unit: str | Promise = ""


FIGURES: Final = (
    Definition(
        "received",
        _("Larm in"),
        _(
            "Larm som kom in under perioden, övningar och prov oräknade. Nya signaler till ett "
            "öppet larm räknas inte som nya larm."
        ),
    ),
    Definition("answered", _("Besvarade"), _("De av larmen som någon har tagit.")),
    Definition("closed", _("Avslutade"), _("De av larmen som är avslutade när siffrorna tas ut.")),
    Definition(
        "late",
        _("Över mål"),
        _(
            "Väntan som blev längre än larmets mål, eller redan är det. Målet gäller tiden till "
            "svar; för brand där centralen larmar räddningstjänsten tiden tills den är larmad. "
            "Ett larm som larmar igen väntar en gång till och räknas då en gång till."
        ),
    ),
    Definition(
        "unfounded",
        _("Obefogade"),
        _("Avslutade larm vars orsak är märkt som obefogad."),
    ),
    Definition(
        "p80",
        _("Svarstid p80"),
        _(
            "Den tid som 80 procent av svaren kom inom, från att larmet kom in eller larmade igen "
            "till att någon tog det. Obesvarade larm har ingen svarstid."
        ),
        _("s"),
    ),
    Definition(
        "p985",
        _("Svarstid p98,5"),
        _("Den tid som 98,5 procent av svaren kom inom, räknad på samma sätt."),
        _("s"),
    ),
)

HIDING: Final = _(
    "Tal under 5 visas inte, inte heller tal som skulle avslöja dem. Trygghetslarm redovisas "
    "aldrig efter plats."
)
