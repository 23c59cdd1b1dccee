"""Entering what the simulation needs, once, through the same services as everyone else."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from alarms.models import Installation, SupervisionCategory, Transmitter
from alarms.services import installations
from trygghetscentral.accounts.models import Organisation, User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.accounts.services.grants import grant_role
from trygghetscentral.accounts.services.tokens import create_api_token
from trygghetscentral.accounts.services.users import create_user
from trygghetscentral.board.demo import care, people
from trygghetscentral.board.demo.city import add_site
from trygghetscentral.board.simulation import blueprint
from trygghetscentral.places.models import Site
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work

ACTOR = Actor.system("simulate")
USERNAME = "simulator"
HOMES = "Trygghetslarm i hemmen"
FIRST_PERSON, KNOWN_PERSONS = 1_000, 5
SILENT_LIMIT = SupervisionCategory.S90
TOKEN_LIFE = dt.timedelta(days=2)


@dataclass(slots=True)
class Added:
    """How much was entered now; nothing the second time."""

    sites: int = 0
    transmitters: int = 0


def prepare(*, now: dt.datetime) -> Added:
    """Enter the simulated sites and gateways that are missing, all or nothing.

    The demo city must have been loaded. Twice changes nothing.
    """
    added = Added()
    with unit_of_work(actor=ACTOR, now=now):
        organisations = {each.slug: each for each in Organisation.objects.all()}
        known = set(Site.objects.filter(slug__startswith="sim-").values_list("slug", flat=True))
        for position, row in enumerate(blueprint.extra_sites()):
            if row["slug"] in known:
                continue
            add_site(
                row,
                position,
                organisations,
                now,
                first_account=blueprint.FIRST_SITE_ACCOUNT,
                # A month: the simulation is not always on, and its sites must not all fall
                # silent the day after.
                supervision=SupervisionCategory.D32,
            )
            added.sites += 1
        _gateways(now, added)
        _system_account(organisations[people.ROOT], now)
    return added


def _gateways(now: dt.datetime, added: Added) -> None:
    """The gateways in installations of their own, and whose the buttons behind them are: the
    first few of each, since sealing two thousand records takes minutes."""
    known = set(Transmitter.objects.filter(active=True).values_list("account", flat=True))
    person = FIRST_PERSON
    for account, slug, buttons in blueprint.gateways():
        person += KNOWN_PERSONS
        if account in known:
            continue
        installation = _homes(slug, now)
        _add(account, installation, SupervisionCategory.D32, now, added)
        for place, button in enumerate(buttons[:KNOWN_PERSONS]):
            care.enter(
                actor=ACTOR,
                now=now,
                installation=installation,
                position=person + place,
                zone=button,
            )
    if blueprint.SILENT_ACCOUNT not in known:
        pump = Site.objects.get(slug=blueprint.SILENT_SITE).installations.order_by("pk")[0]
        _add(blueprint.SILENT_ACCOUNT, pump, SupervisionCategory.NONE, now, added)


def _homes(slug: str, now: dt.datetime) -> Installation:
    """Apart from the area's old installation, which belongs to one person."""
    site = Site.objects.get(slug=slug)
    return site.installations.filter(name=HOMES).first() or installations.create_installation(
        actor=ACTOR, now=now, site=site, name=HOMES
    )


def _add(
    account: str,
    installation: Installation,
    supervision: SupervisionCategory,
    now: dt.datetime,
    added: Added,
) -> None:
    data = installations.TransmitterData(account=account, supervision=supervision)
    installations.add_transmitter(actor=ACTOR, now=now, installation=installation, data=data)
    added.transmitters += 1


def _system_account(root: Organisation, now: dt.datetime) -> None:
    if User.objects.filter(username=USERNAME).exists():
        return
    user = create_user(
        actor=ACTOR,
        now=now,
        username=USERNAME,
        name="Simulerade system",
        signature="SIM",
        home_organisation=root,
        is_service=True,
    )
    grant_role(actor=ACTOR, now=now, user=user, role="CONNECTED_SYSTEM", organisation=root)


def api_token(*, now: dt.datetime) -> str:
    """A key for the simulated systems that send over HTTP; it ends by itself after two days."""
    _token, secret = create_api_token(
        actor=ACTOR,
        now=now,
        user=User.objects.get(username=USERNAME),
        name="make simulate",
        scopes=[Permission.INTAKE_SEND],
        expires_at=now + TOKEN_LIFE,
    )
    return secret


def watch_silent_line(*, now: dt.datetime, on: bool) -> None:
    """Supervise the line that is going to die while the simulation runs, and not afterwards: a
    simulation that ended is no lost connection."""
    with unit_of_work(actor=ACTOR, now=now):
        row = Transmitter.objects.get(active=True, account=blueprint.SILENT_ACCOUNT)
        installations.change_transmitter(
            actor=ACTOR,
            now=now,
            transmitter_id=row.pk,
            data=installations.TransmitterData(
                account=row.account,
                supervision=SILENT_LIMIT if on else SupervisionCategory.NONE,
            ),
        )
