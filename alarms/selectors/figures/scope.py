"""Whose alarms, or incidents, a reader's figures are about, and how closely the reader may look."""

from __future__ import annotations

from dataclasses import dataclass

from trygghetscentral.accounts.audiences import key, organisation_ids
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission


@dataclass(frozen=True, slots=True)
class Scope:
    """`controllers` are those whose figures the reader may see.

    `audiences` are None for a reader of aggregates only, who sees no single alarm and no number
    below five. For others they are the keys of what the reader may open anyway: what is
    hidden from a reader is not counted for the reader either.
    """

    controllers: tuple[int, ...]
    audiences: tuple[str, ...] | None

    @property
    def detailed(self) -> bool:
        """Whether the reader may open what is behind the figures."""
        return self.audiences is not None


def scope_of(user: User, single: Permission = Permission.ALARM_VIEW) -> Scope:
    """Detailed only when the reader may see the `single` ones everywhere where the figures come
    from: a mix would let the one kind be subtracted from the other."""
    asked = organisation_ids(user.audiences(), Permission.STATISTICS_VIEW)
    opened = organisation_ids(user.audiences(), single)
    controllers = tuple(sorted(asked))
    if not asked or not asked <= opened:
        return Scope(controllers, None)
    keys = {key(single, organisation) for organisation in asked}
    keys |= {one for one in user.audiences(single) if one.startswith("group:")}
    return Scope(controllers, tuple(sorted(keys)))
