"""Organisations and accounts of the demo city."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

ROOT = "staden"


@dataclass(frozen=True, slots=True)
class DemoOrganisation:
    """One node of the tree; `parent` is a slug."""

    slug: str
    name: str
    kind: str
    parent: str = ROOT
    is_controller: bool = True


@dataclass(frozen=True, slots=True)
class DemoUser:
    """One account; `roles` are (role, organisation slug). A time-boxed role ends after 90 days."""

    username: str
    name: str
    signature: str
    home: str
    roles: tuple[tuple[str, str], ...]


TIME_BOX = dt.timedelta(days=90)

ORGANISATIONS = (
    DemoOrganisation(ROOT, "Staden (kommunstyrelsen)", "municipality", ""),
    DemoOrganisation("stadskontoret", "Stadskontoret", "department", ROOT, is_controller=False),
    DemoOrganisation("tekniska-namnden", "Tekniska nämnden", "board"),
    DemoOrganisation("servicenamnden", "Servicenämnden", "board"),
    DemoOrganisation("grundskolenamnden", "Grundskolenämnden", "board"),
    DemoOrganisation("forskolenamnden", "Förskolenämnden", "board"),
    DemoOrganisation("kulturnamnden", "Kulturnämnden", "board"),
    DemoOrganisation("fritidsnamnden", "Fritidsnämnden", "board"),
    DemoOrganisation("vard-och-omsorgsnamnden", "Vård- och omsorgsnämnden", "board"),
    DemoOrganisation("miljonamnden", "Miljönämnden", "board"),
    DemoOrganisation("bostadsbolaget", "Stadens bostadsbolag AB", "company"),
    DemoOrganisation("vattenforbundet", "Vattenförbundet", "joint_authority"),
    DemoOrganisation("raddningsforbundet", "Räddningsförbundet", "joint_authority"),
    DemoOrganisation("vaktbolaget", "Vaktbolaget Natt AB", "partner"),
    DemoOrganisation("polisen", "Polisens kontaktpunkt", "partner"),
    DemoOrganisation("grannkommunen", "Grannkommunen", "partner"),
)

USERS = (
    DemoUser("operator", "Operatör ett", "OP 1", "servicenamnden", (("OPERATOR", ROOT),)),
    DemoUser("operator2", "Operatör två", "OP 2", "servicenamnden", (("OPERATOR", ROOT),)),
    DemoUser("skiftledare", "Skiftledare", "SL 1", "servicenamnden", (("SHIFT_LEAD", ROOT),)),
    DemoUser("tib", "Tjänsteman i beredskap", "TiB", "stadskontoret", (("DUTY_OFFICER", ROOT),)),
    DemoUser(
        "samordnare",
        "Samordnare grundskolan",
        "SAM 1",
        "grundskolenamnden",
        (("SEC_COORD", "grundskolenamnden"),),
    ),
    DemoUser(
        "samordnare2",
        "Samordnare fritid",
        "SAM 2",
        "fritidsnamnden",
        (("SEC_COORD", "fritidsnamnden"),),
    ),
    DemoUser(
        "samordnare3",
        "Samordnare gata, kultur och bostäder",
        "SAM 3",
        "tekniska-namnden",
        (
            ("SEC_COORD", "tekniska-namnden"),
            ("SEC_COORD", "kulturnamnden"),
            ("SEC_COORD", "bostadsbolaget"),
        ),
    ),
    DemoUser(
        "objektsansvarig",
        "Objektsansvarig kultur",
        "OBJ 1",
        "kulturnamnden",
        (("SITE_MANAGER", "kulturnamnden"),),
    ),
    DemoUser(
        "hemtjanst",
        "Hemtjänstansvarig",
        "HTJ 1",
        "vard-och-omsorgsnamnden",
        (("SITE_MANAGER", "vard-och-omsorgsnamnden"),),
    ),
    DemoUser("anstalld", "Anställd", "ANS 1", "grundskolenamnden", (("EMPLOYEE", ROOT),)),
    DemoUser(
        "radet", "Kamerabevakningsrådet", "RÅD 1", "stadskontoret", (("CAMERA_COUNCIL", ROOT),)
    ),
    DemoUser("dso", "Dataskyddsombud", "DSO 1", "stadskontoret", (("DPO", ROOT),)),
    DemoUser(
        "beslut",
        "Beslutsfattare",
        "BES 1",
        "grundskolenamnden",
        (("DECISION_MAKER", "grundskolenamnden"),),
    ),
    DemoUser(
        "beredskap", "Beredskapssamordnare", "BER 1", "stadskontoret", (("PREP_COORD", ROOT),)
    ),
    DemoUser("stab", "Stabsmedlem", "STAB 1", "stadskontoret", (("STAFF_MEMBER", ROOT),)),
    DemoUser("ks", "Läsare i kommunstyrelsen", "KS 1", ROOT, (("EXEC_READER", ROOT),)),
    DemoUser("vaktare", "Väktare", "VÄK 1", "vaktbolaget", (("GUARD_PARTNER", "vaktbolaget"),)),
    DemoUser(
        "polis", "Polisens kontaktperson", "POL 1", "polisen", (("POLICE_PARTNER", "polisen"),)
    ),
    DemoUser(
        "raddning",
        "Räddningstjänsten",
        "RTJ 1",
        "raddningsforbundet",
        (("EMERGENCY_PARTNER", "raddningsforbundet"),),
    ),
    DemoUser(
        "grannkommun",
        "Grannkommunen",
        "GRA 1",
        "grannkommunen",
        (("PEER_MUNICIPALITY", "grannkommunen"),),
    ),
    DemoUser("arkiv", "Registrator", "ARK 1", "stadskontoret", (("RECORDS", ROOT),)),
    DemoUser("revisor", "Revisor", "REV 1", "stadskontoret", (("AUDITOR", ROOT),)),
    DemoUser("admin", "Systemadministratör", "ADM 1", "stadskontoret", (("ADMIN", ROOT),)),
    DemoUser("utan", "Utan roll", "UTAN 1", "stadskontoret", ()),
)
