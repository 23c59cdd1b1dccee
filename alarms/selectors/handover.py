"""What the next shift must know, as it stands this moment."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Final

from django.db.models import QuerySet

from alarms.models import Alarm, Handover
from alarms.selectors import board
from alarms.selectors.rows import LIST_RELATIONS, AlarmRow, row_of
from alarms.selectors.shift import unstaffed_desks
from alarms.services.intake.links import LINK_KIND
from alarms.states import AlarmState
from trygghetscentral.accounts.models import User

MOST_ROWS: Final = 200
# Of thousands that nobody has answered the next shift reads the first; the list has them all.
MOST_UNANSWERED: Final = 50
SHOWN_BEFORE: Final = 10


@dataclass(slots=True)
class OwnedRows:
    """One owner's open alarms."""

    signature: str
    rows: list[AlarmRow] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Position:
    """Open alarms by what has become of them; each list holds the worst, at most 200, and of the
    unanswered 50. `more` is whether there are more of those."""

    counts: dict[str, int]
    unanswered: list[AlarmRow]
    more: bool
    owned: list[OwnedRows]
    parked: list[AlarmRow]
    lost: list[AlarmRow]


def position(user: User) -> Position:
    """The position as the user may see it; trygghetslarm as everywhere in lists."""
    audiences = user.audiences()
    rows = (
        Alarm.objects.for_audiences(audiences)
        .on_board()
        .worst_first()
        .select_related(*LIST_RELATIONS)
    )
    owners: dict[str, OwnedRows] = {}
    # By owner, since few of thousands have one, and an index leads to them.
    for row in _rows(rows.filter(owner__isnull=False).exclude(state=AlarmState.PARKED)):
        owners.setdefault(row.owner_signature, OwnedRows(row.owner_signature)).rows.append(row)
    waiting = rows.filter(state=AlarmState.NEW).exclude(kind=LINK_KIND)
    unanswered = _rows(waiting, most=MOST_UNANSWERED + 1)
    return Position(
        counts=board.counts(audiences),
        unanswered=unanswered[:MOST_UNANSWERED],
        more=len(unanswered) > MOST_UNANSWERED,
        owned=[owners[signature] for signature in sorted(owners)],
        parked=_rows(rows.filter(state=AlarmState.PARKED)),
        lost=_rows(rows.filter(kind=LINK_KIND, restored_at__isnull=True)),
    )


def _rows(alarms: QuerySet[Alarm], *, most: int = MOST_ROWS) -> list[AlarmRow]:
    return [row_of(alarm) for alarm in alarms[:most]]


def earlier_handovers() -> list[Handover]:
    """Those before the newest, newest first."""
    rows = Handover.objects.select_related("written_by", "accepted_by").order_by("-pk")
    return list(rows[1 : SHOWN_BEFORE + 1])


def figures(user: User, now: dt.datetime) -> dict[str, int]:
    """Counts for the handover's row, as they are at `now`."""
    return {**board.counts(user.audiences()), "unstaffed": len(unstaffed_desks(now))}
