"""What this room publishes. Payloads carry whole row states as codes, ids and times; texts stay
in the alarm's own row."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from alarms.states import ParkReason, ReturnCause
from trygghetscentral.ledger.events import CODE, Code, Event, published

if TYPE_CHECKING:
    pass

_NOT_CODE = re.compile(r"[^A-Za-z0-9ÅÄÖåäö_.:#@+|/-]")


def wire_code(text: str) -> Code:
    """What came on the wire as a code: strange characters become "_", and 64 are kept."""
    return Code(text if CODE.fullmatch(text) else _NOT_CODE.sub("_", text)[:64])


class AlarmLike(Protocol):
    """What a snapshot is taken of: the model, or intake's working row."""

    public_id: UUID
    number: str
    state: str
    category: str
    kind: str
    priority: int
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
    received_at: datetime
    waiting_since: datetime
    target_at: datetime | None
    acknowledged_at: datetime | None
    target_met_at: datetime | None
    duress_at: datetime | None
    again_at: datetime | None
    returned_at: datetime | None
    restored_at: datetime | None
    parked_until: datetime | None
    closed_at: datetime | None
    escalation: str
    escalates_at: datetime | None
    acts_by: datetime | None
    unparked_at: datetime | None
    unanswered: bool
    signal_count: int
    flood_id: int | None
    held: bool
    held_until: datetime | None
    unheld_at: datetime | None
    lead_id: int | None
    followers: int
    followers_active: int
    runaway_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmSnapshot:
    """The alarm's row after the change. What has a default is not in older words."""

    public_id: UUID
    number: Code
    state: Code
    category: Code
    kind: Code
    priority: int
    code: Code
    account: Code
    area: Code
    zone: Code
    installation_id: int | None
    site_id: int | None
    city_area_id: int | None
    controller_id: int
    desk_id: int | None
    owner_id: int | None
    received_at: datetime
    waiting_since: datetime
    target_at: datetime | None
    acknowledged_at: datetime | None
    target_met_at: datetime | None
    duress_at: datetime | None
    again_at: datetime | None
    returned_at: datetime | None
    restored_at: datetime | None
    parked_until: datetime | None
    closed_at: datetime | None
    escalation: Code | None
    escalates_at: datetime | None
    acts_by: datetime | None
    unparked_at: datetime | None
    unanswered: bool
    signal_count: int
    flood_id: int | None
    held: bool
    held_until: datetime | None
    unheld_at: datetime | None
    lead_id: int | None = None
    followers: int = 0
    followers_active: int = 0
    runaway_at: datetime | None = None


def snapshot(alarm: AlarmLike) -> AlarmSnapshot:
    """The row as it stands now."""
    return AlarmSnapshot(
        public_id=alarm.public_id,
        number=Code(alarm.number),
        state=Code(alarm.state),
        category=Code(alarm.category),
        kind=wire_code(alarm.kind),
        priority=alarm.priority,
        code=wire_code(alarm.code),
        account=wire_code(alarm.account),
        area=wire_code(alarm.area),
        zone=wire_code(alarm.zone),
        installation_id=alarm.installation_id,
        site_id=alarm.site_id,
        city_area_id=alarm.city_area_id,
        controller_id=alarm.controller_id,
        desk_id=alarm.desk_id,
        owner_id=alarm.owner_id,
        received_at=alarm.received_at,
        waiting_since=alarm.waiting_since,
        target_at=alarm.target_at,
        acknowledged_at=alarm.acknowledged_at,
        target_met_at=alarm.target_met_at,
        duress_at=alarm.duress_at,
        again_at=alarm.again_at,
        returned_at=alarm.returned_at,
        restored_at=alarm.restored_at,
        parked_until=alarm.parked_until,
        closed_at=alarm.closed_at,
        escalation=Code(alarm.escalation) if alarm.escalation else None,
        escalates_at=alarm.escalates_at,
        acts_by=alarm.acts_by,
        unparked_at=alarm.unparked_at,
        unanswered=alarm.unanswered,
        signal_count=alarm.signal_count,
        flood_id=alarm.flood_id,
        held=alarm.held,
        held_until=alarm.held_until,
        unheld_at=alarm.unheld_at,
        lead_id=alarm.lead_id,
        followers=alarm.followers,
        followers_active=alarm.followers_active,
        runaway_at=alarm.runaway_at,
    )


@published
class AlarmRaised(Event):
    """A new alarm stands on the board."""

    name = "alarm.raised"
    alarm: AlarmSnapshot


@published
class AlarmRepeated(Event):
    """More signals joined an open alarm, silently."""

    name = "alarm.repeated"
    alarm: AlarmSnapshot


@published
class AlarmAgain(Event):
    """A new activation of an alarm somebody had taken: "Larmar igen"."""

    name = "alarm.again"
    alarm: AlarmSnapshot


@published
class AlarmJoined(Event):
    """More zones of its kind at its object have become part of its row, silently."""

    name = "alarm.joined"
    alarm: AlarmSnapshot


@published
class AlarmRunaway(Event):
    """It has sounded again so often that it does not for a while; told once each time."""

    name = "alarm.ran_away"
    alarm: AlarmSnapshot


@published
class AlarmRestored(Event):
    """Every condition of the alarm, and of all zones of its row, is back to normal."""

    name = "alarm.restored"
    alarm: AlarmSnapshot


@published
class AlarmRouted(Event):
    """Rules, or the lack of one, have set desk, priority and deadline."""

    name = "alarm.routed"
    alarm: AlarmSnapshot
    rule_id: int | None


@published
class AlarmAcknowledged(Event):
    """Somebody took it."""

    name = "alarm.acknowledged"
    alarm: AlarmSnapshot


@published
class AlarmReleased(Event):
    """It went back to the queue, and waits again with its age kept."""

    name = "alarm.released"
    alarm: AlarmSnapshot
    cause: ReturnCause = ReturnCause.BY_HAND


@published
class AlarmProgressed(Event):
    """Its owner moved it on: verifying, or action in progress."""

    name = "alarm.progressed"
    alarm: AlarmSnapshot


@published
class AlarmEscalated(Event):
    """Nobody had answered, and somebody more was told: the shift lead, or TiB. `unstaffed` says
    that it was since nobody works its desk, `no_lead` that no shift lead was present."""

    name = "alarm.escalated"
    alarm: AlarmSnapshot
    level: Code
    unstaffed: bool
    no_lead: bool = False


@published
class AlarmSteppedDown(Event):
    """It waits on, but not among those that its desk's call is about: somebody works the desk in
    time, or it was moved, grew worse or is no longer for everybody."""

    name = "alarm.stepped_down"
    alarm: AlarmSnapshot


@published
class AlarmParked(Event):
    """Its owner waits for something; it comes back by itself at `parked_until`."""

    name = "alarm.parked"
    alarm: AlarmSnapshot
    reason: ParkReason


@published
class AlarmUnparked(Event):
    """The parking is over: ended by hand, or since its time ran out (`due`), and then it waits
    for an answer again."""

    name = "alarm.unparked"
    alarm: AlarmSnapshot
    due: bool


@published
class AlarmMoved(Event):
    """The shift lead gave it to another operator or another desk; the reason is in a note."""

    name = "alarm.moved"
    alarm: AlarmSnapshot
    from_desk_id: int | None
    from_owner_id: int | None
    note_id: int


@published
class AlarmReprioritised(Event):
    """The shift lead changed its priority; the reason is in a note."""

    name = "alarm.reprioritised"
    alarm: AlarmSnapshot
    from_priority: int
    note_id: int


@published
class AlarmNoted(Event):
    """A note was written; the text is in its own row."""

    name = "alarm.noted"
    alarm: AlarmSnapshot
    note_id: int


@published
class AlarmClosed(Event):
    """Closed, with a code of its category."""

    name = "alarm.closed"
    alarm: AlarmSnapshot
    close_code: Code


@published
class AlarmAudiencesChanged(Event):
    """Others see it now than before, since its site was opened or restricted."""

    name = "alarm.audiences_changed"
    alarm: AlarmSnapshot


@published
class SignalsReceived(Event):
    """One batch of signals was stored."""

    name = "signals.received"
    first_id: int
    last_id: int
    count: int
    duplicates: int


@published
class DirectoryChanged(Event):
    """Something receivers must know of has changed: installation, transmitter, area or zone."""

    name = "alarms.directory_changed"
    installation_id: int | None
    transmitter_id: int | None = None
