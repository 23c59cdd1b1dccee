"""How much each desk has to do right now, and what has waited past its target: the shift lead's
view (design.md 8, domain.md R20). Per desk; how many have come to a person is not shown."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, Min, Q, QuerySet

from alarms import prov
from alarms.codes import Category
from alarms.models import Alarm, Desk
from alarms.selectors.rows import LIST_RELATIONS, AlarmRow, row_of
from alarms.selectors.shift import AtDesk, staffing
from alarms.states import OWNED_STATES, AlarmState
from trygghetscentral.accounts.models import User

MOST_LATE: Final = 50

WAITING: Final = Q(unanswered=True) & ~Q(kind__startswith=prov.KIND)
# As on the board: the target of a fire may run past the answer (alarms.fire).
RUNNING: Final = Q(unanswered=True) | Q(category=Category.FIRE, target_met_at__isnull=True)


@dataclass(frozen=True, slots=True)
class DeskLoad:
    """One desk, None for what has reached none. `people` are signed on and here; `waiting_since`
    is the longest wait that nobody has answered."""

    desk: Desk | None
    people: int
    open: int
    unanswered: int
    late: int
    active: int
    parked: int
    waiting_since: dt.datetime | None

    @property
    def deserted(self) -> bool:
        """Whether nobody works a desk in use."""
        return self.desk is not None and self.people == 0


@dataclass(frozen=True, slots=True)
class Load:
    """Every desk in order, and the waits past their target, the longest past it first; at most
    fifty of `late`."""

    desks: list[DeskLoad]
    late_rows: list[AlarmRow]
    late: int


def load_now(user: User, *, now: dt.datetime) -> Load:
    """What the user may see of it. A number of queries that does not grow."""
    alarms = Alarm.objects.visible_to(user).on_board()
    counted = {row["desk_id"]: row for row in _counted(alarms, now)}
    desks = [
        _desk_load(one.desk, _here(one.people), counted.pop(one.desk.pk, {}))
        for one in staffing(now)
    ]
    # What has reached no desk, or one that is no longer in use, is still to be answered.
    left = Desk.objects.in_bulk([key for key in counted if key is not None])
    desks += [_desk_load(left.get(key), 0, row) for key, row in counted.items()]
    late = alarms.filter(RUNNING, target_at__lt=now).order_by("target_at", "pk")
    # Chosen first: thousands may be late, and none but these needs its relations joined.
    chosen = list(late.values_list("pk", flat=True)[:MOST_LATE])
    longest = alarms.filter(pk__in=chosen).order_by("target_at", "pk")
    return Load(
        desks=desks,
        late_rows=[row_of(alarm) for alarm in longest.select_related(*LIST_RELATIONS)],
        late=sum(desk.late for desk in desks),
    )


def _here(people: list[AtDesk]) -> int:
    return sum(person.here and person.away_since is None for person in people)


def _counted(alarms: QuerySet[Alarm], now: dt.datetime) -> list[dict[str, Any]]:
    owned = Q(state__in=OWNED_STATES) & ~Q(state=AlarmState.PARKED)
    rows = (
        alarms.order_by()
        .values("desk_id")
        .annotate(
            n_open=Count("pk"),
            n_unanswered=Count("pk", filter=WAITING),
            n_late=Count("pk", filter=RUNNING & Q(target_at__lt=now)),
            n_active=Count("pk", filter=owned),
            n_parked=Count("pk", filter=Q(state=AlarmState.PARKED)),
            n_since=Min("waiting_since", filter=WAITING),
        )
    )
    return [dict(row) for row in rows]


def _desk_load(desk: Desk | None, people: int, row: dict[str, Any]) -> DeskLoad:
    return DeskLoad(
        desk=desk,
        people=people,
        open=row.get("n_open", 0),
        unanswered=row.get("n_unanswered", 0),
        late=row.get("n_late", 0),
        active=row.get("n_active", 0),
        parked=row.get("n_parked", 0),
        waiting_since=row.get("n_since"),
    )
