"""From a planned signal to what travels: a DC-09 frame or a JSON body. Pure."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from trygghetscentral.board.demo.panel import Panel
from trygghetscentral.board.simulation.events import Planned

# DC-03 codes that a Contact ID panel says its own way (protocols.md part 2): qualifier and event.
# For 401, 1 is an opening and 3 a closing.
CONTACT_ID: Final = {
    "BA": "1130",
    "BH": "3130",
    "BM": "1139",
    "BR": "3139",
    "TA": "1137",
    "TR": "3137",
    "HA": "1120",
    "AT": "1301",
    "AR": "3301",
    "YT": "1302",
    "YR": "3302",
    "XT": "1384",
    "XR": "3384",
    "YC": "1350",
    "YK": "3350",
    "OP": "1401",
    "CL": "3401",
    "RP": "1602",
    "TS": "1607",
    "TE": "3607",
}


def frame(
    panel: Panel, event: Planned, sequence: int, *, now: dt.datetime, contact_id: bool = False
) -> bytes:
    """The message as the panel sends it, with the same number each time it is sent again."""
    if not event.code:
        return panel.link_test(now=now)
    code = CONTACT_ID.get(event.code) if contact_id else None
    if code is not None:
        area, number = int(event.area or 0), int(event.number or 0)
        data = f"#{panel.account}|{code} {area:02d} {number:03d}"
        return panel.framed("ADM-CID", data, sequence, now=now)
    return panel.framed("SIA-DCS", f"#{panel.account}|{sia(event)}", sequence, now=now)


def sia(event: Planned) -> str:
    """As DC-03 data, such as "Nri1/BA12" or "NAT00"."""
    text = f"^{event.text}^" if event.text else ""
    if event.area:
        return f"Nri{event.area}/{event.code}{event.number}{text}"
    if event.number:
        return f"Nid{event.number}/{event.code}{event.number}{text}"
    return f"N{event.code}00{text}"


def body(event: Planned, source_id: str) -> dict[str, Any]:
    """As `POST /api/v1/signals/` wants it."""
    return {
        "source_id": source_id,
        "account": event.account,
        "code": f"SIA:{event.code}",
        "area": event.area,
        "zone": event.number if event.area else "",
        "text": event.text,
    }


def spoiled(message: bytes) -> bytes:
    """The same message with a character changed on the way, so that its CRC is wrong."""
    damaged = bytearray(message)
    damaged[-3] ^= 1
    return bytes(damaged)
