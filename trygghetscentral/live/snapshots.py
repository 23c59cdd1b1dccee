"""What a page shows when it loads, and what it missed since. Reads only.

A seq is always read before the rows that it stands for, so that rows may be newer than their
seq says and never older; a change told twice does no harm.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from trygghetscentral.accounts.models import User
from trygghetscentral.ledger.models import LedgerRow
from trygghetscentral.live import registry
from trygghetscentral.live.fragments import fragment
from trygghetscentral.live.registry import Counts, Stream
from trygghetscentral.live.rights import Rights, changed_since, rights_of
from trygghetscentral.live.rows import Row, View
from trygghetscentral.live.selection import EVERYTHING, Selection
from trygghetscentral.shared import clock
from trygghetscentral.shared.errors import Forbidden, Missing

WINDOW = 200

# Beyond these a page is loaded anew: that is cheaper than telling it in pieces.
MOST_CHANGED = 500
MOST_SCANNED = 20_000

# Changes that may happen between two readings of one answer.
MARGIN = 20

LAST_WORDS = """
SELECT s.id, (SELECT max(r.seq) FROM ledger_row AS r
              WHERE r.subject_type = %s AND r.subject_id = s.id AND r.seq <= %s)
FROM unnest(%s::text[]) AS s(id)
"""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A page's rows as they stood at `seq` or later; each with key, sort, seq and html."""

    seq: int
    rows: list[dict[str, Any]]
    counts: Counts


@dataclass(frozen=True, slots=True)
class Missed:
    """What a page that stood at some seq must take in to become `view`."""

    view: View
    upsert: tuple[Row, ...]
    remove: tuple[str, ...]

    def message(self, *, now: dt.datetime, counts: Counts) -> dict[str, Any]:
        """As the socket and a poll tell it."""
        return {
            "t": "rows",
            "seq": self.view.seq,
            "now": now.isoformat(),
            "upsert": [row.as_upsert() for row in self.upsert],
            "remove": list(self.remove),
            "counts": counts,
        }


@dataclass(frozen=True, slots=True)
class _Seen:
    """One object read for a window; only within one call."""

    obj: Any
    subject_id: str
    seq: int


def newest_seq() -> int:
    """The seq of the newest row of the ledger, 0 when it is empty."""
    newest = LedgerRow.objects.aggregate(newest=Max("seq"))["newest"]
    return int(newest or 0)


def snapshot(
    name: str, user: User, *, limit: int = WINDOW, selection: Selection = EVERYTHING
) -> Snapshot:
    """The first rows selected of a stream for a user, with the seq that a socket continues from.

    Raises Missing for a stream that does not exist and Forbidden without its permission.
    """
    stream, rights = _door(name, user)
    view = read_view(stream, rights, limit, selection)
    return Snapshot(
        seq=view.seq,
        rows=[row.as_upsert() for row in view.rows],
        counts=stream.counts(rights.audiences, selection),
    )


def missed(
    name: str,
    user: User,
    since: int,
    *,
    limit: int = WINDOW,
    now: dt.datetime | None = None,
    selection: Selection = EVERYTHING,
) -> dict[str, Any]:
    """The `rows` message that takes a page from `since` to now, or `{"t": "reload"}`.

    For a page whose socket is silent, of the same selection. Raises as `snapshot`.
    """
    stream, rights = _door(name, user)
    moment = now or clock.now()
    found = read_missed(
        stream,
        rights,
        since=since,
        limit=limit,
        now=moment,
        selection=selection,
        whole=False,
    )
    if found is None:
        return {"t": "reload", "now": moment.isoformat()}
    return found.message(now=moment, counts=stream.counts(rights.audiences, selection))


def _door(name: str, user: User) -> tuple[Stream, Rights]:
    stream = registry.get(name)
    if stream is None:
        raise Missing(_("Listan finns inte."), code="stream_unknown")
    rights = rights_of(user, stream)
    if rights is None:
        raise Forbidden(_("Du får inte följa listan."), code="stream_forbidden")
    return stream, rights


def read_view(
    stream: Stream, rights: Rights, limit: int, selection: Selection = EVERYTHING
) -> View:
    """The first `limit` rows selected for the reader, rendered."""
    seq, seen = _read(stream, rights, limit + 1, selection)
    return _view(stream, rights, seq, seen, limit)


def read_missed(
    stream: Stream,
    rights: Rights,
    *,
    since: int,
    limit: int,
    now: dt.datetime,
    selection: Selection = EVERYTHING,
    whole: bool = True,
) -> Missed | None:
    """What a page misses that was whole at `since`; None when it had better be loaded anew.

    Unless the `whole` view is asked for, it is left empty where nothing has changed.
    Besides what changed, rows may have moved into the window or out of it because of others: no
    more of them than have changed, and they stand next to its end.
    """
    head = newest_seq()
    if since > head or _is_far(since, head):
        return None
    expected = len(_changed(stream, rights, since, head))
    if expected > MOST_CHANGED or changed_since(rights, stream, since=since, now=now):
        return None
    if not expected and not whole:
        return Missed(View(head, (), more=False), (), ())
    seq, seen = _read(stream, rights, limit + expected + MARGIN, selection)
    changed = _changed(stream, rights, since, seq)
    if len(changed) >= expected + MARGIN:
        return None
    view = _view(stream, rights, seq, seen, limit)
    return _difference(stream, view, seen, changed, since)


def _is_far(since: int, head: int) -> bool:
    """Whether more has been written than is worth going through. Numbers may have been left out."""
    if head - since <= MOST_SCANNED:
        return False
    return LedgerRow.objects.filter(seq__gt=since)[: MOST_SCANNED + 1].count() > MOST_SCANNED


def _changed(stream: Stream, rights: Rights, since: int, until: int) -> set[str]:
    found = changes(stream, rights.audiences, since).filter(seq__lte=until)
    return set(found.values_list("subject_id", flat=True).distinct()[: MOST_CHANGED + MARGIN])


def _difference(
    stream: Stream, view: View, seen: Sequence[_Seen], changed: set[str], since: int
) -> Missed:
    if not changed:
        return Missed(view, (), ())
    moved_in = {row.key for row in [row for row in view.rows if row.seq <= since][-len(changed) :]}
    upsert = tuple(row for row in view.rows if row.seq > since or row.key in moved_in)
    keys = {row.key for row in view.rows}
    left = {stream.key(one.obj) for one in seen[len(view.rows) :]}
    left |= {stream.key(obj) for obj in stream.load(changed).values()}
    return Missed(view, upsert, tuple(sorted(left - keys)))


def changes(stream: Stream, audiences: frozenset[str], since: int) -> QuerySet[LedgerRow]:
    """The ledger's rows after `since` that tell of the stream's rows for some audiences."""
    names = Q()
    for prefix in stream.events:
        names |= Q(name__startswith=prefix)
    return LedgerRow.objects.filter(
        names,
        seq__gt=since,
        subject_type=stream.subject_type,
        exercise_id__isnull=True,
        audiences__overlap=sorted(audiences),
    ).order_by()


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest change for some audiences among the ledger's rows in `(floor, head]`; `floor`
    itself when there is none."""

    floor: int
    head: int
    seq: int


def newest_change(stream: Stream, audiences: frozenset[str], since: int) -> Newest:
    """Look for changes after `since`, which costs what has been written since then."""
    head = newest_seq()
    found = changes(stream, audiences, since).filter(seq__lte=head).aggregate(newest=Max("seq"))
    return Newest(since, head, found["newest"] or since)


def _read(
    stream: Stream, rights: Rights, limit: int, selection: Selection
) -> tuple[int, list[_Seen]]:
    seq = newest_seq()
    objects = stream.window(rights.audiences, limit, selection)
    ids = [stream.subject_of(obj) for obj in objects]
    with connection.cursor() as cursor:
        cursor.execute(LAST_WORDS, (stream.subject_type, seq, ids))
        words = {subject_id: last or 0 for subject_id, last in cursor.fetchall()}
    return seq, [
        _Seen(obj, subject_id, words[subject_id])
        for obj, subject_id in zip(objects, ids, strict=True)
    ]


def _view(stream: Stream, rights: Rights, seq: int, seen: Sequence[_Seen], limit: int) -> View:
    rows = tuple(
        Row(
            key=stream.key(one.obj),
            sort=stream.sort(one.obj),
            seq=one.seq,
            html=fragment(
                stream, one.obj, seq=one.seq, language=rights.language, level=rights.level
            ),
        )
        for one in seen[:limit]
    )
    return View(seq, rows, more=len(seen) > limit)
