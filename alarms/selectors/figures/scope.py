"""Whose alarms a reader's figures are about, and how closely the reader may look."""

from __future__ import annotations

from dataclasses import dataclass

from trygghetscentral.accounts.audiences import key, organisation_ids
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission


@dataclass(frozen=True, slots=True)
class Scope:
    """`controllers` are those whose figures the reader may see.

    `audiences` are None for a reader of aggregates only, who sees no single alarm and no number
    below five. For others they are the keys of the alarms the reader may open anyway: what is
    hidden from a reader is not counted for the reader either.
    """

    controllers: tuple[int, ...]
    audiences: tuple[str, ...] | None

    @property
    def detailed(self) -> bool:
        """Whether the reader may open the alarms behind the figures."""
        return self.audiences is not None


def scope_of(user: User) -> Scope:
    """Detailed only when the reader may see alarms everywhere where the figures come from: a mix
    would let the one kind be subtracted from the other."""
    asked = organisation_ids(user.audiences(), Permission.STATISTICS_VIEW)
    alarms = organisation_ids(user.audiences(), Permission.ALARM_VIEW)
    controllers = tuple(sorted(asked))
    if not asked or not asked <= alarms:
        return Scope(controllers, None)
    keys = {key(Permission.ALARM_VIEW, organisation) for organisation in asked}
    keys |= {one for one in user.audiences(Permission.ALARM_VIEW) if one.startswith("group:")}
    return Scope(controllers, tuple(sorted(keys)))
