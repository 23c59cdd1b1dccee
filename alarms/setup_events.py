"""The other half of what this room publishes: about how it is set up."""

from __future__ import annotations

import enum
from datetime import date, time
from uuid import UUID

from trygghetscentral.ledger.events import Code, Event, published


class Change(enum.StrEnum):
    """What was done to a rule."""

    ADDED = "added"
    CHANGED = "changed"
    MOVED = "moved"
    ACTIVATED = "activated"
    DEACTIVATED = "deactivated"


@published
class RuleChanged(Event):
    """A routing rule, as it stands after the change. Its name is in its row."""

    name = "alarms.rule_changed"
    rule_id: int
    change: Change
    position: int
    active: bool
    categories: tuple[Code, ...]
    sites: tuple[int, ...]
    areas: tuple[int, ...]
    controllers: tuple[int, ...]
    days: Code
    weekdays: tuple[int, ...]
    from_minute: int | None
    to_minute: int | None
    desk_id: int
    priority: int | None
    target_seconds: int | None


@published
class TypesChanged(Event):
    """A kind of alarm got another priority, answer target, limit, or time to act in."""

    name = "alarms.types_changed"
    code: Code
    priority: int
    target_seconds: int | None
    limit_seconds: int | None
    action_seconds: int | None


@published
class HolidaysChanged(Event):
    """Days were entered in, or taken from, the list of holidays."""

    name = "alarms.holidays_changed"
    added: tuple[date, ...]
    removed: tuple[date, ...]


@published
class SignalsAdopted(Event):
    """Signals of an unknown account were given to an installation."""

    name = "signals.adopted"
    transmitter_id: int
    installation_id: int
    signals: int
    alarms: tuple[UUID, ...]


def minute_of(moment: time | None) -> int | None:
    """Minutes since midnight."""
    return None if moment is None else moment.hour * 60 + moment.minute
