"""Keeping the records of brukare. Only the controller's own responsible persons do."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields
from typing import Final

from django.utils.translation import gettext_lazy as _

from alarms.care_events import CareChange, CareRecipientChanged
from alarms.gateways.voice import checked_address
from alarms.models import CareRecipient, Installation, NextOfKin
from alarms.versions import fingerprint, refuse_if_changed
from trygghetscentral.ledger.services import record
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.clock import STOCKHOLM
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.errors import Conflict, Invalid
from trygghetscentral.shared.numbers import allocate

SERIES: Final = "BR"
MOST_CHARACTERS: Final = 1_000
MOST_NEXT_OF_KIN: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class KinData:
    """Somebody to ring."""

    name: str
    phone: str
    relation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CareData:
    """Everything about a brukare. `voice_address` is a number, a `tel:` or a `sip:` address."""

    name: str
    address: str
    area: str = ""
    zone: str = ""
    phone: str = ""
    voice_address: str = ""
    entry: str = ""
    key_info: str = ""
    language: str = ""
    staff_risks: str = ""
    care_group: str = ""
    care_group_phone: str = ""
    next_of_kin: tuple[KinData, ...] = ()


_OWN: Final = tuple(one.name for one in fields(CareData) if one.name != "next_of_kin")


def enter_recipient(
    *, actor: Actor, now: dt.datetime, installation_id: int, data: CareData
) -> CareRecipient:
    """Enter a brukare at an installation, under the installation's controller.

    Raises Invalid for what cannot be used, and Conflict when another brukare has the place: two
    must never be taken for one another.
    """
    with unit_of_work(actor=actor, now=now):
        installation = Installation.objects.select_for_update().get(pk=installation_id)
        recipient = CareRecipient(
            number=allocate(series=SERIES, year=now.astimezone(STOCKHOLM).year),
            installation=installation,
            controller_id=installation.controller_id,
            created_at=now,
        )
        _fill(recipient, data, now=now)
        _tell(recipient, CareChange.ENTERED)
    return recipient


def change_recipient(
    *, actor: Actor, now: dt.datetime, recipient_id: int, data: CareData, seen: str = ""
) -> CareRecipient:
    """Replace everything about a brukare. `seen` as from `version_of`; Conflict when it is old."""
    with unit_of_work(actor=actor, now=now):
        recipient = _locked(recipient_id)
        refuse_if_changed(seen, version_of(recipient))
        _fill(recipient, data, now=now)
        _tell(recipient, CareChange.CHANGED)
    return recipient


def end_recipient(*, actor: Actor, now: dt.datetime, recipient_id: int) -> CareRecipient:
    """The person no longer has the alarm. The record stays until a decision on gallring, and is
    read only for alarms that came before."""
    with unit_of_work(actor=actor, now=now):
        recipient = _locked(recipient_id)
        recipient.ended_at = now
        recipient.save(update_fields=("ended_at",))
        _tell(recipient, CareChange.ENDED)
    return recipient


def version_of(recipient: CareRecipient) -> str:
    """Changes when the record does."""
    return fingerprint(recipient.changed_at, recipient.ended_at)


def _locked(recipient_id: int) -> CareRecipient:
    # The installation first, as when one is entered: places are compared within it.
    place = CareRecipient.objects.values_list("installation_id", flat=True).get(pk=recipient_id)
    Installation.objects.select_for_update().get(pk=place)
    recipient = CareRecipient.objects.select_for_update().get(pk=recipient_id)
    if recipient.ended_at is not None:
        raise Conflict(_("Brukaren har inte larmet längre."), code="care_ended")
    return recipient


def _fill(recipient: CareRecipient, data: CareData, *, now: dt.datetime) -> None:
    for name in _OWN:
        setattr(recipient, name, _cleaned(getattr(data, name)))
    recipient.voice_address = checked_address(data.voice_address)
    if not recipient.name or not recipient.address:
        raise Invalid(_("Skriv namn och adress."), code="care_incomplete")
    if recipient.area and not recipient.zone:
        raise Invalid(_("Skriv även zonen."), code="care_zone_missing")
    _refuse_taken_place(recipient)
    recipient.changed_at = now
    recipient.save()
    _set_next_of_kin(recipient, data.next_of_kin)


def _refuse_taken_place(recipient: CareRecipient) -> None:
    others = CareRecipient.objects.current().filter(installation_id=recipient.installation_id)
    for other in others.exclude(pk=recipient.pk).only("area", "zone"):
        same = (other.area, other.zone) == (recipient.area, recipient.zone)
        if same or not other.zone or not recipient.zone:
            raise Conflict(
                _("Platsen på anläggningen har redan en brukare."),
                code="care_place_taken",
                kept=_("Inget är sparat."),
                todo=_("Ange zonen, eller avsluta den andra brukaren först."),
            )


def _set_next_of_kin(recipient: CareRecipient, rows: tuple[KinData, ...]) -> None:
    if len(rows) > MOST_NEXT_OF_KIN:
        raise Invalid(_("Skriv högst tio anhöriga."), code="care_too_many_kin")
    made = []
    for position, row in enumerate(rows, start=1):
        name, phone = _cleaned(row.name), _cleaned(row.phone)
        if not name or not phone:
            raise Invalid(_("En anhörig behöver namn och telefon."), code="care_kin_incomplete")
        relation = _cleaned(row.relation)
        made.append(
            NextOfKin(
                recipient=recipient, position=position, name=name, relation=relation, phone=phone
            )
        )
    recipient.next_of_kin.all().delete()
    NextOfKin.objects.bulk_create(made)


def _cleaned(text: str) -> str:
    cleaned = text.replace("\x00", "").strip()
    if len(cleaned) > MOST_CHARACTERS:
        raise Invalid(_("Texten är för lång: högst 1 000 tecken."), code="care_too_long")
    return cleaned


def _tell(recipient: CareRecipient, change: CareChange) -> None:
    record(
        CareRecipientChanged(
            recipient_id=recipient.public_id,
            installation_id=recipient.installation_id,
            change=change,
        ),
        subject=recipient,
        controller_id=recipient.controller_id,
    )
