"""The parts of our code mapping that the code tables do not carry, as data.

What a code is (alarm, trouble, ...), which fault it shares with its restore, and the fall-back
rules for unlisted codes of docs/protocols.md part 2.
"""

from __future__ import annotations

import enum
from typing import Final


class Category(enum.StrEnum):
    """What the event is about; decides instruction, routing and board colour."""

    FIRE = "fire"
    BURGLARY = "burglary"
    HOLDUP = "holdup"
    MEDICAL = "medical"
    TECHNICAL = "technical"
    TAMPER = "tamper"
    ACCESS = "access"
    SUPERVISION = "supervision"
    TEST = "test"
    OPEN_CLOSE = "open_close"
    UNKNOWN = "unknown"


class Nature(enum.StrEnum):
    """What kind of condition; a restore ends open alarms of the natures it names."""

    ALARM = "alarm"
    TROUBLE = "trouble"
    SUPERVISORY = "supervisory"
    BYPASS = "bypass"
    INFO = "info"


CATEGORY_LABELS_SV: Final[dict[Category, str]] = {
    Category.FIRE: "Brand",
    Category.BURGLARY: "Inbrott",
    Category.HOLDUP: "Överfall",
    Category.MEDICAL: "Trygghetslarm",
    Category.TECHNICAL: "Driftlarm",
    Category.TAMPER: "Sabotage",
    Category.ACCESS: "Passage",
    Category.SUPERVISION: "Övervakning",
    Category.TEST: "Test",
    Category.OPEN_CLOSE: "Till- och frånkoppling",
    Category.UNKNOWN: "Okänd händelse",
}

DEFAULT_PRIORITY: Final[dict[Category, int]] = {
    Category.FIRE: 1,
    Category.BURGLARY: 2,
    Category.HOLDUP: 1,
    Category.MEDICAL: 1,
    Category.TECHNICAL: 3,
    Category.TAMPER: 2,
    Category.ACCESS: 3,
    Category.SUPERVISION: 3,
    Category.TEST: 5,
    Category.OPEN_CLOSE: 5,
    Category.UNKNOWN: 2,
}
NOTHING: Final[frozenset[Nature]] = frozenset()
ALARM_ONLY: Final = frozenset({Nature.ALARM})
TROUBLE_ONLY: Final = frozenset({Nature.TROUBLE})
ALARM_AND_TROUBLE: Final = frozenset({Nature.ALARM, Nature.TROUBLE})
SUPERVISORY_ONLY: Final = frozenset({Nature.SUPERVISORY})
BYPASS_ONLY: Final = frozenset({Nature.BYPASS})
INFO_ONLY: Final = frozenset({Nature.INFO})

# SIA codes whose nature or partner does not follow from their two letters: what they end when
# they are restores, and what they are when they are not.
SIA_RESTORES: Final[dict[str, frozenset[Nature]]] = {
    "AN": ALARM_AND_TROUBLE,
    "DH": ALARM_AND_TROUBLE,
    "EJ": ALARM_AND_TROUBLE,
    "XJ": ALARM_AND_TROUBLE,
    "YH": ALARM_AND_TROUBLE,
    "BE": TROUBLE_ONLY,
    "DC": INFO_ONLY,
    "FK": INFO_ONLY,
    "FQ": TROUBLE_ONLY | SUPERVISORY_ONLY,
    "FV": SUPERVISORY_ONLY,
    "LE": INFO_ONLY,
    "NS": ALARM_ONLY,
    "TE": INFO_ONLY,
    "TZ": INFO_ONLY,
}
SIA_NATURES: Final[dict[str, Nature]] = {
    **dict.fromkeys(
        ("AA", "BG", "BM", "BV", "CM", "DF", "DL", "EA", "EZ", "FG", "FM"), Nature.ALARM
    ),
    **dict.fromkeys(("ES", "JK", "NA", "UG", "XM", "XQ", "XS", "DK"), Nature.ALARM),
    **dict.fromkeys(("AS", "BD", "BZ", "DJ", "DM", "EM", "FW", "FY", "FZ", "IA"), Nature.TROUBLE),
    **dict.fromkeys(("NC", "OU", "RT", "UY", "UZ", "XE", "XF", "XL", "XT"), Nature.TROUBLE),
    **dict.fromkeys(("YA", "YC", "YD", "YF", "YI", "YM", "YP", "YS"), Nature.TROUBLE),
    **dict.fromkeys(("YU", "YW", "YX", "VO", "VZ", "EX", "OI", "CI", "CD"), Nature.TROUBLE),
    **dict.fromkeys(("DS", "LS", "OS", "CS", "RS", "JS", "SC", "TS"), Nature.INFO),
    **dict.fromkeys(("DA", "CA", "OA", "RA", "XA", "CT", "JT", "OT"), Nature.INFO),
    **dict.fromkeys(("AB", "DB", "LB", "RB", "YB"), Nature.INFO),
}
# Conditions that share a first letter but not a fault: mains back must not end a battery fault.
SIA_CONDITIONS: Final[dict[str, str]] = {
    **dict.fromkeys(("AT", "AR"), "mains"),
    **dict.fromkeys(("AS", "AN"), "analog"),
    **dict.fromkeys(("BD", "BE"), "swinger"),
    **dict.fromkeys(("DL", "DM", "DH"), "door-open"),
    **dict.fromkeys(("DF", "DJ", "DR"), "door-forced"),
    **dict.fromkeys(("DO", "DC"), "access-open"),
    **dict.fromkeys(("EM", "EN"), "expander-missing"),
    **dict.fromkeys(("ES", "EJ"), "expander-tamper"),
    **dict.fromkeys(("ET", "ER"), "expander"),
    **dict.fromkeys(("FI", "FK", "FX"), "fire-test"),
    **dict.fromkeys(("LT", "LR"), "phone-line"),
    **dict.fromkeys(("LF", "LE"), "listen-in"),
    **dict.fromkeys(("NA", "NS"), "activity"),
    **dict.fromkeys(("NT", "NR", "NC"), "network"),
    **dict.fromkeys(("OU", "OV"), "output"),
    **dict.fromkeys(("TS", "TE", "TX"), "test"),
    **dict.fromkeys(("TW", "TZ"), "area-watch"),
    **dict.fromkeys(("VI", "VO"), "printer-paper"),
    **dict.fromkeys(("VT", "VR"), "printer"),
    **dict.fromkeys(("VY", "VZ"), "printer-line"),
    **dict.fromkeys(("XQ", "XH"), "radio-interference"),
    **dict.fromkeys(("XS", "XJ"), "radio-tamper"),
    **dict.fromkeys(("XT", "XR"), "transmitter-battery"),
    **dict.fromkeys(("YA", "YH"), "bell"),
    **dict.fromkeys(("YC", "YS", "YK"), "communication"),
    **dict.fromkeys(("YD", "YE"), "line-card"),
    **dict.fromkeys(("YI", "YJ"), "overcurrent"),
    **dict.fromkeys(("YP", "YQ"), "power-supply"),
    **dict.fromkeys(("YT", "YM", "YR"), "battery"),
    **dict.fromkeys(("YX", "YZ"), "service"),
}
# Letters of which no two codes share a fault beyond alarm, trouble, supervisory and bypass.
SIA_FAMILIES: Final = frozenset("BFGHIKMPQSTUWZ")

SIA_FIRST: Final[dict[str, Category]] = {
    **dict.fromkeys("FKS", Category.FIRE),
    **dict.fromkeys("BU", Category.BURGLARY),
    **dict.fromkeys("HP", Category.HOLDUP),
    **dict.fromkeys("MQ", Category.MEDICAL),
    **dict.fromkeys("GWZ", Category.TECHNICAL),
    **dict.fromkeys("T", Category.TAMPER),
    **dict.fromkeys("D", Category.ACCESS),
    **dict.fromkeys("CO", Category.OPEN_CLOSE),
}
SIA_SECOND: Final[dict[str, tuple[Nature, frozenset[Nature]]]] = {
    "A": (Nature.ALARM, NOTHING),
    "T": (Nature.TROUBLE, NOTHING),
    "S": (Nature.SUPERVISORY, NOTHING),
    "B": (Nature.BYPASS, NOTHING),
    "X": (Nature.INFO, NOTHING),
    "H": (Nature.ALARM, ALARM_ONLY),
    "R": (Nature.ALARM, ALARM_AND_TROUBLE),
    "J": (Nature.TROUBLE, TROUBLE_ONLY),
    "U": (Nature.BYPASS, BYPASS_ONLY),
}
# Contact ID codes where 1 and 3 mean opening and closing, so that 3 restores nothing.
CID_OPEN_CLOSE: Final = frozenset(str(number) for number in (*range(400, 410), *range(441, 457)))
CID_RANGES: Final[tuple[tuple[int, int, Category, int], ...]] = (
    (100, 109, Category.MEDICAL, 1),
    (110, 119, Category.FIRE, 1),
    (120, 129, Category.HOLDUP, 1),
    (130, 149, Category.BURGLARY, 2),
    (150, 169, Category.TECHNICAL, 3),
    (200, 206, Category.FIRE, 3),
    (300, 349, Category.TECHNICAL, 3),
    (350, 369, Category.SUPERVISION, 3),
    (370, 399, Category.SUPERVISION, 4),
    (400, 419, Category.OPEN_CLOSE, 5),
    (420, 439, Category.ACCESS, 5),
    (440, 466, Category.OPEN_CLOSE, 5),
    (500, 579, Category.SUPERVISION, 4),
    (600, 615, Category.TEST, 5),
)
CID_NATURES: Final[dict[str, Nature]] = {
    **dict.fromkeys(("141", "142", "143", "147", "156", "157"), Nature.TROUBLE),
    **dict.fromkeys(("305", "306", "313", "339"), Nature.INFO),
    **dict.fromkeys(("374", "423", "426", "431", "461"), Nature.ALARM),
    **dict.fromkeys(("427", "428", "432", "453", "454", "455", "457"), Nature.TROUBLE),
    **dict.fromkeys(("531", "532"), Nature.INFO),
    **dict.fromkeys(("554", "555", "616", "926", "954", "961"), Nature.TROUBLE),
    **dict.fromkeys(("641", "642", "643", "646", "654"), Nature.ALARM),
    **dict.fromkeys(("923", "925"), Nature.BYPASS),
    **dict.fromkeys(("922",), Nature.SUPERVISORY),
    **dict.fromkeys(("924", "927", "904"), Nature.TROUBLE),
}
CID_CLASSES: Final[dict[str, Nature]] = {
    "1": Nature.ALARM,
    "2": Nature.SUPERVISORY,
    "3": Nature.TROUBLE,
    "5": Nature.BYPASS,
}
