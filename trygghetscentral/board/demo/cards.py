"""What stands on the demo sites' objektskort, by kind of system."""

from __future__ import annotations

from trygghetscentral.places.models import Severity, WarningCategory
from trygghetscentral.places.services.sites import ContactData, InstructionData, WarningData

# Numbers from the series that Post- och telestyrelsen keeps for fiction (040-628 04 xx).
CONTACTS = (
    ContactData(name="Jour fastighet", role_title="Drifttekniker", phone="040-628 04 10"),
    ContactData(
        name="Verksamhetens jour", role_title="Ansvarig i beredskap", phone="040-628 04 21"
    ),
    ContactData(name="Larmtekniker", role_title="Service", phone="040-628 04 33", when="vardagar"),
)

STEPS = (
    InstructionData(
        text="Ring platsen och fråga efter kodord.", required=True, category="burglary"
    ),
    InstructionData(
        text="Skicka väktare om ingen svarar eller kodordet är fel.", category="burglary"
    ),
    InstructionData(
        text="Ring upp platsen. Svarar ingen: skicka väktare och ring polisen 112.",
        category="holdup",
    ),
    InstructionData(text="Ring inte tillbaka på platsens högtalare.", category="holdup"),
    InstructionData(
        text="Räddningstjänsten är larmad av SOS. Ring platsen: utrymmer de?",
        required=True,
        category="fire",
    ),
    InstructionData(text="Möt upp räddningstjänsten vid brandförsvarstablån.", category="fire"),
    InstructionData(
        text="Prata med den som tryckt. Hör du ingen: skicka hemtjänsten.",
        required=True,
        category="medical",
    ),
    InstructionData(text="Ring drifttekniker i jour.", category="technical"),
    InstructionData(text="Anteckna vad som sades och av vem."),
)

ZONES: dict[str, tuple[str, ...]] = {
    "burglary": ("entré", "matsal", "expedition", "datasal", "idrottssal", "verkstad"),
    "fire": ("plan 1", "plan 2", "kök", "källare", "vind", "teknikrum"),
    "holdup": ("reception", "samtalsrum", "kassa"),
    "access": ("personaldörr", "garageport", "nödutgång"),
    "technical": ("pumpar", "elcentral", "ventilation", "brunn"),
    "full": ("entré", "reception", "serverrum plan 2", "kök", "arkiv", "garage"),
    "medical": (),
}

WARNINGS: dict[str, WarningData] = {
    "skolan-vast": WarningData(
        category=WarningCategory.DOG, severity=Severity.CAUTION, text="Vaktmästarens hund på gården"
    ),
    "depan-grus": WarningData(
        category=WarningCategory.CHEMICALS, severity=Severity.DANGER, text="Gasflaskor i hall 2"
    ),
    "pumpstation-2": WarningData(
        category=WarningCategory.DO_NOT_ENTER,
        severity=Severity.DANGER,
        text="Gå inte ner ensam: risk för svavelväte",
    ),
    "stadshuset": WarningData(
        category=WarningCategory.ACCESS, severity=Severity.NOTICE, text="Nattetid via garaget"
    ),
}
