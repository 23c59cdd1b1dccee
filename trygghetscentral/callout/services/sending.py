"""Messages that leave the house, each at least once, and none after an answer.

A message is claimed in one transaction, which counts the attempt and puts the next one off, and
handed over in another. Whoever dies between the two costs one attempt, never a message, and the
next attempt carries the same id.
"""

from __future__ import annotations

import datetime as dt

from trygghetscentral.callout.events import CallSent, of_call, of_delivery
from trygghetscentral.callout.gateways.base import Gateway, GatewayError
from trygghetscentral.callout.messages import compose
from trygghetscentral.callout.models import Call, Delivery, DutyContact
from trygghetscentral.callout.services.common import record_failure, record_of
from trygghetscentral.callout.services.reach import addresses, hurry_on, may_know
from trygghetscentral.callout.states import NO_ADDRESS, TO_SEND, Channel, DeliveryState
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work

LEASE = dt.timedelta(seconds=30)
WAITS = (5, 15, 45, 120)
MOST_ATTEMPTS = len(WAITS) + 1
TRIED_IN_VAIN = "gave_up"


def claim_due(*, actor: Actor, now: dt.datetime, channel: Channel) -> Delivery | None:
    """Take up the message that has waited longest; None when none is due.

    Two who claim at once get different ones. What has lost its reason is marked stopped and
    passed over, and what is out of attempts is given up.
    """
    while True:
        with unit_of_work(actor=actor, now=now):
            delivery = (
                Delivery.objects.select_for_update(skip_locked=True, of=("self",))
                .filter(channel=channel, due_at__lte=now, state__in=TO_SEND)
                .order_by("due_at", "pk")
                .first()
            )
            if delivery is None:
                return None
            if not _wanted(delivery):
                _end(delivery, DeliveryState.STOPPED, now=now)
            elif delivery.attempts >= MOST_ATTEMPTS:
                # Its senders died one after the other; the last of them may have sent it.
                _undeliverable(delivery, delivery.error or TRIED_IN_VAIN, now=now)
            else:
                delivery.attempts += 1
                delivery.due_at = now + LEASE
                delivery.save(update_fields=("attempts", "due_at"))
                return delivery


def hand_over(
    *, actor: Actor, now: dt.datetime, pk: int, attempt: int, gateway: Gateway
) -> DeliveryState | None:
    """Send a claimed message unless its reason is gone; returns its state, None when somebody
    else has taken it up.

    The one place where something leaves inside a transaction: the row's lock is what keeps a
    second sender away, and no lock that others wait for is held. An answer does not wait for it.
    """
    with unit_of_work(actor=actor, now=now):
        delivery = (
            Delivery.objects.select_for_update(of=("self",))
            .select_related("user")
            .filter(pk=pk, attempts=attempt, state__in=TO_SEND)
            .first()
        )
        if delivery is None:
            return None
        if not _wanted(delivery):
            return _end(delivery, DeliveryState.STOPPED, now=now)
        call = Call.objects.select_related("duty").get(pk=delivery.call_id)
        if delivery.user and not may_know(delivery.user, call, now=now):
            return _end(delivery, DeliveryState.STOPPED, now=now)
        contact = DutyContact.objects.filter(user=delivery.user).first()
        address = (
            addresses(delivery.user, contact).get(Channel(delivery.channel), "")
            if delivery.user
            else ""
        )
        if not address:
            return _undeliverable(delivery, NO_ADDRESS, now=now)
        try:
            gateway.send(compose(call, delivery, address=address))
        except GatewayError as error:
            return _failed(delivery, error, now=now)
        delivery.error = ""
        delivery.sent_at = now
        _end(delivery, DeliveryState.SENT, now=now)
        record_of(call, CallSent(call=of_call(call), delivery=of_delivery(delivery)))
        return DeliveryState.SENT


def note_failure(
    *, actor: Actor, now: dt.datetime, pk: int, attempt: int, error: GatewayError
) -> DeliveryState | None:
    """The gateway could not even be opened for a claimed message."""
    with unit_of_work(actor=actor, now=now):
        delivery = (
            Delivery.objects.select_for_update(of=("self",))
            .filter(pk=pk, attempts=attempt, state__in=TO_SEND)
            .first()
        )
        return None if delivery is None else _failed(delivery, error, now=now)


def _wanted(delivery: Delivery) -> bool:
    return Call.objects.waiting().filter(pk=delivery.call_id).exists()


def _failed(delivery: Delivery, error: GatewayError, *, now: dt.datetime) -> DeliveryState:
    if error.permanent or delivery.attempts >= MOST_ATTEMPTS:
        return _undeliverable(delivery, error.code, now=now)
    delivery.state = DeliveryState.FAILED
    delivery.error = error.code
    delivery.due_at = now + dt.timedelta(seconds=WAITS[delivery.attempts - 1])
    delivery.save(update_fields=("state", "error", "due_at"))
    return DeliveryState.FAILED


def _undeliverable(delivery: Delivery, code: str, *, now: dt.datetime) -> DeliveryState:
    delivery.error = code
    _end(delivery, DeliveryState.UNDELIVERABLE, now=now)
    # Nobody who holds a call waits for one of its messages, so this order cannot lock up.
    call = (
        Call.objects.select_for_update(of=("self",)).select_related("duty").get(pk=delivery.call_id)
    )
    record_failure(call, delivery)
    hurry_on(call, now=now)
    return DeliveryState.UNDELIVERABLE


def _end(delivery: Delivery, state: DeliveryState, *, now: dt.datetime) -> DeliveryState:
    delivery.state = state
    delivery.due_at = None
    delivery.ended_at = now
    delivery.save(update_fields=("state", "due_at", "ended_at", "error", "sent_at"))
    return state
