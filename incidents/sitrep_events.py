"""What lägesrapporter, disclosures and the diary publish: codes, numbers and times. Texts, names
and addresses stay in rows of their own."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from trygghetscentral.ledger.events import Code, Event, published


@published
class SitrepDrafted(Event):
    """Sections of the next lägesrapport were written on."""

    name = "sitrep.drafted"
    public_id: UUID
    sections: tuple[Code, ...]


@published
class SitrepSent(Event):
    """A lägesrapport was frozen and is on its way."""

    name = "sitrep.sent"
    public_id: UUID
    number: int
    sha256: Code
    next_at: datetime | None
    grounds: tuple[Code, ...]
    full_count: int
    open_count: int


@published
class SitrepReleased(Event):
    """Somebody tested a version for secrecy and let it out."""

    name = "sitrep.released"
    public_id: UUID
    number: int
    version: Code
    release_id: int


@published
class SitrepMailEnded(Event):
    """A mail was handed over, or will never be."""

    name = "sitrep.mail_ended"
    public_id: UUID
    mail_id: int
    number: int | None
    state: Code
    error: Code


@published
class SitrepMailRetried(Event):
    """Somebody had a mail that did not arrive tried anew."""

    name = "sitrep.mail_retried"
    public_id: UUID
    mail_id: int
    number: int


@published
class SitrepReceived(Event):
    """Somebody at a recipient confirmed the receipt."""

    name = "sitrep.received"
    public_id: UUID
    mail_id: int
    number: int


@published
class SitrepOverdue(Event):
    """The next lägesrapport did not come when the last one said it would."""

    name = "sitrep.overdue"
    public_id: UUID
    due_at: datetime
    mail_id: int | None


@published
class DistributionListChanged(Event):
    """A distribution list is new, or has other recipients."""

    name = "distribution_list.changed"
    list_id: int
    recipients: int
    active: bool


@published
class DisclosureDecided(Event):
    """The controller decided on a request; what and why is in its own row."""

    name = "disclosure.decided"
    public_id: UUID
    number: Code
    asker: Code
    ground: Code
    outcome: Code


@published
class DisclosureRead(Event):
    """Somebody opened a decision on disclosure."""

    name = "disclosure.read"
    public_id: UUID


@published
class DiaryOwed(Event):
    """Something is to be registered."""

    name = "diary.owed"
    public_id: UUID
    kind: Code
    due_at: datetime


@published
class DiaryTakenOut(Event):
    """A record was taken out as a file, to be registered."""

    name = "diary.taken_out"
    public_id: UUID
    kind: Code
    sha256: Code


@published
class DiaryRegistered(Event):
    """The record has its diarienummer."""

    name = "diary.registered"
    public_id: UUID
    kind: Code
