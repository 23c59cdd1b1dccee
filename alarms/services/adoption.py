"""Saying whose the signals of an unknown account are.

The account becomes a transmitter, its signals move to the installation, and what they said in
the last day and has not been taken back becomes a real alarm.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from django.utils.translation import gettext as _

from alarms.codes import Category
from alarms.events import AlarmClosed, AlarmNoted, snapshot
from alarms.models import (
    Alarm,
    AlarmNote,
    CloseCode,
    Installation,
    Signal,
    SignalOutcome,
    Transmitter,
)
from alarms.selectors import directory
from alarms.selectors.directory import InstallationRecord, Snapshot
from alarms.selectors.unmatched import Identity, unmatched_of
from alarms.services import waiting
from alarms.services.correlation import UNKNOWN_ACCOUNT_KIND, Correlation, lock_site
from alarms.services.installations import TransmitterData, add_transmitter
from alarms.services.intake.plan import Step
from alarms.services.replay import ends, step_of
from alarms.services.working import WorkingAlarm
from alarms.setup_events import SignalsAdopted
from trygghetscentral.accounts.audiences import key
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.ledger.events import Code
from trygghetscentral.ledger.services import record
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.errors import Conflict

REPLAYED: Final = dt.timedelta(hours=24)
ADOPTED: Final = "adopted"
PORTION: Final = 500
MOST_SIGNALS: Final = 5_000


@dataclass(frozen=True, slots=True)
class Adopted:
    """What came of it: how many signals moved, and the alarms that were raised or joined."""

    transmitter: Transmitter
    signals: int
    alarms: tuple[WorkingAlarm, ...]


class _Played(NamedTuple):
    """A signal and what it asks; `standing` when nothing has taken it back."""

    signal: Signal
    step: Step
    standing: bool


def adopt_account(
    *,
    actor: Actor,
    now: dt.datetime,
    identity: Identity,
    installation: Installation,
    supervision: str,
    interval_seconds: int | None = None,
) -> Adopted:
    """Give an unknown account to an installation, in one unit.

    Raises Conflict when somebody was first, or when the account has no unknown signals left.
    """
    with unit_of_work(actor=actor, now=now):
        if not unmatched_of(identity).exists():
            raise Conflict(
                _("Kontot %(account)s har inga okända signaler kvar.")
                % {"account": identity.account},
                code="nothing_to_adopt",
                kept=_("Inget har ändrats."),
                todo=_("Någon annan kan ha kopplat det nyss. Ladda om listan."),
            )
        data = TransmitterData(
            account=identity.account,
            receiver=identity.receiver,
            line=identity.line,
            supervision=supervision,
            interval_seconds=interval_seconds,
        )
        transmitter = add_transmitter(actor=actor, now=now, installation=installation, data=data)
        return settle(actor=actor, now=now, identity=identity, transmitter=transmitter)


def settle(
    *, actor: Actor, now: dt.datetime, identity: Identity, transmitter: Transmitter
) -> Adopted:
    """Give a sender's unknown signals to a transmitter, at most 5,000, oldest first.

    Twice is the same as once. What is left, and what receivers store before they know of the
    transmitter, is taken by the next call, made by `alarms.adopt_left_over`.
    """
    with unit_of_work(actor=actor, now=now):
        # As intake has it: the object before any alarm.
        lock_site(transmitter.installation.site_id)
        alarm = _locked_unknown_alarm(identity)
        signals = list(
            unmatched_of(identity)
            .select_for_update()
            .defer("raw", "extended")
            .order_by("pk")[:MOST_SIGNALS]
        )
        known = directory.load(0)
        installation = known.installation_of[transmitter.pk]
        recent = [one for one in signals if one.received_at >= now - REPLAYED and one.scheme]
        played = _play(recent, installation, known)
        raised = _correlate(played, now=now)
        _move(signals, played, raised, transmitter)
        if alarm is not None:
            _close(alarm, transmitter.installation, actor=actor, now=now)
        alarms = tuple({one.public_id: one for one in raised.values()}.values())
        if signals:
            _tell(transmitter, len(signals), alarms)
    return Adopted(transmitter, len(signals), alarms)


def settle_left_over(*, actor: Actor, now: dt.datetime) -> int:
    """Settle one sender that has become known since it was heard; returns how many signals."""
    known = {
        Identity(row.receiver, row.line, row.account): row
        for row in Transmitter.objects.filter(
            active=True,
            account__in=Signal.objects.filter(outcome=SignalOutcome.UNMATCHED).values("account"),
        ).select_related("installation")
    }
    waiting = (
        Signal.objects.filter(
            outcome=SignalOutcome.UNMATCHED, account__in={one.account for one in known}
        )
        .order_by()
        .values_list("receiver", "line", "account")
        .distinct()[:PORTION]
    )
    for receiver, line, account in waiting:
        identity = Identity(receiver, line, account)
        # As receivers look for it: exactly, then registered without receiver, then without both.
        transmitter = (
            known.get(identity)
            or known.get(Identity("", line, account))
            or known.get(Identity("", "", account))
        )
        if transmitter is not None:
            return settle(actor=actor, now=now, identity=identity, transmitter=transmitter).signals
    return 0


def _locked_unknown_alarm(identity: Identity) -> Alarm | None:
    return (
        Alarm.objects.select_for_update(of=("self",))
        .open()
        .filter(
            kind=UNKNOWN_ACCOUNT_KIND,
            receiver=identity.receiver,
            line=identity.line,
            account=identity.account,
        )
        .select_related("owner")
        .first()
    )


def _play(
    signals: Sequence[Signal], installation: InstallationRecord, known: Snapshot
) -> list[_Played]:
    steps = [step_of(signal, installation, known) for signal in signals]
    played = []
    for position, (signal, step) in enumerate(zip(signals, steps, strict=True)):
        activation = step.activation
        standing = activation is not None and not any(
            later.restore is not None and ends(later.restore, activation)
            for later in steps[position + 1 :]
        )
        played.append(_Played(signal, step, standing))
    return played


def _correlate(played: Sequence[_Played], *, now: dt.datetime) -> dict[int, WorkingAlarm]:
    """Raise what stands; returns the alarm of each signal."""
    standing = [
        (one.signal.pk, one.step.activation)
        for one in played
        if one.standing and one.step.activation
    ]
    correlation = Correlation(now=now)
    correlation.begin([activation for _pk, activation in standing], [])
    raised = {}
    for pk, activation in standing:
        alarm = correlation.activate(activation)
        if alarm is not None:
            raised[pk] = alarm
    correlation.write()
    return raised


def _move(
    signals: Sequence[Signal],
    played: Sequence[_Played],
    raised: dict[int, WorkingAlarm],
    transmitter: Transmitter,
) -> None:
    rows = Signal.objects.filter(pk__in=[signal.pk for signal in signals])
    rows.update(
        transmitter_id=transmitter.pk,
        installation_id=transmitter.installation_id,
        controller_id=transmitter.installation.controller_id,
        outcome=SignalOutcome.LOGGED,
    )
    restores = [one.signal.pk for one in played if one.step.restore is not None]
    Signal.objects.filter(pk__in=restores).update(outcome=SignalOutcome.RESTORED)
    seen: set[int | None] = set()
    in_alarms = [signal for signal in signals if signal.pk in raised]
    for signal in in_alarms:
        signal.alarm_id = raised[signal.pk].id
        first = signal.alarm_id not in seen
        signal.outcome = SignalOutcome.RAISED if first else SignalOutcome.JOINED
        seen.add(signal.alarm_id)
    Signal.objects.bulk_update(in_alarms, ("alarm_id", "outcome"), batch_size=PORTION)


def _close(alarm: Alarm, installation: Installation, *, actor: Actor, now: dt.datetime) -> None:
    """Close it whoever has it: its reason is gone. Its owner reads why in the history."""
    if actor.user_id is not None:
        text = _("Kontot är kopplat till %(name)s.") % {"name": installation.name}
        if alarm.owner is not None and alarm.owner_id != actor.user_id:
            text += " " + _("Larmet var taget av %(who)s.") % {"who": alarm.owner.signature}
        note = AlarmNote.objects.create(alarm=alarm, author_id=actor.user_id, at=now, text=text)
        _say(AlarmNoted(alarm=snapshot(alarm), note_id=note.pk), alarm)
    waiting.ended(alarm, actor=actor, now=now)
    alarm.close_code = CloseCode.objects.get(category=Category.UNKNOWN, code=ADOPTED)
    alarm.save()
    _say(AlarmClosed(alarm=snapshot(alarm), close_code=Code(ADOPTED)), alarm)


def _say(event: AlarmNoted | AlarmClosed, alarm: Alarm) -> None:
    record(event, subject=alarm, controller_id=alarm.controller_id, audiences=alarm.audiences)


def _tell(transmitter: Transmitter, signals: int, alarms: Sequence[WorkingAlarm]) -> None:
    installation = transmitter.installation
    record(
        SignalsAdopted(
            transmitter_id=transmitter.pk,
            installation_id=installation.pk,
            signals=signals,
            alarms=tuple(alarm.public_id for alarm in alarms),
        ),
        subject=transmitter,
        controller_id=installation.controller_id,
        audiences=(key(Permission.INSTALLATION_VIEW, installation.controller_id),),
    )
