"""What becomes of the zones of a row when the row is closed (docs/adr/0011).

Whoever locks a row and its zones locks the row first, as intake does: it either finds the row open
and adds its zone before it is closed, or finds none and raises a new one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

from alarms.events import AlarmClosed, snapshot
from alarms.models import Alarm
from alarms.services import waiting
from alarms.services.holding import tell, write_alike
from trygghetscentral.ledger.events import Code
from trygghetscentral.shared.actor import Actor

_CLOSED: Final = ("state", "closed_at", "closed_by_id", "close_code_id")


def close_zones(leads: Sequence[Alarm], *, actor: Actor, now: dt.datetime) -> None:
    """Close the zones of rows that are being closed and locked, with the rows' own cause.

    Each gets its ledger row. No query when none of them has any.
    """
    causes = {lead.pk: lead.close_code for lead in leads if lead.followers}
    if not causes:
        return
    zones = list(
        Alarm.objects.open().select_for_update().filter(lead__in=causes).order_by("lead_id", "pk")
    )
    for zone in zones:
        zone.close_code = causes[zone.lead_id] if zone.lead_id else None
        waiting.no_promises(zone, actor=actor, now=now)
    write_alike(zones, _CLOSED)
    for zone in zones:
        code = zone.close_code.code if zone.close_code else ""
        tell(AlarmClosed(alarm=snapshot(zone), close_code=Code(code)), zone)
