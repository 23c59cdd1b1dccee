"""When a change goes out: at once, unless the same row went out just now. Pure.

Times are monotonic seconds given by the caller.
"""

from __future__ import annotations

from dataclasses import dataclass

MERGE_SECONDS = 0.05
ROWS_A_SECOND = 25
ROWS_AT_ONCE = 50
MOST_LOADED = 500


@dataclass(frozen=True, slots=True)
class Due:
    """Subjects whose rows go out now, with the last word on each.

    When they have gone out, everything up to `covered` has, unless `dirty`: then there were more
    than anybody should load.
    """

    subjects: dict[str, int]
    covered: int
    dirty: bool


class Budget:
    """`ROWS_A_SECOND` rows to a screen, with up to `ROWS_AT_ONCE` saved up.

    The other half of the fifty that a screen takes in a flood is for readings of its window. When
    little is left the pace slows to two messages a second.
    """

    def __init__(self) -> None:
        self._left = float(ROWS_AT_ONCE)
        self._at = 0.0

    def left(self, now: float) -> int:
        """How many rows may go out."""
        self._left = min(ROWS_AT_ONCE, self._left + (now - self._at) * ROWS_A_SECOND)
        self._at = now
        return int(self._left)

    def spend(self, rows: int) -> None:
        """Rows have gone out."""
        self._left -= rows

    def wait(self, now: float) -> float:
        """Seconds until it is worth sending."""
        return max(0.0, 0.5 - self.left(now) / ROWS_A_SECOND)


class Merger:
    """The changes of one stream that have not gone out."""

    def __init__(self, seq: int) -> None:
        self.seen = seq
        self._pending: dict[str, tuple[int, int]] = {}
        self._sent_at: dict[str, float] = {}
        self._not_before = 0.0

    def add(self, subject_id: str, seq: int) -> None:
        """A row has changed."""
        first, _ = self._pending.get(subject_id, (seq, seq))
        self._pending[subject_id] = (first, seq)

    def reach(self, seq: int) -> None:
        """The ledger has been read so far."""
        self.seen = max(self.seen, seq)

    def covered(self) -> int:
        """The seq up to which everything has gone out."""
        if not self._pending:
            return self.seen
        return min(first for first, _ in self._pending.values()) - 1

    def rest_until(self, moment: float) -> None:
        """Send nothing before then."""
        self._not_before = moment

    def next_due(self, now: float) -> float | None:
        """The moment when something may go out, None while nothing waits."""
        if not self._pending:
            return None
        earliest = min(self._sent_at.get(one, 0.0) for one in self._pending) + MERGE_SECONDS
        return max(earliest, self._not_before, now)

    def take(self, now: float) -> Due | None:
        """What goes out now, None when nothing does."""
        if now < self._not_before:
            return None
        self._sent_at = {one: at for one, at in self._sent_at.items() if at + MERGE_SECONDS > now}
        ready = [one for one in self._pending if one not in self._sent_at]
        if not ready:
            return None
        dirty = len(ready) > MOST_LOADED
        subjects = {one: self._pending[one][1] for one in ready[:MOST_LOADED]}
        for one in ready:
            del self._pending[one]
            self._sent_at[one] = now
        return Due(subjects, self.covered(), dirty)
