"""Intake's working row: an alarm while a batch is folded into it, before it is written."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field
from typing import NamedTuple

from alarms import runaway
from alarms.codes import Category
from alarms.escalation import Level, next_at, wait_began
from alarms.floods import FloodRecord
from alarms.grouping import ALONE
from alarms.states import OWNED_STATES, Action, AlarmState, target_of


class AlarmKey(NamedTuple):
    """What the database allows one open alarm of. For an unknown account `installation_id` is
    None and `zone` holds receiver, line and account."""

    installation_id: int | None
    area: str
    zone: str
    kind: str


@dataclass(slots=True, kw_only=True)
class Activation:
    """One thing that says "something is wrong here", ready to become or to join an alarm.

    `silent` joins an open alarm without calling anyone (Contact ID qualifier 6) and never opens
    one. `target_seconds` is the answer target, None where there is none; `limit_seconds` is when
    it is escalated (alarms.escalation), None for never. `flood` is the larmflod that covers it.
    `group_key` is its object where alarms of one kind are one row, else "" (alarms.grouping);
    `alone` says that somebody calls for help, and is heard each time.
    """

    key: AlarmKey
    condition: str
    category: str
    type_id: int
    priority: int
    target_seconds: int | None
    limit_seconds: int | None
    code: str
    text: str
    receiver: str
    line: str
    account: str
    area_label: str
    zone_label: str
    site_id: int | None
    city_area_id: int | None
    controller_id: int
    audiences: tuple[str, ...]
    longitude: float | None = None
    latitude: float | None = None
    silent: bool = False
    flood: FloodRecord | None = None
    group_key: str = ""
    alone: bool = False

    def __post_init__(self) -> None:
        if self.category in ALONE:
            self.alone, self.group_key = True, ""

    @property
    def is_held(self) -> bool:
        """Whether its larmflod keeps it from the board."""
        return self.flood is not None and self.flood.holds


@dataclass(slots=True, kw_only=True)
class Restore:
    """One thing that says "normal again" for conditions of one place.

    `natures` are those it ends; `condition` as in `alarms.codes.Meaning`.
    """

    installation_id: int
    area: str
    zone: str
    condition: str
    natures: frozenset[str]


@dataclass(slots=True, kw_only=True)
class WorkingAlarm:
    """Fields as in `alarms.models.Alarm`. `changed` holds the event names to record. `lead` is the
    alarm whose row this one's zone is part of; `lead_id` of a new one is set when it is written."""

    public_id: uuid.UUID
    number: str
    id: int | None
    key: AlarmKey
    activation: Activation | None
    state: str
    category: str
    kind: str
    priority: int
    signalled_priority: int
    target_seconds: int | None
    limit_seconds: int | None
    code: str
    account: str
    area: str
    zone: str
    installation_id: int | None
    site_id: int | None
    city_area_id: int | None
    controller_id: int
    desk_id: int | None
    owner_id: int | None
    received_at: dt.datetime
    waiting_since: dt.datetime
    target_at: dt.datetime | None
    acknowledged_at: dt.datetime | None
    target_met_at: dt.datetime | None = None
    duress_at: dt.datetime | None = None
    again_at: dt.datetime | None
    returned_at: dt.datetime | None
    restored_at: dt.datetime | None
    parked_until: dt.datetime | None
    closed_at: dt.datetime | None = None
    escalation: str
    escalates_at: dt.datetime | None
    acts_by: dt.datetime | None = None
    unparked_at: dt.datetime | None = None
    unanswered: bool
    signal_count: int
    audiences: tuple[str, ...]
    active_conditions: list[str]
    last_signal_at: dt.datetime
    flood_id: int | None = None
    held: bool = False
    held_until: dt.datetime | None = None
    unheld_at: dt.datetime | None = None
    exercise_id: int | None = None
    group_key: str = ""
    lead: WorkingAlarm | None = None
    lead_id: int | None = None
    followers: int = 0
    followers_active: int = 0
    runaway_at: dt.datetime | None = None
    again_spent: int = 0
    again_since: dt.datetime | None = None
    changed: set[str] = field(default_factory=set)

    def activate(self, activation: Activation, *, now: dt.datetime) -> None:
        """Fold one more activation in.

        A retransmission never gets here. While nobody has answered, one more press adds nothing
        but a count; once somebody has, it is news: parking ends, and a new target clock starts.
        """
        self.signal_count += 1
        self.last_signal_at = now
        self.changed.add("repeated")
        if activation.silent:
            return
        if activation.condition not in self.active_conditions:
            self.active_conditions.append(activation.condition)
        if self.lead is not None:
            back = self.restored_at is not None
            self.restored_at = None
            self._worsen(activation)
            self.lead.called_by_zone(activation, new=False, back=back, now=now)
            return
        if self.held and self.restored_at is not None:
            self._holds_again(activation.flood, now=now)
        self.restored_at = None
        self._worsen(activation)
        self._call_again(activation, new_zone=False, now=now)

    def called_by_zone(
        self, activation: Activation, *, new: bool, back: bool, now: dt.datetime
    ) -> None:
        """A zone of this row says that something is wrong there: `new` to the row, `back` after
        a restore, or only once more.

        What a larmflod holds makes nothing sound; what none holds brings the row up from its own.
        """
        if new or back:
            self.followers += new
            self.followers_active += 1
            self.changed.add("joined" if new else "repeated")
        if self.held and not activation.is_held:
            self._comes_up(now=now)
        elif self.held and self.restored_at is not None:
            self._holds_again(activation.flood, now=now)
        self.restored_at = None
        self._worsen(activation)
        if not activation.is_held:
            self._call_again(activation, new_zone=new, now=now)

    def _worsen(self, activation: Activation) -> None:
        if activation.priority >= self.signalled_priority:
            return
        # Worse than anything before. What a rule has lowered stays lowered otherwise.
        self.signalled_priority = activation.priority
        self.priority = min(self.priority, activation.priority)
        self.changed.add("repeated")
        if self.unanswered:
            self.escalates_at = self._next_at()

    def _call_again(self, activation: Activation, *, new_zone: bool, now: dt.datetime) -> None:
        """ "Larmar igen", when somebody has answered and the row does not run away."""
        if self.state not in OWNED_STATES or self.unanswered:
            return
        if not self._may_sound(activation, new_zone=new_zone, now=now):
            return
        if self.state == AlarmState.PARKED:
            self.state = target_of(Action.REACTIVATE, self.state)
            self.parked_until = None
        self.unanswered = True
        self.again_at = self.waiting_since = now
        if self.target_seconds is not None:
            self.target_at = now + dt.timedelta(seconds=self.target_seconds)
        self.escalation = Level.NONE
        self.escalates_at = self._next_at()
        self.acts_by = None
        self.changed.add("again")

    def _may_sound(self, activation: Activation, *, new_zone: bool, now: dt.datetime) -> bool:
        if activation.alone:
            return True
        spent = runaway.spend(runaway.Spent(self.again_spent, self.again_since), now=now)
        if spent is not None:
            self.again_spent, self.again_since = spent
            self.runaway_at = None
            return True
        if new_zone and activation.category == Category.FIRE:
            return True
        if self.runaway_at is None:
            self.runaway_at = now
            self.changed.add("runaway")
        return False

    def enter(self, activation: Activation, *, now: dt.datetime) -> None:
        """Begin to wait for an answer, unless a larmflod says otherwise; a zone's row waits."""
        if self.lead is not None:
            self.unanswered, self.target_at = False, None
            self.lead.called_by_zone(activation, new=True, back=False, now=now)
            return
        flood = activation.flood
        if flood is not None:
            self.flood_id, self.priority = flood.id, flood.lowered(self.priority)
            self.held, self.held_until = flood.holds, flood.held_until(now)
        if self.held:
            self.unanswered, self.target_at = False, None
        else:
            self.escalates_at = self._next_at()

    def _holds_again(self, flood: FloodRecord | None, *, now: dt.datetime) -> None:
        """Restored, and wrong again: a new wait in the flood, or on the board when it is over."""
        if flood is not None and flood.id == self.flood_id:
            self.held_until = flood.held_until(now)
            self.changed.add("repeated")
            return
        self._comes_up(now=now)

    def _comes_up(self, *, now: dt.datetime) -> None:
        self.held, self.held_until, self.unheld_at = False, None, now
        self.unanswered, self.waiting_since = True, now
        if self.target_seconds is not None:
            self.target_at = now + dt.timedelta(seconds=self.target_seconds)
        self.escalates_at = self._next_at()
        self.changed.add("unheld")

    def _next_at(self) -> dt.datetime | None:
        return next_at(
            level=self.escalation,
            priority=self.priority,
            limit_seconds=self.limit_seconds,
            since=wait_began(
                waiting_since=self.waiting_since,
                returned_at=self.returned_at,
                answered_before=self.acknowledged_at is not None
                and (self.again_at or self.unparked_at or self.unheld_at) is None,
            ),
        )

    def restore(self, restore: Restore, *, now: dt.datetime) -> bool:
        """Mark what is normal again; returns whether this alarm was concerned."""
        nature = self.kind.rpartition(".")[2]
        if nature not in restore.natures or restore.condition not in self.active_conditions:
            return False
        self.active_conditions.remove(restore.condition)
        self.signal_count += 1
        self.last_signal_at = now
        self._settle(now=now)
        if self.lead is not None and self.restored_at is not None:
            self.lead.zone_restored(now=now)
        return True

    def zone_restored(self, *, now: dt.datetime) -> None:
        """A zone of this row is normal again."""
        self.followers_active -= 1
        self._settle(now=now)

    def _settle(self, *, now: dt.datetime) -> None:
        if self.active_conditions or self.followers_active:
            self.changed.add("repeated")
        else:
            self.restored_at = now
            self.changed.add("restored")


def new_alarm(
    activation: Activation, *, now: dt.datetime, lead: WorkingAlarm | None = None
) -> WorkingAlarm:
    """The first of its kind, or one more zone of `lead`'s row, which makes the row's promises.
    The number is taken when the batch is written."""
    target = activation.target_seconds
    alarm = WorkingAlarm(
        public_id=uuid.uuid4(),
        number="",
        id=None,
        key=activation.key,
        activation=activation,
        state=AlarmState.NEW,
        category=activation.category,
        kind=activation.key.kind,
        priority=activation.priority,
        signalled_priority=activation.priority,
        target_seconds=target,
        limit_seconds=activation.limit_seconds,
        code=activation.code,
        account=activation.account,
        area=activation.key.area,
        zone=activation.key.zone if activation.key.installation_id else "",
        installation_id=activation.key.installation_id,
        site_id=activation.site_id,
        city_area_id=activation.city_area_id,
        controller_id=activation.controller_id,
        desk_id=None,
        owner_id=None,
        received_at=now,
        waiting_since=now,
        target_at=None if target is None else now + dt.timedelta(seconds=target),
        acknowledged_at=None,
        again_at=None,
        returned_at=None,
        restored_at=None,
        parked_until=None,
        escalation=Level.NONE,
        escalates_at=None,
        unanswered=True,
        signal_count=1,
        audiences=activation.audiences,
        active_conditions=[activation.condition],
        last_signal_at=now,
        group_key=activation.group_key,
        lead=lead,
        changed={"raised"},
    )
    alarm.enter(activation, now=now)
    return alarm
