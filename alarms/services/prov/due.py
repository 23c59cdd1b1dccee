"""The promises of prov: ending at the time, warning before it, asking whether it is needed."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db.models import QuerySet

from alarms.models import Installation, TestPeriod
from alarms.prov_events import ProvReminded, ProvWarned, snapshot
from alarms.services.prov.common import tell
from alarms.services.prov.ending import end
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.portions import do_each

PORTION: Final = 500


def run_due(*, actor: Actor, now: dt.datetime) -> int:
    """Do one portion of what is due; returns how much. Running it twice changes nothing.

    However long nobody came, a period then ends with everything that ending it means. One that
    cannot be ended is due still, and keeps none of the others from it.
    """
    return (
        _end_due(actor=actor, now=now)
        + _warn_due(actor=actor, now=now)
        + _remind_due(actor=actor, now=now)
    )


def _end_due(*, actor: Actor, now: dt.datetime) -> int:
    due = TestPeriod.objects.open().filter(until__lte=now)
    places = due.order_by("installation_id").values_list("installation_id", flat=True).distinct()
    return sum(_end_of(pk, actor=actor, now=now) for pk in places[:PORTION])


def _end_of(installation_id: int, *, actor: Actor, now: dt.datetime) -> int:
    """The periods of one installation, which is locked first, as by everyone else."""
    with unit_of_work(actor=actor, now=now):
        installation = (
            Installation.objects.select_for_update(skip_locked=True, of=("self",), no_key=True)
            .select_related("site")
            .filter(pk=installation_id)
            .first()
        )
        if installation is None:
            return 0

        def act(periods: list[TestPeriod]) -> None:
            for period in periods:
                period.installation = installation
                end(period, how=TestPeriod.Ended.DUE, user=None, actor=actor, now=now)

        due = TestPeriod.objects.open().filter(installation=installation, until__lte=now)
        periods = list(due.select_for_update().order_by("until", "pk"))
        return do_each(periods, act, what="prov.end")


def _warn_due(*, actor: Actor, now: dt.datetime) -> int:
    def act(due: list[TestPeriod]) -> None:
        for period in due:
            period.warned_at = now
            tell(ProvWarned(period=snapshot(period)), period)
        TestPeriod.objects.bulk_update(due, ("warned_at",))

    with unit_of_work(actor=actor, now=now):
        due = TestPeriod.objects.open().filter(warned_at__isnull=True, warn_at__lte=now)
        return do_each(_claim(due.order_by("warn_at", "pk")), act, what="prov.warn")


def _remind_due(*, actor: Actor, now: dt.datetime) -> int:
    def act(due: list[TestPeriod]) -> None:
        for period in due:
            period.reminded_at = now
            tell(ProvReminded(period=snapshot(period)), period)
        TestPeriod.objects.bulk_update(due, ("reminded_at",))

    with unit_of_work(actor=actor, now=now):
        due = TestPeriod.objects.open().filter(reminded_at__isnull=True, review_at__lte=now)
        return do_each(_claim(due.order_by("review_at", "pk")), act, what="prov.remind")


def _claim(due: QuerySet[TestPeriod]) -> list[TestPeriod]:
    rows = due.select_for_update(skip_locked=True, of=("self",))
    return list(rows.select_related("installation__site")[:PORTION])
