"""The city's transmitters as they stand in the register, with the keys they were given."""

from __future__ import annotations

import enum
import secrets
from dataclasses import dataclass
from typing import Final

from alarms.models import Transmitter
from alarms.selectors.directory import key_bytes
from trygghetscentral.board.demo.panel import SEQUENCES, Panel
from trygghetscentral.board.simulation import blueprint
from trygghetscentral.board.simulation.events import Source

# Every so many of a kind; protocols.md 1.8: TCP dominates in Europe, UDP is the standard's own.
UDP_EVERY: Final = 4
CONTACT_ID_EVERY: Final = 5
HTTP_EVERY: Final = 2


class Door(enum.StrEnum):
    """The port that a transmitter knows."""

    TCP = "TCP"
    UDP = "UDP"
    HTTP = "HTTP"


@dataclass(slots=True)
class Station:
    """One transmitter: what the plan needs to know, and how it speaks."""

    source: Source
    panel: Panel
    door: Door = Door.TCP
    contact_id: bool = False


def stations() -> list[Station]:
    """Every active transmitter of the demo's and the simulation's sites, in order of account."""
    systems = blueprint.systems()
    rows = (
        Transmitter.objects.filter(
            active=True, installation__active=True, installation__site__slug__in=systems
        )
        .select_related("installation__site__area")
        .order_by("account", "pk")
    )
    return [
        _station(row, systems[row.installation.site.slug], position)
        for position, row in enumerate(rows)
        if row.account != blueprint.SILENT_ACCOUNT
    ]


def silent_station() -> Station | None:
    """The one whose line dies."""
    row = (
        Transmitter.objects.filter(active=True, account=blueprint.SILENT_ACCOUNT)
        .select_related("installation__site__area")
        .first()
    )
    return _station(row, "technical", 1) if row else None


def stranger(account: str) -> Station:
    """A panel that nobody has entered."""
    source = Source(account, "", "", "", ())
    return Station(source, Panel(account, sequence=secrets.randbelow(SEQUENCES)))


def _station(row: Transmitter, system: str, position: int) -> Station:
    site = row.installation.site
    source = Source(
        account=row.account,
        area=site.area.slug if site.area else "",
        system=system,
        site_kind=site.kind,
        zones=blueprint.zones(row.account, site.slug, system),
    )
    panel = Panel(
        account=row.account,
        key=key_bytes(row.key, row.key_format) if row.key else b"",
        receiver=row.receiver,
        line=row.line or "0",
        # A panel goes on where it was. Starting anew at 1 would make a second run's messages
        # retransmissions of the first one's (protocols.md 1.9).
        sequence=secrets.randbelow(SEQUENCES),
    )
    return Station(source, panel, _door(system, position, row), _is_contact_id(system, position))


def _door(system: str, position: int, row: Transmitter) -> Door:
    # Driftövervakning of pumps and garages is a system of its own, which speaks HTTP.
    if system in ("technical", "access") and position % HTTP_EVERY == 0 and not row.key:
        return Door.HTTP
    return Door.UDP if position % UDP_EVERY == 0 else Door.TCP


def _is_contact_id(system: str, position: int) -> bool:
    return system in ("burglary", "holdup") and position % CONTACT_ID_EVERY == 0
