"""The rules the demo city starts with, in order."""

from __future__ import annotations

import datetime as dt

from alarms.models import Desk, RoutingRule
from alarms.services.settings import RuleData, add_rule
from trygghetscentral.shared.actor import Actor

NIGHT_FROM, NIGHT_TO = dt.time(22), dt.time(6)


def load(*, actor: Actor, now: dt.datetime) -> None:
    """Enter them."""
    desks = {desk.code: desk.pk for desk in Desk.objects.all()}
    for data in _rules(desks):
        add_rule(actor=actor, now=now, data=data)


def _rules(desks: dict[str, int]) -> list[RuleData]:
    return [
        RuleData(name="Brand", categories=("fire",), desk_id=desks["brand"]),
        RuleData(
            name="Överfall först", categories=("holdup",), desk_id=desks["inbrott"], priority=1
        ),
        RuleData(
            name="Trygghetslarm",
            categories=("medical",),
            desk_id=desks["trygghetslarm"],
            priority=2,
            target_seconds=60,
        ),
        RuleData(
            name="Dörrar om natten",
            categories=("access",),
            from_time=NIGHT_FROM,
            to_time=NIGHT_TO,
            desk_id=desks["inbrott"],
            priority=2,
            target_seconds=90,
        ),
        RuleData(
            name="Drift på arbetstid",
            categories=("technical",),
            days=RoutingRule.Days.WORKDAYS,
            from_time=dt.time(7),
            to_time=dt.time(16),
            desk_id=desks["teknik"],
            target_seconds=600,
        ),
        RuleData(name="Drift annars", categories=("technical",), desk_id=desks["teknik"]),
    ]
