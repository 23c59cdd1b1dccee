"""Building the demo city, through the same services as everyone else."""

from __future__ import annotations

import datetime as dt
import json
import secrets
from dataclasses import dataclass

from django.conf import settings

from alarms.models import Installation, SupervisionCategory
from alarms.services import installations
from trygghetscentral.accounts.models import Organisation, User
from trygghetscentral.accounts.roles import ROLES
from trygghetscentral.accounts.services.grants import grant_role
from trygghetscentral.accounts.services.organisations import create_organisation
from trygghetscentral.accounts.services.users import create_user
from trygghetscentral.board.demo import (
    cards,
    care,
    duty,
    happenings,
    people,
    picture,
    rules,
    weekly,
)
from trygghetscentral.board.demo.plants import site_rows
from trygghetscentral.places.geometry import Position
from trygghetscentral.places.models import AreaKind, PlaceType, Site, SiteKind
from trygghetscentral.places.services import areas, codes, sites
from trygghetscentral.shared.actor import Actor

ACTOR = Actor.system("load_demo")
FIRST_ACCOUNT = 0x2001
AREAS_VALID_FROM = dt.date(2026, 1, 1)


@dataclass(slots=True)
class Built:
    """How much was built, for the command's sentence."""

    organisations: int = 0
    users: int = 0
    areas: int = 0
    sites: int = 0
    incidents: int = 0
    observations: int = 0


def build(*, now: dt.datetime, password: str) -> Built:
    """Build everything into an empty database. Not idempotent: the command looks first."""
    built = Built()
    organisations = _organisations(now, built)
    _users(organisations, now, password, built)
    _areas(organisations[people.ROOT], now, built)
    for position, row in enumerate(site_rows()):
        add_site(row, position, organisations, now)
        built.sites += 1
    rules.load(actor=ACTOR, now=now)
    duty.load(actor=ACTOR, now=now)
    built.incidents = happenings.load(actor=ACTOR, now=now)
    picture.load(now=now)
    built.observations = weekly.load(now=now)
    return built


def _organisations(now: dt.datetime, built: Built) -> dict[str, Organisation]:
    made: dict[str, Organisation] = {}
    for row in people.ORGANISATIONS:
        made[row.slug] = create_organisation(
            actor=ACTOR,
            now=now,
            name=row.name,
            slug=row.slug,
            kind=row.kind,
            parent=made.get(row.parent),
            is_controller=row.is_controller,
        )
        built.organisations += 1
    return made


def _users(
    organisations: dict[str, Organisation], now: dt.datetime, password: str, built: Built
) -> None:
    for row in people.USERS:
        user = create_user(
            actor=ACTOR,
            now=now,
            username=row.username,
            name=row.name,
            signature=row.signature,
            home_organisation=organisations[row.home],
            password=password,
        )
        for role, slug in row.roles:
            _grant(user, role, organisations[slug], now)
        built.users += 1


def _grant(user: User, role: str, organisation: Organisation, now: dt.datetime) -> None:
    until = now + people.TIME_BOX if ROLES[role].time_boxed else None
    grant_role(
        actor=ACTOR, now=now, user=user, role=role, organisation=organisation, valid_until=until
    )


def _areas(root: Organisation, now: dt.datetime, built: Built) -> None:
    layer = json.loads((settings.BASE_DIR / "static/geo/malmo.geojson").read_text("utf-8"))
    for feature in layer["features"]:
        properties = feature["properties"]
        if properties.get("kind") != "area":
            continue
        ring = tuple(Position(x, y) for x, y in feature["geometry"]["coordinates"][0])
        areas.save_area(
            actor=ACTOR,
            now=now,
            slug=properties["slug"],
            name=properties["name"],
            kind=AreaKind.CITY_AREA,
            polygon=ring,
            controller_id=root.pk,
            valid_from=AREAS_VALID_FROM,
        )
        built.areas += 1


def add_site(
    row: dict[str, str],
    position: int,
    organisations: dict[str, Organisation],
    now: dt.datetime,
    *,
    first_account: int = FIRST_ACCOUNT,
    supervision: SupervisionCategory = SupervisionCategory.H25,
) -> None:
    """Enter one invented site (a row as in sites.csv) with its cards and its panel.

    Its account is `first_account` plus `position`. Raises as the services do.
    """
    controller = organisations[row["controller"]]
    site = sites.create_site(
        actor=ACTOR,
        now=now,
        slug=row["slug"],
        data=sites.SiteData(
            name=row["name"],
            address=f"Påhittade gatan {position + 1}",
            position=Position(float(row["longitude"]), float(row["latitude"])),
            kind=SiteKind(row["kind"]),
            place_type=PlaceType.PARTLY_PUBLIC,
            controller_id=controller.pk,
            occupant_id=controller.pk,
        ),
    )
    steps = [
        step
        for step in cards.STEPS
        if step.category in ("", row["system"]) or row["system"] == "full"
    ]
    sites.set_contacts(actor=ACTOR, now=now, site_id=site.pk, contacts=cards.CONTACTS)
    sites.set_instructions(actor=ACTOR, now=now, site_id=site.pk, steps=steps)
    if warning := cards.WARNINGS.get(site.slug):
        sites.set_warnings(actor=ACTOR, now=now, site_id=site.pk, warnings=[warning])
    if row["system"] in ("burglary", "full", "technical"):
        codes.seal_code(
            actor=ACTOR,
            now=now,
            site_id=site.pk,
            label="Nyckelskåp",
            secret=f"{secrets.randbelow(10_000):04d}",
        )
    installation = _installation(site, row["system"], now)
    if row["system"] == "medical":
        care.enter(actor=ACTOR, now=now, installation=installation, position=position)
    _panel(installation, position, now, first_account=first_account, supervision=supervision)


def _installation(site: Site, system: str, now: dt.datetime) -> Installation:
    installation = installations.create_installation(
        actor=ACTOR, now=now, site=site, name=f"Larm {site.name}"
    )
    for number, name in (("1", "huset"), ("2", "reception")):
        installations.save_area(
            actor=ACTOR, now=now, installation=installation, number=number, name=name
        )
    for zone, name in enumerate(cards.ZONES[system], start=1):
        installations.save_zone(
            actor=ACTOR, now=now, installation=installation, area="", number=str(zone), name=name
        )
    return installation


def _panel(
    installation: Installation,
    position: int,
    now: dt.datetime,
    *,
    first_account: int,
    supervision: SupervisionCategory,
) -> None:
    encrypted = position % 3 == 0
    installations.add_transmitter(
        actor=ACTOR,
        now=now,
        installation=installation,
        data=installations.TransmitterData(
            account=f"{first_account + position:04X}",
            key=secrets.token_hex((16, 24, 32)[position // 3 % 3]).upper() if encrypted else "",
            key_format="hex" if encrypted else "",
            require_encryption=encrypted and position % 6 == 0,
            supervision=supervision,
        ),
    )
