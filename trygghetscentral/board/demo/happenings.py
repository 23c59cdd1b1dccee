"""A year of invented incidents: seasons, hours, objects where it happens again and again."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass

from incidents.models import IncidentKind
from incidents.services.importing import PastIncident, enter_past
from incidents.states import Stage
from trygghetscentral.accounts.models import NeedToKnowGroup, Organisation, User
from trygghetscentral.accounts.services.grants import add_to_group, create_group
from trygghetscentral.places.models import Site
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.clock import STOCKHOLM, local

COUNT = 600
DAYS = 365
WORKED_DAYS = 21
SUMMER, WINTER, AUTUMN = (6, 7, 8), (12, 1, 2), (9, 10, 11)
REPEATED = ("skolan-kastanjen", "skolan-ronnen", "fritidsgarden-kompassen", "badet-vagen")
COORDINATORS = {"grundskolenamnden": "samordnare", "fritidsnamnden": "samordnare2"}
EVERYBODY_ELSE = "tib"


@dataclass(frozen=True, slots=True)
class Happening:
    """A sort of thing that happens: how often, at what sites, in what months most, from which
    hour to which, how serious, and what it costs at most. No sites means any."""

    code: str
    title: str
    text: str
    weight: int
    sites: tuple[str, ...] = ()
    months: tuple[int, ...] = ()
    hours: tuple[int, int] = (7, 22)
    severities: tuple[int, ...] = (1, 1, 2)
    cost: int = 0
    flags: tuple[str, ...] = ()


SCHOOLS = ("school", "preschool")
BUILDINGS = (*SCHOOLS, "sport", "culture", "library", "office", "depot")
HAPPENINGS = (
    Happening(
        "BR-03",
        "Krossad ruta",
        "Ruta krossad utifrån. Avspärrat och plywood uppsatt.",
        14,
        BUILDINGS,
        SUMMER,
        (18, 28),
        (1, 2, 2),
        18_000,
        ("damaged", "suspected_crime"),
    ),
    Happening(
        "BR-04",
        "Klotter på fasad",
        "Klotter upptäckt på morgonen. Sanering beställd.",
        12,
        (),
        (4, 5, 9),
        (5, 9),
        (1,),
        9_000,
        ("damaged", "suspected_crime"),
    ),
    Happening(
        "BR-01",
        "Inbrott",
        "Dörr uppbruten, elektronik borta. Polis på plats.",
        6,
        BUILDINGS,
        WINTER,
        (22, 29),
        (2, 2, 3),
        120_000,
        ("damaged", "suspected_crime", "police_reported"),
    ),
    Happening(
        "BR-02",
        "Stöld av verktyg",
        "Verktyg saknas i förrådet.",
        4,
        ("depot", "technical"),
        SUMMER,
        (6, 16),
        (1, 2),
        40_000,
        ("suspected_crime",),
    ),
    Happening(
        "VA-01",
        "Bråk mellan besökare",
        "Två grupper i bråk, skildes åt av personal.",
        6,
        ("sport", "library", "school"),
        (),
        (14, 22),
        (1, 2, 2),
        0,
        ("suspected_crime",),
    ),
    Happening(
        "VA-03",
        "Hot mot personal",
        "Besökare hotade personal i receptionen.",
        7,
        ("library", "office", "care_home", "sport"),
        (),
        (9, 20),
        (2, 3),
        0,
        ("work_environment", "suspected_crime"),
    ),
    Happening(
        "OS-02",
        "Ungdomar stör vid entrén",
        "Återkommande störningar kvällstid.",
        8,
        ("library", "sport", "school", "parking"),
        AUTUMN,
        (17, 23),
    ),
    Happening("OS-05", "Nedskräpning", "Sopor dumpade intill byggnaden.", 4, (), SUMMER, (6, 12)),
    Happening(
        "BD-04",
        "Brand i papperskorg",
        "Släckt av personal, sot på vägg.",
        4,
        (*SCHOOLS, "parking"),
        (10, 12),
        (15, 23),
        (1, 2),
        12_000,
        ("damaged",),
    ),
    Happening(
        "BD-02",
        "Anlagd brand",
        "Brand mot fasad, släckt av räddningstjänsten.",
        1,
        SCHOOLS,
        SUMMER,
        (21, 28),
        (3, 4),
        900_000,
        ("damaged", "suspected_crime", "police_reported"),
    ),
    Happening(
        "BD-05",
        "Rök från spis i personalkök",
        "Ingen skadad, köket vädrat.",
        3,
        ("preschool", "care_home", "office"),
        (),
        (8, 17),
        (1,),
        0,
        ("near_miss",),
    ),
    Happening(
        "OL-03",
        "Fall på halt underlag",
        "Halt vid entrén, sandat efteråt.",
        6,
        (),
        WINTER,
        (7, 17),
        (1, 2, 3),
        0,
        ("injured", "work_environment"),
    ),
    Happening(
        "OL-03",
        "Snubbling i trappa",
        "Nära fall, lös trappnos.",
        3,
        (),
        (),
        (8, 18),
        (1,),
        0,
        ("near_miss", "work_environment"),
    ),
    Happening(
        "TF-06",
        "Vattenläcka",
        "Läcka från rör i tak, vattnet avstängt.",
        5,
        BUILDINGS,
        WINTER,
        (0, 24),
        (2, 2, 3),
        150_000,
        ("damaged",),
    ),
    Happening(
        "TF-07",
        "Hiss ur funktion",
        "Personer fast i hissen, ute efter 40 minuter.",
        3,
        ("office", "care_home", "culture"),
        (),
        (7, 20),
    ),
    Happening(
        "TF-01", "Elavbrott", "Strömlöst, reservkraft startade.", 3, (), AUTUMN, (0, 24), (1, 2, 3)
    ),
    Happening(
        "NV-02",
        "Vatten i källare efter skyfall",
        "Källaren pumpad, inventarier förstörda.",
        3,
        BUILDINGS,
        SUMMER,
        (12, 22),
        (2, 3),
        250_000,
        ("damaged",),
    ),
    Happening(
        "NV-01",
        "Stormskada på tak",
        "Takplåt lös, området avspärrat.",
        3,
        (),
        (10, 11, 12, 1),
        (0, 24),
        (1, 2, 3),
        80_000,
        ("damaged",),
    ),
    Happening(
        "IT-01",
        "Passersystem nere",
        "Dörrar öppna i nödläge under två timmar.",
        2,
        (),
        (),
        (6, 18),
        (1, 2),
    ),
)
RESTRICTED = (
    Happening(
        "OT-01",
        "Påtryckning mot handläggare",
        "Påhittat exempel på en skyddad händelse.",
        1,
        severities=(3,),
        hours=(9, 16),
        flags=("improper_influence",),
    ),
    Happening(
        "VA-04",
        "Hotfullt brev till förtroendevald",
        "Påhittat exempel, brev överlämnat.",
        1,
        severities=(3,),
        hours=(9, 16),
        flags=("suspected_crime", "police_reported"),
    ),
)
CAUSES = ("human", "technical", "organisation", "external")


def load(*, actor: Actor, now: dt.datetime) -> int:
    """Enter the year that ends now; the same one each time. Returns how many."""
    chance = random.Random(2026)  # noqa: S311  a play, not a secret
    kinds = IncidentKind.objects.in_bulk(field_name="code")
    sites = list(
        Site.objects.select_related("controller").exclude(slug__startswith="trygghetslarm")
    )
    people = {user.username: user for user in User.objects.all()}
    group = _group(actor, now, people)
    rows = [
        _row(happening, site, chance, kinds, people, now=now)
        for happening, site in _draw(sites, chance)
    ]
    school = next(site for site in sites if site.slug == "skolan-kastanjen")
    rows += [_row(one, school, chance, kinds, people, now=now, group=group) for one in RESTRICTED]
    return len(enter_past(actor=actor, now=now, rows=rows))


def _group(actor: Actor, now: dt.datetime, people: dict[str, User]) -> NeedToKnowGroup:
    schools = Organisation.objects.get(slug="grundskolenamnden")
    group = create_group(
        actor=actor,
        now=now,
        organisation=schools,
        name="Otillåten påverkan, grundskolan",
        purpose="Händelser som bara få får känna till (demo).",
    )
    add_to_group(actor=actor, now=now, group=group, user=people["samordnare"])
    return group


def _draw(sites: list[Site], chance: random.Random) -> Iterator[tuple[Happening, Site]]:
    weights = [happening.weight for happening in HAPPENINGS]
    for happening in chance.choices(HAPPENINGS, weights, k=COUNT):
        fitting = [site for site in sites if not happening.sites or site.kind in happening.sites]
        often = [8 if site.slug in REPEATED else 1 for site in fitting]
        yield happening, chance.choices(fitting, often)[0]


def _row(
    happening: Happening,
    site: Site,
    chance: random.Random,
    kinds: dict[str, IncidentKind],
    people: dict[str, User],
    *,
    now: dt.datetime,
    group: NeedToKnowGroup | None = None,
) -> PastIncident:
    at = _moment(happening, chance, now)
    severity = chance.choice(happening.severities)
    stage = _stage(now - at, severity, chance)
    done = stage == Stage.CLOSED
    worked = severity > 1 and stage != Stage.REPORTED
    return PastIncident(
        kind=kinds[happening.code],
        title=happening.title,
        description=happening.text,
        occurred_from=at,
        site=site,
        by=people[COORDINATORS.get(site.controller.slug, EVERYBODY_ELSE)],
        stage=stage,
        severity=severity,
        urgency=min(5, max(1, 6 - severity - chance.randrange(2))),
        cost=chance.randrange(happening.cost // 10, happening.cost) if happening.cost else 0,
        flags=happening.flags,
        task="Åtgärda och återkoppla till platsen" if worked else "",
        cause=chance.choice(CAUSES) if severity > 2 and done else "",
        closing="Åtgärdat och återkopplat till platsen." if done else "",
        restricted_group_id=group.pk if group else None,
    )


def _moment(happening: Happening, chance: random.Random, now: dt.datetime) -> dt.datetime:
    """Somewhere in the year before now; in its own months three times out of four."""
    today = local(now).date()
    for _attempt in range(60):
        day = today - dt.timedelta(days=1 + chance.randrange(DAYS))
        if not happening.months or day.month in happening.months or chance.random() < 0.1:
            break
    first, last = happening.hours
    minutes = chance.randrange(first * 60, last * 60)
    midnight = dt.datetime.combine(day, dt.time(), STOCKHOLM)
    return min(midnight + dt.timedelta(minutes=minutes), now - dt.timedelta(hours=1))


def _stage(age: dt.timedelta, severity: int, chance: random.Random) -> Stage:
    if age > dt.timedelta(days=WORKED_DAYS * severity):
        return Stage.CLOSED
    if age < dt.timedelta(days=3):
        return chance.choice((Stage.REPORTED, Stage.ASSESSED))
    return chance.choice((Stage.ASSIGNED, Stage.HANDLING, Stage.ENDED, Stage.FOLLOW_UP))
