"""Which promises are late and nobody has taken. Any room may add its own kind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from trygghetscentral.callout.selectors.promises import overdue_calls, overdue_deliveries
from trygghetscentral.ledger.selectors import ledger_state

Overdue = Callable[[dt.datetime], int]


def _overdue_ledger(now: dt.datetime) -> int:
    return ledger_state(now=now).overdue


_promises: dict[str, Overdue] = {
    "callout.calls": overdue_calls,
    "callout.messages": overdue_deliveries,
    "ledger.deliveries": _overdue_ledger,
}


def register(name: str, overdue: Overdue) -> None:
    """Have the auditor ask `overdue(now)` how many promises of a kind are late and unclaimed.

    One indexed count: it is asked every five seconds. `name` is a code such as "alarms.parked".
    Called from `AppConfig.ready` only.
    """
    _promises[name] = overdue


def examine(now: dt.datetime) -> dict[str, int]:
    """How many of each kind are late now."""
    return {name: overdue(now) for name, overdue in sorted(_promises.items())}
