"""The plan of a whole run: a pure function of the city, the span and the seed."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from trygghetscentral.board.simulation import calls, flood, habits
from trygghetscentral.board.simulation.curves import Day
from trygghetscentral.board.simulation.events import Kind, Plan, Planned, Source
from trygghetscentral.board.simulation.places import City, Occupied
from trygghetscentral.board.simulation.troubles import Troubles

# Shares of messages whose ACK is lost once or twice, or whose first sending is spoiled: together
# a few per cent are sent again, as on mobile networks (an assumption; protocols.md 1.9).
LOST_ONCE, LOST_TWICE, DAMAGED = 0.020, 0.003, 0.004
STRANGERS: Final = (("E001", "BA"), ("E002", "FA"), ("E003", "AT"))
UNKNOWN_CODES: Final = 2
HUNDREDTHS: Final = 2


def make_plan(sources: Iterable[Source], *, day: Day, seed: int, silent_account: str = "") -> Plan:
    """Everything that happens from `day.start` on, in order of time; the same for the same seed.

    `silent_account` sends nothing but the link tests that stop. A steady span has the mix
    without its extremes: no power cut, dead line or visit.
    """
    chance = random.Random(seed)  # noqa: S311  a play, not a secret
    city = City(source for source in sources if source.account != silent_account)
    occupied = Occupied()
    hours = habits.opening_hours(city, chance)
    events: list[Planned] = []
    if not day.steady:
        events += flood.power_cut(city, day, chance, occupied)
        events += flood.visits(city, day, chance, occupied)
        events += _strangers(city, day, chance)
    events += Troubles(city, day, chance, hours=hours, occupied=occupied).all()
    events += calls.presses(city, day, chance, occupied)
    events += habits.openings(hours, day, chance)
    events += habits.tests(city.sources, day, chance)
    silence = None if day.steady or not silent_account else flood.dead_line(day, silent_account)
    spoken = [
        _on_a_real_line(replace(event, at=round(event.at, HUNDREDTHS)), chance)
        for event in sorted(events)
    ]
    within = tuple(event for event in spoken if event.at < day.seconds)
    return Plan(seconds=day.seconds, events=within, silence=silence)


def _strangers(city: City, day: Day, chance: random.Random) -> Iterator[Planned]:
    """Panels nobody has entered, and codes nobody knows."""
    for account, code in STRANGERS:
        yield Planned(
            at=day.at(chance.uniform(0, 24)), account=account, kind=Kind.STRANGER, code=code,
            area="1", number="1",
        )  # fmt: skip
    if city.guarded:
        for source in chance.choices(city.guarded, k=UNKNOWN_CODES):
            yield Planned(
                at=day.at(chance.uniform(0, 24)), account=source.account, kind=Kind.STRANGER,
                code="QQ", area="1", number="7",
            )  # fmt: skip


def _on_a_real_line(event: Planned, chance: random.Random) -> Planned:
    draw = chance.random()
    if draw < LOST_TWICE:
        return replace(event, lost_acks=2)
    if draw < LOST_TWICE + LOST_ONCE:
        return replace(event, lost_acks=1)
    if draw < LOST_TWICE + LOST_ONCE + DAMAGED:
        return replace(event, damaged=True)
    return event
