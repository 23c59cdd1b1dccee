"""What routing reads: the rules, and the facts about alarms."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Protocol

from django.db import connection
from django.db.models import Max, Prefetch, QuerySet

from alarms.models import AlarmType, Desk, Holiday, RoutingRule
from alarms.routing import DEFAULT_DESK, Facts, RuleRecord
from trygghetscentral.accounts.models import Organisation
from trygghetscentral.places.models import Area, Site
from trygghetscentral.shared.clock import local
from trygghetscentral.shared.db import swedish_order

# Areas are few and drawn by hand; only those that rules name are asked for.
AREAS_AROUND = """
SELECT alarm.id, area.id FROM alarms_alarm AS alarm
JOIN places_area AS area ON area.id = ANY(%s)
    AND (area.id = alarm.city_area_id
         OR area.polygon @> point(alarm.longitude, alarm.latitude)
            AND area.valid_from <= alarm.received_at::date
            AND (area.valid_to IS NULL OR area.valid_to > alarm.received_at::date))
WHERE alarm.id = ANY(%s)
"""


def all_rules() -> list[RoutingRule]:
    """Every rule in order, with what its row on the screen shows, in five queries."""
    return list(
        RoutingRule.objects.select_related("desk")
        .prefetch_related(
            Prefetch("sites", queryset=Site.objects.only("pk", "name", "slug")),
            Prefetch("areas", queryset=Area.objects.only("pk", "name")),
            Prefetch("controllers", queryset=Organisation.objects.only("pk", "name", "path")),
        )
        .order_by("position")
    )


def record_of(rule: RoutingRule) -> RuleRecord:
    """A rule, loaded by `all_rules`, as the matcher wants it."""
    return RuleRecord(
        id=rule.pk,
        position=rule.position,
        name=rule.name,
        categories=frozenset(rule.categories),
        sites=frozenset(site.pk for site in rule.sites.all()),
        areas=frozenset(area.pk for area in rule.areas.all()),
        controllers=frozenset(organisation.pk for organisation in rule.controllers.all()),
        days=rule.days,
        weekdays=frozenset(rule.weekdays),
        from_time=rule.from_time,
        to_time=rule.to_time,
        desk_id=rule.desk_id,
        priority=rule.priority,
        target_seconds=rule.target_seconds,
    )


def active_rules() -> list[RuleRecord]:
    """The rules in force, in order; one that leads to a desk not in use is not."""
    return [record_of(rule) for rule in all_rules() if rule.active and rule.desk.active]


def default_desks() -> dict[str, int]:
    """Category to desk for alarms that no rule fits; the first in use where the usual is gone."""
    in_use = Desk.objects.filter(active=True).order_by("position", "pk")
    by_code = dict(in_use.values_list("code", "pk"))
    first = next(iter(by_code.values()))
    return {category: by_code.get(code, first) for category, code in DEFAULT_DESK.items()}


class Placed(Protocol):
    """What rules look at of an alarm."""

    @property
    def pk(self) -> int:
        """Its key."""

    @property
    def category(self) -> str:
        """As in `AlarmType`."""

    @property
    def site_id(self) -> int | None:
        """Where it is."""

    @property
    def controller_id(self) -> int:
        """Whose it is."""

    @property
    def received_at(self) -> dt.datetime:
        """When it came."""


def facts_for(alarms: Sequence[Placed], rules: Iterable[RuleRecord]) -> dict[int, Facts]:
    """Facts by alarm, in at most three queries whatever their number."""
    areas = _areas_around(alarms, rules)
    above = _organisations_above()
    holidays = _holidays_near(alarms)
    return {
        alarm.pk: Facts(
            category=alarm.category,
            site=alarm.site_id,
            areas=frozenset(areas.get(alarm.pk, ())),
            controllers=above.get(alarm.controller_id, frozenset({alarm.controller_id})),
            at=local(alarm.received_at),
            holidays=holidays,
        )
        for alarm in alarms
    }


def _areas_around(alarms: Sequence[Placed], rules: Iterable[RuleRecord]) -> dict[int, set[int]]:
    wanted = sorted({area for rule in rules for area in rule.areas})
    found: dict[int, set[int]] = defaultdict(set)
    if wanted and alarms:
        with connection.cursor() as cursor:
            cursor.execute(AREAS_AROUND, (wanted, [alarm.pk for alarm in alarms]))
            for alarm_id, area_id in cursor.fetchall():
                found[alarm_id].add(area_id)
    return found


def _organisations_above() -> dict[int, frozenset[int]]:
    parents = dict(Organisation.objects.order_by("path").values_list("pk", "parent_id"))
    above: dict[int, frozenset[int]] = {}
    for pk, parent in parents.items():
        above[pk] = frozenset({pk}) | (above.get(parent, frozenset()) if parent else frozenset())
    return above


def _holidays_near(alarms: Sequence[Placed]) -> frozenset[dt.date]:
    days = [local(alarm.received_at).date() for alarm in alarms]
    if not days:
        return frozenset()
    first = min(days) - dt.timedelta(days=1)
    return frozenset(
        Holiday.objects.filter(date__range=(first, max(days))).values_list("date", flat=True)
    )


def next_position() -> int:
    """Where a new rule would stand."""
    return (RoutingRule.objects.aggregate(last=Max("position"))["last"] or 0) + 1


def rules_for_change() -> QuerySet[RoutingRule]:
    """One rule at a time, for its form."""
    return RoutingRule.objects.select_related("desk")


def alarm_types() -> QuerySet[AlarmType]:
    """Kinds of alarm, the gravest first."""
    return AlarmType.objects.order_by("priority", "target_seconds", swedish_order("label"))


def holidays_from(year: int) -> QuerySet[Holiday]:
    """The list from the first day of a year."""
    return Holiday.objects.filter(date__gte=dt.date(year, 1, 1)).order_by("date")
