"""Calling a duty, and calling it off."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from django.db.models import Q
from django.utils.translation import gettext as _

from trygghetscentral.callout.events import CallStarted, of_call
from trygghetscentral.callout.models import Call, CallMember, Delivery, Duty
from trygghetscentral.callout.services.bundles import ASKED_AGAIN, RENEWAL, Member, join, leave
from trygghetscentral.callout.services.common import record_of, stop
from trygghetscentral.callout.services.reach import call_rank, hurry_on, may_know
from trygghetscentral.callout.states import TO_SEND, DeliveryState, Rank
from trygghetscentral.ledger.events import Code
from trygghetscentral.shared.actor import Actor, ActorKind
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.errors import Missing


def take_turns(duties: Collection[str]) -> dict[str, Duty]:
    """Wait until it is this unit's turn to begin and end calls of these duties, by code.

    One at a time does, so that two who call about one thing make one call. Whoever locks calls of
    several duties takes all its turns first.
    """
    found = Duty.objects.select_for_update().filter(code__in=duties).order_by("pk")
    return {duty.code: duty for duty in found}


def start_call(
    *,
    actor: Actor,
    now: dt.datetime,
    duty: str,
    reason: str,
    subject_type: str,
    subject_id: str,
    reference: str,
    controller_id: int,
    audiences: list[str],
    exercise_id: int | None,
    members: Sequence[Member] = (),
) -> Call:
    """Call whoever has the duty. Returns the open call when there is one for the same subject.

    With `members` the call is a bundle about all of them, and those who are not in the open one
    join it. An answered call is open until `stop_calls`: the system does not call the same duty
    twice for the same thing. A person who asks again after an answer gets a new call. The first
    rank's messages are due at once. Raises Missing for a duty that does not exist.
    """
    with unit_of_work(actor=actor, now=now):
        wanted = take_turns([duty]).get(duty)
        if wanted is None:
            raise Missing(_("Jouren finns inte."), code="duty_missing")
        same = Call.objects.open().filter(
            duty=wanted, subject_type=subject_type, subject_id=str(subject_id)
        )
        known = same.select_for_update(of=("self",)).first()
        if known is not None:
            if known.answered_at is None or actor.kind is not ActorKind.USER:
                join(known, members, now=now)
                return known
            stop(known, now=now, reason=ASKED_AGAIN)
        call = Call.objects.create(
            duty=wanted,
            reason=Code(reason),
            subject_type=Code(subject_type),
            subject_id=Code(subject_id),
            reference=Code(reference),
            controller_id=controller_id,
            audiences=sorted(set(audiences)),
            exercise_id=exercise_id,
            started_at=now,
            renews_at=now + RENEWAL if members else None,
        )
        join(call, members, now=now)
        record_of(call, CallStarted(call=of_call(call)))
        call_rank(call, Rank.PRIMARY, now=now)
    return call


def stop_calls(
    *,
    actor: Actor,
    now: dt.datetime,
    subject_type: str,
    subject_ids: Collection[str],
    reason: str,
) -> int:
    """Stop every open call about any of these, answered or not; nothing more is sent for them.

    A bundle goes on about its others and stops with the last. Returns how many were stopped. A
    second time stops none.
    """
    with unit_of_work(actor=actor, now=now):
        count = 0
        for call in _about(subject_type, subject_ids):
            if call.is_bundle:
                count += leave(
                    call, subject_type=subject_type, subject_ids=subject_ids, now=now, reason=reason
                )
            else:
                stop(call, now=now, reason=reason)
                count += 1
    return count


def leave_bundles(
    *,
    actor: Actor,
    now: dt.datetime,
    subject_type: str,
    subject_ids: Collection[str],
    reason: str,
) -> set[str]:
    """Let no bundle be about these any longer; calls of their own go on. Returns the ids of
    those that one was about."""
    with unit_of_work(actor=actor, now=now):
        bundles = [call for call in _about(subject_type, subject_ids) if call.is_bundle]
        present = CallMember.objects.filter(
            call__in=bundles, left_at=None, subject_type=subject_type, subject_id__in=subject_ids
        )
        left = set(present.values_list("subject_id", flat=True))
        for call in bundles:
            leave(call, subject_type=subject_type, subject_ids=subject_ids, now=now, reason=reason)
    return left


def stop_duty(*, actor: Actor, now: dt.datetime, duty: str, called_for: str, reason: str) -> int:
    """Stop the duty's open calls that were begun for the reason `called_for`, now that it is
    gone; returns how many."""
    with unit_of_work(actor=actor, now=now):
        calls = Call.objects.open().filter(duty__code=duty, reason=called_for)
        locked = list(_locked(list(calls.values_list("pk", flat=True))))
        for call in locked:
            stop(call, now=now, reason=reason)
            call.members.filter(left_at=None).update(left_at=now)
    return len(locked)


def change_audiences(
    *, actor: Actor, now: dt.datetime, subject_type: str, subject_id: str, audiences: Sequence[str]
) -> int:
    """Let other people see the open calls about the thing; returns how many changed.

    Whoever may not know of it any longer gets no more messages; when that leaves nobody who has
    been called, the next rank is called at once.
    """
    wanted = sorted(set(audiences))
    with unit_of_work(actor=actor, now=now):
        own = Call.objects.open().filter(subject_type=subject_type, subject_id=subject_id)
        changed = [
            call
            for call in _locked(list(own.values_list("pk", flat=True)))
            if call.audiences != wanted
        ]
        for call in changed:
            call.audiences = wanted
            call.save(update_fields=("audiences",))
            _silence_outsiders(call, now=now)
            hurry_on(call, now=now)
    return len(changed)


def _silence_outsiders(call: Call, *, now: dt.datetime) -> None:
    # One that is being handed over is passed over; its sender looks at the audiences again.
    under_way = call.deliveries.select_for_update(skip_locked=True, of=("self",)).filter(
        state__in=TO_SEND, user__isnull=False
    )
    outside = [
        delivery.pk
        for delivery in under_way.select_related("user").order_by("pk")
        if delivery.user and not may_know(delivery.user, call, now=now)
    ]
    Delivery.objects.filter(pk__in=outside).update(
        state=DeliveryState.STOPPED, due_at=None, ended_at=now
    )


def _about(subject_type: str, subject_ids: Collection[str]) -> list[Call]:
    these = Q(subject_type=subject_type, subject_id__in=list(subject_ids))
    own = Call.objects.open().filter(these).values_list("pk", flat=True)
    bundles = CallMember.objects.filter(these, left_at=None).values_list("call", flat=True)
    return _locked([*own, *bundles.order_by().distinct()])


def _locked(pks: Collection[int]) -> list[Call]:
    if not pks:
        return []
    calls = Call.objects.open().select_for_update(of=("self",)).select_related("duty")
    return list(calls.filter(pk__in=pks).order_by("pk"))
