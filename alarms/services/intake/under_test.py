"""Signals under test are stored and answered, and call nobody (domain.md 00.11)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from alarms import prov
from alarms.kinds import type_code
from alarms.models import SignalOutcome
from alarms.services.intake.plan import Planned, Step
from alarms.services.working import Activation
from trygghetscentral.shared.columns import column
from trygghetscentral.shared.statements import ask

# The snapshot may be two seconds old. Locked, so that a period that ends at this moment either
# sees these signals or is seen by them: none falls between.
STILL_OPEN = """
SELECT id FROM alarms_testperiod
WHERE id = ANY(%b::bigint[]) AND ended_at IS NULL AND starts_at <= %s AND until > %s
ORDER BY id FOR SHARE
"""

Steps = Sequence[tuple[Planned, Step]]


def tested(signal: Planned, step: Step, *, now: dt.datetime) -> Step:
    """The step as the installation's open periods make it; the same one when it has none."""
    installation, meaning, event = signal.installation, signal.meaning, signal.event
    if installation is None or not installation.tests or meaning is None or event is None:
        return step
    area, zone = prov.normal(event.area), prov.normal(event.zone)
    registered = installation.registered(area, zone)
    if step.restore is not None:
        period = prov.standing_at(
            installation.tests, area=area, zone=zone, registered=registered, now=now
        )
    else:
        kind = type_code(meaning, installation.type_overrides)
        period = prov.covering(
            installation.tests,
            area=area,
            zone=zone,
            registered=registered,
            category=prov.tested_as(meaning.category.value, kind),
            now=now,
        )
    if period is None:
        return step
    critical = period.category in prov.CRITICAL
    row = _row(step.activation, period.id) if step.activation is not None and critical else None
    return Step(
        SignalOutcome.PROV,
        activation=row,
        restore=step.restore,
        period_id=period.id,
        real=step,
    )


def _row(activation: Activation, period_id: int) -> Activation:
    """Fire and hold-up stay on the board under test, last and with nobody to wait for.

    The zones of one period are one row, which goes when the period does.
    """
    key = activation.key._replace(kind=f"{prov.KIND}{activation.key.kind}"[:64])
    return replace(
        activation,
        key=key,
        priority=prov.PRIORITY,
        target_seconds=None,
        limit_seconds=None,
        group_key=activation.group_key and f"{activation.group_key}p{period_id}",
    )


def confirmed(steps: Steps, *, now: dt.datetime) -> Steps:
    """The steps with those made real whose period is over. No query when nothing is tested.

    Inside the unit, before any alarm is locked: whoever ends a period locks in that order.
    """
    asked = sorted({step.period_id for _, step in steps if step.period_id is not None})
    if not asked:
        return steps
    rows = ask(STILL_OPEN, (column("bigint", asked), now, now))()
    lasting = {pk for (pk,) in rows}
    return [
        (signal, step if step.real is None or step.period_id in lasting else step.real)
        for signal, step in steps
    ]
