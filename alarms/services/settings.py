"""What the city can set: routing rules, holidays, targets of kinds of alarm."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from alarms.escalation import limit_of
from alarms.holidays import FIRST_YEAR, LAST_YEAR, swedish_holidays
from alarms.models import AlarmType, Holiday, RoutingRule
from alarms.selectors.directory import centre_id
from alarms.selectors.routing import record_of
from alarms.setup_events import Change, HolidaysChanged, RuleChanged, TypesChanged, minute_of
from alarms.versions import fingerprint, refuse_if_changed
from trygghetscentral.accounts.audiences import key
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.ledger.events import Code, Event
from trygghetscentral.ledger.services import record
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.errors import Conflict, Invalid, Missing

MOST_RULES = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleData:
    """A rule's name, conditions and effects; `sites`, `areas`, `controllers` and `desk_id` are
    primary keys, times are local, weekdays 1 (Monday) to 7."""

    name: str
    categories: tuple[str, ...] = ()
    sites: tuple[int, ...] = ()
    areas: tuple[int, ...] = ()
    controllers: tuple[int, ...] = ()
    days: str = RoutingRule.Days.ANY
    weekdays: tuple[int, ...] = ()
    from_time: dt.time | None = None
    to_time: dt.time | None = None
    desk_id: int
    priority: int | None = None
    target_seconds: int | None = None


def rule_version(rule: RoutingRule) -> str:
    """Changes when conditions, effects or name do; moving a rule changes nothing of it."""
    row = record_of(rule)
    return fingerprint(
        row.name,
        sorted(row.categories),
        sorted(row.sites),
        sorted(row.areas),
        sorted(row.controllers),
        row.days,
        sorted(row.weekdays),
        row.from_time,
        row.to_time,
        row.desk_id,
        row.priority,
        row.target_seconds,
    )


def add_rule(*, actor: Actor, now: dt.datetime, data: RuleData) -> RoutingRule:
    """Put a rule last in the list. Raises Invalid for hours without an end, or no name."""
    with unit_of_work(actor=actor, now=now):
        rules = _locked_rules()
        if len(rules) >= MOST_RULES:
            raise Conflict(_("Listan är full: 500 regler."), code="too_many_rules")
        last = RoutingRule.objects.aggregate(last=Max("position"))["last"] or 0
        rule = RoutingRule(position=last + 1)
        _fill(rule, data)
        _tell_rule(rule, Change.ADDED)
    return rule


def change_rule(
    *, actor: Actor, now: dt.datetime, rule_id: int, data: RuleData, seen: str = ""
) -> RoutingRule:
    """Replace a rule where it stands. Raises Conflict when it was changed since `seen`."""
    with unit_of_work(actor=actor, now=now):
        rule = _locked_rule(rule_id)
        refuse_if_changed(seen, rule_version(rule))
        _fill(rule, data)
        _tell_rule(rule, Change.CHANGED)
    return rule


def move_rule(*, actor: Actor, now: dt.datetime, rule_id: int, up: bool) -> RoutingRule:
    """Let a rule change places with its neighbour; the first does not move further up."""
    with unit_of_work(actor=actor, now=now):
        rules = _locked_rules()
        index = next((place for place, rule in enumerate(rules) if rule.pk == rule_id), None)
        if index is None:
            raise _missing()
        other = index - 1 if up else index + 1
        if 0 <= other < len(rules):
            _swap(rules[index], rules[other])
            for rule in (rules[index], rules[other]):
                _tell_rule(rule, Change.MOVED)
    return rules[index]


def _swap(one: RoutingRule, other: RoutingRule) -> None:
    # Positions are unique at every moment, so one of the two steps aside first.
    aside = (RoutingRule.objects.aggregate(last=Max("position"))["last"] or 0) + 1
    first, second = one.position, other.position
    for rule, position in ((one, aside), (other, first), (one, second)):
        rule.position = position
        rule.save(update_fields=("position",))


def set_rule_active(*, actor: Actor, now: dt.datetime, rule_id: int, active: bool) -> RoutingRule:
    """Turn a rule on or off; it keeps its place. Twice is the same as once."""
    with unit_of_work(actor=actor, now=now):
        rule = _locked_rule(rule_id)
        if rule.active != active:
            rule.active = active
            rule.save(update_fields=("active",))
            _tell_rule(rule, Change.ACTIVATED if active else Change.DEACTIVATED)
    return rule


def _locked_rules() -> list[RoutingRule]:
    return list(RoutingRule.objects.select_for_update().order_by("position"))


def _locked_rule(rule_id: int) -> RoutingRule:
    rule = RoutingRule.objects.select_for_update().filter(pk=rule_id).first()
    if rule is None:
        raise _missing()
    return rule


def _missing() -> Missing:
    return Missing(
        _("Regeln finns inte."), code="no_such_rule", todo=_("Ladda om listan över regler.")
    )


def _fill(rule: RoutingRule, data: RuleData) -> None:
    if not data.name.strip():
        raise Invalid(_("Ge regeln ett namn."), code="name_missing")
    if (data.from_time is None) != (data.to_time is None):
        raise Invalid(_("Skriv både från och till, eller ingetdera."), code="hours_unpaired")
    rule.name = data.name.strip()
    rule.categories = sorted(data.categories)
    rule.days = data.days
    rule.weekdays = sorted(data.weekdays)
    rule.from_time, rule.to_time = data.from_time, data.to_time
    rule.desk_id = data.desk_id
    rule.priority = data.priority
    rule.target_seconds = data.target_seconds
    rule.save()
    rule.sites.set(data.sites)
    rule.areas.set(data.areas)
    rule.controllers.set(data.controllers)


def _tell_rule(rule: RoutingRule, change: Change) -> None:
    row = record_of(rule)
    event = RuleChanged(
        rule_id=rule.pk,
        change=change,
        position=rule.position,
        active=rule.active,
        categories=tuple(Code(one) for one in sorted(row.categories)),
        sites=tuple(sorted(row.sites)),
        areas=tuple(sorted(row.areas)),
        controllers=tuple(sorted(row.controllers)),
        days=Code(row.days),
        weekdays=tuple(sorted(row.weekdays)),
        from_minute=minute_of(row.from_time),
        to_minute=minute_of(row.to_time),
        desk_id=row.desk_id,
        priority=row.priority,
        target_seconds=row.target_seconds,
    )
    _tell(event, ("alarms.routingrule", str(rule.pk)))


def type_version(row: AlarmType) -> str:
    """Changes when the priority or any of the times does."""
    return fingerprint(row.priority, row.target_seconds, row.limit_seconds, row.action_seconds)


def change_type(
    *,
    actor: Actor,
    now: dt.datetime,
    type_id: int,
    priority: int,
    target_seconds: int | None,
    limit_seconds: int | None = None,
    action_seconds: int | None = None,
    seen: str = "",
) -> AlarmType:
    """Set a kind's priority and times; None is no target, and no time to act in. Open alarms
    keep theirs.

    Without a limit it is twice the target (EN 50518 [GK]). Raises Invalid for a limit shorter
    than the target, and Conflict when the kind was changed since `seen`. The same values again
    change nothing.
    """
    if limit_seconds is None and target_seconds is not None:
        limit_seconds = limit_of(target_seconds)
    if limit_seconds is not None and limit_seconds < (target_seconds or 0):
        raise Invalid(
            _("Eskaleringen kan inte komma före svarstiden."),
            code="limit_before_target",
            kept=_("Larmtypen är oförändrad."),
        )
    with unit_of_work(actor=actor, now=now):
        row = AlarmType.objects.select_for_update().get(pk=type_id)
        refuse_if_changed(seen, type_version(row))
        values = {
            "priority": priority,
            "target_seconds": target_seconds,
            "limit_seconds": limit_seconds,
            "action_seconds": action_seconds,
        }
        if any(getattr(row, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            row.save(update_fields=tuple(values))
            event = TypesChanged(
                code=Code(row.code),
                priority=priority,
                target_seconds=target_seconds,
                limit_seconds=limit_seconds,
                action_seconds=action_seconds,
            )
            _tell(event, ("alarms.alarmtype", str(row.pk)))
    return row


def add_holidays(*, actor: Actor, now: dt.datetime, year: int) -> int:
    """Enter the Swedish holidays of a year; returns how many were not there before.

    Raises Invalid for a year that cannot be computed.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Invalid(_("Skriv ett år mellan 1953 och 4099."), code="year")
    with unit_of_work(actor=actor, now=now):
        days = swedish_holidays(year)
        there = set(Holiday.objects.filter(date__in=days).values_list("date", flat=True))
        new = sorted(set(days) - there)
        Holiday.objects.bulk_create(
            [Holiday(date=day, name=days[day]) for day in new], ignore_conflicts=True
        )
        _tell_holidays(added=new)
    return len(new)


def add_holiday(*, actor: Actor, now: dt.datetime, date: dt.date, name: str) -> Holiday:
    """Enter one day. Raises Conflict when it is in the list already."""
    if not name.strip():
        raise Invalid(_("Ge dagen ett namn."), code="name_missing")
    with unit_of_work(actor=actor, now=now):
        holiday, new = Holiday.objects.get_or_create(date=date, defaults={"name": name.strip()})
        if not new:
            raise Conflict(_("Dagen finns redan i listan."), code="holiday_known")
        _tell_holidays(added=[date])
    return holiday


def remove_holiday(*, actor: Actor, now: dt.datetime, pk: int) -> None:
    """Take one day out. Twice is the same as once."""
    with unit_of_work(actor=actor, now=now):
        holiday = Holiday.objects.select_for_update().filter(pk=pk).first()
        if holiday is not None:
            holiday.delete()
            _tell_holidays(removed=[holiday.date])


def _tell_holidays(*, added: Sequence[dt.date] = (), removed: Sequence[dt.date] = ()) -> None:
    if added or removed:
        event = HolidaysChanged(added=tuple(added), removed=tuple(removed))
        _tell(event, ("alarms.holiday", ""))


def _tell(event: Event, subject: tuple[str, str]) -> None:
    centre = centre_id()
    record(
        event,
        subject=subject,
        controller_id=centre,
        audiences=(key(Permission.ALARM_ROUTE, centre),),
    )
