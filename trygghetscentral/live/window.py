"""What one screen holds, and what a change means for it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from trygghetscentral.live.rows import Row, View
from trygghetscentral.live.selection import EVERYTHING, Selection


@dataclass(slots=True)
class Diff:
    """What to tell the screen. `touched`: something the reader may see has changed, so that the
    counts may have; `wants_fill`: what belongs in the window can only be read in the database."""

    upsert: dict[str, Row] = field(default_factory=dict)
    remove: set[str] = field(default_factory=set)
    touched: bool = False
    wants_fill: bool = False

    def __bool__(self) -> bool:
        return bool(self.upsert or self.remove)

    def put(self, row: Row) -> None:
        """Tell of a row."""
        self.upsert[row.key] = row
        self.remove.discard(row.key)

    def drop(self, key: str) -> None:
        """Tell that a row has left."""
        self.upsert.pop(key, None)
        self.remove.add(key)


@dataclass(slots=True)
class Held:
    """A row as the screen was last told of it."""

    sort: str
    seq: int


class Window:
    """The first `limit` rows of one reader, of those selected.

    `synced` is the seq of the last reading of the database; `beyond` says that rows exist which
    the screen does not hold.
    """

    def __init__(self, limit: int, selection: Selection = EVERYTHING) -> None:
        self.limit = limit
        self.selection = selection
        self.held: dict[str, Held] = {}
        self.synced = 0
        self.beyond = False

    def take(self, view: View) -> Diff:
        """Become what the database says, and return what the screen lacks and has too much."""
        diff = Diff()
        keys = {row.key for row in view.rows}
        for row in view.rows:
            held = self.held.get(row.key)
            if held is None or held.seq < row.seq:
                diff.put(row)
        for key in self.held.keys() - keys:
            diff.drop(key)
        self.adopt(view)
        return diff

    def adopt(self, view: View) -> None:
        """The screen holds this already."""
        self.held = {row.key: Held(row.sort, row.seq) for row in view.rows}
        self.synced = view.seq
        self.beyond = view.more

    def forget_versions(self) -> None:
        """Have every row sent anew by the next `take`: the language or level has changed."""
        for held in self.held.values():
            held.seq = -1

    def apply(self, rows: Iterable[Row], mine: frozenset[str]) -> Diff:
        """Fold changes in, as a reader with the audiences `mine` sees them."""
        diff = Diff()
        for row in rows:
            may = not mine.isdisjoint(row.audiences)
            shown = row.alive and may and self.selection.shows(row.tags)
            self._apply(row, visible=shown, diff=diff)
            if row.key in diff.remove or may:
                diff.touched = True
        return diff

    def _apply(self, row: Row, *, visible: bool, diff: Diff) -> None:
        held = self.held.get(row.key)
        if held is not None and row.seq < held.seq:
            return
        if not visible:
            if held is not None:
                del self.held[row.key]
                diff.drop(row.key)
                diff.wants_fill |= self.beyond
        elif held is not None:
            self._change(row, held, diff)
        elif row.seq > self.synced:
            self._arrive(row, diff)

    def _change(self, row: Row, held: Held, diff: Diff) -> None:
        if row.seq == held.seq:
            return
        sank = row.sort > held.sort
        self.held[row.key] = Held(row.sort, row.seq)
        diff.put(row)
        if sank and self.beyond and row.key == self._last():
            diff.wants_fill = True

    def _arrive(self, row: Row, diff: Diff) -> None:
        if len(self.held) >= self.limit:
            self.beyond = True
            last = self._last()
            if (row.sort, row.key) >= (self.held[last].sort, last):
                return
            del self.held[last]
            diff.drop(last)
        self.held[row.key] = Held(row.sort, row.seq)
        diff.put(row)

    def _last(self) -> str:
        return max(self.held, key=lambda key: (self.held[key].sort, key))
