"""How long a line may be silent. Pure; seconds (protocols.md 1.10 and 5.1)."""

from __future__ import annotations

from typing import Final

from alarms.models.installations import SupervisionCategory

MINUTE: Final = 60
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR

REPORTING_TIME: Final[dict[str, int | None]] = {
    SupervisionCategory.NONE: None,
    SupervisionCategory.S90: 90,
    SupervisionCategory.S180: 180,
    SupervisionCategory.M30: 30 * MINUTE,
    SupervisionCategory.H5: 5 * HOUR,
    SupervisionCategory.H25: 25 * HOUR,
    SupervisionCategory.D32: 32 * DAY,
}

# A panel that reports once a day on its own wall clock is an hour late on the night summer time
# ends, and its clock drifts: one day is watched as one day, one hour and thirty minutes
# (peers.md 1.3). The 25 h category holds the hour already; drift is allowed for on both.
DST_SECONDS: Final = HOUR
DRIFT_SECONDS: Final = 30 * MINUTE
SHORT_GRACE: Final = 10


def silence_limit(category: str, interval_seconds: int | None) -> int | None:
    """The longest silence before the line counts as lost; None when it is not supervised.

    A transmitter's own interval widens its category, never narrows it.
    """
    reporting = REPORTING_TIME[category]
    if reporting is None:
        return None
    if reporting >= DAY:
        reporting += DRIFT_SECONDS
    if interval_seconds is None:
        return reporting
    if interval_seconds >= 12 * HOUR:
        own = interval_seconds + DST_SECONDS + DRIFT_SECONDS
    else:
        own = interval_seconds + max(SHORT_GRACE, interval_seconds // 10)
    return max(reporting, own)
