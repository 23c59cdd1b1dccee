"""The demo city's common picture: a power cut over a part of the city, as several actors see it."""

from __future__ import annotations

import datetime as dt
from typing import Final

from incidents.services.picture import functions, notes, zones
from incidents.services.picture.common import Layer
from incidents.services.picture.functions import StatusData
from incidents.services.picture.notes import NoteData
from incidents.services.picture.zones import ZoneData
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import Organisation, User
from trygghetscentral.places.geometry import Position
from trygghetscentral.shared.clock import local

INVENTED: Final = "påhittad uppgift (demo)"
HOUR: Final = dt.timedelta(hours=1)
OUTAGE: Final = (
    *((13.0205, 55.5895), (13.0345, 55.5915), (13.0395, 55.5845)),
    *((13.0330, 55.5785), (13.0215, 55.5805)),
)
CORDON: Final = (
    *((12.9965, 55.6095), (13.0015, 55.6100)),
    *((13.0020, 55.6075), (12.9970, 55.6070)),
)
DETOUR: Final = ((13.0000, 55.5880), (13.0100, 55.5850), (13.0190, 55.5860))
# Whose layer, kind, name, shape, corners, note.
ZONES: Final = (
    (
        "tekniska-namnden",
        "outage",
        "Strömlöst sedan i natt",
        "area",
        OUTAGE,
        "Cirka 4 000 hushåll.",
    ),
    ("polisen", "cordon", "Avspärrat vid torget", "area", CORDON, "Gående leds om."),
    ("raddningsforbundet", "obstructed", "Utryckningsväg hålls fri", "line", DETOUR, ""),
    (
        "staden",
        "assembly",
        "Samlingsplats med värme",
        "point",
        ((13.0290, 55.5830),),
        "Öppen dygnet runt.",
    ),
)
# Whose layer, function, level, trend, sentence, forecast, hours.
STATUSES: Final = (
    (
        "tekniska-namnden",
        "1-power",
        3,
        "better",
        "Ett område saknar el efter kabelbrott.",
        "Åter inom sex timmar.",
        4,
    ),
    (
        "vattenforbundet",
        "2-water",
        2,
        "same",
        "Reservkraft driver två pumpar.",
        "Räcker tolv timmar.",
        8,
    ),
    (
        "vard-och-omsorgsnamnden",
        "6-care",
        2,
        "worse",
        "Hemtjänsten får köra om.",
        "Ansträngt till kvällen.",
        8,
    ),
    ("staden", "4-it", 1, "same", "Alla system fungerar.", "", 24),
    ("grundskolenamnden", "7-school", 1, "same", "Skolorna har öppet.", "", 24),
)


def load(*, now: dt.datetime) -> int:
    """Draw it, in the name of the one on duty. Returns how many zones."""
    duty = actor_for(User.objects.get(username="tib"))
    layers = {
        slug: Layer(organisation_id=pk, shared=True)
        for slug, pk in Organisation.objects.values_list("slug", "pk")
    }
    for slug, kind, name, shape, corners, note in ZONES:
        data = ZoneData(
            layer=layers[slug],
            kind=kind,
            name=name,
            shape=shape,
            corners=[Position(*corner) for corner in corners],
            valid_from=now - 3 * HOUR,
            note=note,
            source=INVENTED,
        )
        zones.draw(actor=duty, now=now, data=data)
    for slug, function, level, trend, sentence, forecast, hours in STATUSES:
        status = StatusData(
            layer=layers[slug],
            function=function,
            level=level,
            trend=trend,
            sentence=sentence,
            forecast=forecast,
            hours=hours,
        )
        functions.set_status(actor=duty, now=now, data=status)
    outlook = NoteData(
        layer=layers["staden"],
        kind="outlook",
        use="operative",
        relevance=1,
        source=INVENTED,
        dated_on=local(now).date(),
        text="Hårda vindbyar väntas under natten.",
    )
    notes.add_note(actor=duty, now=now, data=outlook)
    return len(ZONES)
