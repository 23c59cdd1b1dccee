"""Whom a call reaches: rank after rank, and a person with a telephone when nobody answers."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

from trygghetscentral.accounts.audiences import permission_of
from trygghetscentral.accounts.models import User
from trygghetscentral.callout.events import CallUnreached, CallWidened, of_call
from trygghetscentral.callout.models import Call, Delivery, DutyContact, DutyShift
from trygghetscentral.callout.selectors.people import to_ring
from trygghetscentral.callout.services.common import record_failure, record_of
from trygghetscentral.callout.states import (
    NO_ADDRESS,
    NOT_ALLOWED,
    TO_SEND,
    Channel,
    DeliveryState,
    Rank,
    next_rank,
)
from trygghetscentral.callout.tokens import LIFETIME, hash_of, token_for
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work


def widen_due(*, actor: Actor, now: dt.datetime) -> int:
    """Call the next rank of one call whose time has come; returns how many were widened, 0 or 1.

    Rows that another worker holds are left to it.
    """
    with unit_of_work(actor=actor, now=now):
        call = (
            Call.objects.waiting()
            .select_for_update(skip_locked=True, of=("self",))
            .select_related("duty")
            .filter(due_at__lte=now)
            .order_by("due_at", "pk")
            .first()
        )
        if call is None:
            return 0
        widen(call, now=now)
    return 1


def widen(call: Call, *, now: dt.datetime) -> None:
    """Call the rank after the last one called, or say that nobody was reached. The caller holds
    the call's lock."""
    following = next_rank(call.rank)
    if following is None:
        _give_up(call, now=now)
    else:
        call_rank(call, following, now=now)


def call_rank(call: Call, rank: Rank, *, now: dt.datetime) -> None:
    """Make the rank's messages, due at once. A rank that nobody holds, or whose holder has no
    address, is passed over at once. The caller holds the call's lock."""
    shifts = DutyShift.objects.at(now).filter(duty_id=call.duty_id).select_related("user")
    current: Rank | None = rank
    while current is not None:
        call.rank = current
        sent = [_deliveries(call, shift, now=now) for shift in shifts.filter(rank=current)]
        if any(sent):
            call.due_at = now + dt.timedelta(seconds=call.duty.wait_seconds)
            call.save(update_fields=("rank", "due_at"))
            if current != Rank.PRIMARY:
                record_of(call, CallWidened(call=of_call(call)))
            return
        current = next_rank(current)
    _give_up(call, now=now)


def hurry_on(call: Call, *, now: dt.datetime) -> None:
    """Call the next rank now if no message to anybody called is under way or has arrived. The
    caller holds the call's lock."""
    if not call.is_waiting or call.due_at is None:
        return
    alive = (*TO_SEND, DeliveryState.SENT, DeliveryState.ACKNOWLEDGED)
    sent = call.deliveries.filter(round=call.round).exclude(channel=Channel.PHONE)
    if not sent.filter(state__in=alive).exists():
        widen(call, now=now)


def _deliveries(call: Call, shift: DutyShift, *, now: dt.datetime) -> bool:
    """Whether there is any way to send to the one on the shift."""
    if not may_know(shift.user, call, now=now):
        return _in_vain(call, shift, NOT_ALLOWED, now=now)
    contact = DutyContact.objects.filter(user_id=shift.user_id).first()
    found = False
    for channel in addresses(shift.user, contact):
        # A machine cannot ring, so a number alone makes nothing due.
        made = _delivery(call, shift, channel, now=now)
        found = found or made.due_at is not None
    return found or _in_vain(call, shift, NO_ADDRESS, now=now)


def _in_vain(call: Call, shift: DutyShift, error: str, *, now: dt.datetime) -> bool:
    """Say once for each call that the one on the shift gets nothing; False."""
    if not call.deliveries.filter(user_id=shift.user_id).exists():
        record_failure(call, _delivery(call, shift, Channel.EMAIL, error=error, now=now))
    return False


def may_know(user: User, call: Call, *, now: dt.datetime) -> bool:
    """Whether the person may be told: only a need-to-know group's calls are kept from a duty."""
    groups = {audience for audience in call.audiences if permission_of(audience) is None}
    if not groups or len(groups) < len(call.audiences):
        return True
    return not groups.isdisjoint(user.fresh_audiences(now))


def addresses(user: User, contact: DutyContact | None) -> dict[Channel, str]:
    """Where messages to the user go, by channel; the account's address when the duty has none."""
    mail = contact.email if contact and contact.email else user.email
    found = {Channel.EMAIL: mail, Channel.SMS: contact.sms if contact else ""}
    return {channel: address for channel, address in found.items() if address}


def _delivery(
    call: Call, shift: DutyShift, channel: Channel, *, now: dt.datetime, error: str = ""
) -> Delivery:
    dedupe_id = uuid4()
    made, _created = Delivery.objects.get_or_create(
        call=call,
        user_id=shift.user_id,
        channel=channel,
        round=call.round,
        defaults={
            "shift": shift,
            "rank": shift.rank,
            "state": DeliveryState.UNDELIVERABLE if error else DeliveryState.QUEUED,
            "error": error,
            "due_at": None if error else now,
            "ended_at": now if error else None,
            "dedupe_id": dedupe_id,
            "token_hash": hash_of(token_for(dedupe_id)),
            "token_expires_at": now + LIFETIME,
            "created_at": now,
        },
    )
    return made


def _give_up(call: Call, *, now: dt.datetime) -> None:
    """Nobody was reached: an operator must ring. A link that is pressed later still counts."""
    call.due_at = None
    # A bundle's next round reaches nobody either: a person must ring since the first.
    first = call.unreached_at is None
    call.unreached_at = call.unreached_at or now
    call.save(update_fields=("rank", "due_at", "unreached_at"))
    people: list[User | None] = [*to_ring(call, now=now)]
    for person in people or [None]:
        known = call.deliveries.filter(user=person, channel=Channel.PHONE)
        if not known.exists():
            Delivery.objects.create(
                call=call, user=person, rank=call.rank, channel=Channel.PHONE, created_at=now
            )
    if first:
        record_of(call, CallUnreached(call=of_call(call)))
