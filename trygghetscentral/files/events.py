"""What this app publishes."""

from __future__ import annotations

from uuid import UUID

from trygghetscentral.ledger.events import Code, Event, published


@published
class FileStored(Event):
    """A file came in."""

    name = "file.stored"
    public_id: UUID
    sha256: Code
    size: int
    content_type: Code
    secrecy_grounds: tuple[Code, ...]


@published
class FileRead(Event):
    """Somebody fetched a marked or restricted file."""

    name = "file.read"
    public_id: UUID


@published
class FileRestricted(Event):
    """Who may read the file was changed; no group means the controller's readers."""

    name = "file.restricted"
    public_id: UUID
    group_id: int | None


@published
class FileMarked(Event):
    """The secrecy markings were changed."""

    name = "file.marked"
    public_id: UUID
    secrecy_grounds: tuple[Code, ...]
