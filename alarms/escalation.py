"""Who is told when nobody answers, and when. Pure: what is known in, a moment or a level out.

Targets are not limits (domain.md 00.9): the target is what the desk aims at, the limit is when
somebody else is told. The shift lead is told at the limit, TiB of priority 1 after three minutes
[GK]. A kind of alarm without a limit is nobody's to wait for, and is never escalated.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class Level(models.TextChoices):
    """Who has been told. Each once for each time that somebody has to wait for an answer."""

    NONE = "", _("Ingen")
    SHIFT_LEAD = "shift_lead", _("Skiftledare larmad")
    TIB = "tib", _("TiB larmad")


TIB_AFTER: Final = dt.timedelta(minutes=3)
TIB_PRIORITY: Final = 1
# EN 50518 as remembered [GK]: 80 % within 30 s and 98.5 % within 60 s, else 90 s and 180 s (R22).
LIMIT_TO_TARGET: Final = 2


def limit_of(target_seconds: int) -> int:
    """The 98.5 % limit that belongs to a target, where none has been set; in seconds."""
    return LIMIT_TO_TARGET * target_seconds


def next_at(
    *, level: str, priority: int, limit_seconds: int | None, since: dt.datetime
) -> dt.datetime | None:
    """When somebody more is to be told; None when nobody is.

    `since` is when the wait began, as `wait_began` says.
    """
    if limit_seconds is None or level == Level.TIB:
        return None
    limit = since + dt.timedelta(seconds=limit_seconds) if level == Level.NONE else None
    if priority > TIB_PRIORITY:
        return limit
    tib = since + TIB_AFTER
    return tib if limit is None else min(limit, tib)


def wait_began(
    *, waiting_since: dt.datetime, returned_at: dt.datetime | None, answered_before: bool
) -> dt.datetime:
    """When the present wait for an answer began.

    What had been answered and came back to the queue waits anew since then; what nobody had
    answered waits as before, whoever has had it meanwhile.
    """
    if returned_at is None or not answered_before:
        return waiting_since
    return max(waiting_since, returned_at)


def reached(
    *, level: str, priority: int, limit_seconds: int | None, since: dt.datetime, now: dt.datetime
) -> Level:
    """The level that the wait has come to; never lower than the one it stands at."""
    here = Level(level)
    if limit_seconds is None or here == Level.TIB:
        return here
    if priority <= TIB_PRIORITY and since + TIB_AFTER <= now:
        return Level.TIB
    if since + dt.timedelta(seconds=limit_seconds) <= now:
        return Level.SHIFT_LEAD
    return here
