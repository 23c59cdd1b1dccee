"""Reads about the ledger's own machinery, for /health and /metrics."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Min, Q

from trygghetscentral.ledger.models import Delivery, LedgerRow, Seal

OVERDUE_AFTER = dt.timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class LedgerState:
    """`seq` is the newest row. Ages are in seconds, None when nothing waits.

    `overdue` deliveries are open ten seconds after they were due; `failed` ones ran out of
    attempts and need a person. `unsealed` rows wait for the next seal.
    """

    seq: int
    sealed_to: int
    unsealed: int
    unsealed_seconds: float | None
    overdue: int
    overdue_seconds: float | None
    failed: int


def ledger_state(*, now: dt.datetime) -> LedgerState:
    """Where the ledger, its seals and its deliveries stand."""
    seal = Seal.objects.order_by("-number").only("number", "to_seq").first()
    sealed_to = seal.to_seq if seal else 0
    waiting = LedgerRow.objects.filter(seq__gt=sealed_to).order_by("seq")
    oldest = waiting.values_list("at", flat=True).first()
    newest = LedgerRow.objects.order_by("-seq").values_list("seq", flat=True).first()
    late = Delivery.objects.filter(
        done_at__isnull=True, failed_at__isnull=True, due_at__lt=now - OVERDUE_AFTER
    ).aggregate(count=Count("pk"), oldest=Min("due_at"))
    return LedgerState(
        seq=newest or 0,
        sealed_to=sealed_to,
        unsealed=waiting.count(),
        unsealed_seconds=_age(oldest, now),
        overdue=late["count"],
        overdue_seconds=_age(late["oldest"], now),
        failed=Delivery.objects.filter(Q(failed_at__isnull=False)).count(),
    )


def latest_seal() -> Seal | None:
    """The newest seal, which papers carry."""
    return Seal.objects.order_by("-number").first()


def _age(moment: dt.datetime | None, now: dt.datetime) -> float | None:
    return None if moment is None else max(0.0, (now - moment).total_seconds())
