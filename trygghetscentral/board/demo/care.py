"""Invented brukare, one for each trygghetslarm installation of the demo city."""

from __future__ import annotations

import datetime as dt

from alarms.models import Installation
from alarms.services.care import CareData, KinData, enter_recipient
from trygghetscentral.shared.actor import Actor

LANGUAGES = ("svenska", "arabiska", "finska", "bosniska", "teckenspråk")
RISKS = ("", "Stor hund, ring innan", "", "Röker inomhus", "")
# Numbers from the series that Post- och telestyrelsen keeps for fiction (040-628 04 xx).
PHONE = "040-628 04 {:02d}"


def enter(
    *, actor: Actor, now: dt.datetime, installation: Installation, position: int, zone: str = ""
) -> None:
    """Enter the one whose zone it is, or whose whole installation; the same position gives the
    same person."""
    enter_recipient(
        actor=actor,
        now=now,
        installation_id=installation.pk,
        data=CareData(
            name=f"Brukare Exempel {position}",
            address=f"Påhittade gatan {position}, lägenhet 1103",
            zone=zone,
            phone=PHONE.format(position % 100),
            voice_address=f"sip:trygghet{position}@vaxel.example",
            entry=f"Porten till höger. Portkod {position * 37 % 10_000:04d}",
            key_info=f"Nyckelgömma {position} vid dörren, hemtjänsten har bricka",
            language=LANGUAGES[position % len(LANGUAGES)],
            staff_risks=RISKS[position % len(RISKS)],
            care_group=f"Hemtjänstgrupp Exempel {position % 4 + 1}",
            care_group_phone=PHONE.format(60 + position % 4),
            next_of_kin=(
                KinData(name=f"Anhörig Exempel {position}", relation="barn", phone="040-628 04 71"),
                KinData(name="Granne Exempel", relation="granne", phone="040-628 04 72"),
            ),
        ),
    )
