"""Calls about many things at once: who joins, who leaves, and a new round of messages.

A bundle is stopped with its last member, in the transaction in which that one leaves.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from trygghetscentral.callout.events import CallRenewed, CallStarted, of_call
from trygghetscentral.callout.models import Call, CallMember
from trygghetscentral.callout.services.common import record_of, silence, stop
from trygghetscentral.callout.services.reach import call_rank
from trygghetscentral.callout.states import Rank
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work

RENEWAL = dt.timedelta(minutes=10)
ASKED_AGAIN = "asked_again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One of the things that a call is about. `priority`: 1 is worst; `since` it has waited."""

    subject_type: str
    subject_id: str
    priority: int
    since: dt.datetime


def join(call: Call, members: Sequence[Member], *, now: dt.datetime) -> None:
    """Let the call be about these too; who is in it already stays as it is. The caller holds the
    call's lock."""
    CallMember.objects.bulk_create(
        [
            CallMember(
                call=call,
                subject_type=member.subject_type,
                subject_id=member.subject_id,
                priority=member.priority,
                since=member.since,
                joined_at=now,
            )
            for member in members
        ],
        ignore_conflicts=True,
    )


def leave(
    call: Call, *, subject_type: str, subject_ids: Collection[str], now: dt.datetime, reason: str
) -> bool:
    """Let the call be about these no longer, and stop it with its last; returns whether it did.
    The caller holds the call's lock, so that of two who leave at once one is the last."""
    present = CallMember.objects.filter(call=call, left_at=None)
    present.filter(subject_type=subject_type, subject_id__in=subject_ids).update(left_at=now)
    if present.exists():
        return False
    stop(call, now=now, reason=reason)
    return True


def renew_due(*, actor: Actor, now: dt.datetime) -> int:
    """Send one bundle's messages anew, ten minutes after the last; returns how many, 0 or 1.

    One that somebody has answered is called anew only if more has come since, as a new call:
    what was answered stays answered.
    """
    with unit_of_work(actor=actor, now=now):
        call = (
            Call.objects.to_renew(now)
            .select_for_update(skip_locked=True, of=("self",))
            .select_related("duty")
            .order_by("renews_at", "pk")
            .first()
        )
        if call is None:
            return 0
        if call.answered_at is None:
            _new_round(call, now=now)
        else:
            _begin_again(call, now=now)
    return 1


def _new_round(call: Call, *, now: dt.datetime) -> None:
    silence(call, now=now)
    call.round += 1
    call.renews_at = now + RENEWAL
    call.save(update_fields=("round", "renews_at", "due_at"))
    record_of(call, CallRenewed(call=of_call(call)))
    call_rank(call, Rank.PRIMARY, now=now)


def _begin_again(call: Call, *, now: dt.datetime) -> None:
    present = CallMember.objects.filter(call=call, left_at=None)
    given = ("subject_type", "subject_id", "priority", "since")
    members = [Member(**values) for values in present.values(*given)]
    present.update(left_at=now)
    stop(call, now=now, reason=ASKED_AGAIN)
    made = Call.objects.create(
        duty=call.duty,
        reason=call.reason,
        subject_type=call.subject_type,
        subject_id=call.subject_id,
        reference=call.reference,
        controller_id=call.controller_id,
        audiences=call.audiences,
        exercise_id=call.exercise_id,
        started_at=now,
        renews_at=now + RENEWAL,
    )
    join(made, members, now=now)
    record_of(made, CallStarted(call=of_call(made)))
    call_rank(made, Rank.PRIMARY, now=now)
