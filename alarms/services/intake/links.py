"""Every message proves its line: `LinkState` is touched in the same transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from alarms.incoming import Incoming
from alarms.selectors.directory import Snapshot
from trygghetscentral.shared.columns import column
from trygghetscentral.shared.statements import Rows, ask

LINK_CONDITION: Final = "link"
LINK_KIND: Final = "link.trouble"
COALESCE_SECONDS: Final = 2.0

TOUCH = """
WITH seen AS (
    SELECT * FROM unnest(%b::bigint[], %b::timestamptz[], %b::int[], %b::int[])
        AS t(id, at, silence, skew)
), old AS (
    SELECT l.transmitter_id, l.lost_at FROM alarms_linkstate AS l
    JOIN seen ON seen.id = l.transmitter_id ORDER BY l.transmitter_id FOR UPDATE OF l
)
UPDATE alarms_linkstate AS l SET last_seen_at = greatest(l.last_seen_at, seen.at), lost_at = NULL,
    due_at = greatest(l.last_seen_at, seen.at) + make_interval(secs => seen.silence),
    clock_skew = coalesce(seen.skew, l.clock_skew)
FROM seen JOIN old ON old.transmitter_id = seen.id
WHERE l.transmitter_id = seen.id
RETURNING l.transmitter_id, old.lost_at IS NOT NULL
"""


class ReturnedLink(NamedTuple):
    """A line that had been reported lost and was heard again."""

    installation_id: int
    zone: str


@dataclass(slots=True)
class Touched:
    """What `touch` asked for: lines and the moment each was seen."""

    directory: Snapshot
    seen: dict[int, dt.datetime]
    rows: Rows | None = None

    def returned(self) -> list[ReturnedLink]:
        """The lines that came back."""
        rows = self.rows() if self.rows else []
        return [_returned(pk, self.directory) for pk, was_lost in rows if was_lost]


class Freshness:
    """When this process last wrote each line. Lost lines are silent for far longer than the
    two seconds, so skipping a write never hides a return."""

    def __init__(self) -> None:
        self._written: dict[int, dt.datetime] = {}

    def is_fresh(self, transmitter_id: int, at: dt.datetime) -> bool:
        """Whether the line was written less than two seconds ago."""
        last = self._written.get(transmitter_id)
        return last is not None and (at - last).total_seconds() < COALESCE_SECONDS

    def remember(self, written: dict[int, dt.datetime]) -> None:
        """After the commit."""
        self._written.update(written)


def link_zone(receiver: str, line: str, account: str) -> str:
    """Where a lost line's alarm stands among its installation's zones."""
    return f"{receiver}{line}#{account}"[-16:] if receiver or line else account[:16]


def touch(
    batch: Sequence[Incoming], *, directory: Snapshot, now: dt.datetime, freshness: Freshness
) -> Touched:
    """Note that the senders of a batch were heard. Refused messages prove nothing."""
    seen: dict[int, tuple[dt.datetime, int | None]] = {}
    for incoming in _proving(batch):
        transmitter_id = incoming.transmitter_id
        if transmitter_id is None or transmitter_id not in directory.silence_of:
            continue
        if freshness.is_fresh(transmitter_id, incoming.received_at):
            continue
        seen[transmitter_id] = (incoming.received_at, incoming.clock_skew)
    touched = Touched(directory, {pk: at for pk, (at, _) in seen.items()})
    if seen:
        ordered = sorted(seen)
        touched.rows = ask(
            TOUCH,
            (
                column("bigint", ordered),
                column("timestamptz", [seen[pk][0] for pk in ordered]),
                column("int", [directory.silence_of[pk] for pk in ordered]),
                column("int", [seen[pk][1] for pk in ordered]),
            ),
            keep_plan=True,
        )
    return touched


def _proving(batch: Iterable[Incoming]) -> Iterable[Incoming]:
    return (incoming for incoming in batch if incoming.kind in ("event", "heartbeat"))


def _returned(transmitter_id: int, directory: Snapshot) -> ReturnedLink:
    installation = directory.installation_of[transmitter_id]
    zone = next(
        link_zone(info.receiver, info.line, info.account)
        for info in directory.transmitters.values()
        if info.id == transmitter_id
    )
    return ReturnedLink(installation.id, zone)
