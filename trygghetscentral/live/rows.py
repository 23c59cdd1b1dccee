"""A row as it travels to screens, and as it stands in a window."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Row:
    """One row in one language and level of detail; shared by all readers of a process.

    `seq` is the ledger's last word on it. `audiences`, `alive` and `tags` are as in
    `registry.Stream`. A row that is not alive needs no `html`.
    """

    key: str
    sort: str
    seq: int
    html: str
    audiences: frozenset[str] = frozenset()
    alive: bool = True
    tags: frozenset[str] = frozenset()
    _text: str = field(default="", repr=False, compare=False)

    @property
    def text(self) -> str:
        """The JSON that a screen takes in, made once however many screens there are."""
        if not self._text:
            self._text = json.dumps(self.as_upsert(), ensure_ascii=False)
        return self._text

    def as_upsert(self) -> dict[str, Any]:
        """What a screen takes in."""
        return {"key": self.key, "sort": self.sort, "seq": self.seq, "html": self.html}

    def packed(self) -> list[Any]:
        """For the channel layer."""
        who, what = sorted(self.audiences), sorted(self.tags)
        return [self.key, self.sort, self.seq, self.html, who, self.alive, what]


def unpacked(packed: Sequence[Any]) -> Row:
    """The opposite of `Row.packed`."""
    key, sort, seq, html, audiences, alive, tags = packed
    return Row(key, sort, seq, html, frozenset(audiences), alive, frozenset(tags))


@dataclass(frozen=True, slots=True)
class View:
    """The first rows for some audiences, true at `seq` or later; `more` when others follow."""

    seq: int
    rows: tuple[Row, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Batch:
    """What the publisher sends to one group of readers.

    It takes a reader who has everything up to `prev` to everything up to `seq`; a reader who has
    less has lost something. `dirty`: more rows changed than are told of here.
    """

    prev: int
    seq: int
    dirty: bool
    rows: tuple[Row, ...]

    def packed(self, group: str) -> dict[str, Any]:
        """For the channel layer."""
        return {
            "type": "live.rows",
            "group": group,
            "prev": self.prev,
            "seq": self.seq,
            "dirty": self.dirty,
            "rows": [row.packed() for row in self.rows],
        }


def unpacked_batch(message: dict[str, Any]) -> Batch:
    """The opposite of `Batch.packed`."""
    return Batch(
        prev=message["prev"],
        seq=message["seq"],
        dirty=message["dirty"],
        rows=tuple(unpacked(row) for row in message["rows"]),
    )
