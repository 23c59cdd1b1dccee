"""Choosing where, so that nothing impossible is planned. Pure."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from trygghetscentral.board.simulation.events import Planned, Source

Place = tuple[str, str, str]


class Occupied:
    """Which places are in alarm and when: one must be restored before it can alarm anew."""

    def __init__(self) -> None:
        self._spans: dict[Place, list[tuple[float, float]]] = defaultdict(list)

    def take(self, place: Place, start: float, end: float) -> bool:
        """Reserve the span; False when it meets another."""
        spans = self._spans[place]
        if any(start <= until and since <= end for since, until in spans):
            return False
        spans.append((start, end))
        return True


class City:
    """The transmitters, to draw from. The order of `sources` is part of the seed."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self.sources = tuple(sources)
        self.by_system: dict[str, list[Source]] = defaultdict(list)
        for source in self.sources:
            self.by_system[source.system].append(source)

    def of(self, systems: Iterable[str]) -> list[Source]:
        """The transmitters of these systems."""
        return [source for system in sorted(systems) for source in self.by_system[system]]

    @property
    def areas(self) -> list[str]:
        """The stadsområden where a building with a panel stands."""
        return sorted({source.area for source in self.guarded if source.area})

    @property
    def guarded(self) -> list[Source]:
        """Every building with a panel on mains; the trygghetslarm gateways have their own power."""
        return [source for source in self.sources if source.system != "medical"]


def heavy_tailed(count: int, chance: random.Random) -> list[float]:
    """Weights where a few stand for much, as some people call for help many times a day."""
    return [chance.paretovariate(1.6) for _ in range(count)]


ATTEMPTS = 200


def until_free(draw: Callable[[], list[Planned]], what: str) -> list[Planned]:
    """Draw until something was found. Raises ValueError when the city is too small for it."""
    for _ in range(ATTEMPTS):
        if found := draw():
            return found
    raise ValueError(f"the city has no room for {what}")


def some(sources: Sequence[Source], share: float, chance: random.Random) -> list[Source]:
    """A share of them, in their order."""
    return [source for source in sources if chance.random() < share]
