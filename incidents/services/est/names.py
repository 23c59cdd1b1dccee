"""Words that may be names of persons. A warning to be answered, so it rather asks too often."""

from __future__ import annotations

import re
from typing import Final

# Common first names; those that are words too ask only in the middle of a sentence.
FIRST: Final = frozenset(
    [
        "adam",
        "adrian",
        "agneta",
        "agnes",
        "ahmad",
        "ahmed",
        "alban",
        "albin",
        "aleksandar",
        "alexander",
        "alexandra",
        "alfred",
        "ali",
        "alice",
        "alicia",
        "alma",
        "alva",
        "amanda",
        "amina",
        "amir",
        "amira",
        "andreas",
        "anette",
        "anders",
        "anita",
        "anna",
        "anneli",
        "annika",
        "anton",
        "arvid",
        "astrid",
        "axel",
        "barbro",
        "benjamin",
        "berit",
        "birgit",
        "birgitta",
        "britt",
        "camilla",
        "carina",
        "carl",
        "carolina",
        "caroline",
        "cecilia",
        "charlotte",
        "christer",
        "christian",
        "christina",
        "daniel",
        "david",
        "dennis",
        "ebba",
        "eleonora",
        "elias",
        "elin",
        "elisabeth",
        "ella",
        "elsa",
        "emelie",
        "emil",
        "emma",
        "erik",
        "erika",
        "eva",
        "evelina",
        "fatima",
        "felicia",
        "filip",
        "filippa",
        "fredrik",
        "frida",
        "gabriel",
        "georg",
        "gunilla",
        "gunnar",
        "gustav",
        "göran",
        "gösta",
        "hampus",
        "hanna",
        "hannes",
        "hassan",
        "helena",
        "henrik",
        "hugo",
        "hussein",
        "håkan",
        "ibrahim",
        "ida",
        "ingrid",
        "ingela",
        "inger",
        "ingemar",
        "isabella",
        "isak",
        "jakob",
        "jan",
        "jasmin",
        "jenny",
        "jesper",
        "jessica",
        "joakim",
        "johan",
        "johanna",
        "john",
        "jonas",
        "jonathan",
        "josef",
        "josefin",
        "julia",
        "karin",
        "karl",
        "karolina",
        "kenneth",
        "kent",
        "kerstin",
        "kevin",
        "khalid",
        "klara",
        "klas",
        "kristina",
        "kristoffer",
        "lars",
        "leif",
        "lena",
        "lennart",
        "leo",
        "liam",
        "lina",
        "linda",
        "linus",
        "lisa",
        "louise",
        "lovisa",
        "lucas",
        "ludvig",
        "lukas",
        "madeleine",
        "magnus",
        "maja",
        "malin",
        "marcus",
        "margareta",
        "maria",
        "marianne",
        "marie",
        "markus",
        "martin",
        "mathias",
        "matilda",
        "mattias",
        "melvin",
        "michael",
        "mikael",
        "milad",
        "milan",
        "moa",
        "mohamed",
        "mohammad",
        "mohammed",
        "mona",
        "monika",
        "mustafa",
        "märta",
        "mårten",
        "nathalie",
        "nicklas",
        "niklas",
        "nils",
        "noah",
        "noel",
        "olivia",
        "olle",
        "omar",
        "oscar",
        "oskar",
        "otto",
        "patrik",
        "per",
        "pernilla",
        "peter",
        "petra",
        "philip",
        "pia",
        "pontus",
        "rebecka",
        "richard",
        "rickard",
        "robert",
        "robin",
        "roger",
        "roland",
        "samira",
        "samuel",
        "sandra",
        "sara",
        "sebastian",
        "signe",
        "simon",
        "siv",
        "sofia",
        "sofie",
        "stefan",
        "susanne",
        "svante",
        "sven",
        "sören",
        "therese",
        "theo",
        "thomas",
        "tilde",
        "tobias",
        "tomas",
        "torbjörn",
        "tommy",
        "ulf",
        "ulla",
        "ulrika",
        "urban",
        "viktor",
        "viktoria",
        "vilma",
        "vincent",
        "wilhelm",
        "william",
        "yasmin",
        "yusuf",
        "yvonne",
        "zahra",
        "åke",
        "åsa",
        "älva",
        "örjan",
        "östen",
    ]
)
WORDS_TOO: Final = frozenset(
    [
        "björn",
        "bo",
        "dag",
        "hans",
        "ronja",
        "sten",
        "stig",
        "tage",
        "linnea",
        "ros",
        "viola",
        "sol",
        "saga",
        "tuva",
        "ann",
        "mats",
        "pär",
    ]
)
_PLACE_END: Final = re.compile(
    r"(?:gatan|gata|vägen|väg|torget|torg|parken|park|platsen|plats|plan|skolan|skola|gården|gård"
    r"|badet|hallen|huset|kajen|bron|hamnen|staden|området|backen|stranden|ängen|lunden|dammen"
    r"|nämnden|bolaget|förbundet|förvaltningen|biblioteket|museet|centrum|stationen|berg|holm)s?$"
)
_PLACE_START: Final = frozenset(
    [
        "skolan",
        "förskolan",
        "biblioteket",
        "kulturhuset",
        "fritidsgården",
        "boendet",
        "parkeringen",
        "badet",
        "museet",
        "teatern",
        "konsthallen",
        "parken",
        "torget",
        "norra",
        "södra",
        "östra",
        "västra",
        "stora",
        "lilla",
        "nya",
        "gamla",
        "övre",
        "nedre",
        "inre",
        "yttre",
        "malmö",
        "örebro",
        "kommunen",
        "staden",
        "polisen",
        "räddningstjänsten",
        "stadsområde",
        "kvarteret",
        "hållplatsen",
        "idrottsplatsen",
        "lekplatsen",
        "förrådet",
        "depån",
        "gatukontoret",
        "trygghetslarm",
        "område",
        "linje",
        "sankt",
    ]
)
# "Sjögren", "Nilsson", "Lindqvist": endings that hardly anything but surnames has.
_SURNAME: Final = re.compile(
    r"^[A-ZÅÄÖ][a-zåäöé]+(?:sson|nsen|dersen|qvist|kvist|gren|ström|lund|blad)$"
)
_ORDINARY: Final = frozenset({"ström", "lund", "fransen", "svansen"})
_WORD: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)?")
_CAPITAL: Final = re.compile(r"^[A-ZÅÄÖÉ][a-zåäöé]+(?:-[A-ZÅÄÖ][a-zåäöé]+)?$")
_BEGINS: Final = re.compile(r"(?:^|[.!?:\n\r\u2022\u2013-]\s*)[\"\u201d'(]*$")


def suspected(text: str) -> list[str]:
    """The words, in order; a first name and a surname beside each other are one."""
    words = list(_WORD.finditer(text))
    found: list[str] = []
    skip = -1
    for at, match in enumerate(words):
        if at <= skip:
            continue
        word = match[0]
        begins = bool(_BEGINS.search(text[: match.start()]))
        after = words[at + 1] if at + 1 < len(words) else None
        beside = after is not None and text[match.end() : after.start()] == " "
        if beside and after and _two(word, after[0], begins=begins):
            found.append(f"{word} {after[0]}")
            skip = at + 1
        elif _one(word, begins=begins):
            found.append(word)
    return found


def _one(word: str, *, begins: bool) -> bool:
    if not _CAPITAL.match(word):
        return False
    small = word.lower()
    bare = small.removesuffix("s")
    if small in WORDS_TOO or bare in WORDS_TOO:
        return not begins
    parts = small.split("-")
    if small in FIRST or bare in FIRST or all(part in FIRST for part in parts):
        return True
    return bool(_SURNAME.match(word)) and small not in _ORDINARY


def _two(word: str, after: str, *, begins: bool) -> bool:
    if not (_CAPITAL.match(word) and _CAPITAL.match(after)):
        return False
    first, second = word.lower(), after.lower()
    if first in _PLACE_START or _PLACE_END.search(first) or _PLACE_END.search(second):
        return False
    if first in FIRST:
        return True
    # Two capitals in a row in the middle of a sentence are a name, of a person or a place.
    return not begins and second not in _PLACE_START
