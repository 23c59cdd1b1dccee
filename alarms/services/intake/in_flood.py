"""New alarms of an open larmflod: stored and numbered as always, lowered or held back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from alarms.floods import FloodRecord, covering, may_hold
from alarms.selectors.directory import Snapshot
from alarms.services.intake.under_test import Steps
from alarms.services.working import Activation
from trygghetscentral.accounts.audiences import GROUP_PREFIX
from trygghetscentral.shared.columns import column
from trygghetscentral.shared.statements import ask

# The snapshot may be two seconds old. Locked, so that a flood that ends at this moment either
# sees these alarms or is seen by them: none is held by what is over.
STILL_OPEN = """
SELECT id FROM alarms_flood
WHERE id = ANY(%b::bigint[]) AND ended_at IS NULL AND ends_at > %s ORDER BY id FOR KEY SHARE
"""


def mark(steps: Steps, *, directory: Snapshot, now: dt.datetime) -> None:
    """Say of each activation which open flood covers it. No query when none does.

    Inside the unit, before any alarm is locked: whoever ends a flood locks in that order.
    """
    if not directory.floods:
        return
    codes = {record.id: code for code, record in directory.types.items()}
    activations = [step.activation for _, step in steps if step.activation is not None]
    mark_activations(activations, floods=directory.floods, codes=codes, now=now)


def mark_activations(
    activations: Iterable[Activation],
    *,
    floods: Iterable[FloodRecord],
    codes: dict[int, str],
    now: dt.datetime,
) -> None:
    """The same for activations from elsewhere; `codes` are the D.2 codes of types by key."""
    marked: list[tuple[Activation, FloodRecord]] = []
    for activation in activations:
        flood = _flood_of(activation, floods, codes, now)
        if flood is not None:
            marked.append((activation, flood))
    if not marked:
        return
    asked = sorted({flood.id for _, flood in marked})
    lasting = {pk for (pk,) in ask(STILL_OPEN, (column("bigint", asked), now))()}
    for activation, flood in marked:
        if flood.id in lasting:
            activation.flood = flood


def _flood_of(
    activation: Activation,
    floods: Iterable[FloodRecord],
    codes: dict[int, str],
    now: dt.datetime,
) -> FloodRecord | None:
    flood = covering(floods, category=activation.category, area_id=activation.city_area_id, now=now)
    # What only a need-to-know group sees, whoever declared the flood may not have seen.
    restricted = any(audience.startswith(GROUP_PREFIX) for audience in activation.audiences)
    if flood is None or activation.silent or restricted:
        return None
    fits = may_hold(
        category=activation.category,
        type_code=codes[activation.type_id],
        kind=activation.key.kind,
        priority=activation.priority,
    )
    return flood if fits else None
