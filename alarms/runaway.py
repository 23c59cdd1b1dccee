"""How often one row may sound again: a sensor that chatters must not keep a room awake. Pure.

Beyond it an activation is stored, counted and shown as always, and the row says that it runs away.
"""

from __future__ import annotations

import datetime as dt
from typing import Final, NamedTuple

BURST: Final = 5
"""So many times in a row [GK]."""
REFILL: Final = dt.timedelta(minutes=10)
"""And then once more for each ten minutes [GK]."""


class Spent(NamedTuple):
    """How many times are used up, and from when the next one is on its way back."""

    times: int
    since: dt.datetime | None


def spend(spent: Spent, *, now: dt.datetime) -> Spent | None:
    """What is used up after one more time; None when none is left."""
    times, since = spent
    if since is not None:
        back = max(0, (now - since) // REFILL)
        times, since = max(0, times - back), since + back * REFILL
    if times == BURST:
        return None
    return Spent(times + 1, since if times and since is not None else now)
