"""Alarms written directly, with the answer times that a test has worked out by hand."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence
from typing import Any

from alarms.models import Alarm, AlarmType, CloseCode, Desk
from alarms.states import AlarmState
from trygghetscentral.accounts.models import Organisation, User

NUMBERS = itertools.count(1)
TYPES = {"fire": "AL-BRA", "burglary": "AL-INB", "medical": "AL-TRY", "technical": "AL-DRF"}
DESKS = {"fire": "brand", "burglary": "inbrott", "medical": "trygghetslarm", "technical": "teknik"}


def plant(
    controller: Organisation,
    at: dt.datetime,
    waits: Sequence[float | None],
    *,
    category: str = "burglary",
    target: int | None = 30,
    owner: User | None = None,
    unfounded: int = 0,
    **fields: Any,
) -> list[Alarm]:
    """One alarm for each wait in seconds, None for one that nobody has answered. Those that are
    answered are closed, the first `unfounded` of them as unfounded."""
    codes = CloseCode.objects.filter(category="")
    real, false = codes.get(code="real"), codes.get(code="unfounded_technical")
    kind = AlarmType.objects.get(code=TYPES[category])
    desk = Desk.objects.get(code=DESKS[category])
    rows = []
    for place, wait in enumerate(waits):
        answered = None if wait is None else at + dt.timedelta(seconds=wait)
        closed = answered and answered + dt.timedelta(minutes=5)
        rows.append(
            Alarm(
                number=f"L-2026-{next(NUMBERS):06d}",
                state=AlarmState.CLOSED if closed else AlarmState.NEW,
                category=category,
                kind=f"{category}.alarm",
                type=kind,
                priority=2,
                code="SIA:BA",
                zone=str(next(NUMBERS)),
                controller=controller,
                audiences=[f"alarm.view@{controller.pk}"],
                desk=desk,
                received_at=at,
                last_signal_at=at,
                waiting_since=at,
                target_seconds=target,
                unanswered=answered is None,
                acknowledged_at=answered,
                closed_at=closed,
                owner=owner if closed else None,
                closed_by=owner if closed else None,
                close_code=(false if place < unfounded else real) if closed else None,
                voice_contact="yes" if closed and category == "medical" else "",
            )
        )
        for name, value in fields.items():
            setattr(rows[-1], name, value)
    return Alarm.objects.bulk_create(rows)
