"""The demo city's invented sites, as rows."""

from __future__ import annotations

import csv
from pathlib import Path

SITES = Path(__file__).parent / "sites.csv"


def site_rows() -> list[dict[str, str]]:
    """One dictionary for each site."""
    with SITES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
