"""An installation with a transmitter, and messages from it, as a receiver would hand them over."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, field

from alarms.incoming import Channel, Incoming, IncomingKind, ReportedEvent, Stored
from alarms.models import Installation, InstallationArea, LinkState, Transmitter, Zone
from alarms.selectors.directory import Snapshot, load
from alarms.services.intake import Memory, store_batch
from trygghetscentral.accounts.models import Organisation
from trygghetscentral.places.geometry import Position
from trygghetscentral.places.models import Site


def make_site(controller: Organisation, slug: str = "skolan-vast") -> Site:
    """An invented school."""
    return Site.objects.create(
        slug=slug,
        name="Skolan Väst",
        address="Gatan 1",
        locality="Malmö",
        position=Position(12.936, 55.5842),
        kind="school",
        place_type="partly_public",
        controller=controller,
        occupant=controller,
        audiences=[f"site.view@{controller.pk}"],
    )


def make_installation(controller: Organisation, slug: str = "skolan-vast") -> Installation:
    """With partition 1 "reception" and zone 12 "matsal"."""
    installation = Installation.objects.create(
        name="Larmet", site=make_site(controller, slug), controller=controller
    )
    InstallationArea.objects.create(installation=installation, number="1", name="reception")
    Zone.objects.create(installation=installation, area="1", number="12", name="matsal")
    return installation


def make_transmitter(installation: Installation, account: str, **fields: object) -> Transmitter:
    """Registered without receiver and line unless told otherwise."""
    transmitter = Transmitter.objects.create(installation=installation, account=account, **fields)
    LinkState.objects.create(transmitter=transmitter)
    return transmitter


@dataclass
class Sender:
    """What a receiver knows after parsing; `send` stores like the committer does."""

    transmitter: Transmitter | None
    account: str
    now: dt.datetime
    memory: Memory = field(default_factory=Memory)
    sequence: int = 0

    def message(
        self,
        code: str = "",
        zone: str = "12",
        *,
        area: str = "1",
        scheme: str = "SIA",
        qualifier: str = "",
        kind: IncomingKind = IncomingKind.EVENT,
        sequence: int | None = None,
        text: str = "",
        flags: tuple[str, ...] = (),
    ) -> Incoming:
        """A message of one event; the same `sequence` again is a retransmission."""
        if sequence is None:
            self.sequence += 1
            sequence = self.sequence
        events = (ReportedEvent(scheme, code, qualifier, area, zone, text),) if code else ()
        key = hashlib.sha256(f"{self.account}{sequence}{events}".encode()).digest()
        return Incoming(
            kind=kind,
            channel=Channel.DC09_TCP,
            received_at=self.now,
            line="0",
            account=self.account,
            transmitter_id=self.transmitter.pk if self.transmitter else None,
            sequence=f"{sequence:04d}",
            dedupe_key=key if kind is IncomingKind.EVENT else None,
            events=events,
            raw=b"\nframe\r",
            flags=flags,
        )

    def send(self, *messages: Incoming) -> list[Stored]:
        """Store a batch now."""
        return store_batch(messages, directory=self.directory(), now=self.now, memory=self.memory)

    def directory(self) -> Snapshot:
        """Read afresh."""
        return load(0)

    def later(self, **delta: float) -> None:
        """Let time pass."""
        self.now += dt.timedelta(**delta)
