"""What this app publishes: ids and codes, never names, addresses or telephone numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from trygghetscentral.ledger.events import Code, Event, published

if TYPE_CHECKING:
    from trygghetscentral.callout.models import Call, Delivery


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSnapshot:
    """The call's row after the change. `subject_type` and `subject_id` say what it is about."""

    public_id: UUID
    duty: Code
    reason: Code
    reference: Code
    subject_type: Code
    subject_id: Code
    rank: Code
    started_at: datetime
    answered_at: datetime | None
    answered_by_id: int | None
    unreached_at: datetime | None
    stopped_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverySnapshot:
    """The delivery's row after the change. `error` is a code of ours."""

    dedupe_id: UUID
    user_id: int | None
    rank: Code
    channel: Code
    state: Code
    attempts: int
    error: Code


def of_call(call: Call) -> CallSnapshot:
    """The row as it stands now."""
    return CallSnapshot(
        public_id=call.public_id,
        duty=Code(call.duty.code),
        reason=Code(call.reason),
        reference=Code(call.reference),
        subject_type=Code(call.subject_type),
        subject_id=Code(call.subject_id),
        rank=Code(call.rank),
        started_at=call.started_at,
        answered_at=call.answered_at,
        answered_by_id=call.answered_by_id,
        unreached_at=call.unreached_at,
        stopped_at=call.stopped_at,
    )


def of_delivery(delivery: Delivery) -> DeliverySnapshot:
    """The row as it stands now."""
    return DeliverySnapshot(
        dedupe_id=delivery.dedupe_id,
        user_id=delivery.user_id,
        rank=Code(delivery.rank),
        channel=Code(delivery.channel),
        state=Code(delivery.state),
        attempts=delivery.attempts,
        error=Code(delivery.error),
    )


@published
class CallStarted(Event):
    """A duty is called."""

    name = "callout.started"
    call: CallSnapshot


@published
class CallWidened(Event):
    """The next rank is called too."""

    name = "callout.widened"
    call: CallSnapshot


@published
class CallRenewed(Event):
    """Nobody has answered for what still waits: everyone is called anew."""

    name = "callout.renewed"
    call: CallSnapshot


@published
class CallSent(Event):
    """A message has left the house."""

    name = "callout.sent"
    call: CallSnapshot
    delivery: DeliverySnapshot


@published
class CallFailed(Event):
    """A message cannot be delivered, or somebody rang in vain."""

    name = "callout.failed"
    call: CallSnapshot
    delivery: DeliverySnapshot


@published
class CallUnreached(Event):
    """Nobody is on the roster, nobody can be reached, or nobody has answered: a person must
    ring."""

    name = "callout.unreached"
    call: CallSnapshot


@published
class CallAnswered(Event):
    """Somebody said "Jag tar det"."""

    name = "callout.answered"
    call: CallSnapshot
    through: Code


@published
class CallStopped(Event):
    """Its reason is gone; nothing more is sent."""

    name = "callout.stopped"
    call: CallSnapshot
    reason: Code


@published
class PromisesOverdue(Event):
    """Promises of a kind are late and nobody has taken them. Once for each such time."""

    name = "callout.overdue"
    promise: Code
    count: int


@published
class PromisesKept(Event):
    """The promises that were late are kept again."""

    name = "callout.caught_up"
    promise: Code
    seconds: int


@published
class ShiftPlanned(Event):
    """Somebody was entered on the roster."""

    name = "callout.shift_planned"
    shift_id: int
    duty: Code
    rank: Code
    user_id: int
    starts_at: datetime
    ends_at: datetime


@published
class ShiftRemoved(Event):
    """A shift that had not begun was taken off the roster."""

    name = "callout.shift_removed"
    shift_id: int
    duty: Code
    rank: Code
    user_id: int


@published
class ShiftAccepted(Event):
    """The one on the roster said yes."""

    name = "callout.shift_accepted"
    shift_id: int
    duty: Code
    rank: Code
    user_id: int


@published
class ShiftHandedOver(Event):
    """The one who leaves has written to the next; the note is in the shift's own row."""

    name = "callout.shift_handed_over"
    shift_id: int
    duty: Code
    rank: Code
    user_id: int
    next_user_id: int | None


@published
class DutyChanged(Event):
    """A duty's waiting time was set."""

    name = "callout.duty_changed"
    duty: Code
    wait_seconds: int


@published
class ContactSaved(Event):
    """Somebody's way to be reached was changed; the addresses are in a row of their own."""

    name = "callout.contact_saved"
    user_id: int
