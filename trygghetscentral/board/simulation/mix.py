"""What comes in besides trygghetslarm: kinds, shares, curves and how long they last.

domain.md 00 finding 5 gives the totals (about 2,000 trygghetslarm a day, half of what Malmö's
larmcentral does) and which kinds there are, but no shares. The shares here are assumptions that
the centre's own figures shall replace. That nearly every automatic fire alarm is unfounded is the
reason for "obefogade %" among the figures to follow (domain.md F12, D.2).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from trygghetscentral.board.simulation import curves

MEDICAL_A_DAY: Final = 2_000
OTHERS_A_DAY: Final = 2_000
MINUTE: Final = 60.0


@dataclass(frozen=True, slots=True)
class Cause:
    """One kind of alarm. `lasts` is the shortest and longest time to its restore, in seconds;
    `restore` empty means that nothing is ever sent (a hold-up button is reset by hand)."""

    name: str
    share: float
    systems: frozenset[str]
    code: str
    restore: str
    lasts: tuple[float, float]
    curve: curves.Curve
    unfounded: float
    zoned: bool = True
    text: str = ""


def _cause(
    name: str,
    share: float,
    systems: str,
    codes: str,
    minutes: tuple[float, float],
    curve: curves.Curve,
    unfounded: float,
    *,
    zoned: bool = True,
    text: str = "",
) -> Cause:
    code, _slash, restore = codes.partition("/")
    lasts = (minutes[0] * MINUTE, minutes[1] * MINUTE)
    return Cause(
        name, share, frozenset(systems.split()), code, restore, lasts, curve, unfounded, zoned, text
    )


CAUSES: Final[tuple[Cause, ...]] = (
    _cause("inbrott", 20, "burglary full", "BA/BH", (2, 25), curves.NIGHT, 0.93),
    _cause("inbrott, två givare", 1.5, "burglary full", "BM/BR", (10, 60), curves.NIGHT, 0.5),
    _cause("sabotage", 3, "burglary full", "TA/TR", (5, 90), curves.DAYTIME, 0.9),
    _cause("uppbruten dörr", 5, "access", "DF/DR", (3, 40), curves.NIGHT, 0.8),
    _cause("dörr står öppen", 11, "access", "DL/DH", (2, 30), curves.OPEN_TO_ALL, 0.95),
    _cause("brand", 6, "fire full", "FA/FR", (6, 40), curves.DAYTIME, 0.95, text="Rökdetektor"),
    _cause("fel på brandgivare", 5, "fire full", "FT/FJ", (20, 240), curves.FLAT, 1.0),
    _cause("överfall", 1.5, "holdup full", "HA/", (0, 0), curves.OPEN_TO_ALL, 0.8),
    _cause("vatten", 6, "technical", "WA/WR", (10, 180), curves.FLAT, 0.3),
    _cause("låg temperatur", 7, "technical", "ZA/ZR", (20, 300), curves.NIGHT, 0.3),
    _cause("gas", 0.5, "technical", "GA/GR", (10, 60), curves.DAYTIME, 0.6),
    _cause(
        "nätspänning", 11, "technical access fire burglary full holdup", "AT/AR",
        (1, 45), curves.DAYTIME, 0.2, zoned=False,
    ),
    _cause(
        "batteri", 9, "technical access fire burglary full holdup", "YT/YR",
        (60, 600), curves.FLAT, 0.1, zoned=False,
    ),
    _cause(
        "sändarens batteri", 6, "burglary access full", "XT/XR", (120, 900), curves.FLAT, 0.1
    ),
    _cause(
        "linjefel", 7.5, "technical access fire burglary full holdup", "YC/YK",
        (1, 60), curves.FLAT, 0.7, zoned=False,
    ),
)  # fmt: skip

FLOOD_CODES: Final = (("AT", "AR"), ("YT", "YR"), ("YC", "YK"))
