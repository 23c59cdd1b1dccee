"""Calling a duty, and calling it off."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.utils.translation import gettext as _

from trygghetscentral.callout.events import CallStarted, CallStopped, of_call
from trygghetscentral.callout.models import Call, Duty
from trygghetscentral.callout.services.common import record_of, silence
from trygghetscentral.callout.services.reach import call_rank
from trygghetscentral.callout.states import Rank
from trygghetscentral.ledger.events import Code
from trygghetscentral.shared.actor import Actor, ActorKind
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.errors import Missing

ASKED_AGAIN = "asked_again"


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
) -> Call:
    """Call whoever has the duty. Returns the open call when there is one for the same subject.

    An answered call is open until `stop_calls`: the system does not call the same duty twice for
    the same thing. A person who asks again after an answer gets a new call. The first rank's
    messages are due at once. Raises Missing for a duty that does not exist.
    """
    with unit_of_work(actor=actor, now=now):
        # The lock lets one call at a time begin for each duty, so that two make one.
        wanted = Duty.objects.select_for_update().filter(code=duty).first()
        if wanted is None:
            raise Missing(_("Jouren finns inte."), code="duty_missing")
        known = (
            Call.objects.open()
            .select_for_update(of=("self",))
            .filter(duty=wanted, subject_type=subject_type, subject_id=str(subject_id))
            .first()
        )
        if known is not None:
            if known.answered_at is None or actor.kind is not ActorKind.USER:
                return known
            _stop(known, now=now, reason=ASKED_AGAIN)
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
        )
        record_of(call, CallStarted(call=of_call(call)))
        call_rank(call, Rank.PRIMARY, now=now)
    return call


def stop_calls(
    *, actor: Actor, now: dt.datetime, subject_type: str, subject_id: str, reason: str
) -> int:
    """Stop every open call about the subject, answered or not; nothing more is sent for them.

    Returns how many were stopped. A second time stops none.
    """
    with unit_of_work(actor=actor, now=now):
        calls: Iterable[Call] = (
            Call.objects.open()
            .select_for_update(of=("self",))
            .select_related("duty")
            .filter(subject_type=subject_type, subject_id=str(subject_id))
            .order_by("pk")
        )
        count = 0
        for call in calls:
            _stop(call, now=now, reason=reason)
            count += 1
    return count


def _stop(call: Call, *, now: dt.datetime, reason: str) -> None:
    silence(call, now=now)
    call.stopped_at = now
    call.stop_reason = Code(reason)
    call.save(update_fields=("stopped_at", "stop_reason", "due_at"))
    record_of(call, CallStopped(call=of_call(call), reason=Code(reason)))
