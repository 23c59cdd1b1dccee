"""What stored signals asked for, and which of it nothing has taken back since."""

from __future__ import annotations

from alarms.codes import classify
from alarms.incoming import Channel, Incoming, IncomingKind, Position, ReportedEvent
from alarms.models import Signal
from alarms.selectors.directory import InstallationRecord, Snapshot
from alarms.services.intake.plan import Step, event_step
from alarms.services.working import Activation, Restore


def step_of(signal: Signal, installation: InstallationRecord, known: Snapshot) -> Step:
    """The step that intake would take, or would have taken had nothing been under test."""
    event = ReportedEvent(
        scheme=signal.scheme,
        code=signal.code,
        qualifier=signal.qualifier,
        area=signal.area,
        zone=signal.zone,
        text=signal.text,
        occurred_at=signal.occurred_at,
    )
    here = signal.longitude is not None and signal.latitude is not None
    incoming = Incoming(
        kind=IncomingKind.EVENT,
        channel=Channel(signal.channel),
        received_at=signal.received_at,
        receiver=signal.receiver,
        line=signal.line,
        account=signal.account,
        position=Position(signal.longitude or 0.0, signal.latitude or 0.0) if here else None,
    )
    meaning = classify(signal.scheme, signal.code, signal.qualifier)
    return event_step(event, meaning, installation, incoming, known)


def ends(restore: Restore, activation: Activation) -> bool:
    """Whether the restore takes the activation back."""
    nature = activation.key.kind.rpartition(".")[2]
    return (
        (restore.area, restore.zone) == (activation.key.area, activation.key.zone)
        and restore.condition == activation.condition
        and nature in restore.natures
    )
