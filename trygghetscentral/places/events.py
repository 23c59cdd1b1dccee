"""What this app publishes: ids and codes, never names, addresses or numbers to ring."""

from __future__ import annotations

import enum
from uuid import UUID

from trygghetscentral.ledger.events import Code, Event, published


class Part(enum.StrEnum):
    """What on the objektskort was changed."""

    BASICS = "basics"
    CONTACTS = "contacts"
    INSTRUCTIONS = "instructions"
    WARNINGS = "warnings"
    CODES = "codes"
    FILES = "files"


@published
class SiteCreated(Event):
    """A site was entered."""

    name = "site.created"
    public_id: UUID
    slug: Code
    owner_id: int
    occupant_id: int
    area_id: int | None
    longitude: float
    latitude: float


@published
class SiteChanged(Event):
    """Something on the objektskort was changed."""

    name = "site.changed"
    public_id: UUID
    part: Part
    owner_id: int
    occupant_id: int
    area_id: int | None
    longitude: float
    latitude: float


@published
class SiteClosed(Event):
    """A site is no longer watched over."""

    name = "site.closed"
    public_id: UUID


@published
class AreaSaved(Event):
    """An area was drawn or redrawn."""

    name = "area.saved"
    area_id: int
    slug: Code
    kind: Code
    corners: int
    sites_moved: int


@published
class CodeSealed(Event):
    """An access code was set or replaced."""

    name = "access_code.sealed"
    code_id: UUID
    site_id: UUID


@published
class CodeRemoved(Event):
    """An access code was taken away, its secret erased."""

    name = "access_code.removed"
    code_id: UUID
    site_id: UUID


@published
class CodeRevealed(Event):
    """Somebody read an access code; the shift lead is told."""

    name = "access_code.revealed"
    code_id: UUID
    site_id: UUID
    ground: Code
    alarm_id: UUID | None
    request_id: UUID | None


@published
class CodeRequested(Event):
    """Somebody without an open alarm asks to read a code."""

    name = "access_code.requested"
    code_id: UUID
    request_id: UUID


@published
class CodeApproved(Event):
    """A second person approved the reading."""

    name = "access_code.approved"
    code_id: UUID
    request_id: UUID


@published
class CodeReadSeen(Event):
    """The shift lead looked at a reading."""

    name = "access_code.read_seen"
    code_id: UUID
    read_id: int
