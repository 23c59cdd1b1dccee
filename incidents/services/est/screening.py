"""What may not stand in EST, which speaks of places and situations (domain.md 00.12, R28).

Personnummer, phone and registration numbers and dwelling addresses are blocked; names are asked
about. Pure functions: they say what kind was found and never what was written.
"""

from __future__ import annotations

import enum
import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents.services.est.names import suspected
from trygghetscentral.shared.errors import Invalid


class Blocked(enum.StrEnum):
    """What is refused."""

    PERSONAL_NUMBER = "personal_number"
    PHONE = "phone"
    REGISTRATION = "registration"
    DWELLING = "dwelling"


FOUND: Final[dict[Blocked, Promise]] = {
    Blocked.PERSONAL_NUMBER: gettext_lazy("ett personnummer eller samordningsnummer"),
    Blocked.PHONE: gettext_lazy("ett telefonnummer"),
    Blocked.REGISTRATION: gettext_lazy("ett registreringsnummer"),
    Blocked.DWELLING: gettext_lazy("en bostadsadress"),
}
INSTEAD: Final[dict[Blocked, Promise]] = {
    Blocked.PERSONAL_NUMBER: gettext_lazy("Skriv om platsen, inte om personen."),
    Blocked.PHONE: gettext_lazy("Ta bort numret; den som behöver det får det på annat sätt."),
    Blocked.REGISTRATION: gettext_lazy("Skriv till exempel ”en mörk personbil”."),
    Blocked.DWELLING: gettext_lazy("Skriv gatan utan nummer, eller välj objektet i listan."),
}

# Every dash is made the same one and hidden signs are taken away before anything is looked for.
_SAME: Final = dict.fromkeys((*range(0x2010, 0x2016), 0x2212), "-") | {
    0x200B: None,
    0xAD: None,
}
_DASH = r"[-+]"

# Month 01-12; day 01-31, or 61-91 for a samordningsnummer.
_DAY = r"(?P<d>0[1-9]|[12]\d|3[01]|6[1-9]|[78]\d|9[01])"
_DATE = rf"(?<!\d)(?P<c>19|20)?(?P<y>\d\d){{s}}(?P<m>0[1-9]|1[0-2]){{s}}{_DAY}"
_JOINT = rf"(?P<joint>\s?{_DASH}\s?|\s{{1,2}}"
_COMPACT = re.compile(
    _DATE.replace("{s}", "") + rf"{_JOINT}|)(?P<n>\d{{4}}|[A-ZÅÄÖ]\d{{3}})(?!\d)", re.IGNORECASE
)
_SPREAD = re.compile(_DATE.replace("{s}", r"[ ./-]{1,2}") + rf"{_JOINT})(?P<n>\d{{4}})(?![\d:])")
_OF_LATE = frozenset(str(year) for year in range(24, 50))
_HHMM = re.compile(r"(?:[01]\d|2[0-3])[0-5]\d")

_GAP = r"[\s()/.-]{0,3}"
_PHONE = re.compile(
    rf"(?<!\w)(?<!\d[-./:])(?:"
    rf"(?:\+|00)\s?\d{{1,3}}(?:{_GAP}\d){{6,12}}"
    rf"|\(?0[1-9](?:{_GAP}\d){{6,9}}"
    rf")(?!\d)"
)
_HOURS = re.compile(r"(?:[01]?\d|2[0-4])[.]?[0-5]\d\s?-\s?(?:[01]?\d|2[0-4])[.]?[0-5]\d")
_DAYS = re.compile(r"\d{1,2}[-./]\d{1,2}[-./](?:19|20)\d\d(?:\D.*)?")

# The letters of Swedish plates; I, Q, V and those with dots and rings are not used.
_PLATE_LETTERS = "A-HJ-PR-UW-Z"
_PLATE = re.compile(rf"(?<![\w-])(?P<l>[{_PLATE_LETTERS}]{{3}})(?P<j>[ -]?)\d\d[A-NP-Z\d](?![\w-])")
_PLATE_SMALL = re.compile(
    rf"(?<![\w-])(?P<l>[{_PLATE_LETTERS.lower()}]{{3}})(?P<j>-?)\d\d[a-np-z\d](?![\w-])"
)
# Words in capitals that stand before a number and are no plate.
_NO_PLATE = frozenset(
    {
        "APR", "AUG", "BUS", "BYR", "DEC", "FEB", "HSL", "HUS", "JAN", "JUL",
        "JUN", "KAP", "KBL", "LEH", "LGH", "LOK", "LOU", "LSS", "MAJ", "MAR",
        "NOV", "OKT", "OSL", "RUM", "SAL", "SEK", "SEP", "SFS", "SOL", "SOS",
        "TEL", "ZON",
    }
)  # fmt: skip

_STREET = (
    r"(?:gatan|gata|vägen|väg|gränden|gränd|stigen|stig|allén|allé|backen|torget|torg|esplanaden"
    r"|promenaden|slingan|svängen|kroken|grändgatan|stråket|ringen)"
)
_HOUSE = r"\d{1,3}\s?(?:[a-hA-H](?![a-zåäöA-ZÅÄÖ]))?(?![\d])(?![.:]\d)(?!\s?(?:meter|m|min)\b)"
_ADDRESS = re.compile(
    rf"(?<!\w)(?P<street>[^\W\d_]{{2,}}{_STREET})\s{{1,2}}(?:nr\.?\s?)?{_HOUSE}", re.IGNORECASE
)
# "Östra gatan 3": a street of two words begins with a capital.
_ADDRESS_OF_TWO = re.compile(rf"(?<!\w)[A-ZÅÄÖ][a-zåäöé]+\s{_STREET}\s(?:nr\.?\s?)?{_HOUSE}")
_ROADS = re.compile(
    r"(?:läns|riks|europa|motor|gång|cykel|gångcykel|infarts|genomfarts)väg(?:en)?",
    re.IGNORECASE,
)
_HOME = re.compile(
    r"(?<!\w)(?:"
    r"(?:lgh|lägenhet(?:en)?|lägenhetsnummer|lght)\.?\s?(?:nr\.?\s?)?\d{1,4}\b"
    r"|c/o\s+\w+"
    r"|(?:hemadress|bostadsadress|folkbokförd)\w*"
    r"|(?:bor|bosatt|bodde)\s+(?:på|i|vid)\s+[^\W\d_]{2,}" + _STREET + r"\b"
    r"|(?:uppgång|trappuppgång|port)\s+[A-H0-9]{1,2}\s?,?\s?(?:våning|vån|tr)\b"
    r"|(?:[1-9]|en|ett|två|tre|fyra|fem)\s?(?:tr|trappor|trappa)\b\.?\s*(?:upp|ner|ö\.?g|n\.?b)?"
    r")",
    re.IGNORECASE,
)


def blocked(text: str) -> tuple[Blocked, ...]:
    """The kinds of what may not stand there; () for nothing."""
    plain = unicodedata.normalize("NFKC", text).translate(_SAME)
    found = []
    if _personal_number(plain):
        found.append(Blocked.PERSONAL_NUMBER)
    if _phone(plain):
        found.append(Blocked.PHONE)
    if _plate(plain):
        found.append(Blocked.REGISTRATION)
    if _dwelling(plain):
        found.append(Blocked.DWELLING)
    return tuple(found)


def refuse_blocked(*texts: str) -> None:
    """Raise Invalid, naming the kind that was found and never what was written."""
    found = sorted({kind for text in texts for kind in blocked(text)})
    if not found:
        return
    raise Invalid(
        _("Texten verkar innehålla %(what)s. Sådant får inte stå i EST, som gäller platser.")
        % {"what": _(" och ").join(str(FOUND[kind]) for kind in found)},
        code="est_blocked",
        kept=_("Inget sparades."),
        todo=" ".join(str(INSTEAD[kind]) for kind in found),
    )


def names_in(*texts: str) -> list[str]:
    """Words that may be names of persons, for the one who wrote them to look at."""
    return sorted({word for text in texts for word in suspected(text)})


def refuse_unanswered(texts: Iterable[str], *, answered: bool) -> bool:
    """Whether somebody had to answer that the words are no names. Raises Invalid when they have
    not."""
    if not names_in(*texts):
        return False
    if not answered:
        raise Invalid(
            _("Några ord kan vara namn på personer."),
            code="est_names",
            kept=_("Inget sparades."),
            todo=_("Ta bort dem, eller svara att de inte är namn på personer."),
        )
    return True


def _personal_number(text: str) -> bool:
    for match in _COMPACT.finditer(text):
        spaced = match["joint"].isspace()
        if not match["n"].isdigit():
            # A reservnummer, which has a letter, is written with its dash.
            if match["joint"].strip():
                return True
            continue
        # A date of late and a time, such as "20261120 1430", have no dash between them.
        of_late = match["c"] != "19" and match["y"] in _OF_LATE
        moment = spaced and of_late and _HHMM.fullmatch(match["n"])
        if not moment or _luhn(match):
            return True
    return any(match["joint"].strip() or _luhn(match) for match in _SPREAD.finditer(text))


def _luhn(match: re.Match[str]) -> bool:
    digits = [int(one) for one in match["y"] + match["m"] + match["d"] + match["n"]]
    doubled = [one * (2 - place % 2) for place, one in enumerate(digits)]
    return sum(one // 10 + one % 10 for one in doubled) % 10 == 0


def _phone(text: str) -> bool:
    return any(
        not _HOURS.fullmatch(match[0].strip()) and not _DAYS.fullmatch(match[0])
        for match in _PHONE.finditer(text)
    )


def _plate(text: str) -> bool:
    found = [*_PLATE.finditer(text), *_PLATE_SMALL.finditer(text)]
    return any(match["l"].upper() not in _NO_PLATE for match in found)


def _dwelling(text: str) -> bool:
    streets = (match["street"] for match in _ADDRESS.finditer(text))
    if any(not _ROADS.fullmatch(street) for street in streets):
        return True
    return bool(_ADDRESS_OF_TWO.search(text) or _HOME.search(text))
