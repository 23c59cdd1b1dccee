"""Giving a new alarm its desk, priority and deadline by the first rule that fits.

The alarm stands on the board at once, with its kind's priority and target; this comes a moment
later, by a worker (design.md 3).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import F, Q

from alarms.escalation import limit_of
from alarms.events import AlarmRouted, snapshot
from alarms.floods import URGENT
from alarms.models import Alarm, Flood
from alarms.prov import is_test
from alarms.routing import RuleRecord, decide
from alarms.selectors.routing import active_rules, default_desks, facts_for
from alarms.services import waiting
from alarms.services.holding import tell
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work

PORTION = 500
SWEEP_AFTER = dt.timedelta(seconds=3)


def route_alarms(*, ids: Sequence[int], actor: Actor, now: dt.datetime) -> int:
    """Route those of the alarms that are open and not yet routed; returns how many.

    A zone of a row gets its own desk and priority, and makes its row graver when it is itself
    made so; the row keeps its desk, its target and its clocks.
    Running it twice changes nothing. A rule's priority replaces the kind's; a rule's target
    counts from when somebody began to wait, and brings the limit that belongs to it.
    """
    with unit_of_work(actor=actor, now=now):
        rules = active_rules()
        chosen, led = _looked(ids, rules)
        alarms, leads = _locked(list(chosen), led)
        if not alarms:
            return 0
        desks = default_desks()
        lowered = _lowered([*alarms, *leads.values()])
        before = {alarm.pk: alarm.priority for alarm in alarms}
        alike: dict[tuple[_Outcome, dt.timedelta | None], list[int]] = defaultdict(list)
        for alarm in alarms:
            outcome = _outcome(alarm, chosen[alarm.pk], desks, lowered)
            outcome.apply(alarm, now=now)
            due = alarm.escalates_at
            wait = None if due is None else due - alarm.waiting_since
            alike[outcome, wait].append(alarm.pk)
        # One statement for all that go the same way: bulk_update costs ten times the decision.
        for (outcome, wait), pks in alike.items():
            changes = outcome.changes(now=now)
            changes["escalates_at"] = None if wait is None else F("waiting_since") + wait
            Alarm.objects.filter(pk__in=pks).update(**changes)
        for alarm in alarms:
            _come_up_if_urgent(alarm, now=now)
        for alarm in alarms:
            rule = chosen[alarm.pk]
            tell(AlarmRouted(alarm=snapshot(alarm), rule_id=rule.id if rule else None), alarm)
            if alarm.lead_id in leads and rule and alarm.priority < before[alarm.pk]:
                _make_graver(leads[alarm.lead_id], rule, lowered, now=now)
    return len(alarms)


class _Looked(NamedTuple):
    pk: int
    category: str
    site_id: int | None
    controller_id: int
    received_at: dt.datetime
    lead_id: int | None
    lead_priority: int | None


def _graver(rule: RuleRecord | None, than: int | None) -> bool:
    return bool(rule and rule.priority and than and rule.priority < than)


def _looked(
    ids: Sequence[int], rules: Sequence[RuleRecord]
) -> tuple[dict[int, RuleRecord | None], set[int]]:
    """The rule for each that waits to be routed, and the leads that a zone's rule makes graver.

    Without locks, since what rules look at stands still, and since intake waits for whoever holds
    the leads of a whole portion.
    """
    rows = (
        Alarm.objects.open()
        .filter(pk__in=ids, routed_at__isnull=True)
        .values_list(
            "pk",
            "category",
            "site_id",
            "controller_id",
            "received_at",
            "lead_id",
            "lead__priority",
        )
    )
    waiting_there = [_Looked(*row) for row in rows]
    facts = facts_for(waiting_there, rules)
    chosen = {alarm.pk: decide(rules, facts[alarm.pk]) for alarm in waiting_there}
    led = {
        alarm.lead_id
        for alarm in waiting_there
        if alarm.lead_id is not None and _graver(chosen[alarm.pk], alarm.lead_priority)
    }
    return chosen, led


def _locked(ids: Sequence[int], led: set[int]) -> tuple[list[Alarm], dict[int, Alarm]]:
    """Those of the alarms that still wait, and the leads, each once."""
    found = list(
        Alarm.objects.open()
        .select_for_update()
        .filter(Q(pk__in=ids, routed_at__isnull=True) | Q(pk__in=led))
        .in_lock_order()
    )
    wanted = set(ids)
    alarms = [one for one in found if one.pk in wanted and one.routed_at is None]
    return alarms, {one.pk: one for one in found if one.pk in led}


def _come_up_if_urgent(alarm: Alarm, *, now: dt.datetime) -> None:
    if alarm.held and alarm.priority <= URGENT:
        # The city's own rule calls it urgent: no larmflod keeps that from the board.
        waiting.comes_up(alarm, now=now)
        alarm.save()


def _make_graver(
    lead: Alarm, rule: RuleRecord, lowered: dict[int | None, int], *, now: dt.datetime
) -> None:
    priority = _under_flood(rule.priority, lead, lowered)
    if priority is None or priority >= lead.priority:
        return
    lead.priority = priority
    waiting.keep_escalation(lead)
    lead.save(update_fields=("priority", "escalates_at"))
    _come_up_if_urgent(lead, now=now)
    tell(AlarmRouted(alarm=snapshot(lead), rule_id=rule.id), lead)


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What routing sets; None leaves what the kind gave."""

    desk_id: int
    priority: int | None = None
    target_seconds: int | None = None

    def apply(self, alarm: Alarm, *, now: dt.datetime) -> None:
        """On the object, for the ledger."""
        alarm.desk_id, alarm.routed_at = self.desk_id, now
        if self.priority is not None:
            alarm.priority = self.priority
        if self.target_seconds is not None:
            alarm.target_seconds = self.target_seconds
            alarm.target_at = alarm.waiting_since + dt.timedelta(seconds=self.target_seconds)
            alarm.limit_seconds = limit_of(self.target_seconds)
        waiting.keep_escalation(alarm)

    def changes(self, *, now: dt.datetime) -> dict[str, Any]:
        """The same for the database."""
        changes: dict[str, Any] = {"desk_id": self.desk_id, "routed_at": now}
        if self.priority is not None:
            changes["priority"] = self.priority
        if self.target_seconds is not None:
            changes["target_seconds"] = self.target_seconds
            changes["limit_seconds"] = limit_of(self.target_seconds)
            changes["target_at"] = F("waiting_since") + dt.timedelta(seconds=self.target_seconds)
        return changes


def _lowered(alarms: Sequence[Alarm]) -> dict[int | None, int]:
    """The priority that each open larmflod among them lowers to; no query without any."""
    floods = {alarm.flood_id for alarm in alarms if alarm.flood_id is not None}
    if not floods:
        return {}
    rows = Flood.objects.open().filter(pk__in=floods, priority__isnull=False)
    return {pk: priority for pk, priority in rows.values_list("pk", "priority") if priority}


def _outcome(
    alarm: Alarm, rule: RuleRecord | None, desks: dict[str, int], lowered: dict[int | None, int]
) -> _Outcome:
    if rule is None:
        return _Outcome(desks.get(alarm.category, next(iter(desks.values()))))
    if is_test(alarm.kind):
        # A rule may make a school's fire alarms graver, never a test of them.
        return _Outcome(rule.desk_id)
    target = rule.target_seconds if alarm.lead_id is None else None
    return _Outcome(rule.desk_id, _under_flood(rule.priority, alarm, lowered), target)


def _under_flood(priority: int | None, alarm: Alarm, lowered: dict[int | None, int]) -> int | None:
    """A rule's priority, unless a larmflod lowers the alarm further."""
    if priority is None or priority <= URGENT:
        return priority
    return max(priority, lowered.get(alarm.flood_id, priority))


def route_left_over(*, actor: Actor, now: dt.datetime) -> int:
    """Route one portion of what has waited for three seconds: the worker was down, or its
    delivery has not come. Returns how many."""
    ids = list(
        Alarm.objects.open()
        .filter(routed_at__isnull=True, received_at__lte=now - SWEEP_AFTER)
        # By the board's own index: one of what is not routed would make each routing write
        # every other index too.
        .worst_first()
        .values_list("pk", flat=True)[:PORTION]
    )
    return route_alarms(ids=ids, actor=actor, now=now) if ids else 0
