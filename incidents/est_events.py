"""What EST publishes. Texts, places and persons stay in rows of their own."""

from __future__ import annotations

from uuid import UUID

from incidents.est_states import ReportMove
from trygghetscentral.ledger.events import Code, Event, published


@published
class EstObserved(Event):
    """An observation was written or changed, released or taken back; `state` is the new one."""

    name = "est.observed"
    public_id: UUID
    year: int
    week: int
    kind: Code
    state: Code


@published
class EstNothingObserved(Event):
    """An organisation had nothing to observe in a week."""

    name = "est.nothing_observed"
    year: int
    week: int


@published
class EstWeekOpened(Event):
    """Observations of a week are gathered."""

    name = "est.week_opened"
    public_id: UUID
    year: int
    week: int


@published
class EstReportChanged(Event):
    """Its text, places or follow-up were changed."""

    name = "est.report_changed"
    public_id: UUID
    revision: int


@published
class EstLevelSet(Event):
    """A person set the level; the sentence stands in the row."""

    name = "est.level_set"
    public_id: UUID
    level: Code


@published
class EstReportMoved(Event):
    """One step along its way. The digests are those of the two versions when it is published."""

    name = "est.report_moved"
    public_id: UUID
    move: ReportMove
    state: Code
    open_sha256: Code = Code("")
    restricted_sha256: Code = Code("")


@published
class EstPaperKept(Event):
    """The PDF of a published version was made and kept."""

    name = "est.paper_kept"
    version_id: int
    sha256: Code


@published
class EstRestrictedRead(Event):
    """Somebody read the restricted version."""

    name = "est.restricted_read"
    public_id: UUID


@published
class EstDisclosed(Event):
    """The municipal part was given to Polisen (lagen 2025:170); who decided
    stands in the log of disclosures."""

    name = "est.disclosed"
    disclosure: UUID
    report: UUID
    version: Code
    sha256: Code
    ground: Code


@published
class EstAnonymised(Event):
    """Observations older than their time lost everything but what and when."""

    name = "est.anonymised"
    decision_id: int
    count: int
