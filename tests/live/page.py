"""A page as the browser keeps it: takes messages in as static/js/live.js and rows.js do."""

from __future__ import annotations

from typing import Any

from trygghetscentral.live.snapshots import Snapshot

Message = dict[str, Any]


class Page:
    """Rows by key, and the seq that the page believes it stands at."""

    def __init__(self, shown: Snapshot | None = None) -> None:
        self.seq = 0
        self.rows: dict[str, dict[str, Any]] = {}
        self.counts: dict[str, Any] = {}
        if shown:
            self.load(shown)

    def load(self, shown: Snapshot) -> None:
        """The page is loaded, or loaded anew."""
        self.seq = max(self.seq, shown.seq)
        self.rows = {row["key"]: row for row in shown.rows}
        self.counts = shown.counts

    def hear(self, message: Message) -> int | None:
        """Take a message in; returns the seq to ask `missed` from, where the page would."""
        if message["t"] == "rows":
            for row in message["upsert"]:
                old = self.rows.get(row["key"])
                if old is None or old["seq"] <= row["seq"]:
                    self.rows[row["key"]] = row
            for key in message["remove"]:
                self.rows.pop(key, None)
        if "counts" in message:
            self.counts = message["counts"]
        behind = message["t"] == "beat" and message["seq"] > self.seq
        if message["t"] in {"rows", "counts"}:
            self.seq = max(self.seq, message["seq"])
        return self.seq if behind else None

    def listed(self) -> list[tuple[str, str, str]]:
        """Key, sort and HTML of each row, in the order they are seen."""
        return [
            (row["key"], row["sort"], row["html"])
            for row in sorted(self.rows.values(), key=lambda row: str(row["sort"]))
        ]


def listed(shown: Snapshot) -> list[tuple[str, str, str]]:
    """The same of a snapshot."""
    return Page(shown).listed()
