"""When a period is over, nothing may be lost: what was not restored becomes a real alarm."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from alarms import prov
from alarms.events import AlarmClosed, snapshot
from alarms.models import Alarm, CloseCode, PeriodNote, Signal, SignalOutcome, TestPeriod
from alarms.prov import PeriodRecord
from alarms.prov_events import ProvEnded
from alarms.prov_events import snapshot as period_snapshot
from alarms.selectors import directory
from alarms.selectors.directory import InstallationRecord
from alarms.services import waiting, zones
from alarms.services.correlation import Correlation, lock_site
from alarms.services.prov.common import (
    cleaned_reason,
    locked_period,
    note,
    permitted_user,
    tell,
    tell_receivers,
)
from alarms.services.replay import ends, step_of
from alarms.services.working import Activation, WorkingAlarm
from trygghetscentral.accounts.models import User
from trygghetscentral.ledger.events import Code
from trygghetscentral.ledger.services import record
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work

CLOSED_AS: Final = "test"
PORTION: Final = 500


def end_period(*, actor: Actor, now: dt.datetime, public_id: UUID, reason: str = "") -> TestPeriod:
    """End a period before its time. What is not restored becomes a real alarm at once.

    Raises Missing, Forbidden, and Conflict when it is over already.
    """
    text = cleaned_reason(reason) if reason.strip() else ""
    with unit_of_work(actor=actor, now=now):
        period = locked_period(public_id)
        user = permitted_user(actor, period.installation)
        end(period, how=TestPeriod.Ended.BY_HAND, user=user, actor=actor, now=now)
        if text:
            note(period, user, about=PeriodNote.About.ENDED, text=text)
    return period


def end(
    period: TestPeriod,
    *,
    how: TestPeriod.Ended,
    user: User | None,
    actor: Actor,
    now: dt.datetime,
) -> None:
    """The same inside the caller's unit, which holds installation and period locked."""
    # In the order of intake, and before anything is decided, so that nobody waits in a ring: the
    # object, then its rows and their zones, whichever of its installations they stand at.
    lock_site(period.installation.site_id)
    rows = list(
        Alarm.objects.open()
        .select_for_update(of=("self",))
        .filter(Q(installation=period.installation_id) | Q(site=period.installation.site_id))
        .in_lock_order()
    )
    period.ended_at, period.ended_how, period.ended_by = now, how, user
    period.save(update_fields=("ended_at", "ended_how", "ended_by"))
    standing = _standing(period)
    raised = _raise(standing, now=now)
    closed = _close_rows(period, rows, actor=actor, now=now)
    tell(
        ProvEnded(
            period=period_snapshot(period),
            how=Code(how),
            remaining=tuple(alarm.public_id for alarm in raised),
            closed=closed,
        ),
        period,
    )
    tell_receivers(period)


@dataclass(slots=True)
class _Standing:
    """An activation that came under test and was not taken back, and its signals."""

    activation: Activation
    signals: list[int]


def _standing(period: TestPeriod) -> list[_Standing]:
    came = _last_words(period)
    if not came:
        return []
    known, place = directory.load(0), _Place.of(period)
    others = [one for one in place.installation.tests if one.id != period.pk]
    own = _record(period)
    found: dict[tuple[object, ...], _Standing] = {}
    for signal in came:
        step = step_of(signal, place.installation, known)
        activation, restore = step.activation, step.restore
        if restore is not None:
            found = {key: one for key, one in found.items() if not ends(restore, one.activation)}
        if activation is None or activation.silent:
            continue
        at = (*activation.key[1:3], activation.category, activation.type_id)
        if not place.is_in(own, *at) or any(
            other.starts_at <= signal.received_at and place.is_in(other, *at) for other in others
        ):
            continue
        one = found.setdefault((*activation.key, activation.condition), _Standing(activation, []))
        one.activation = activation
        one.signals.append(signal.pk)
    return list(found.values())


def _last_words(period: TestPeriod) -> list[Signal]:
    """The last signal of each code and place, in order: no earlier one can change what stands,
    and a sensor that chatters for weeks must not keep intake waiting."""
    alike = ("area", "zone", "scheme", "code", "qualifier")
    found = (
        Signal.objects.filter(
            installation_id=period.installation_id,
            outcome=SignalOutcome.PROV,
            received_at__gte=period.starts_at,
        )
        .defer("raw", "extended")
        .order_by(*alike, "-pk")
        .distinct(*alike)
    )
    return sorted(found, key=lambda signal: signal.pk)


@dataclass(frozen=True, slots=True)
class _Place:
    """The installation with what is needed to hold its alarms against its periods."""

    installation: InstallationRecord
    types: dict[int, str]

    @classmethod
    def of(cls, period: TestPeriod) -> _Place:
        """Read now."""
        return cls(directory.record_of(period.installation_id), directory.type_codes())

    def is_in(
        self, period: PeriodRecord, area: str, zone: str, category: str, type_id: int
    ) -> bool:
        """Whether the period makes a test of it."""
        tested_as = prov.tested_as(category, self.types[type_id])
        return period.covers(area, zone, self.installation.registered(area, zone), tested_as)


def _record(period: TestPeriod) -> PeriodRecord:
    """The period as intake knows it."""
    return PeriodRecord(
        period.pk, period.area, period.zone, period.category, period.starts_at, period.until
    )


def _raise(standing: Sequence[_Standing], *, now: dt.datetime) -> list[WorkingAlarm]:
    """Real alarms, "Kvarstår efter prov"; one that is open already gets one more activation."""
    if not standing:
        return []
    said = _("Kvarstår efter prov.")
    correlation = Correlation(now=now)
    correlation.begin([one.activation for one in standing], [])
    raised: dict[UUID, WorkingAlarm] = {}
    moved: list[tuple[WorkingAlarm, list[int]]] = []
    for one in standing:
        text = f"{said} {one.activation.text}".strip()
        alarm = correlation.activate(replace(one.activation, text=text))
        if alarm is not None:
            raised[alarm.public_id] = alarm
            moved.append((alarm, one.signals))
    correlation.write()
    for alarm, signals in moved:
        Signal.objects.filter(pk__in=signals).update(alarm_id=alarm.id)
    return list(raised.values())


def _close_rows(
    period: TestPeriod, rows: Sequence[Alarm], *, actor: Actor, now: dt.datetime
) -> int:
    """Take the rows that were only a test off the board, whoever has them: their reason is gone.

    A zone goes with its row, which is of one period.
    """
    tests = [
        row
        for row in rows
        if prov.is_test(row.kind)
        and row.installation_id == period.installation_id
        and row.lead_id is None
    ]
    if not tests or not period.is_critical:
        return 0
    place, own = _Place.of(period), _record(period)
    closed = 0
    for row in tests:
        if not place.is_in(own, row.area, row.zone, row.category, row.type_id):
            continue
        row.close_code = _close_code(row.category)
        waiting.ended(row, actor=actor, now=now)
        row.save()
        zones.close_zones([row], actor=actor, now=now)
        record(
            AlarmClosed(alarm=snapshot(row), close_code=Code(CLOSED_AS)),
            subject=row,
            controller_id=row.controller_id,
            audiences=row.audiences,
            exercise_id=row.exercise_id,
        )
        closed += 1
    return closed


def _close_code(category: str) -> CloseCode:
    codes = CloseCode.objects.filter(code=CLOSED_AS, category__in=(category, ""))
    return codes.order_by("-category")[0]
