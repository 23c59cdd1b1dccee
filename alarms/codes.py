"""What an event code means: category, nature, priority, and what a restore restores.

Sources: DC-03-2017 and DC-05-2016 code tables and the mapping and fall-back rules of
docs/protocols.md part 2. Categories and priorities are our mapping, not the standards'.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from alarms.code_rules import (
    ALARM_AND_TROUBLE,
    CATEGORY_LABELS_SV,
    CID_CLASSES,
    CID_NATURES,
    CID_OPEN_CLOSE,
    CID_RANGES,
    DEFAULT_PRIORITY,
    NOTHING,
    SIA_CONDITIONS,
    SIA_FAMILIES,
    SIA_FIRST,
    SIA_NATURES,
    SIA_RESTORES,
    SIA_SECOND,
    Category,
    Nature,
)

__all__ = ["CATEGORY_LABELS_SV", "Category", "Meaning", "Nature", "classify", "parse_code"]

DATA: Final = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Meaning:
    """One code explained.

    `priority` 1 (immediate) to 5 (log only). `restores` is empty unless the code is a restore,
    and then `nature` is the gravest one it ends. `condition` names what is wrong or right again:
    a restore closes open alarms of the same installation, area, zone and `condition` whose
    nature is in `restores`. `status_only` (Contact ID qualifier 6) may join an open alarm but
    never opens one. `known` is False when only a fall-back rule or nothing at all matched.
    """

    scheme: str
    code: str
    qualifier: str
    category: Category
    nature: Nature
    priority: int
    restores: frozenset[Nature]
    address_kind: str
    meaning: str
    label_sv: str
    condition: str
    known: bool
    status_only: bool

    @property
    def raises_alarm(self) -> bool:
        """Whether a first such event opens an alarm."""
        if self.restores or self.status_only or self.priority > 4:
            return False
        return self.priority <= 3 or self.category not in _QUIET

    @property
    def is_restore(self) -> bool:
        """Whether the event says that something is normal again."""
        return bool(self.restores)


_QUIET: Final = frozenset({Category.TEST, Category.OPEN_CLOSE})
_UNKNOWN_PRIORITY: Final = DEFAULT_PRIORITY[Category.UNKNOWN]
_RESTORE_PRIORITY: Final = 5


@dataclass(frozen=True, slots=True)
class _Row:
    meaning: str
    address_kind: str
    category: Category
    restore: bool
    priority: int


def _address_kind(text: str) -> str:
    kind = text.lower()
    if kind.endswith("zone") or kind == "zone/sensor":
        return "zone"
    return "" if kind == "mfrdef" else kind


def _rows() -> Iterator[tuple[tuple[str, str], _Row]]:
    with (DATA / "event_codes.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield (
                (row["scheme"], row["code"]),
                _Row(
                    meaning=row["meaning"],
                    address_kind=_address_kind(row["address_kind"]),
                    category=Category(row["category"]),
                    restore=row["is_restore"] == "1",
                    priority=int(row["default_priority"]),
                ),
            )


def _labels() -> Iterator[tuple[tuple[str, str, str], str]]:
    with (DATA / "event_labels_sv.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield (row["scheme"], row["code"], row["qualifier"]), row["label"]


_TABLE: Final[dict[tuple[str, str], _Row]] = dict(_rows())
_LABELS: Final[dict[tuple[str, str, str], str]] = dict(_labels())

_GRAVITY: Final = tuple(Nature)


def _sia_natures(code: str, row: _Row | None) -> tuple[Nature, frozenset[Nature]]:
    nature, restores = SIA_SECOND.get(code[1:2], (Nature.INFO, NOTHING))
    if row is None:
        return nature, restores
    if row.restore:
        restores = SIA_RESTORES.get(code) or restores or ALARM_AND_TROUBLE
        return next(known for known in _GRAVITY if known in restores), restores
    if code in SIA_NATURES:
        return SIA_NATURES[code], NOTHING
    return (Nature.INFO if restores else nature), NOTHING


def _classify_sia(code: str) -> Meaning:
    row = _TABLE.get(("SIA", code))
    fallback = code.isalpha() and len(code) == 2 and code[1] in SIA_SECOND
    if row is None and not fallback:
        return _unknown("SIA", code, "")
    nature, restores = _sia_natures(code, row)
    family = SIA_CONDITIONS.get(code) or (code[0] if code[0] in SIA_FAMILIES else code)
    if row is not None:
        category, priority, kind, meaning = (
            row.category,
            row.priority,
            row.address_kind,
            row.meaning,
        )
    else:
        category, priority = _sia_fallback(code, nature, restores)
        kind, meaning = "zone", ""
    return Meaning(
        scheme="SIA",
        code=code,
        qualifier="",
        category=category,
        nature=nature,
        priority=priority,
        restores=restores,
        address_kind=kind,
        meaning=meaning,
        label_sv=_label("SIA", code, "", category, restored=bool(restores)),
        condition=f"SIA:{family}",
        known=row is not None,
        status_only=False,
    )


def _sia_fallback(code: str, nature: Nature, restores: frozenset[Nature]) -> tuple[Category, int]:
    category = SIA_FIRST.get(code[0], Category.SUPERVISION)
    if nature is Nature.BYPASS:
        category = Category.SUPERVISION
    elif code[1] == "X":
        category = Category.TEST
    if restores:
        return category, _RESTORE_PRIORITY
    if nature is Nature.ALARM and category is not Category.OPEN_CLOSE:
        return category, min(DEFAULT_PRIORITY[category], _UNKNOWN_PRIORITY)
    return category, {Nature.BYPASS: 4, Nature.INFO: 5, Nature.ALARM: 5}.get(nature, 3)


def _classify_cid(code: str, qualifier: str) -> Meaning:
    row = _TABLE.get(("CID", code))
    if row is None:
        row = _cid_fallback(code)
    if row is None:
        return _unknown("CID", code, qualifier)
    nature = CID_NATURES.get(code) or CID_CLASSES.get(code[0], Nature.INFO)
    restored = qualifier == "3" and code not in CID_OPEN_CLOSE
    return Meaning(
        scheme="CID",
        code=code,
        qualifier=qualifier,
        category=row.category,
        nature=nature,
        priority=_RESTORE_PRIORITY if restored else row.priority,
        restores=frozenset({nature}) if restored else NOTHING,
        address_kind=row.address_kind,
        meaning=row.meaning,
        label_sv=_label("CID", code, qualifier, row.category, restored=restored),
        condition=f"CID:{code}",
        known=("CID", code) in _TABLE,
        status_only=qualifier == "6",
    )


def _cid_fallback(code: str) -> _Row | None:
    if not (len(code) == 3 and code.isascii() and code.isdecimal()):
        return None
    for first, last, category, priority in CID_RANGES:
        if first <= int(code) <= last:
            return _Row("", "zone", category, restore=False, priority=priority)
    return None


_OWN: Final[dict[str, Category]] = {category.value: category for category in Category}


def _classify_own(code: str) -> Meaning:
    name, _, suffix = code.partition(".")
    category = _OWN.get(name)
    if category is None or suffix not in ("", "restore"):
        return _unknown("TC", code, "")
    restored = suffix == "restore"
    nature = Nature.INFO if category in _QUIET else Nature.ALARM
    if category in (Category.TECHNICAL, Category.SUPERVISION):
        nature = Nature.TROUBLE
    return Meaning(
        scheme="TC",
        code=code,
        qualifier="",
        category=category,
        nature=nature,
        priority=_RESTORE_PRIORITY if restored else DEFAULT_PRIORITY[category],
        restores=ALARM_AND_TROUBLE if restored else NOTHING,
        address_kind="zone",
        meaning=name.replace("_", " ").capitalize() + (" restore" if restored else ""),
        label_sv=_label("TC", name, "", category, restored=restored),
        condition=f"TC:{name}",
        known=category is not Category.UNKNOWN,
        status_only=False,
    )


def _unknown(scheme: str, code: str, qualifier: str) -> Meaning:
    return Meaning(
        scheme=scheme,
        code=code,
        qualifier=qualifier,
        category=Category.UNKNOWN,
        nature=Nature.ALARM,
        priority=_UNKNOWN_PRIORITY,
        restores=NOTHING,
        address_kind="zone",
        meaning="",
        label_sv=CATEGORY_LABELS_SV[Category.UNKNOWN],
        condition=f"{scheme}:{code}",
        known=False,
        status_only=False,
    )


def _label(scheme: str, code: str, qualifier: str, category: Category, *, restored: bool) -> str:
    if qualifier and (exact := _LABELS.get((scheme, code, qualifier))):
        return exact
    label = _LABELS.get((scheme, code, ""), CATEGORY_LABELS_SV[category])
    own_word = scheme == "SIA" and (scheme, code, "") in _LABELS
    return f"{label} – återställt" if restored and not own_word else label


@lru_cache(maxsize=4096)
def classify(scheme: str, code: str, qualifier: str = "") -> Meaning:
    """Explain a code; never fails, since an alarm must not be lost to a code we do not know.

    Listed codes come from the tables, unlisted from the fall-back rules of docs/protocols.md
    part 2, and all others become category `unknown`, priority 2, which raises an alarm.
    """
    if scheme == "SIA":
        return _classify_sia(code)
    if scheme == "CID":
        return _classify_cid(code, qualifier)
    if scheme == "TC":
        return _classify_own(code)
    return _unknown(scheme, code, qualifier)


_CID_TEXT: Final = re.compile(r"(?:([ERSP136])?)([0-9][0-9A-F]{2})", re.IGNORECASE)
_CID_LETTERS: Final = {"": "1", "E": "1", "R": "3", "S": "6", "P": "6"}
_SIA_TEXT: Final = re.compile(r"[A-Z]{2}", re.IGNORECASE)


def parse_code(text: str) -> tuple[str, str, str]:
    """Read a code as an API client writes it: (scheme, code, qualifier).

    "SIA:BA", "CID:1130", "CID:E130", "BA", "E130", "1130", "130", and our own "fire",
    "fire.restore" or "TC:fire". Whatever else is kept as an (unknown) code of our own scheme.
    Raises ValueError when empty.
    """
    stripped = text.strip()
    if not stripped:
        raise ValueError("code is empty")
    prefix, colon, rest = stripped.partition(":")
    scheme = prefix.strip().upper() if colon else ""
    code = rest.strip() if scheme in ("SIA", "CID", "TC") else stripped
    if scheme in ("", "CID") and (match := _CID_TEXT.fullmatch(code)):
        mark = (match[1] or "").upper()
        return "CID", match[2].upper(), _CID_LETTERS.get(mark, mark)
    if scheme in ("", "SIA") and _SIA_TEXT.fullmatch(code):
        return "SIA", code.upper(), ""
    if scheme in ("SIA", "CID"):
        return scheme, code.upper(), ""
    return "TC", code.lower(), ""
