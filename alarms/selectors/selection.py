"""What the board is selected by: the tags of an alarm, and the same as a condition in the database.

An unanswered alarm of priority 1 can not be selected away. Of the others that a selection hides and
nobody has answered the board still tells, so that they sound (`waiting`): a filtered screen is a
quieter list, never a quieter room.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any, Final

from django.db.models import BooleanField, Case, Min, Q, Value, When

from alarms.models import Alarm
from alarms.selectors import board
from alarms.services.intake.links import LINK_KIND
from trygghetscentral.live.registry import Counts
from trygghetscentral.live.selection import ALWAYS, Selection, dimension_of, value_of
from trygghetscentral.shared.digits import whole

FIELDS: Final = {
    "desk": "desk__code",
    "state": "state",
    "owner": "owner_id",
    "category": "category",
    "area": "city_area__slug",
}
LOST: Final = "line:lost"
DIMENSIONS: Final = frozenset({*FIELDS, dimension_of(LOST)})

_ALWAYS: Final = Q(priority=1, unanswered=True)
_LOST: Final = Q(kind=LINK_KIND, restored_at__isnull=True)


def tags_of(alarm: Alarm) -> frozenset[str]:
    """The tags of an alarm loaded with `LIST_RELATIONS`; no query. Nothing personal."""
    tags = {f"state:{alarm.state}", f"category:{alarm.category}"}
    if alarm.desk is not None:
        tags.add(f"desk:{alarm.desk.code}")
    if alarm.owner_id is not None:
        tags.add(f"owner:{alarm.owner_id}")
    if alarm.city_area is not None:
        tags.add(f"area:{alarm.city_area.slug}")
    if alarm.kind == LINK_KIND and alarm.restored_at is None:
        tags.add(LOST)
    if alarm.priority == 1 and alarm.unanswered:
        tags.add(ALWAYS)
    return frozenset(tags)


def matching(selection: Selection) -> Q:
    """What was asked for, as `Selection.matches` has it."""
    condition = Q()
    for choice in selection.choices:
        name = dimension_of(min(choice))
        values = sorted(value_of(tag) for tag in choice)
        if name == dimension_of(LOST):
            condition &= _LOST if choice == {LOST} else Q(pk__in=())
        elif name == "owner":
            condition &= Q(owner_id__in=[pk for one in values if (pk := whole(one)) is not None])
        else:
            condition &= Q(**{f"{FIELDS[name]}__in": values})
    return condition


def window(audiences: frozenset[str], limit: int, selection: Selection) -> list[Alarm]:
    """The worst open alarms of these audiences that the selection shows, at most `limit`."""
    condition = matching(selection) | _ALWAYS if selection else Q()
    return board.window(audiences, limit, condition)


def counts(audiences: frozenset[str], selection: Selection) -> Counts:
    """`board.counts` of everything; with a selection also what it hides. One query either way.

    `hidden` open alarms, `hidden_unanswered` of them; `beside` are those of priority 1 that are
    shown though nobody asked for them. `waiting` groups what is hidden and unanswered by what
    decides who hears it: a list of `priority`, `desk` and `owner` (id or None), `n`, `since`.
    """
    if not selection:
        return {**board.counts(audiences)}
    asked = _is(matching(selection))
    figures = board.figures()
    rows: list[Any] = list(
        Alarm.objects.for_audiences(audiences)
        .on_board()
        .order_by()
        .annotate(asked=asked, always=_is(_ALWAYS))
        .values("asked", "always", "priority", "desk_id", "owner_id")
        .annotate(**figures, since=Min("waiting_since", filter=board.CALLING))
    )
    found: Counter[str] = Counter()
    for row in rows:
        found.update({name: row[name] for name in row if name.startswith("n_")})
        if not row["asked"]:
            found["n_beside" if row["always"] else "n_hidden"] += row["n_total"]
            found["n_hidden_unanswered"] += 0 if row["always"] else row["n_unanswered"]
    hidden = [row for row in rows if not row["asked"] and not row["always"]]
    names = [*figures, "n_hidden", "n_hidden_unanswered", "n_beside"]
    numbers: Counts = {name.removeprefix("n_"): found[name] for name in names}
    return {**numbers, "waiting": [_waiting(row) for row in hidden if row["n_unanswered"]]}


def _is(condition: Q) -> Case:
    # Null is neither true nor false; here it is false.
    yes = When(condition, then=Value(value=True))
    return Case(yes, default=Value(value=False), output_field=BooleanField())


def _waiting(row: dict[str, Any]) -> dict[str, Any]:
    since: dt.datetime = row["since"]
    return {
        "priority": row["priority"],
        "desk": row["desk_id"],
        "owner": row["owner_id"],
        "n": row["n_unanswered"],
        "since": since.isoformat(),
    }
