"""`manage.py shell -c "from benchmarks.enter_accounts import enter; enter()"`."""

from __future__ import annotations

from itertools import cycle

from alarms.events import DirectoryChanged
from alarms.models import Installation, LinkState, Transmitter
from benchmarks.accounts import NAMES
from trygghetscentral.ledger.services import record
from trygghetscentral.places.models import Site
from trygghetscentral.shared import clock
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work


def enter() -> None:
    """Enter the accounts, each at a site of its own, and tell the receivers."""
    like = cycle(Site.objects.order_by("pk"))
    with unit_of_work(actor=Actor.system("benchmark"), now=clock.now()):
        sites = Site.objects.bulk_create(
            _another(name, site) for name, site in zip(NAMES, like, strict=False)
        )
        installations = Installation.objects.bulk_create(
            Installation(name=name, site=site, controller_id=site.controller_id)
            for name, site in zip(NAMES, sites, strict=True)
        )
        transmitters = Transmitter.objects.bulk_create(
            Transmitter(installation=installation, account=installation.name)
            for installation in installations
        )
        LinkState.objects.bulk_create(LinkState(transmitter=each) for each in transmitters)
        record(
            DirectoryChanged(installation_id=None),
            subject=transmitters[0],
            controller_id=None,
        )


def _another(name: str, site: Site) -> Site:
    """A site beside one there is, seen by the same."""
    return Site(
        slug=f"bench-{name.lower()}",
        name=f"{site.name} {name}",
        address=site.address,
        locality=site.locality,
        position=site.position,
        kind=site.kind,
        place_type=site.place_type,
        controller_id=site.controller_id,
        occupant_id=site.occupant_id,
        area_id=site.area_id,
        restricted_group_id=site.restricted_group_id,
        audiences=site.audiences,
    )
