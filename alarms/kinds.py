"""From a code's meaning to the kind of alarm it makes, its D.2 type and its correlation kind."""

from __future__ import annotations

from typing import Final

from alarms.codes import Category, Meaning, Nature

TYPE_BY_CATEGORY: Final[dict[Category, str]] = {
    Category.FIRE: "AL-BRA",
    Category.HOLDUP: "AL-OVF",
    Category.MEDICAL: "AL-TRY",
    Category.BURGLARY: "AL-INB",
    Category.TAMPER: "AL-SAB",
    Category.SUPERVISION: "AL-SAB",
    Category.ACCESS: "AL-PAS",
    Category.TECHNICAL: "AL-DRF",
    Category.TEST: "AL-TST",
    Category.OPEN_CLOSE: "AL-INB",
    Category.UNKNOWN: "AL-OKD",
}

TYPE_BY_CODE: Final[dict[tuple[str, str], str]] = {
    ("CID", "115"): "AL-BRM",
    ("SIA", "WA"): "AL-VAT",
    ("SIA", "WS"): "AL-VAT",
    ("CID", "154"): "AL-VAT",
    ("SIA", "NA"): "AL-DIG",
    ("CID", "102"): "AL-DIG",
    ("CID", "641"): "AL-DIG",
    ("CID", "654"): "AL-DIG",
}

# The priorities of domain.md D.2, as migration 0002 entered them: what the city has not changed.
# A code's own priority is finer (an unverified burglary is 3), so a change of the type moves all
# its codes equally far.
DEFAULT_PRIORITY: Final[dict[str, int]] = {
    "AL-BRA": 1,
    "AL-BRM": 1,
    "AL-OVF": 1,
    "AL-PER": 1,
    "AL-AKU": 1,
    "AL-TRY": 1,
    "AL-DIG": 2,
    "AL-INB": 2,
    "AL-BRK": 2,
    "AL-KAM": 2,
    "AL-PAS": 3,
    "AL-HIS": 2,
    "AL-VAT": 3,
    "AL-DRF": 3,
    "AL-SAB": 2,
    "AL-TST": 5,
    "AL-TEL": 3,
    "AL-FEL": 4,
    "AL-EXT": 2,
    "AL-OKD": 2,
}

# Several sensors of one zone tell of one fire; but mains and battery of one panel are two faults.
ONE_OF_A_KIND: Final = frozenset(
    {
        Category.FIRE,
        Category.BURGLARY,
        Category.HOLDUP,
        Category.MEDICAL,
        Category.TAMPER,
        Category.ACCESS,
    }
)


def type_code(meaning: Meaning, overrides: dict[str, str]) -> str:
    """The D.2 code: the installation's own, the code's, a fault's, or the category's."""
    own = overrides.get(meaning.category.value)
    if own and meaning.nature is Nature.ALARM:
        return own
    by_code = TYPE_BY_CODE.get((meaning.scheme, meaning.code))
    if by_code:
        return by_code
    if meaning.nature is not Nature.ALARM and meaning.category in ONE_OF_A_KIND:
        return "AL-SAB"
    return TYPE_BY_CATEGORY[meaning.category]


def correlation_kind(meaning: Meaning) -> str:
    """`category.nature` for what is one event however it is sensed, else `condition.nature`."""
    if meaning.nature is Nature.ALARM and meaning.category in ONE_OF_A_KIND:
        return f"{meaning.category.value}.{meaning.nature.value}"
    return f"{meaning.condition}.{meaning.nature.value}"


def priority_shift(code: str, priority: int) -> int:
    """How many steps the city has moved a type; negative is graver, 0 for a type of its own."""
    return priority - DEFAULT_PRIORITY.get(code, priority)
