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
    """Enter the accounts, spread over the sites there are, and tell the receivers."""
    sites = cycle(Site.objects.order_by("pk"))
    with unit_of_work(actor=Actor.system("benchmark"), now=clock.now()):
        installations = Installation.objects.bulk_create(
            Installation(name=name, site=site, controller_id=site.controller_id)
            for name, site in zip(NAMES, sites, strict=False)
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
