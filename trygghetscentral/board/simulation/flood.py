"""What makes the day hard: a power cut, a hold-up in the middle of it, a dead line, a technician.

Pure.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Final

from trygghetscentral.board.simulation.curves import HOUR, Day
from trygghetscentral.board.simulation.events import Kind, Planned, Silence, Source
from trygghetscentral.board.simulation.mix import MINUTE
from trygghetscentral.board.simulation.places import City, Occupied, some

AREAS_CUT: Final = 3
CUT_HOUR: Final = 18.0
CUT_SECONDS: Final = HOUR
# code, restore, share of the panels, first and last minute after the cut. Old batteries give up
# within minutes; a switch without battery takes the line with it, and the panel says so over its
# second path.
CONSEQUENCES: Final = (
    ("AT", "AR", 0.97, (0.0, 4.0)),
    ("YT", "YR", 0.55, (2.0, 14.0)),
    ("YC", "YK", 0.45, (1.0, 10.0)),
)
BACK_MINUTES: Final = (0.0, 8.0)
HOLDUP_MINUTES: Final = 6.0
# The cut takes what it takes: background troubles of the same panels give way to it.
MARGIN: Final = 15 * MINUTE

SILENT_FROM_HOUR: Final = 10.5
SILENT_HOURS: Final = 4.0

VISIT_HOURS: Final = (8.5, 9.75, 13.25, 14.5)
VISIT_SYSTEMS: Final = frozenset({"burglary", "fire", "full"})


def power_cut(city: City, day: Day, chance: random.Random, occupied: Occupied) -> Iterator[Planned]:
    """Hundreds of troubles within minutes in exactly three stadsområden, and their restores an
    hour later; and somebody presses a hold-up button while it is worst."""
    areas = city.areas
    if len(areas) < AREAS_CUT:
        return
    dark = set(chance.sample(areas, AREAS_CUT))
    start = day.at(CUT_HOUR)
    hit = [source for source in city.guarded if source.area in dark]
    for code, restore, share, minutes in CONSEQUENCES:
        for source in some(hit, share, chance):
            at = start + chance.uniform(*minutes) * MINUTE
            lost = Planned(at=at, account=source.account, kind=Kind.POWER_CUT, code=code)
            back = start + CUT_SECONDS + chance.uniform(*BACK_MINUTES) * MINUTE
            occupied.take((source.account, code, ""), start - MARGIN, back + MARGIN)
            yield lost
            yield lost.later(back - at, Kind.POWER_BACK, restore)
    yield from _holdup(hit, start, chance, occupied)


def _holdup(
    hit: list[Source], start: float, chance: random.Random, occupied: Occupied
) -> Iterator[Planned]:
    buttons = [source for source in hit if source.system in ("holdup", "full") and source.zones]
    if not buttons:
        return
    source = chance.choice(buttons)
    at = start + HOLDUP_MINUTES * MINUTE
    press = Planned(
        at=at, account=source.account, kind=Kind.HOLDUP, code="HA", area="2",
        number=source.zones[0],
    )  # fmt: skip
    occupied.take(press.place, at - HOUR, at + HOUR)
    yield press


def dead_line(day: Day, account: str) -> Silence:
    """The line dies in the forenoon and is back four hours later."""
    start = day.at(SILENT_FROM_HOUR)
    return Silence(account, start, start + SILENT_HOURS * HOUR)


def visits(city: City, day: Day, chance: random.Random, occupied: Occupied) -> Iterator[Planned]:
    """A technician at a few buildings: test start, every zone tried and restored, test end."""
    buildings = [source for source in city.of(VISIT_SYSTEMS) if source.zones]
    chosen = chance.sample(buildings, min(len(VISIT_HOURS), len(buildings)))
    for hour, source in zip(VISIT_HOURS, chosen, strict=False):
        at = day.at(hour)
        start = Planned(at=at, account=source.account, kind=Kind.VISIT, code="TS")
        yield start
        code, restore = ("FA", "FR") if source.system == "fire" else ("BA", "BH")
        passed = 0.0
        for zone in source.zones:
            passed += chance.uniform(60, 240)
            tried = Planned(
                at=at + passed, account=source.account, kind=Kind.VISIT, code=code, area="1",
                number=zone, text="Prov", unfounded=True,
            )  # fmt: skip
            occupied.take(tried.place, tried.at - HOUR, tried.at + HOUR)
            yield tried
            yield tried.later(chance.uniform(20, 50), Kind.VISIT, restore)
        yield start.later(passed + 5 * MINUTE, Kind.VISIT, "TE")
