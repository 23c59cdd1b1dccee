"""What one signal asks of the alarms: raise or join, restore, or nothing. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from alarms import grouping
from alarms.codes import Meaning, Nature
from alarms.incoming import Incoming, IncomingKind, ReportedEvent
from alarms.kinds import correlation_kind, type_code
from alarms.models import SignalOutcome
from alarms.selectors.directory import InstallationRecord, Snapshot, TypeRecord
from alarms.services.correlation import unknown_key
from alarms.services.intake.links import LINK_CONDITION, ReturnedLink
from alarms.services.working import Activation, AlarmKey, Restore, WorkingAlarm

SECURITY_KIND = "security.refused"
SECURITY_CODE = "REFUSED"
SECURITY_TYPE = "AL-SAB"
SECURITY_PRIORITY = 3
UNKNOWN_TYPE = "AL-OKD"
UNKNOWN_PRIORITY = 2
UNREADABLE_CODE = "?"
GRAVEST, LEAST = 1, 5

# Flags of a refused message whose sender must be looked after: it believes it can report, and
# cannot. A clock that is off is mended by the NAK itself.
CALLING_FLAGS = frozenset({"wrong-key", "clear-text", "no-key"})


@dataclass(slots=True, kw_only=True)
class Planned:
    """A signal row before it is written. `dropped` rows are not written at all."""

    incoming: Incoming
    event: ReportedEvent | None
    installation: InstallationRecord | None
    meaning: Meaning | None
    id: int = 0
    outcome: str = ""
    alarm: WorkingAlarm | None = None
    first_signal_id: int | None = None
    dropped: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """At most one of activation and restore is set. Under test, `period_id` says by which period
    and `real` is what the signal would have asked for otherwise."""

    outcome: str
    activation: Activation | None = None
    restore: Restore | None = None
    period_id: int | None = None
    real: Step | None = None


def clean(text: str) -> str:
    """Text that PostgreSQL can hold: no NUL, no half characters; `raw` keeps the bytes."""
    if text.isascii() and "\x00" not in text:
        return text
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return whole.replace("\x00", "\N{REPLACEMENT CHARACTER}")


def cleaned(event: ReportedEvent) -> ReportedEvent:
    """The event with every text cleaned and cut to its column."""
    return ReportedEvent(
        scheme=event.scheme,
        code=clean(event.code)[:32],
        qualifier=clean(event.qualifier)[:1],
        area=clean(event.area)[:16],
        zone=clean(event.zone)[:16],
        text=clean(event.text),
        occurred_at=event.occurred_at,
    )


def step(signal: Planned, directory: Snapshot) -> Step:
    """Decide about a signal that is neither a duplicate nor unreadable."""
    if signal.incoming.kind is IncomingKind.SECURITY:
        return _refused(signal, directory)
    if signal.installation is None:
        return Step(SignalOutcome.UNMATCHED, activation=_unknown_account(signal, directory))
    if signal.meaning is None or signal.event is None:
        return Step(SignalOutcome.RAISED, activation=_unparsable(signal, directory))
    return event_step(signal.event, signal.meaning, signal.installation, signal.incoming, directory)


def event_step(
    event: ReportedEvent,
    meaning: Meaning,
    installation: InstallationRecord,
    incoming: Incoming,
    directory: Snapshot,
) -> Step:
    """Decide about an understood event of a known installation."""
    # Panels pad numbers as they please: 012 and 12 are one zone, and must be one alarm.
    area, zone = event.area.lstrip("0"), event.zone.lstrip("0")
    if meaning.is_restore:
        restore = Restore(
            installation_id=installation.id,
            area=area,
            zone=zone,
            condition=meaning.condition,
            natures=frozenset(nature.value for nature in meaning.restores),
        )
        return Step(SignalOutcome.RESTORED, restore=restore)
    if not meaning.raises_alarm and not meaning.status_only:
        return Step(SignalOutcome.LOGGED)
    key = AlarmKey(installation.id, area, zone, correlation_kind(meaning))
    kind = type_code(meaning, installation.type_overrides)
    kind_of_alarm = directory.types[kind]
    activation = _activation(
        key,
        incoming,
        installation,
        type_record=kind_of_alarm,
        category=meaning.category.value,
        priority=_priority(meaning, kind_of_alarm),
        condition=meaning.condition,
        code=f"{meaning.scheme}:{meaning.qualifier}{meaning.code}",
        text=event.text or clean(incoming.text),
    )
    activation.area_label = installation.area_label(area)
    activation.zone_label = installation.zone_label(area, zone)
    activation.silent = meaning.status_only
    if grouping.stands_alone(meaning.category.value, kind):
        activation.alone, activation.group_key = True, ""
    return Step(SignalOutcome.JOINED if meaning.status_only else SignalOutcome.RAISED, activation)


def _priority(meaning: Meaning, kind: TypeRecord) -> int:
    """The code's own, moved as many steps as the city has moved its kind of alarm."""
    return max(GRAVEST, min(LEAST, meaning.priority + kind.shift))


def link_restore(link: ReturnedLink) -> Restore:
    """The line is heard again: mark the alarm that said it was lost."""
    return Restore(
        installation_id=link.installation_id,
        area="",
        zone=link.zone,
        condition=LINK_CONDITION,
        natures=frozenset({Nature.TROUBLE.value}),
    )


def _activation(
    key: AlarmKey,
    incoming: Incoming,
    installation: InstallationRecord,
    *,
    type_record: TypeRecord,
    category: str,
    priority: int,
    condition: str,
    code: str,
    text: str,
) -> Activation:
    position = incoming.position
    fixed = installation.position
    return Activation(
        key=key,
        condition=condition[:40],
        category=category,
        type_id=type_record.id,
        priority=priority,
        target_seconds=type_record.target_seconds,
        limit_seconds=type_record.limit_seconds,
        code=code[:40],
        text=text,
        receiver=incoming.receiver,
        line=incoming.line,
        account=incoming.account,
        area_label="",
        zone_label="",
        site_id=installation.site_id,
        city_area_id=installation.city_area_id,
        controller_id=installation.controller_id,
        audiences=installation.audiences,
        longitude=position.longitude if position else fixed[0] if fixed else None,
        latitude=position.latitude if position else fixed[1] if fixed else None,
        group_key=grouping.group_key(
            site_id=installation.site_id, controller_id=installation.controller_id
        ),
    )


def _unparsable(signal: Planned, directory: Snapshot) -> Activation:
    """A known sender said something we cannot read: category unknown, priority 2, never dropped."""
    if signal.installation is None:
        raise ValueError("needs an installation")
    return _activation(
        AlarmKey(signal.installation.id, "", "", "unknown.unparsable"),
        signal.incoming,
        signal.installation,
        type_record=directory.types[UNKNOWN_TYPE],
        category="unknown",
        priority=UNKNOWN_PRIORITY,
        condition="unparsable",
        code=UNREADABLE_CODE,
        text=clean(signal.incoming.text),
    )


def _unknown_account(signal: Planned, directory: Snapshot) -> Activation:
    incoming = signal.incoming
    meaning = signal.meaning
    return Activation(
        key=unknown_key(incoming.receiver, incoming.line, incoming.account),
        condition="unknown-account",
        category="unknown",
        type_id=directory.types[UNKNOWN_TYPE].id,
        priority=min(UNKNOWN_PRIORITY, meaning.priority) if meaning else UNKNOWN_PRIORITY,
        target_seconds=directory.types[UNKNOWN_TYPE].target_seconds,
        limit_seconds=directory.types[UNKNOWN_TYPE].limit_seconds,
        code=f"{meaning.scheme}:{meaning.qualifier}{meaning.code}"[:40] if meaning else "",
        text=signal.event.text if signal.event else "",
        receiver=incoming.receiver,
        line=incoming.line,
        account=incoming.account,
        area_label="",
        zone_label="",
        site_id=None,
        city_area_id=None,
        controller_id=directory.centre_id,
        audiences=directory.centre_audiences,
        alone=meaning is not None and meaning.category in grouping.ALONE,
    )


def _refused(signal: Planned, directory: Snapshot) -> Step:
    if not CALLING_FLAGS.intersection(signal.incoming.flags):
        return Step(SignalOutcome.SECURITY)
    if signal.installation is None:
        return Step(SignalOutcome.SECURITY, activation=_unknown_account(signal, directory))
    activation = _activation(
        AlarmKey(signal.installation.id, "", "", SECURITY_KIND),
        signal.incoming,
        signal.installation,
        type_record=directory.types[SECURITY_TYPE],
        category="tamper",
        priority=SECURITY_PRIORITY,
        condition="refused",
        code=SECURITY_CODE,
        text="",
    )
    return Step(SignalOutcome.SECURITY, activation=activation)
