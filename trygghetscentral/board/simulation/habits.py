"""What buildings report when nothing is wrong: openings, closings, tests. Pure."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from trygghetscentral.board.simulation.curves import DAY, Day
from trygghetscentral.board.simulation.events import Kind, Planned, Source
from trygghetscentral.board.simulation.places import City

# Hours between which the first person opens and the last one closes.
HOURS: Final[dict[str, tuple[tuple[float, float], tuple[float, float]]]] = {
    "school": ((6.0, 8.0), (16.0, 18.0)),
    "preschool": ((6.0, 7.0), (17.0, 18.0)),
    "library": ((8.0, 10.0), (18.0, 20.0)),
    "office": ((6.5, 8.0), (16.5, 18.5)),
    "sport": ((7.0, 9.0), (20.0, 22.0)),
    "culture": ((9.0, 11.0), (18.0, 23.0)),
    "depot": ((5.5, 7.0), (15.5, 17.0)),
}
ARMED_SYSTEMS: Final = frozenset({"burglary", "full", "holdup"})
USERS: Final = 9
LINK_TESTS_A_DAY: Final = 4


@dataclass(frozen=True, slots=True)
class Hours:
    """When one building's alarm is off, on the city's clock."""

    opens: float
    closes: float

    def is_open(self, hour: float) -> bool:
        """Whether it is off then, so that no detector can alarm."""
        return self.opens <= hour <= self.closes


def opening_hours(city: City, chance: random.Random) -> dict[str, Hours]:
    """By account, for those that are switched on and off."""
    found: dict[str, Hours] = {}
    for source in city.sources:
        spans = HOURS.get(source.site_kind)
        if spans is None or source.system not in ARMED_SYSTEMS:
            continue
        opens, closes = (round(chance.uniform(*span), 3) for span in spans)
        found[source.account] = Hours(opens, closes)
    return found


def openings(hours: dict[str, Hours], day: Day, chance: random.Random) -> Iterator[Planned]:
    """Every building opens and closes once a day; in a steady span at any time."""
    for account, span in hours.items():
        user = str(chance.randint(1, USERS))
        for kind, code, hour in (
            (Kind.OPENING, "OP", span.opens),
            (Kind.CLOSING, "CL", span.closes),
        ):
            for at in _daily(day.at(hour), day, chance):
                yield Planned(at=at, account=account, kind=kind, code=code, number=user)


def tests(sources: tuple[Source, ...], day: Day, chance: random.Random) -> Iterator[Planned]:
    """A test report a day from each, and a few link tests."""
    for source in sources:
        for at in _daily(chance.uniform(0, DAY), day, chance):
            yield Planned(at=at, account=source.account, kind=Kind.TEST, code="RP")
        first = chance.uniform(0, DAY / LINK_TESTS_A_DAY)
        for turn in range(LINK_TESTS_A_DAY):
            for at in _daily(first + turn * DAY / LINK_TESTS_A_DAY, day, chance):
                yield Planned(at=at, account=source.account, kind=Kind.LINK_TEST, code="")


def _daily(at: float, day: Day, chance: random.Random) -> list[float]:
    if not day.steady:
        return [at]
    whole, rest = divmod(day.share, 1)
    times = int(whole) + (chance.random() < rest)
    return [chance.uniform(0, day.seconds) for _ in range(times)]
