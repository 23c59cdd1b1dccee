"""What may not stand in EST is blocked, what only looks like it passes, names are asked about."""

from __future__ import annotations

import pytest

from incidents.services.est.screening import Blocked, blocked, names_in, refuse_blocked
from trygghetscentral.shared.errors import Invalid

P, T, R, D = Blocked.PERSONAL_NUMBER, Blocked.PHONE, Blocked.REGISTRATION, Blocked.DWELLING

REFUSED = {
    P: (
        "850312-1234|850312-1235|8503121234|19850312-1234|198503121234|19850312 1235|850312+1234"
        "|850312 \u2013 1234|850372-1234|19850372-1234|198503721234|1985-03-12-1234|85 03 12-1234"
        "|född 850312 7777 på ön|850312-T123|\uff18\uff1503121234|vid sjön 850312-1234, återfall"
        "|1985-03-12 1231|850312\xa01234|pnr:8503121234."
    ),
    T: (
        "070-123 45 67|0701234567|+46 70 123 45 67|+46701234567|0046 70 1234567|040-12 34 56"
        "|(040) 12 34 56|040/123456|08-123 456|+47 22 12 34 56|ring Åsa på 040123456|070 123 45 67"
        "|+46 (0)70-123 45 67|070 - 123 45 67|070\u2011123\u201145\u201167|076.123.45.67"
    ),
    R: "ABC 123|ABC123|ABC-123|ABC12D|abc123|bilen abc12d står på ön|ABC 12D|(DEF456)|Å GHJ 789.",
    D: (
        "Storgatan 12|storgatan 12 B|Västra Ringvägen 4|Älvgränden 3a|lgh 1203|lägenhet 12"
        "|lgh. 1101|c/o familjen|bor på Bergsgatan|Möllevångstorget 5|Påhittade gatan 3"
        "|två trappor upp|Östergatan nr 14|Björkallén 22|3 tr ög|Åsvägen 7"
    ),
}
PASSES = (
    "2026-11-20 14:30|20261120|201120|20261120 1430|STK-2025-626|H-2026-000123|L-2026-004812"
    "|5000-K123456-26|12 593|36,8|v. 47|kl. 22.00-02.00|1900-2100|08.00-16.00|kl 07:00\u201309:30"
    "|0800-1600|2026-01-12|01-02-2026|112|114 14|1177|0\u20135|05-06|mellan 08 och 10|100 000 kr"
    "|telefonen|BUSS 123|Bus 123|och 200 personer|HUS 210|RUM 204|SOS 112|SFS 2023:196|BR-03"
    "|runt 200|TN-2026|E6|linje 5|covid19|på 150 meter|ålö 123|Storgatan|Bergsgatan kl 22|väg 11"
    "|länsväg 101|Storgatan, 3 personer|gatan 3|busslinje 5 på Bergsgatan|Storgatan 22.00"
    "|Boende i området|Trapporna vid torget|motorvägen 3 bilar|Personer som bor i området"
    "|Spelplan 2|porten mot gården|Åtta rutor krossade på övervåningen|Ängen öster om ån"
)


@pytest.mark.parametrize(
    ("kind", "text"), [(kind, text) for kind, all_ in REFUSED.items() for text in all_.split("|")]
)
def test_it_is_blocked_and_its_kind_is_said(kind: Blocked, text: str) -> None:
    assert kind in blocked(text)


@pytest.mark.parametrize("text", PASSES.split("|"))
def test_what_only_looks_like_it_passes(text: str) -> None:
    assert blocked(text) == ()


def test_the_refusal_names_the_kind_and_never_the_text() -> None:
    with pytest.raises(Invalid) as refused:
        refuse_blocked("Allt väl.", "Ring 070-123 45 67 om ABC 123")
    said = refused.value.sentence()
    assert "ett telefonnummer och ett registreringsnummer" in said
    assert "070" not in said
    assert "ABC" not in said


@pytest.mark.parametrize(
    "text",
    [
        "Åsa Öberg sågs vid torget",
        "Det var Björn som ringde",
        "En grupp runt Mohammed",
        "Nilsson står ofta där",
        "Karl-Johan var där",
        "Vi såg Linnea där",
        "bråk med Älva Nordin i dag",
        "Örjans gäng",
    ],
)
def test_what_may_be_a_name_is_asked_about(text: str) -> None:
    assert names_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "Björn sågs. Sten kastades mot rutan.",
        "Skolan Kastanjen har glaskross",
        "Samling vid Södra Promenaden och Folkets Park",
        "Polisen kom. Räddningstjänsten också.",
        "Parkeringen vid Biblioteket Söder",
        "Grönt ljus. Åtta rutor. Ängen är tom.",
    ],
)
def test_places_and_ordinary_words_are_not(text: str) -> None:
    assert names_in(text) == []
