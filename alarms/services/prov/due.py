"""The promises of prov: ending at the time, warning before it, asking whether it is needed."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db.models import Exists, OuterRef

from alarms.models import Installation, TestPeriod
from alarms.prov_events import ProvReminded, ProvWarned, snapshot
from alarms.services.prov.common import tell
from alarms.services.prov.ending import end
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work

PORTION: Final = 500


def run_due(*, actor: Actor, now: dt.datetime) -> int:
    """Do one portion of what is due; returns how much. Running it twice changes nothing.

    However long nobody came, a period then ends with everything that ending it means.
    """
    return (
        _end_due(actor=actor, now=now)
        + _warn_due(actor=actor, now=now)
        + _remind_due(actor=actor, now=now)
    )


def _end_due(*, actor: Actor, now: dt.datetime) -> int:
    """The periods of one installation, which is locked first, as by everyone else."""
    with unit_of_work(actor=actor, now=now):
        due = TestPeriod.objects.open().filter(installation=OuterRef("pk"), until__lte=now)
        installation = (
            Installation.objects.select_for_update(skip_locked=True, of=("self",), no_key=True)
            .filter(Exists(due))
            .select_related("site")
            .order_by("pk")
            .first()
        )
        if installation is None:
            return 0
        periods = list(
            TestPeriod.objects.open()
            .select_for_update()
            .filter(installation=installation, until__lte=now)
            .order_by("until", "pk")
        )
        for period in periods:
            period.installation = installation
            end(period, how=TestPeriod.Ended.DUE, user=None, actor=actor, now=now)
        return len(periods)


def _warn_due(*, actor: Actor, now: dt.datetime) -> int:
    with unit_of_work(actor=actor, now=now):
        due = list(
            TestPeriod.objects.open()
            .select_for_update(skip_locked=True, of=("self",))
            .filter(warned_at__isnull=True, warn_at__lte=now)
            .select_related("installation__site")
            .order_by("warn_at", "pk")[:PORTION]
        )
        for period in due:
            period.warned_at = now
            tell(ProvWarned(period=snapshot(period)), period)
        TestPeriod.objects.bulk_update(due, ("warned_at",))
    return len(due)


def _remind_due(*, actor: Actor, now: dt.datetime) -> int:
    with unit_of_work(actor=actor, now=now):
        due = list(
            TestPeriod.objects.open()
            .select_for_update(skip_locked=True, of=("self",))
            .filter(reminded_at__isnull=True, review_at__lte=now)
            .select_related("installation__site")
            .order_by("review_at", "pk")[:PORTION]
        )
        for period in due:
            period.reminded_at = now
            tell(ProvReminded(period=snapshot(period)), period)
        TestPeriod.objects.bulk_update(due, ("reminded_at",))
    return len(due)
