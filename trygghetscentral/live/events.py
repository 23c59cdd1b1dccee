"""What this app says in the ledger: that a workstation was locked, and opened again."""

from __future__ import annotations

from trygghetscentral.ledger.events import Event, published


@published
class WorkstationLocked(Event):
    """Somebody locked their workstation; the session lives on without showing or doing anything."""

    name = "workstation.locked"
    user_id: int


@published
class WorkstationUnlocked(Event):
    """The same person proved who they are and went on."""

    name = "workstation.unlocked"
    user_id: int
