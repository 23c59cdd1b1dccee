"""One batch of received messages, written in one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from alarms.codes import classify
from alarms.events import SignalsReceived
from alarms.incoming import Incoming, IncomingKind, ReportedEvent, Stored
from alarms.models import SignalOutcome
from alarms.selectors.directory import Snapshot
from alarms.services.correlation import IDS, Correlation, Place
from alarms.services.intake import in_flood, links, plan, rows, under_test
from alarms.services.intake.plan import Planned, Step
from alarms.services.working import Activation
from trygghetscentral.ledger.services import record
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.statements import IdPool, pipelined

ACTOR = Actor.device("intake")


@dataclass(slots=True)
class Memory:
    """What one storing process remembers between batches: keys in hand, and when each line was
    last written, so that heartbeats a second apart cost one update."""

    signal_ids: IdPool = field(default_factory=lambda: IdPool("alarms_signal_seq"))
    alarm_ids: IdPool = field(default_factory=lambda: IdPool(IDS))
    freshness: links.Freshness = field(default_factory=links.Freshness)


def store_batch(
    batch: Sequence[Incoming],
    *,
    directory: Snapshot,
    now: dt.datetime,
    memory: Memory,
) -> list[Stored]:
    """Store a batch and return one receipt each, in the same order, after the commit.

    `memory` is the process's own, kept between batches. Raises django.db.DatabaseError with
    nothing stored.
    """
    planned = [_planned(incoming, directory) for incoming in batch]
    signals = [signal for message in planned for signal in message]
    steps: under_test.Steps = [
        (signal, under_test.tested(signal, plan.step(signal, directory), now=now))
        for signal in signals
        if not signal.outcome
    ]
    with pipelined(), unit_of_work(actor=ACTOR, now=now):
        for signal, pk in zip(signals, memory.signal_ids.take(len(signals)), strict=True):
            signal.id = pk
        claims = rows.claim(planned, now=now)
        touched = links.touch(batch, directory=directory, now=now, freshness=memory.freshness)
        steps = under_test.confirmed(steps, now=now)
        in_flood.mark(steps, directory=directory, now=now)
        correlation = Correlation(now=now, ids=memory.alarm_ids)
        correlation.look(*_concerned(steps))
        rows.mark_duplicates(claims)
        steps = [(signal, step) for signal, step in steps if not signal.outcome]
        kept = [signal for signal in signals if not signal.dropped]
        _correlate(correlation, steps, touched.returned())
        rows.insert_signals(kept)
        receipts = rows.receipts(planned)
        if kept:
            _record_batch(kept)
    memory.freshness.remember(touched.seen)
    return receipts


def _planned(incoming: Incoming, directory: Snapshot) -> list[Planned]:
    """The rows a message becomes: one per event, one for a message without any, none for a
    heartbeat."""
    if incoming.kind is IncomingKind.HEARTBEAT:
        return []
    installation = (
        directory.installation_of.get(incoming.transmitter_id)
        if incoming.transmitter_id is not None
        else None
    )
    events: Sequence[ReportedEvent | None] = (None,)
    if incoming.kind is IncomingKind.EVENT and incoming.events:
        events = [plan.cleaned(event) for event in incoming.events]
    planned = [
        Planned(
            incoming=incoming,
            event=event,
            installation=installation,
            meaning=classify(event.scheme, event.code, event.qualifier) if event else None,
        )
        for event in events
    ]
    if incoming.kind is IncomingKind.UNREADABLE:
        planned[0].outcome = SignalOutcome.UNREADABLE
    return planned


def _concerned(steps: Sequence[tuple[Planned, Step]]) -> tuple[list[Activation], list[Place]]:
    """What alarms the steps may raise, and the places of what only touches open ones."""
    activations = [step.activation for _, step in steps if step.activation]
    restores = [step.restore for _, step in steps if step.restore]
    places = [(restore.installation_id, restore.area, restore.zone) for restore in restores]
    for activation in activations:
        installation_id, area, zone, _ = activation.key
        if activation.silent and installation_id is not None:
            places.append((installation_id, area, zone))
    return [activation for activation in activations if not activation.silent], places


def _correlate(
    correlation: Correlation,
    steps: Sequence[tuple[Planned, Step]],
    returned_links: Sequence[links.ReturnedLink],
) -> None:
    link_restores = [plan.link_restore(link) for link in returned_links]
    activations, places = _concerned(steps)
    places += [(restore.installation_id, restore.area, restore.zone) for restore in link_restores]
    correlation.begin(activations, places)
    for signal, step in steps:
        signal.outcome = step.outcome
        if step.activation:
            known = correlation.is_open(step.activation.key)
            signal.alarm = correlation.activate(step.activation)
            if known and signal.alarm and step.outcome == SignalOutcome.RAISED:
                signal.outcome = SignalOutcome.JOINED
        elif step.restore:
            signal.alarm = correlation.restore(step.restore)
    for restore in link_restores:
        correlation.restore(restore)
    correlation.write()


def _record_batch(signals: Sequence[Planned]) -> None:
    record(
        SignalsReceived(
            first_id=signals[0].id,
            last_id=signals[-1].id,
            count=len(signals),
            duplicates=sum(signal.outcome == SignalOutcome.DUPLICATE for signal in signals),
        ),
        subject=("alarms.signal", str(signals[0].id)),
        controller_id=None,
    )
