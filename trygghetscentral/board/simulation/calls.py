"""Trygghetslarm: who presses, when, and presses again. Pure."""

from __future__ import annotations

import functools
import itertools
import random
from collections.abc import Iterator
from typing import Final

from trygghetscentral.board.simulation import curves, mix
from trygghetscentral.board.simulation.curves import Day
from trygghetscentral.board.simulation.events import Kind, Planned, Source
from trygghetscentral.board.simulation.places import City, Occupied, heavy_tailed, until_free

INACTIVITY_SHARE: Final = 0.04
AGAIN_SHARE: Final = 0.09
AGAIN_SECONDS: Final = (40.0, 420.0)
STAFF_SECONDS: Final = (120.0, 900.0)
CARE_HOME: Final = "care_home"


def presses(city: City, day: Day, chance: random.Random, occupied: Occupied) -> Iterator[Planned]:
    """The day's calls for help, in no order.

    At home, the conversation ends it and nothing more is sent. In a boende the staff resets the
    button when they have come. Who gets no answer soon enough presses again: a new activation.
    """
    homes = [(source, zone) for source in city.by_system["medical"] for zone in source.zones]
    if not homes:
        return
    weights = list(itertools.accumulate(heavy_tailed(len(homes), chance)))
    total = round(mix.MEDICAL_A_DAY * (day.share if day.steady else 1.0))
    quiet = round(total * INACTIVITY_SHARE)

    def draw(code: str) -> list[Planned]:
        source, zone = chance.choices(homes, cum_weights=weights)[0]
        call = _call(source, zone, code, day.draw(curves.MEDICAL, chance), chance)
        # Until the staff has reset it, a button in a boende is one call and no second one.
        is_reset = call[-1].kind is Kind.RESTORE
        return call if not is_reset or occupied.take(call[0].place, call[0].at, call[-1].at) else []

    for number in range(total):
        code = "NA" if number < quiet else "MA"
        yield from until_free(functools.partial(draw, code), "trygghetslarm")


def _call(source: Source, zone: str, code: str, at: float, chance: random.Random) -> list[Planned]:
    """One press with what follows from it."""
    call = [
        Planned(at=at, account=source.account, kind=Kind.PRESS, code=code, area="1", number=zone)
    ]
    if code != "MA":
        return call
    while chance.random() < AGAIN_SHARE:
        call.append(call[-1].later(chance.uniform(*AGAIN_SECONDS), Kind.PRESS_AGAIN, "MA"))
    if source.site_kind == CARE_HOME:
        call.append(call[-1].later(chance.uniform(*STAFF_SECONDS), Kind.RESTORE, "MR"))
    return call
