"""What a live page may follow. A room registers one `Stream` for each kind of row it shows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.live.selection import Selection

FULL = "full"

# Numbers by name; what a selection hides may be told in more than a number.
Counts = dict[str, Any]


class Render(Protocol):
    """One row as HTML."""

    def __call__(self, obj: Any, /, *, language: str, level: str, seq: int) -> str:
        """The row in `language`, for every reader of `level`.

        `seq` is the ledger's last word on the row, for `data-seq`. Called without a request and
        with the language active; nothing in the answer may depend on who looks.
        """
        ...


def everyone_full(_audiences: frozenset[str]) -> str:
    """The level of a stream that has only one."""
    return FULL


def no_tags(_obj: Any) -> frozenset[str]:
    """The tags of a stream that nothing is selected by."""
    return frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """A kind of row that screens follow, and how it is read.

    `events` are prefixes of event names ("alarm."); rows of the ledger count when their subject
    is a `subject_type` ("alarms.alarm"). A subject is named by its id as text.

    An event that takes an audience away from a row must be recorded with the old audiences too,
    so that those who lose it are told.

    load        current objects by subject id; what is gone, or is an exercise, is left out
    subject_of  the subject id of an object
    key         the row's name on the page, such as "alarm:<public_id>"
    sort        text that orders the rows as `window` does, smallest first
    audiences   who may see it now
    alive       whether it belongs on the page at all; a closed alarm does not
    window      the first `limit` living rows for some audiences and selection, in order
    counts      numbers over all living rows for some audiences, and what the selection hides
    tags        what a selection compares; whatever changes them is an event of the row's
    dimensions  what may be selected by: what stands before the colon of a tag
    permissions one of these is needed to follow the stream; with need-to-know groups they are
                also the only audiences that are compared with a row's
    level_of    the level of detail that somebody with these audiences is shown
    """

    name: str
    events: tuple[str, ...]
    subject_type: str
    permissions: tuple[Permission, ...]
    load: Callable[[Collection[str]], Mapping[str, Any]]
    subject_of: Callable[[Any], str]
    key: Callable[[Any], str]
    sort: Callable[[Any], str]
    audiences: Callable[[Any], frozenset[str]]
    alive: Callable[[Any], bool]
    render: Render
    window: Callable[[frozenset[str], int, Selection], Sequence[Any]]
    counts: Callable[[frozenset[str], Selection], Counts]
    levels: tuple[str, ...] = (FULL,)
    level_of: Callable[[frozenset[str]], str] = everyone_full
    tags: Callable[[Any], frozenset[str]] = no_tags
    dimensions: frozenset[str] = frozenset()

    def concerns(self, event_name: str, subject_type: str) -> bool:
        """Whether such a row of the ledger changes a row of this stream."""
        return subject_type == self.subject_type and event_name.startswith(self.events)


_streams: dict[str, Stream] = {}


def register(stream: Stream) -> None:
    """Make a stream known. Called from `AppConfig.ready`; the last of a name holds."""
    _streams[stream.name] = stream


def get(name: str) -> Stream | None:
    """The stream of that name."""
    return _streams.get(name)


def all_streams() -> tuple[Stream, ...]:
    """Every registered stream."""
    return tuple(_streams.values())
