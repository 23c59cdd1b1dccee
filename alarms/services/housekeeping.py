"""Removing the system's own bookkeeping when it no longer counts. Nothing here is a record."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.db.models import Max, QuerySet

from alarms.models import ApiSource, IntakePulse, SignalKey
from trygghetscentral.ledger.models import Delivery
from trygghetscentral.live.models import Presence
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work

PORTION: Final = 500
# A key counts for ten minutes; the rest is for receivers whose clocks differ.
KEY_AGE: Final = dt.timedelta(minutes=20)
SOURCE_AGE: Final = dt.timedelta(days=30)
DELIVERY_AGE: Final = dt.timedelta(days=7)
PULSE_AGE: Final = dt.timedelta(days=1)
PRESENCE_AGE: Final = dt.timedelta(days=1)


def sweep(*, actor: Actor, now: dt.datetime) -> int:
    """Remove one portion (at most 500) of each kind; returns how many rows went."""
    outdated: tuple[QuerySet[Any], ...] = (
        SignalKey.objects.filter(seen_at__lt=now - KEY_AGE),
        ApiSource.objects.filter(seen_at__lt=now - SOURCE_AGE),
        Delivery.objects.filter(done_at__lt=now - DELIVERY_AGE),
        Presence.objects.forgotten(now - PRESENCE_AGE),
    )
    return sum(_remove(rows, actor=actor, now=now) for rows in (*outdated, _old_pulses()))


def _old_pulses() -> QuerySet[Any]:
    """Of receivers long gone. The newest stays whatever its age: it says that there was one."""
    newest = IntakePulse.objects.aggregate(newest=Max("at"))["newest"]
    if newest is None:
        return IntakePulse.objects.none()
    return IntakePulse.objects.filter(at__lt=newest - PULSE_AGE)


def _remove(rows: QuerySet[Any], *, actor: Actor, now: dt.datetime) -> int:
    # The age stands in the outer condition too: a key that intake renews while we wait for its
    # row is looked at again and stays.
    portion = rows.order_by().values("pk")[:PORTION]
    with unit_of_work(actor=actor, now=now):
        removed, _ = rows.filter(pk__in=portion).delete()
    return removed
