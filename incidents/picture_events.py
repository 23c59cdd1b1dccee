"""What the common picture publishes. Words stand in rows of their own, pointed to by number."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from trygghetscentral.ledger.events import Code, Event, published


@published
class ZoneDrawn(Event):
    """A zone was drawn."""

    name = "picture_zone.drawn"
    public_id: UUID
    kind: Code
    shape: Code
    corners: int
    valid_from: datetime
    valid_until: datetime | None


@published
class ZoneChanged(Event):
    """It was changed; what it says stands in the version."""

    name = "picture_zone.changed"
    public_id: UUID
    version: int


@published
class ZoneEnded(Event):
    """It no longer holds: somebody said so, or its time was out."""

    name = "picture_zone.ended"
    public_id: UUID
    version: int
    by_the_clock: bool


@published
class FunctionStatusSet(Event):
    """Somebody said how a function is; the sentence stands in the status row."""

    name = "picture_function.set"
    public_id: UUID
    function: Code
    level: int
    trend: Code
    area_id: int | None
    due_at: datetime
    status_id: int


@published
class FunctionStatusStale(Event):
    """It was to be judged anew by now, and has not been."""

    name = "picture_function.stale"
    public_id: UUID
    level: int
    status_id: int


@published
class PictureNoteAdded(Event):
    """A note was added."""

    name = "picture_note.added"
    public_id: UUID
    kind: Code
    relevance: int


@published
class PictureNoteWithdrawn(Event):
    """A note no longer holds."""

    name = "picture_note.withdrawn"
    public_id: UUID
