"""What a rule would have done with old alarms, before it is saved. Writes nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from alarms.models import Alarm, Desk
from alarms.routing import RuleRecord, decide, match
from alarms.selectors.routing import active_rules, default_desks, facts_for
from alarms.selectors.rows import LIST_RELATIONS, AlarmRow, row_of

TRIAL_DAYS: Final = 30
TRIAL_ALARMS: Final = 200


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where an alarm goes. `priority` None is the code's own; `target_seconds` as it would be."""

    rule_id: int | None
    desk_id: int
    priority: int | None
    target_seconds: int | None


@dataclass(frozen=True, slots=True)
class TrialRow:
    """One old alarm: does the rule fit, and what would be different from today's list?"""

    alarm: Alarm
    before: Outcome
    after: Outcome

    @property
    def differs(self) -> bool:
        """Whether anything but the rule's name is different."""
        return (self.before.desk_id, self.before.priority, self.before.target_seconds) != (
            self.after.desk_id,
            self.after.priority,
            self.after.target_seconds,
        )


@dataclass(frozen=True, slots=True)
class Trial:
    """What a rule would have done. `taken_by_earlier` fit too, but a rule above has them."""

    looked_at: int
    fits: int
    taken_by_earlier: int
    rows: list[TrialRow]

    @property
    def changed(self) -> int:
        """How many alarms would have gone elsewhere, or been worth more or less."""
        return sum(row.differs for row in self.rows)


def try_rule(candidate: RuleRecord, *, audiences: frozenset[str], now: dt.datetime) -> Trial:
    """Hold a rule, not yet saved, against the newest old alarms the reader may see.

    At most 200 alarms of the last 30 days; writes nothing. The candidate replaces the rule with
    its id, or comes at its position. `rows` are those that the candidate itself would route,
    and those that the rule it replaces routes today.
    """
    alarms = list(
        Alarm.objects.for_audiences(audiences)
        .filter(received_at__gte=now - dt.timedelta(days=TRIAL_DAYS))
        .select_related(*LIST_RELATIONS)
        .order_by("-received_at", "-pk")[:TRIAL_ALARMS]
    )
    today = active_rules()
    tomorrow = _with_candidate(today, candidate)
    facts = facts_for(alarms, [*today, candidate])
    desks = default_desks()
    fits = taken = 0
    rows = []
    for alarm in alarms:
        before = decide(today, facts[alarm.pk])
        after = decide(tomorrow, facts[alarm.pk])
        if match(candidate, facts[alarm.pk]):
            fits += 1
            taken += after is not candidate
        replaced = before is not None and before.id == candidate.id and candidate.id is not None
        if after is candidate or replaced:
            rows.append(
                TrialRow(
                    alarm,
                    _outcome(before, alarm, desks),
                    _outcome(after, alarm, desks),
                )
            )
    return Trial(len(alarms), fits, taken, rows)


def _with_candidate(rules: Sequence[RuleRecord], candidate: RuleRecord) -> list[RuleRecord]:
    others = [rule for rule in rules if candidate.id is None or rule.id != candidate.id]
    return sorted([*others, candidate], key=lambda rule: (rule.position, rule is not candidate))


def _outcome(rule: RuleRecord | None, alarm: Alarm, desks: dict[str, int]) -> Outcome:
    target = alarm.type.target_seconds
    if rule is None:
        desk = desks.get(alarm.category, next(iter(desks.values())))
        return Outcome(None, desk, None, target)
    own = rule.target_seconds
    return Outcome(rule.id, rule.desk_id, rule.priority, target if own is None else own)


@dataclass(frozen=True, slots=True)
class ShownOutcome:
    """An outcome with its desk's name."""

    desk: str
    priority: int | None
    target_seconds: int | None


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A trial's row for the screen."""

    row: AlarmRow
    before: ShownOutcome
    after: ShownOutcome
    differs: bool


@dataclass(frozen=True, slots=True)
class ShownTrial:
    """A trial for the screen: the numbers, and every alarm that the rule concerns."""

    looked_at: int
    days: int
    fits: int
    taken_by_earlier: int
    changed: int
    rows: list[ShownRow]


def shown_trial(
    candidate: RuleRecord, *, audiences: frozenset[str], now: dt.datetime
) -> ShownTrial:
    """`try_rule` with names instead of keys."""
    trial = try_rule(candidate, audiences=audiences, now=now)
    desks = dict(Desk.objects.values_list("pk", "name"))

    def shown(outcome: Outcome) -> ShownOutcome:
        return ShownOutcome(desks[outcome.desk_id], outcome.priority, outcome.target_seconds)

    return ShownTrial(
        looked_at=trial.looked_at,
        days=TRIAL_DAYS,
        fits=trial.fits,
        taken_by_earlier=trial.taken_by_earlier,
        changed=trial.changed,
        rows=[
            ShownRow(row_of(one.alarm), shown(one.before), shown(one.after), one.differs)
            for one in trial.rows
        ],
    )
