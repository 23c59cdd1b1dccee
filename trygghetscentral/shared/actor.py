"""Who did it: a person, the system itself, a device or an API client."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Self


class ActorKind(enum.StrEnum):
    """What sort of doer stands behind a ledger row."""

    USER = "user"
    SYSTEM = "system"
    DEVICE = "device"
    API_CLIENT = "api_client"


@dataclass(frozen=True, slots=True)
class Actor:
    """Stands in every ledger row; `label` is a signature or a role, never a surname."""

    kind: ActorKind
    id: str
    label: str

    @classmethod
    def system(cls, part: str) -> Self:
        """A part of the system acting by itself, such as "router"."""
        return cls(ActorKind.SYSTEM, part, part)

    @classmethod
    def device(cls, part: str) -> Self:
        """A receiver speaking for the transmitters behind it."""
        return cls(ActorKind.DEVICE, part, part)

    @property
    def user_id(self) -> int | None:
        """The primary key of the user, when a person acted."""
        return int(self.id) if self.kind is ActorKind.USER else None
