"""What the services share: the ledger's rows of a call."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q, QuerySet

from trygghetscentral.callout.events import CallFailed, CallStopped, of_call, of_delivery
from trygghetscentral.callout.models import Call, Delivery
from trygghetscentral.callout.states import TO_SEND, DeliveryState
from trygghetscentral.ledger.events import Code, Event
from trygghetscentral.ledger.services import record


def record_of(call: Call, event: Event) -> None:
    """Say it in the ledger, to those who see what the call is about."""
    record(
        event,
        subject=call,
        controller_id=call.controller_id,
        audiences=call.audiences,
        exercise_id=call.exercise_id,
    )


def record_failure(call: Call, delivery: Delivery) -> None:
    """Say that it cannot be delivered."""
    record_of(call, CallFailed(call=of_call(call), delivery=of_delivery(delivery)))


def silence(call: Call, *, now: dt.datetime, answering: Delivery | None = None) -> None:
    """Let nothing more leave the house for this call.

    A message that is being handed over at this moment is locked by its sender, who looks at the
    call again before any further attempt; nobody who answers should wait for a mail server.
    """
    mine = Q() if answering is None else ~Q(pk=answering.pk)
    free = _free(call.deliveries.filter(mine, state__in=TO_SEND))
    Delivery.objects.filter(pk__in=free).update(
        state=DeliveryState.STOPPED, due_at=None, ended_at=now
    )
    call.due_at = None


def stop(call: Call, *, now: dt.datetime, reason: str) -> None:
    """End it, answered or not. The caller holds its lock."""
    silence(call, now=now)
    call.stopped_at = now
    call.stop_reason = Code(reason)
    call.save(update_fields=("stopped_at", "stop_reason", "due_at"))
    record_of(call, CallStopped(call=of_call(call), reason=Code(reason)))


def _free(deliveries: QuerySet[Delivery]) -> list[int]:
    rows = deliveries.select_for_update(skip_locked=True).order_by("pk")
    return list(rows.values_list("pk", flat=True))
