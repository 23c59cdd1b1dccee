"""Setting up what stands in the buildings: installations, areas, zones and transmitters.

Every change is told to the receivers through `alarms.directory_changed`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from alarms import identities
from alarms.call_events import AlarmRescueChanged
from alarms.codes import Category
from alarms.events import DirectoryChanged, snapshot
from alarms.models import (
    Alarm,
    Installation,
    InstallationArea,
    LinkState,
    SupervisionCategory,
    Transmitter,
    Zone,
)
from alarms.services.correlation import Correlation
from alarms.services.holding import tell
from alarms.services.intake.links import LINK_CONDITION, link_zone
from alarms.services.working import Restore
from alarms.supervision import silence_limit
from alarms.versions import fingerprint, refuse_if_changed
from trygghetscentral.accounts.audiences import key
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.ledger.services import record
from trygghetscentral.places.models import Site
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.errors import Conflict, Invalid

NAME_LENGTH = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class TransmitterData:
    """Everything about a transmitter. `key` None keeps the one there is, "" takes it away."""

    account: str
    receiver: str = ""
    line: str = ""
    key: str | None = None
    key_format: str = ""
    require_encryption: bool = False
    ack_with_pipe: bool = False
    strict_length: bool = False
    supervision: str = SupervisionCategory.NONE
    interval_seconds: int | None = None


def version_of(transmitter: Transmitter) -> str:
    """Changes when anything but the line's state does; says nothing about the key itself."""
    return fingerprint(
        transmitter.receiver,
        transmitter.line,
        transmitter.account,
        transmitter.key_format,
        fingerprint(transmitter.key),
        transmitter.require_encryption,
        transmitter.ack_with_pipe,
        transmitter.strict_length,
        transmitter.supervision,
        transmitter.interval_seconds,
        transmitter.active,
    )


def create_installation(
    *,
    actor: Actor,
    now: dt.datetime,
    site: Site,
    name: str,
    fire_call: str = "",
    alarm_class: int | None = None,
) -> Installation:
    """Enter an installation at a site, under the site's controller.

    Raises Invalid without a name and Conflict when the site is closed.
    """
    with unit_of_work(actor=actor, now=now):
        if site.closed_at is not None:
            raise Conflict(_("Objektet är avslutat."), code="site_closed")
        installation = Installation.objects.create(
            name=_named(name),
            site=site,
            controller_id=site.controller_id,
            fire_call=fire_call or Installation.FireCall.SOS,
            alarm_class=alarm_class,
        )
        _tell(installation)
    return installation


def change_installation(
    *,
    actor: Actor,
    now: dt.datetime,
    installation_id: int,
    name: str,
    fire_call: str,
    active: bool,
    alarm_class: int | None = None,
    seen: str = "",
) -> Installation:
    """Replace name, fire call, larmklass and whether it is in use. `seen` as from
    `installation_version`. Open fires are told of another fire call, for it stands on their rows.
    """
    with unit_of_work(actor=actor, now=now):
        installation = Installation.objects.select_for_update().get(pk=installation_id)
        refuse_if_changed(seen, installation_version(installation))
        installation.name = _named(name)
        moved = installation.fire_call != fire_call
        installation.fire_call = fire_call
        installation.alarm_class = alarm_class
        installation.active = active
        installation.save(update_fields=("name", "fire_call", "alarm_class", "active"))
        _tell(installation)
        if moved:
            _tell_open_fires(installation)
    return installation


def installation_version(installation: Installation) -> str:
    """Changes when the installation's own fields do."""
    return fingerprint(
        installation.name, installation.fire_call, installation.alarm_class, installation.active
    )


def _tell_open_fires(installation: Installation) -> None:
    for alarm in (
        Alarm.objects.open()
        .select_for_update()
        .filter(installation=installation, category=Category.FIRE)
        .in_lock_order()
    ):
        tell(AlarmRescueChanged(alarm=snapshot(alarm)), alarm)


def _named(name: str) -> str:
    cleaned = name.strip()
    if not cleaned or len(cleaned) > NAME_LENGTH:
        raise Invalid(_("Skriv ett namn på högst 120 tecken."), code="name_missing")
    return cleaned


def save_area(
    *, actor: Actor, now: dt.datetime, installation: Installation, number: str, name: str
) -> None:
    """Name a partition by its number on the wire; the same number again renames it."""
    with unit_of_work(actor=actor, now=now):
        InstallationArea.objects.update_or_create(
            installation=installation, number=number.strip(), defaults={"name": name.strip()}
        )
        _tell(installation)


def save_zone(
    *, actor: Actor, now: dt.datetime, installation: Installation, area: str, number: str, name: str
) -> None:
    """Name a zone; an empty area fits every area. The same numbers again rename it."""
    with unit_of_work(actor=actor, now=now):
        Zone.objects.update_or_create(
            installation=installation,
            area=area.strip(),
            number=number.strip(),
            defaults={"name": name.strip()},
        )
        _tell(installation)


def remove_area(*, actor: Actor, now: dt.datetime, installation: Installation, pk: int) -> None:
    """Forget a partition's name. Alarms keep the name they were raised with."""
    with unit_of_work(actor=actor, now=now):
        if InstallationArea.objects.filter(installation=installation, pk=pk).delete()[0]:
            _tell(installation)


def remove_zone(*, actor: Actor, now: dt.datetime, installation: Installation, pk: int) -> None:
    """Forget a zone's name. Alarms keep the name they were raised with."""
    with unit_of_work(actor=actor, now=now):
        if Zone.objects.filter(installation=installation, pk=pk).delete()[0]:
            _tell(installation)


def add_transmitter(
    *, actor: Actor, now: dt.datetime, installation: Installation, data: TransmitterData
) -> Transmitter:
    """Register a transmitter and begin to watch its line.

    Raises Invalid for a malformed identity or key, and Conflict when another transmitter in use
    has the identity.
    """
    with unit_of_work(actor=actor, now=now):
        transmitter = Transmitter(installation=installation)
        _fill(transmitter, data)
        _refuse_taken(transmitter)
        _insert(transmitter)
        LinkState.objects.create(transmitter=transmitter, due_at=_due(transmitter, now))
        _tell(installation, transmitter)
    return transmitter


def change_transmitter(
    *,
    actor: Actor,
    now: dt.datetime,
    transmitter_id: int,
    data: TransmitterData,
    installation: Installation | None = None,
    seen: str = "",
) -> Transmitter:
    """Replace everything about a transmitter, and move it when `installation` is another.

    The line gets its whole time anew when its watching changes. Raises as `add_transmitter`,
    and Conflict when it was changed since `seen` or is no longer in use.
    """
    with unit_of_work(actor=actor, now=now):
        transmitter = _locked(transmitter_id)
        refuse_if_changed(seen, version_of(transmitter))
        before = _watched_as(transmitter)
        old_place = (transmitter.installation_id, _zone(transmitter))
        if installation is not None:
            transmitter.installation = installation
        _fill(transmitter, data)
        _refuse_taken(transmitter)
        transmitter.save()
        if _watched_as(transmitter) != before:
            _watch_anew(transmitter, old_place, now)
        _tell(transmitter.installation, transmitter)
    return transmitter


def remove_transmitter(*, actor: Actor, now: dt.datetime, transmitter_id: int) -> None:
    """Take a transmitter out of use; its signals and alarms stay. What it sends is unknown then."""
    with unit_of_work(actor=actor, now=now):
        transmitter = _locked(transmitter_id)
        place = (transmitter.installation_id, _zone(transmitter))
        transmitter.active = False
        transmitter.save(update_fields=("active",))
        _watch_anew(transmitter, place, now)
        _tell(transmitter.installation, transmitter)


def _locked(transmitter_id: int) -> Transmitter:
    transmitter = (
        Transmitter.objects.select_for_update(of=("self",))
        .select_related("installation")
        .get(pk=transmitter_id)
    )
    if not transmitter.active:
        raise Conflict(_("Sändaren är redan borttagen."), code="transmitter_removed")
    return transmitter


def _fill(transmitter: Transmitter, data: TransmitterData) -> None:
    transmitter.account = identities.account(data.account)
    transmitter.receiver = identities.prefix(data.receiver)
    transmitter.line = identities.prefix(data.line)
    if data.key is not None:
        transmitter.key = identities.key(data.key, data.key_format) if data.key else ""
        transmitter.key_format = data.key_format if data.key else ""
    if data.require_encryption and not transmitter.key:
        raise Invalid(
            _("Kryptering kan bara krävas av en sändare som har en nyckel."), code="key_needed"
        )
    transmitter.require_encryption = data.require_encryption
    transmitter.ack_with_pipe = data.ack_with_pipe
    transmitter.strict_length = data.strict_length
    transmitter.supervision = data.supervision
    transmitter.interval_seconds = data.interval_seconds


def _refuse_taken(transmitter: Transmitter) -> None:
    same = Transmitter.objects.select_for_update().filter(
        receiver=transmitter.receiver,
        line=transmitter.line,
        account=transmitter.account,
        active=True,
    )
    if any(other.pk != transmitter.pk for other in same):
        raise _taken(transmitter)


def _insert(transmitter: Transmitter) -> None:
    try:
        transmitter.save(force_insert=True)
    except IntegrityError as error:
        # Two people at once: the other one's row was not there to be seen a moment ago.
        raise _taken(transmitter) from error


def _taken(transmitter: Transmitter) -> Conflict:
    return Conflict(
        _("Kontot %(account)s används redan av en annan sändare.")
        % {"account": transmitter.account},
        code="transmitter_taken",
        kept=_("Inget har ändrats."),
        todo=_("Sök efter kontot bland anläggningarna, eller skriv mottagare och linje."),
    )


def _watched_as(transmitter: Transmitter) -> tuple[object, ...]:
    return (
        transmitter.installation_id,
        _zone(transmitter),
        transmitter.supervision,
        transmitter.interval_seconds,
    )


def _zone(transmitter: Transmitter) -> str:
    return link_zone(transmitter.receiver, transmitter.line, transmitter.account)


def _due(transmitter: Transmitter, now: dt.datetime) -> dt.datetime | None:
    limit = silence_limit(transmitter.supervision, transmitter.interval_seconds)
    return None if limit is None or not transmitter.active else now + dt.timedelta(seconds=limit)


def _watch_anew(transmitter: Transmitter, place: tuple[int, str], now: dt.datetime) -> None:
    """Start the line's time; an alarm about the old watching has lost its reason."""
    link = LinkState.objects.select_for_update().get(transmitter=transmitter)
    was_lost = link.lost_at is not None
    link.lost_at, link.due_at = None, _due(transmitter, now)
    link.save(update_fields=("lost_at", "due_at"))
    if was_lost:
        installation_id, zone = place
        restore = Restore(
            installation_id=installation_id,
            area="",
            zone=zone,
            condition=LINK_CONDITION,
            natures=frozenset({"trouble"}),
        )
        correlation = Correlation(now=now)
        correlation.begin([], [(installation_id, "", zone)])
        correlation.restore(restore)
        correlation.write()


def _tell(installation: Installation, transmitter: Transmitter | None = None) -> None:
    record(
        DirectoryChanged(
            installation_id=installation.pk, transmitter_id=transmitter.pk if transmitter else None
        ),
        subject=transmitter or installation,
        controller_id=installation.controller_id,
        audiences=(key(Permission.INSTALLATION_VIEW, installation.controller_id),),
    )
