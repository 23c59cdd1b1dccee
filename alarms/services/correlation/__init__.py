"""Folding what came in into open alarms: which joins which, and what is one row."""

from alarms.services.correlation.folding import IDS, SERIES, Correlation, Place, lock_site
from alarms.services.correlation.rows import UNKNOWN_ACCOUNT_KIND, unknown_key

__all__ = [
    "IDS",
    "SERIES",
    "UNKNOWN_ACCOUNT_KIND",
    "Correlation",
    "Place",
    "lock_site",
    "unknown_key",
]
