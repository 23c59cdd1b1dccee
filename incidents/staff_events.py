"""What the staff room publishes. What is written there stands in the log, never in a payload."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from trygghetscentral.ledger.events import Code, Event, published


@published
class StaffOpened(Event):
    """A staff is at work with an incident; why stands in its row."""

    name = "staff.opened"
    staff: UUID
    incident: UUID
    level: int


@published
class StaffLevelChanged(Event):
    """It is more or less of a staff than before; why stands in the log."""

    name = "staff.level_changed"
    staff: UUID
    level: int


@published
class StaffClosed(Event):
    """The staff has ended. Its log is kept."""

    name = "staff.closed"
    staff: UUID
    rows: int


@published
class StaffRowWritten(Event):
    """A row of the log with its hash: the ledger's seals hold the whole chain by it."""

    name = "staff_row.written"
    staff: UUID
    row: UUID
    number: int
    kind: Code
    happened_at: datetime
    ground: Code
    decision_number: int | None
    files: int
    sha256: Code


@published
class StaffRowCorrected(Event):
    """A later row says that this one was wrong. It stands as it was written."""

    name = "staff_row.corrected"
    staff: UUID
    number: int
    by_number: int


@published
class StaffDecisionExpired(Event):
    """A decision has ceased to hold, at the time that was said when it was made."""

    name = "staff_row.decision_expired"
    staff: UUID
    decision_number: int


@published
class StaffMarkedRead(Event):
    """Somebody had the words of marked rows before them."""

    name = "staff.marked_read"
    staff: UUID
    numbers: tuple[int, ...]


@published
class StaffExported(Event):
    """The log left as a paper, whole or in the open version, up to a row and its hash."""

    name = "staff.exported"
    staff: UUID
    rows: int
    open_version: bool
    last_sha256: Code
