"""Handing rows to their subscribers, once each.

A worker claims open deliveries with SKIP LOCKED and runs the handler in the same transaction as
the mark "done", so a worker that dies half-way leaves them open and nothing half-done.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

import structlog
from django.db.models import F

from trygghetscentral.ledger.models import Delivery
from trygghetscentral.ledger.subscriptions import handler_of
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.metrics import DELIVERIES

PORTION = 200
MAX_ATTEMPTS = 10
WAIT_SECONDS = (1, 5, 15, 60, 300)

log = structlog.get_logger()


def deliver_portion(*, now: dt.datetime) -> int:
    """Deliver at most 200 due rows; returns how many were taken up. Safe to run in parallel."""
    try:
        return _deliver(now=now, limit=PORTION)
    except Exception as error:
        # One bad row must not hold up the others: take them one at a time and mark the culprit.
        log.warning("delivery_portion_failed", error=type(error).__name__)
        return _deliver_singly(now=now)


def _deliver(*, now: dt.datetime, limit: int) -> int:
    with unit_of_work(actor=Actor.system("delivery"), now=now):
        claimed = _claim(now=now, limit=limit)
        by_subscriber: dict[str, list[int]] = defaultdict(list)
        for _, subscriber, seq in claimed:
            by_subscriber[subscriber].append(seq)
        for subscriber, seqs in by_subscriber.items():
            _hand_over(subscriber, seqs)
        Delivery.objects.filter(pk__in=[pk for pk, _, _ in claimed]).update(done_at=now)
    for subscriber, seqs in by_subscriber.items():
        DELIVERIES.labels(subscriber, "done").inc(len(seqs))
    return len(claimed)


def _claim(*, now: dt.datetime, limit: int) -> list[tuple[int, str, int]]:
    """Key, subscriber and seq of what is due, held locked."""
    return list(
        Delivery.objects.select_for_update(skip_locked=True)
        .filter(done_at__isnull=True, failed_at__isnull=True, due_at__lte=now)
        .order_by("due_at", "seq")
        .values_list("pk", "subscriber", "seq")[:limit]
    )


def _hand_over(subscriber: str, seqs: Sequence[int]) -> None:
    handler = handler_of(subscriber)
    if handler is None:
        raise LookupError(subscriber)
    handler(seqs)


def _deliver_singly(*, now: dt.datetime) -> int:
    taken = 0
    while taken < PORTION:
        pk = None
        try:
            with unit_of_work(actor=Actor.system("delivery"), now=now):
                claimed = _claim(now=now, limit=1)
                if not claimed:
                    break
                ((pk, subscriber, seq),) = claimed
                _hand_over(subscriber, [seq])
                Delivery.objects.filter(pk=pk).update(done_at=now)
            DELIVERIES.labels(subscriber, "done").inc()
        except Exception as error:
            # Whatever a handler does wrong, the next row still gets its turn.
            if pk is None:
                raise
            _postpone(pk, now=now, error=type(error).__name__)
        taken += 1
    return taken


def _postpone(pk: int, *, now: dt.datetime, error: str) -> None:
    with unit_of_work(actor=Actor.system("delivery"), now=now):
        delivery = (
            Delivery.objects.select_for_update()
            .filter(pk=pk, done_at__isnull=True, failed_at__isnull=True, due_at__lte=now)
            .first()
        )
        # Between our rollback and this lock another worker may have taken it up.
        if delivery is None:
            return
        attempts = delivery.attempts + 1
        given_up = attempts >= MAX_ATTEMPTS
        wait = WAIT_SECONDS[min(attempts, len(WAIT_SECONDS)) - 1]
        Delivery.objects.filter(pk=pk).update(
            attempts=F("attempts") + 1,
            due_at=now + dt.timedelta(seconds=wait),
            failed_at=now if given_up else None,
        )
    DELIVERIES.labels(delivery.subscriber, "failed" if given_up else "retried").inc()
    log.error("delivery_failed", seq=delivery.seq, subscriber=delivery.subscriber, error=error)
