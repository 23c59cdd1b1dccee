"""The demo city's panels, with the keys they were given."""

from __future__ import annotations

import csv
from pathlib import Path

from alarms.models import Transmitter
from alarms.selectors.directory import key_bytes
from trygghetscentral.board.demo.panel import Panel
from trygghetscentral.board.demo.traffic import Plant

SITES = Path(__file__).parent / "sites.csv"


def site_rows() -> list[dict[str, str]]:
    """The invented sites, one dictionary each."""
    with SITES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def load_plants() -> list[Plant]:
    """A panel per transmitter of the demo's sites, encrypted where it has a key."""
    systems = {row["slug"]: row["system"] for row in site_rows()}
    transmitters = Transmitter.objects.filter(
        active=True, installation__site__slug__in=systems
    ).select_related("installation__site")
    return [
        Plant(
            panel=Panel(
                account=row.account,
                key=key_bytes(row.key, row.key_format) if row.key else b"",
                receiver=row.receiver,
                line=row.line or "0",
            ),
            system=systems[row.installation.site.slug],
        )
        for row in transmitters
    ]
