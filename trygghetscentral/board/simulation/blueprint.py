"""What the simulated city has besides the demo's own sites. Pure, and the same every time.

About three hundred guarded buildings in all, and two thousand trygghetslarm behind forty DC-09
accounts: the call units at home speak to a gateway, which has one account for fifty of them. A
button is a zone, unique in its stadsområde's installation.
"""

from __future__ import annotations

import random
from typing import Final

from trygghetscentral.board.demo import cards
from trygghetscentral.board.demo.plants import site_rows

FIRST_SITE_ACCOUNT: Final = 0x3001
FIRST_GATEWAY_ACCOUNT: Final = 0x5001
SILENT_ACCOUNT: Final = "5F01"
SILENT_SITE: Final = "sim-pumpstation-1"

# what it is called, slug, kind, controller, system, how many
_KINDS: Final = (
    ("Skola", "skola", "school", "grundskolenamnden", "burglary", 62),
    ("Förskola", "forskola", "preschool", "forskolenamnden", "fire", 58),
    ("Förskolehus", "forskolehus", "preschool", "forskolenamnden", "burglary", 18),
    ("Idrottshall", "idrottshall", "sport", "fritidsnamnden", "burglary", 16),
    ("Fritidsgård", "fritidsgard", "sport", "fritidsnamnden", "holdup", 10),
    ("Områdeskontor", "omradeskontor", "office", "servicenamnden", "holdup", 14),
    ("Förvaltningshus", "forvaltningshus", "office", "servicenamnden", "full", 8),
    ("Kulturhus", "kulturhus", "culture", "kulturnamnden", "burglary", 6),
    ("Driftgård", "driftgard", "depot", "tekniska-namnden", "burglary", 8),
    ("Parkeringsgarage", "parkeringsgarage", "parking", "tekniska-namnden", "access", 10),
    ("Pumpstation", "pumpstation", "technical", "vattenforbundet", "technical", 28),
)
_NEAR_DEGREES: Final = 0.006

GATEWAYS_PER_AREA: Final = 8
BUTTONS_PER_GATEWAY: Final = 50
BUTTONS_PER_HOME: Final = 40
GATEWAY_SITES: Final = (
    "trygghetslarm-norr",
    "trygghetslarm-oster",
    "trygghetslarm-soder",
    "trygghetslarm-vaster",
    "trygghetslarm-innerstaden",
)


def extra_sites() -> list[dict[str, str]]:
    """Rows as in sites.csv, each near one of the demo's own so that none stands in the sea."""
    chance = random.Random(2026)  # noqa: S311  a play, not a secret
    anchors = [row for row in site_rows() if row["kind"] != "other"]
    rows: list[dict[str, str]] = []
    for name, slug, kind, controller, system, count in _KINDS:
        for number in range(1, count + 1):
            near = chance.choice(anchors)
            rows.append(
                {
                    "slug": f"sim-{slug}-{number}",
                    "name": f"{name} {100 + number}",
                    "kind": kind,
                    "controller": controller,
                    "longitude": _close_to(near["longitude"], chance),
                    "latitude": _close_to(near["latitude"], chance),
                    "system": system,
                }
            )
    return rows


def systems() -> dict[str, str]:
    """The system at every site that the simulation may speak for, by slug."""
    return {row["slug"]: row["system"] for row in (*site_rows(), *extra_sites())}


def gateways() -> list[tuple[str, str, tuple[str, ...]]]:
    """Account, site and buttons of each trygghetslarm gateway."""
    found: list[tuple[str, str, tuple[str, ...]]] = []
    for site in GATEWAY_SITES:
        for place in range(GATEWAYS_PER_AREA):
            first = place * BUTTONS_PER_GATEWAY + 1
            buttons = tuple(str(n) for n in range(first, first + BUTTONS_PER_GATEWAY))
            found.append((f"{FIRST_GATEWAY_ACCOUNT + len(found):04X}", site, buttons))
    return found


def zones(account: str, site: str, system: str) -> tuple[str, ...]:
    """The zones behind a transmitter; none for a trygghetslarm area's own old account."""
    if system != "medical":
        return tuple(str(n) for n in range(1, len(cards.ZONES[system]) + 1))
    if site in GATEWAY_SITES:
        return next((buttons for number, _, buttons in gateways() if number == account), ())
    return tuple(str(n) for n in range(1, BUTTONS_PER_HOME + 1))


def _close_to(degrees: str, chance: random.Random) -> str:
    return f"{float(degrees) + chance.uniform(-_NEAR_DEGREES, _NEAR_DEGREES):.4f}"
