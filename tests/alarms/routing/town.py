"""A school and a depot with their alarms, in the city of the personas."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from alarms.incoming import Channel, Incoming, IncomingKind, ReportedEvent, Stored
from alarms.models import Alarm, Installation, LinkState, Transmitter
from alarms.selectors import directory
from alarms.services.intake import Memory, store_batch
from alarms.supervision import silence_limit
from tests.personas import City
from trygghetscentral.accounts.models import Organisation
from trygghetscentral.places.geometry import Position
from trygghetscentral.places.models import Site
from trygghetscentral.places.models.sites import PlaceType, SiteKind
from trygghetscentral.places.services import SiteData, create_site
from trygghetscentral.shared.actor import Actor

SYSTEM = Actor.system("test")
MALMO = Position(13.0007, 55.6090)


@dataclass(slots=True, kw_only=True)
class Town:
    """What a test needs at hand."""

    root: Organisation
    schools: Organisation
    streets: Organisation
    school: Site
    depot: Site
    school_alarm: Installation
    depot_alarm: Installation
    now: dt.datetime

    def transmitter(self, account: str = "A1B2", **values: Any) -> Transmitter:
        """A transmitter of the school with its line, heard at `now` unless told otherwise."""
        heard = values.pop("heard", self.now)
        values.setdefault("installation", self.school_alarm)
        row = Transmitter.objects.create(account=account, **values)
        limit = silence_limit(row.supervision, row.interval_seconds)
        LinkState.objects.create(
            transmitter=row,
            last_seen_at=heard,
            due_at=None if limit is None else heard + dt.timedelta(seconds=limit),
        )
        return row

    def send(self, *messages: Incoming, now: dt.datetime | None = None) -> list[Stored]:
        """Through intake, as one batch."""
        return store_batch(
            messages,
            directory=directory.load(0),
            now=now or self.now,
            memory=Memory(),
        )


def build(city: City, now: dt.datetime) -> Town:
    """Put the sites up."""
    schools, streets = city.service, city.technical

    def site(name: str, owner: Organisation, **values: Any) -> Site:
        data = SiteData(
            name=name,
            address="Storgatan 1",
            position=MALMO,
            kind=SiteKind.SCHOOL,
            place_type=PlaceType.CLOSED,
            controller_id=owner.pk,
            occupant_id=owner.pk,
            **values,
        )
        return create_site(actor=SYSTEM, now=now, data=data)

    school = site("Ängens förskola", schools)
    depot = site("Gatuförrådet", streets)
    return Town(
        root=city.root,
        schools=schools,
        streets=streets,
        school=school,
        depot=depot,
        school_alarm=Installation.objects.create(
            name="Inbrottslarm Ängen", site=school, controller=schools
        ),
        depot_alarm=Installation.objects.create(
            name="Inbrottslarm förrådet", site=depot, controller=streets
        ),
        now=now,
    )


def message(
    transmitter: Transmitter | None,
    code: str = "BA",
    *,
    at: dt.datetime,
    zone: str = "1",
    account: str = "",
    **values: Any,
) -> Incoming:
    """One event of a transmitter, or of an account that nobody knows."""
    scheme = "SIA" if code.isalpha() else "CID"
    qualifier, code = ("", code) if scheme == "SIA" else (code[0], code[1:])
    return Incoming(
        kind=IncomingKind.EVENT,
        channel=Channel.DC09_TCP,
        received_at=at,
        account=transmitter.account if transmitter else account,
        transmitter_id=transmitter.pk if transmitter else None,
        events=(ReportedEvent(scheme=scheme, code=code, qualifier=qualifier, area="1", zone=zone),),
        raw=b"raw",
        **values,
    )


def heartbeat(transmitter: Transmitter, at: dt.datetime) -> Incoming:
    """A sign of life."""
    return Incoming(
        kind=IncomingKind.HEARTBEAT,
        channel=Channel.DC09_TCP,
        received_at=at,
        account=transmitter.account,
        transmitter_id=transmitter.pk,
    )


def only_alarm() -> Alarm:
    """The one alarm there is."""
    return Alarm.objects.get()
