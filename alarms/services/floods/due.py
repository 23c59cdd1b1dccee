"""The promises of floods: ending at the time, warning before it, and what both bring."""

from __future__ import annotations

import datetime as dt

from alarms.flood_events import FloodWarned, flood_snapshot
from alarms.models import Flood
from alarms.services.floods.closing import close_left_over
from alarms.services.floods.common import tell
from alarms.services.floods.declaring import end
from alarms.services.floods.raising import raise_due
from alarms.services.floods.taking import absorb_portion, release_due
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.portions import do_each


def run_due(*, actor: Actor, now: dt.datetime) -> int:
    """Do one portion of what is due; returns how much. Running it twice changes nothing."""
    return (
        _end_due(actor=actor, now=now)
        + _warn_due(actor=actor, now=now)
        + _absorb(actor=actor, now=now)
        + settle(actor=actor, now=now)
    )


def settle(*, actor: Actor, now: dt.datetime) -> int:
    """One portion of what the end of a flood brings, for whoever will not wait for the beat."""
    return (
        release_due(actor=actor, now=now)
        + raise_due(actor=actor, now=now)
        + close_left_over(actor=actor, now=now)
    )


def _end_due(*, actor: Actor, now: dt.datetime) -> int:
    with unit_of_work(actor=actor, now=now):
        due = list(
            Flood.objects.open()
            # Waits: whoever has it locked now may be intake, again and again.
            .select_for_update()
            .filter(ends_at__lte=now)
            .order_by("pk")
        )

        def act(rows: list[Flood]) -> None:
            for flood in rows:
                end(flood, how=Flood.Ended.DUE, now=now)

        return do_each(due, act, what="flood.end")


def _warn_due(*, actor: Actor, now: dt.datetime) -> int:
    with unit_of_work(actor=actor, now=now):
        due = list(
            Flood.objects.open()
            .select_for_update(skip_locked=True, no_key=True)
            .filter(warn_at__lte=now, warned_at__isnull=True)
            .order_by("pk")
        )

        def act(rows: list[Flood]) -> None:
            for flood in rows:
                flood.warned_at = now
                flood.save(update_fields=("warned_at",))
                tell(FloodWarned(flood=flood_snapshot(flood)), flood)

        return do_each(due, act, what="flood.warn")


def _absorb(*, actor: Actor, now: dt.datetime) -> int:
    pks = Flood.objects.open().filter(absorbing=True).values_list("pk", flat=True)
    return sum(absorb_portion(actor=actor, now=now, flood_id=pk) for pk in list(pks))
