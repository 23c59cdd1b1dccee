"""The transmitters as receivers see them: a snapshot in memory, swapped when something changes."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import structlog
from django.conf import settings
from django.db import DatabaseError, close_old_connections

from alarms.floods import FloodRecord
from alarms.incoming import TransmitterInfo
from alarms.kinds import priority_shift
from alarms.models import (
    AlarmType,
    Flood,
    Installation,
    InstallationArea,
    TestPeriod,
    Transmitter,
    Zone,
)
from alarms.prov import PeriodRecord
from alarms.supervision import silence_limit
from trygghetscentral.accounts.audiences import group_key, key
from trygghetscentral.accounts.models import Organisation
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.ledger.models import LedgerRow

REFRESH_SECONDS = 1.0
CHANGES = ("alarms.directory_changed", "site.changed", "area.saved", "alarms.types_changed")

log = structlog.get_logger()

Identity = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class InstallationRecord:
    """What intake needs of an installation, without asking the database again."""

    id: int
    site_id: int
    city_area_id: int | None
    controller_id: int
    audiences: tuple[str, ...]
    type_overrides: dict[str, str]
    areas: dict[str, str]
    zones: dict[tuple[str, str], str]
    position: tuple[float, float] | None
    tests: tuple[PeriodRecord, ...] = ()

    def registered(self, area: str, zone: str) -> tuple[str, str]:
        """The zone as it was entered here: one without area stands for every area. The numbers
        come without leading zeros."""
        if (area, zone) not in self.zones and ("", zone) in self.zones:
            return "", zone
        return area, zone

    def zone_label(self, area: str, zone: str) -> str:
        """The zone's name; one entered without area fits every area, leading zeros do not count."""
        number = zone.lstrip("0")
        return self.zones.get((area.lstrip("0"), number)) or self.zones.get(("", number), "")

    def area_label(self, area: str) -> str:
        """The partition's name."""
        return self.areas.get(area.lstrip("0"), "")


@dataclass(frozen=True, slots=True)
class TypeRecord:
    """A D.2 type: its key, its answer target and its limit in seconds, and how many steps the
    city has moved its priority; negative is graver."""

    id: int
    target_seconds: int | None
    limit_seconds: int | None
    shift: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything at one moment."""

    version: int
    transmitters: dict[Identity, TransmitterInfo]
    installation_of: dict[int, InstallationRecord]
    silence_of: dict[int, int | None]
    types: dict[str, TypeRecord]
    centre_id: int
    centre_audiences: tuple[str, ...]
    floods: tuple[FloodRecord, ...] = ()

    def lookup(self, receiver: str, line: str, account: str) -> TransmitterInfo | None:
        """By (R, L, account), then by account alone among those registered without R and L."""
        table = self.transmitters
        return (
            table.get((receiver, line, account))
            or table.get(("", line, account))
            or table.get(("", "", account))
        )


def alarm_audiences(controller_id: int, restricted_group_id: int | None) -> tuple[str, ...]:
    """Who sees an alarm: those who may at its controller, or only the need-to-know group."""
    if restricted_group_id is not None:
        return (group_key(restricted_group_id),)
    return (key(Permission.ALARM_VIEW, controller_id),)


def centre_id() -> int:
    """The organisation that answers for alarms nobody has said whose they are: the root."""
    return (
        Organisation.objects.filter(parent__isnull=True)
        .order_by("pk")
        .values_list("pk", flat=True)[0]
    )


def newest_change() -> int:
    """The ledger's newest row about the directory; one index look-up a name."""
    newest = 0
    for name in CHANGES:
        seq = (
            LedgerRow.objects.filter(name=name)
            .order_by("-seq")
            .values_list("seq", flat=True)
            .first()
        )
        newest = max(newest, seq or 0)
    return newest


def load(version: int) -> Snapshot:
    """Read the whole directory, in nine queries."""
    records = _records()
    transmitters, installation_of, silence_of = {}, {}, {}
    for row in Transmitter.objects.filter(active=True):
        transmitters[row.receiver, row.line, row.account] = _info(row)
        installation_of[row.pk] = records[row.installation_id]
        silence_of[row.pk] = silence_limit(row.supervision, row.interval_seconds)
    centre = centre_id()
    return Snapshot(
        version=version,
        transmitters=transmitters,
        installation_of=installation_of,
        silence_of=silence_of,
        types={
            row.code: TypeRecord(
                row.pk,
                row.target_seconds,
                row.limit_seconds,
                priority_shift(row.code, row.priority),
            )
            for row in AlarmType.objects.all()
        },
        centre_id=centre,
        centre_audiences=alarm_audiences(centre, None),
        floods=open_floods(),
    )


def open_floods() -> tuple[FloodRecord, ...]:
    """The larmfloder that have not ended. Whether one still lasts is for the reader's own moment
    to say. Two queries."""
    return tuple(
        FloodRecord(
            id=row.pk,
            category=row.category,
            areas=frozenset(area.pk for area in row.areas.all()),
            holds=row.mode != Flood.Mode.REPRIORITISE,
            priority=row.priority,
            hold_minutes=row.hold_minutes,
            started_at=row.started_at,
            ends_at=row.ends_at,
        )
        for row in Flood.objects.open().prefetch_related("areas").order_by("pk")
    )


def open_tests(installation_id: int | None = None) -> dict[int, list[PeriodRecord]]:
    """Open periods of prov and ur drift by installation, those of one or of all. Whether one
    still lasts is for the reader's own moment to say."""
    found = TestPeriod.objects.open().order_by("pk")
    if installation_id is not None:
        found = found.filter(installation=installation_id)
    tests: dict[int, list[PeriodRecord]] = {}
    for row in found:
        record = PeriodRecord(row.pk, row.area, row.zone, row.category, row.starts_at, row.until)
        tests.setdefault(row.installation_id, []).append(record)
    return tests


def record_of(installation_id: int) -> InstallationRecord:
    """One installation as it stands now, whether anything sends from it or not."""
    return _records(installation_id)[installation_id]


def type_codes() -> dict[int, str]:
    """The D.2 code of each type, by its key."""
    return dict(AlarmType.objects.values_list("pk", "code"))


def _records(installation_id: int | None = None) -> dict[int, InstallationRecord]:
    """All installations, or the one."""
    only = {} if installation_id is None else {"installation": installation_id}
    areas: dict[int, dict[str, str]] = {}
    for number, name, owner in InstallationArea.objects.filter(**only).values_list(
        "number", "name", "installation_id"
    ):
        areas.setdefault(owner, {})[number.lstrip("0")] = name
    zones: dict[int, dict[tuple[str, str], str]] = {}
    for area, number, name, owner in Zone.objects.filter(**only).values_list(
        "area", "number", "name", "installation_id"
    ):
        zones.setdefault(owner, {})[area.lstrip("0"), number.lstrip("0")] = name
    tests = open_tests(installation_id)
    installations = Installation.objects.select_related("site")
    if installation_id is not None:
        installations = installations.filter(pk=installation_id)
    return {
        installation.pk: InstallationRecord(
            id=installation.pk,
            site_id=installation.site_id,
            city_area_id=installation.site.area_id,
            controller_id=installation.controller_id,
            audiences=alarm_audiences(
                installation.controller_id, installation.site.restricted_group_id
            ),
            type_overrides=installation.type_overrides,
            areas=areas.get(installation.pk, {}),
            zones=zones.get(installation.pk, {}),
            position=installation.site.position,
            tests=tuple(tests.get(installation.pk, ())),
        )
        for installation in installations
    }


def key_bytes(text: str, key_format: str) -> bytes:
    """A stored key as AES wants it: 16, 24 or 32 bytes."""
    return bytes.fromhex(text) if key_format == Transmitter.KeyFormat.HEX else text.encode()


def _info(row: Transmitter) -> TransmitterInfo:
    keys = (key_bytes(row.key, row.key_format),) if row.key else ()
    return TransmitterInfo(
        id=row.pk,
        receiver=row.receiver,
        line=row.line,
        account=row.account,
        keys=keys,
        require_encryption=row.require_encryption,
        ack_with_pipe=row.ack_with_pipe,
        strict_length=row.strict_length,
    )


@dataclass(slots=True)
class LiveDirectory:
    """Implements `alarms.incoming.Directory`; never more than two seconds behind.

    A thread looks for changes once a second, so that neither the receiver's loop nor the
    committer waits for it. When the database is away, the last snapshot serves; nothing is
    ACKed meanwhile anyhow.
    """

    snapshot: Snapshot = field(default_factory=lambda: load(newest_change()))
    _stopped: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        """Begin looking for changes."""
        threading.Thread(target=self._follow, name="directory", daemon=True).start()

    def stop(self) -> None:
        """Stop looking."""
        self._stopped.set()

    def lookup(self, receiver: str, line: str, account: str) -> TransmitterInfo | None:
        """By (R, L, account), then by account alone among those registered without R and L."""
        return self.snapshot.lookup(receiver, line, account)

    def answer_unknown_with_duh(self) -> bool:
        """The city's choice; ACK and an operator alarm unless set otherwise."""
        return bool(settings.DC09_UNKNOWN_DUH)

    def refresh(self) -> None:
        """Load again if the ledger says that something changed."""
        newest = newest_change()
        if newest != self.snapshot.version:
            self.snapshot = load(newest)

    def _follow(self) -> None:
        while not self._stopped.wait(REFRESH_SECONDS):
            try:
                self.refresh()
            except DatabaseError as error:
                log.warning("directory_stale", error=type(error).__name__)
            finally:
                close_old_connections()
