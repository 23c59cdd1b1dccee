"""A believable minute of the city, as frames. In proportion to domain.md 00, finding 5: half of
what comes is trygghetslarm; openings and tests are many; few things are dangerous."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from trygghetscentral.board.demo.panel import Panel

UNKNOWN_ACCOUNTS = ("E001", "E002", "E003")


@dataclass(frozen=True, slots=True)
class Shot:
    """One frame and what it is, for the tally."""

    what: str
    frame: bytes
    udp: bool = False


@dataclass(frozen=True, slots=True)
class Plant:
    """A panel with what stands in its building (a column of sites.csv)."""

    panel: Panel
    system: str


EVENTS: dict[str, tuple[tuple[str, str, int], ...]] = {
    # what, DC-03 data, weight
    "medical": (("trygghetslarm", "Nri1/MA{zone}", 12), ("inaktivitet", "Nri1/NA{zone}", 1)),
    "fire": (
        ("brandlarm", "Nri1/FA{zone}^Detektor {zone}^", 2),
        ("fel på brandgivare", "Nri1/FT{zone}", 1),
        ("återställning", "Nri1/FR{zone}", 3),
    ),
    "burglary": (
        ("inbrottslarm", "Nri1/BA{zone}", 4),
        ("återställning", "Nri1/BR{zone}", 4),
        ("frånkoppling", "Nid{user}/OP{user}", 4),
        ("tillkoppling", "Nid{user}/CL{user}", 4),
        ("sabotage", "Nri1/TA{zone}", 1),
    ),
    "holdup": (("överfallslarm", "Nri2/HA{zone}", 1), ("frånkoppling", "Nid{user}/OP{user}", 3)),
    "access": (("uppbruten dörr", "Nri1/DF{zone}", 1), ("dörr står öppen", "Nri1/DL{zone}", 2)),
    "technical": (
        ("nätspänning borta", "NAT00", 2),
        ("nätspänning åter", "NAR00", 2),
        ("vattenlarm", "Nri1/WA{zone}", 1),
        ("låg temperatur", "Nri1/ZA{zone}", 1),
    ),
}
EVENTS["full"] = EVENTS["fire"] + EVENTS["burglary"] + EVENTS["holdup"]
WEIGHTS = {
    "medical": 8,
    "burglary": 3,
    "technical": 2,
    "access": 1,
    "fire": 1,
    "holdup": 1,
    "full": 2,
}
MEDICAL_ZONES = 400
OTHER_ZONES = 12


def shots(plants: list[Plant], *, seed: int, clock: Callable[[], dt.datetime]) -> Iterator[Shot]:
    """Endless traffic from these plants; the same seed gives the same choices."""
    chance = random.Random(seed)  # noqa: S311  a play, not a secret
    last: Shot | None = None
    while True:
        draw = chance.random()
        plant = _choose(plants, chance)
        if draw < 0.03 and last is not None:
            yield Shot("omsändning", last.frame, last.udp)
            continue
        if draw < 0.10:
            yield Shot("länkprov", plant.panel.link_test(now=clock()), udp=chance.random() < 0.3)
            continue
        if draw < 0.15:
            yield Shot("prov", plant.panel.event("NRP0000", now=clock()))
            continue
        if draw < 0.17:
            yield _spoiled(plant, chance, clock())
            continue
        if draw < 0.175:
            stranger = Panel(chance.choice(UNKNOWN_ACCOUNTS), sequence=chance.randrange(9999))
            yield Shot("okänt abonnemang", stranger.event("Nri1/BA1", now=clock()))
            continue
        last = _event(plant, chance, clock())
        yield last


def _choose(plants: list[Plant], chance: random.Random) -> Plant:
    return chance.choices(plants, [WEIGHTS.get(plant.system, 1) for plant in plants])[0]


def _event(plant: Plant, chance: random.Random, now: dt.datetime) -> Shot:
    choices = EVENTS.get(plant.system, EVENTS["burglary"])
    what, data, _weight = chance.choices(choices, [weight for *_, weight in choices])[0]
    zones = MEDICAL_ZONES if plant.system == "medical" else OTHER_ZONES
    filled = data.format(zone=chance.randint(1, zones), user=chance.randint(1, 9))
    return Shot(what, plant.panel.event(filled, now=now), udp=chance.random() < 0.3)


def _spoiled(plant: Plant, chance: random.Random, now: dt.datetime) -> Shot:
    """What the line or a bad sender does to a frame."""
    frame = bytearray(plant.panel.event("Nri1/BA1", now=now))
    kind = chance.choice(("fel kontrollsumma", "skräp", "okänd händelse"))
    if kind == "fel kontrollsumma":
        frame[2] = ord("0") if frame[2] != ord("0") else ord("1")
        return Shot(kind, bytes(frame), udp=True)
    if kind == "skräp":
        return Shot(kind, bytes(chance.randrange(256) for _ in range(60)), udp=True)
    return Shot(kind, plant.panel.event("Nri1/QQ7", now=now))
