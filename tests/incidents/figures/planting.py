"""Incidents written directly, past the services, with what a test has worked out by hand."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

from incidents.models import Damage, Incident, IncidentMove, Origin
from incidents.states import Move, Stage
from tests.incidents.conftest import kind
from trygghetscentral.accounts.models import Organisation, User

NUMBERS = itertools.count(1)
HOUR = dt.timedelta(hours=1)


def plant(
    controller: Organisation, at: dt.datetime, count: int = 1, *, code: str = "BR-03", **fields: Any
) -> list[Incident]:
    """So many alike, judged and not yet closed."""
    rows = [
        Incident(
            number=f"H-2026-{next(NUMBERS):06d}",
            kind=kind(code),
            title="Krossad ruta",
            stage=Stage.ASSESSED,
            severity=1,
            urgency=4,
            origin=Origin.COORDINATOR,
            controller=controller,
            audiences=[f"incident.view@{controller.pk}"],
            occurred_from=at,
            registered_at=at,
        )
        for _ in range(count)
    ]
    for row in rows:
        for name, value in fields.items():
            setattr(row, name, value)
    return Incident.objects.bulk_create(rows)


def cost(incident: Incident, by: User, **sums: int) -> Damage:
    """What it cost."""
    return Damage.objects.create(
        incident=incident, what="Ruta", added_by=by, added_at=incident.registered_at, **sums
    )


def begin(incident: Incident, by: User, hours: float) -> IncidentMove:
    """Somebody began with it so long after it was reported."""
    return IncidentMove.objects.create(
        incident=incident,
        move=Move.START,
        source=Stage.ASSESSED,
        target=Stage.HANDLING,
        by=by,
        at=incident.registered_at + hours * HOUR,
    )
