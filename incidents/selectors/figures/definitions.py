"""What each figure means, in words that stand beside it everywhere it is shown."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from alarms.selectors.figures import Definition

LEAST_REPEATS: Final = 3
"""So many incidents in twelve months make a repeat object [GK]."""
LEAST_COVERAGE: Final = 0.8
"""Below it nämnder are not compared (domain.md 00.17)."""

FIGURES: Final = (
    Definition(
        "incidents",
        _("Händelser"),
        _(
            "Händelser som inträffade under perioden. Övningar, avvisade och sammanfogade räknas "
            "inte, inte heller slag som bara en behovsgrupp får känna till."
        ),
    ),
    Definition(
        "near_miss", _("Tillbud"), _("Händelser märkta som tillbud: det kunde ha gått illa.")
    ),
    Definition(
        "harm",
        _("Skador"),
        _(
            "Händelser som inte är tillbud, där någon skadades eller något gick sönder eller "
            "försvann."
        ),
    ),
    Definition("severe", _("Allvarliga"), _("Händelser bedömda till nivå 3, 4 eller 5.")),
    Definition(
        "costed", _("Med kostnad"), _("Händelser där material eller arbete har kostat något.")
    ),
    Definition("material", _("Material"), _("Kostnad för material."), _("kr")),
    Definition("work", _("Arbete"), _("Kostnad för arbete och återställning."), _("kr")),
    Definition(
        "cost",
        _("Kostnad"),
        _(
            "Material och arbete för det som inträffade under perioden, även beräknade belopp. "
            "Kostnader som är märkta med sekretess ingår inte i någon summa."
        ),
        _("kr"),
    ),
    Definition("deductible", _("Självrisk"), _("Självrisk enligt försäkringen."), _("kr")),
    Definition("reimbursed", _("Ersättning"), _("Vad försäkringen har betalat."), _("kr")),
    Definition("net", _("Netto"), _("Kostnad minus ersättning."), _("kr")),
    Definition(
        "begun",
        _("Påbörjade"),
        _("De av händelserna som har tilldelats någon, börjat hanteras eller avslutats operativt."),
    ),
    Definition(
        "median",
        _("Tid till åtgärd, median"),
        _(
            "Hela timmar, uppåt avrundat, från att händelsen rapporterades till att den "
            "påbörjades: den tid som hälften av de påbörjade klarade."
        ),
        _("h"),
    ),
    Definition(
        "p80",
        _("Tid till åtgärd, p80"),
        _("Den tid som 80 procent av de påbörjade klarade, räknad på samma sätt."),
        _("h"),
    ),
)

MORE: Final = (
    Definition(
        "repeats",
        _("Upprepade objekt"),
        _(
            "Objekt med minst tre händelser under de tolv kalendermånader som slutar med periodens "
            "sista månad."
        ),
    ),
    Definition(
        "yearly",
        _("Redovisas bara per år"),
        _(
            "Slag som bara en behovsgrupp får känna till, och otillåten påverkan: händelser märkta "
            "så eller av slag OT. Räknas för hela kalenderår, det senaste som är slut och det före."
        ),
    ),
    Definition(
        "coverage",
        _("Täckning"),
        _(
            "En nämnd räknas med när den har minst en händelse under samma tolv månader. Under 80 "
            "procent jämförs nämnderna inte."
        ),
    ),
)

NAMED: Final = {one.name: one for one in FIGURES}
