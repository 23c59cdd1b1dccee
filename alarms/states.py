"""The states of an alarm and what may be done in each, as data (design.md 10)."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from trygghetscentral.shared.errors import Conflict


class AlarmState(models.TextChoices):
    """Only `closed` is an end. "Larmar igen" is a mark on the row, not a state."""

    NEW = "new", _("Obesvarat")
    ACKNOWLEDGED = "acknowledged", _("Taget")
    VERIFYING = "verifying", _("Verifieras")
    IN_PROGRESS = "in_progress", _("Åtgärd pågår")
    PARKED = "parked", _("Parkerat")
    CLOSED = "closed", _("Avslutat")


OPEN_STATES = tuple(state for state in AlarmState if state is not AlarmState.CLOSED)
OWNED_STATES = (
    AlarmState.ACKNOWLEDGED,
    AlarmState.VERIFYING,
    AlarmState.IN_PROGRESS,
    AlarmState.PARKED,
)

WORKED_STATES = tuple(state for state in OWNED_STATES if state is not AlarmState.PARKED)


class ReturnCause(enum.StrEnum):
    """Why an alarm went back to the queue."""

    BY_HAND = "by_hand"
    IDLE = "idle"
    ABSENT = "absent"
    MOVED = "moved"


class ParkReason(models.TextChoices):
    """What a parked alarm waits for."""

    CALL_BACK = "call_back", _("Väntar på återuppringning")
    GUARD = "guard", _("Väntar på väktare")
    TECHNICIAN = "technician", _("Väntar på tekniker")
    CONTACT = "contact", _("Väntar på någon på platsen")
    RESTORE = "restore", _("Väntar på återställning")
    OTHER = "other", _("Annat")


class Action(enum.StrEnum):
    """What can be done to an alarm. `REACTIVATE` is done by a new activation, not by a person."""

    CLAIM = "claim"
    RELEASE = "release"
    VERIFY = "verify"
    PROGRESS = "progress"
    CLOSE = "close"
    PARK = "park"
    UNPARK = "unpark"
    REACTIVATE = "reactivate"


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table."""

    action: Action
    source: AlarmState
    target: AlarmState


_S, _A = AlarmState, Action

TRANSITIONS: tuple[Transition, ...] = (
    Transition(_A.CLAIM, _S.NEW, _S.ACKNOWLEDGED),
    Transition(_A.RELEASE, _S.ACKNOWLEDGED, _S.NEW),
    Transition(_A.RELEASE, _S.VERIFYING, _S.NEW),
    Transition(_A.RELEASE, _S.IN_PROGRESS, _S.NEW),
    Transition(_A.RELEASE, _S.PARKED, _S.NEW),
    Transition(_A.VERIFY, _S.ACKNOWLEDGED, _S.VERIFYING),
    Transition(_A.VERIFY, _S.IN_PROGRESS, _S.VERIFYING),
    Transition(_A.PROGRESS, _S.ACKNOWLEDGED, _S.IN_PROGRESS),
    Transition(_A.PROGRESS, _S.VERIFYING, _S.IN_PROGRESS),
    Transition(_A.PARK, _S.ACKNOWLEDGED, _S.PARKED),
    Transition(_A.PARK, _S.VERIFYING, _S.PARKED),
    Transition(_A.PARK, _S.IN_PROGRESS, _S.PARKED),
    Transition(_A.UNPARK, _S.PARKED, _S.ACKNOWLEDGED),
    Transition(_A.CLOSE, _S.ACKNOWLEDGED, _S.CLOSED),
    Transition(_A.CLOSE, _S.VERIFYING, _S.CLOSED),
    Transition(_A.CLOSE, _S.IN_PROGRESS, _S.CLOSED),
    Transition(_A.CLOSE, _S.PARKED, _S.CLOSED),
    Transition(_A.REACTIVATE, _S.PARKED, _S.ACKNOWLEDGED),
)

_TABLE = {(row.action, row.source): row.target for row in TRANSITIONS}


def target_of(action: Action, source: str) -> AlarmState:
    """Where the action leads. Raises Conflict when it is not possible from `source`."""
    target = _TABLE.get((action, AlarmState(source)))
    if target is None:
        raise Conflict(
            _("Det går inte att göra så med ett larm som är %(state)s.")
            % {"state": str(AlarmState(source).label).lower()},
            code="wrong_state",
            kept=_("Larmet är oförändrat."),
        )
    return target


def may(action: Action, source: str) -> bool:
    """Whether the table has such a row."""
    return (action, AlarmState(source)) in _TABLE
