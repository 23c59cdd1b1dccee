"""What can be put on the board by hand: the types of domain.md D.2, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from alarms.codes import Category

NATURE: Final = "manual"


@dataclass(frozen=True, slots=True)
class ManualType:
    """One type. `desk` where it is the type and not a routing rule that says whose it is."""

    code: str
    category: Category
    desk: str = ""

    @property
    def kind(self) -> str:
        """The alarm's kind, such as "fire.manual"."""
        return f"{self.category.value}.{NATURE}"


# An överfallslarm calls guards or police, a bråklarm the own staff or guards (domain.md R24): two
# types of one category. A test and a lost line are never entered by hand.
MANUAL_TYPES: Final = (
    ManualType("AL-TEL", Category.UNKNOWN),
    ManualType("AL-BRM", Category.FIRE),
    ManualType("AL-OVF", Category.HOLDUP),
    ManualType("AL-BRK", Category.HOLDUP),
    ManualType("AL-PER", Category.HOLDUP),
    ManualType("AL-AKU", Category.HOLDUP),
    ManualType("AL-INB", Category.BURGLARY),
    ManualType("AL-TRY", Category.MEDICAL),
    ManualType("AL-DIG", Category.MEDICAL),
    ManualType("AL-KAM", Category.ACCESS),
    ManualType("AL-PAS", Category.ACCESS),
    ManualType("AL-HIS", Category.TECHNICAL),
    ManualType("AL-VAT", Category.TECHNICAL),
    ManualType("AL-DRF", Category.TECHNICAL),
    ManualType("AL-FEL", Category.TECHNICAL, "felanmalan"),
    ManualType("AL-EXT", Category.UNKNOWN),
)
BY_CODE: Final = {row.code: row for row in MANUAL_TYPES}


def is_by_hand(kind: str) -> bool:
    """Whether somebody put up an alarm of this kind, and no signal did."""
    return kind.rpartition(".")[2] == NATURE
