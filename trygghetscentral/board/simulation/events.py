"""What a simulated day consists of. Pure; all times are virtual seconds from the day's start."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace


class Kind(enum.StrEnum):
    """Why a signal is sent; the tally's word."""

    PRESS = "trygghetslarm"
    PRESS_AGAIN = "ny tryckning"
    ALARM = "annat larm"
    RESTORE = "återställning"
    OPENING = "frånkoppling"
    CLOSING = "tillkoppling"
    TEST = "periodiskt prov"
    LINK_TEST = "länkprov"
    POWER_CUT = "elavbrott"
    POWER_BACK = "el åter"
    HOLDUP = "överfall i elavbrottet"
    VISIT = "teknikerns prov"
    STRANGER = "okänt konto"


ACTIVATIONS = frozenset(
    {Kind.PRESS, Kind.PRESS_AGAIN, Kind.ALARM, Kind.POWER_CUT, Kind.HOLDUP, Kind.STRANGER}
)
"""What an operator must get to see: none of these may go without an ACK."""


@dataclass(frozen=True, slots=True)
class Source:
    """A transmitter as the plan sees it: what it guards, where, and the zones behind it."""

    account: str
    area: str
    system: str
    site_kind: str
    zones: tuple[str, ...]


@dataclass(frozen=True, slots=True, order=True)
class Planned:
    """One signal. `code` is a DC-03 code ("" for a link test), `number` its zone, user or line.

    `lost_acks` is how many of our answers the line loses, so that the transmitter sends the same
    message again; `damaged`, that the line spoils the first sending. `unfounded` is what the
    operator will find out, and no signal tells.
    """

    at: float
    account: str
    kind: Kind
    code: str
    area: str = ""
    number: str = ""
    text: str = ""
    lost_acks: int = 0
    damaged: bool = False
    unfounded: bool = False

    @property
    def place(self) -> tuple[str, str, str]:
        """Where it is, as alarms and restores are matched."""
        return (self.account, self.area, self.number)

    def later(self, seconds: float, kind: Kind, code: str) -> Planned:
        """What the same place sends afterwards."""
        return replace(self, at=self.at + seconds, kind=kind, code=code, text="", unfounded=False)


@dataclass(frozen=True, slots=True)
class Silence:
    """A transmitter that says nothing at all between two moments: its line is dead."""

    account: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole run, in order of time."""

    seconds: float
    events: tuple[Planned, ...]
    silence: Silence | None = None
