"""When things happen. Pure: hours of the day as weights, and moments drawn from them.

No source gives Malmö's curves; these are assumptions, to be replaced by the centre's own figures:
help is called for when people rise, eat and go to bed, and buildings are broken into when dark.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

HOUR: Final = 3600.0
DAY_HOURS: Final = 24
DAY: Final = DAY_HOURS * HOUR

Curve = tuple[float, ...]
Name = TypeVar("Name")

FLAT: Final[Curve] = (1.0,) * DAY_HOURS
# From midnight. Rising and breakfast 6-10, supper and bedtime 17-22, and never quite still.
MEDICAL: Final[Curve] = (
    *(2.6, 2.3, 2.1, 2.0, 2.2, 3.0, 5.0, 7.5, 7.8, 6.4, 4.6, 4.2),
    *(4.4, 4.0, 3.7, 3.7, 4.2, 5.6, 6.4, 6.6, 6.8, 6.2, 4.6, 3.2),
)
NIGHT: Final[Curve] = (
    *(8.0, 8.5, 8.5, 8.0, 6.0, 4.0, 3.0, 1.5, 0.6, 0.5, 0.5, 0.5),
    *(0.5, 0.5, 0.5, 0.8, 1.5, 2.5, 3.5, 4.5, 5.0, 6.0, 7.0, 7.5),
)
# Cooking, craft lessons, building work.
DAYTIME: Final[Curve] = (
    *(0.8, 0.6, 0.6, 0.6, 0.8, 1.2, 2.5, 4.5, 6.0, 6.5, 7.0, 8.0),
    *(7.5, 6.5, 6.5, 6.0, 5.5, 5.0, 4.5, 3.5, 2.5, 2.0, 1.5, 1.0),
)
OPEN_TO_ALL: Final[Curve] = (
    *(0.5, 0.3, 0.2, 0.2, 0.2, 0.4, 1.0, 2.5, 4.0, 5.0, 6.0, 6.5),
    *(6.5, 6.5, 7.0, 7.5, 7.5, 6.5, 5.0, 4.0, 3.0, 2.0, 1.2, 0.8),
)


@dataclass(frozen=True, slots=True)
class Day:
    """The span that is planned. `start` is the hour of the city's day at which it begins;
    `steady` flattens every curve, for a soak."""

    hours: float = DAY_HOURS
    start: float = 6.0
    steady: bool = False

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.hours * HOUR

    @property
    def share(self) -> float:
        """How much of a day's traffic a steady span carries."""
        return self.hours / DAY_HOURS

    def at(self, hour: float) -> float:
        """The first time the clock shows `hour`, in seconds from the start."""
        return ((hour - self.start) % DAY_HOURS) * HOUR

    def hour(self, at: float) -> float:
        """What the clock shows at a moment."""
        return (self.start + at / HOUR) % DAY_HOURS

    def draw(self, curve: Curve, chance: random.Random) -> float:
        """A moment of the span (steady) or of the whole day (by the curve)."""
        if self.steady:
            return chance.uniform(0.0, self.seconds)
        hour = chance.choices(range(DAY_HOURS), curve)[0]
        return self.at(hour + chance.random())


def apportion(total: int, shares: Mapping[Name, float]) -> dict[Name, int]:
    """Whole numbers that sum to `total`, by largest remainder."""
    weight = sum(shares.values())
    exact = {name: total * share / weight for name, share in shares.items()}
    parts = {name: int(value) for name, value in exact.items()}
    by_rest: Sequence[Name] = sorted(exact, key=lambda name: parts[name] - exact[name])
    for name in by_rest[: total - sum(parts.values())]:
        parts[name] += 1
    return parts
