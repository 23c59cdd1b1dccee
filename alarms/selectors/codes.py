"""Whether an open alarm is ground enough to see the codes of its place (design.md 7)."""

from __future__ import annotations

from alarms.by_hand import is_by_hand
from alarms.events import AlarmRaised
from alarms.models import Alarm
from trygghetscentral.ledger.models import LedgerRow
from trygghetscentral.shared.actor import ActorKind


def needs_two_persons(alarm: Alarm, user_id: int) -> bool:
    """True of an alarm that the reader put up: no signal, and nobody else, says that it is one.

    Who put it up is read from the ledger; what it does not say counts as the reader.
    """
    if not is_by_hand(alarm.kind):
        return False
    raised = LedgerRow.objects.filter(
        subject_type=Alarm._meta.label_lower, subject_id=str(alarm.pk), name=AlarmRaised.name
    )
    by = raised.order_by("seq").values_list("actor_kind", "actor_id").first()
    return by is None or by == (ActorKind.USER, str(user_id))
