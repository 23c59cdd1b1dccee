"""Writing down when promises are late, once for each such time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import connection

from trygghetscentral.callout.events import PromisesKept, PromisesOverdue
from trygghetscentral.callout.models import Episode
from trygghetscentral.ledger.events import Code
from trygghetscentral.ledger.services import record
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work

ONE_AUDITOR = 7_340_211
"""The advisory lock that keeps a second auditor away."""


def note_overdue(*, actor: Actor, now: dt.datetime, counts: Mapping[str, int]) -> int:
    """Open and close episodes after what was counted; returns how many kinds are late.

    The same counts again change nothing. Leaves at once when another auditor is at it.
    """
    with unit_of_work(actor=actor, now=now):
        if not _alone():
            return 0
        known = {episode.name: episode for episode in Episode.objects.filter(ended_at=None)}
        for name, count in counts.items():
            episode = known.get(name)
            if count and episode is None:
                made = Episode.objects.create(name=name, began_at=now, most=count)
                record(
                    PromisesOverdue(promise=Code(name), count=count),
                    subject=made,
                    controller_id=None,
                )
            elif count and episode and count > episode.most:
                Episode.objects.filter(pk=episode.pk).update(most=count)
            elif not count and episode:
                _close(episode, now=now)
        # A kind that has left the code is late no more.
        for name in known.keys() - counts.keys():
            _close(known[name], now=now)
    return sum(1 for count in counts.values() if count)


def _close(episode: Episode, *, now: dt.datetime) -> None:
    Episode.objects.filter(pk=episode.pk).update(ended_at=now)
    seconds = int((now - episode.began_at).total_seconds())
    record(
        PromisesKept(promise=Code(episode.name), seconds=seconds),
        subject=episode,
        controller_id=None,
    )


def _alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", (ONE_AUDITOR,))
        row = cursor.fetchone()
    return bool(row and row[0])
