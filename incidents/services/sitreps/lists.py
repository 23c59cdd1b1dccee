"""Distribution lists: who gets lägesrapporter, and which version."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from alarms.services.holding import cleaned
from incidents.models import DistributionList, DistributionRecipient, Version
from incidents.services.holding import demand, doer
from incidents.sitrep_events import DistributionListChanged
from trygghetscentral.accounts.audiences import key
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.ledger.services import record
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.errors import Conflict, Invalid, Missing

MOST_NAME: Final = 80
MOST_ADDRESS: Final = 254


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientData:
    """Fields as in `incidents.models.DistributionRecipient`."""

    name: str
    address: str
    organisation_id: int | None = None
    version: str = Version.OPEN
    marked_allowed: bool = False


def make_list(*, actor: Actor, now: dt.datetime, controller_id: int, name: str) -> DistributionList:
    """A new, empty list of a controller. Raises Invalid without a name, Conflict for a name that
    is taken, Forbidden for somebody who does not work with its incidents."""
    title = cleaned(name, most=MOST_NAME, what=_("Namnet"))
    if not title:
        raise Invalid(_("Sändlistan saknar namn."), code="list_unnamed", kept=_kept())
    with unit_of_work(actor=actor, now=now):
        demand(doer(actor), Permission.INCIDENT_EDIT, controller_id)
        made, new = DistributionList.objects.get_or_create(controller_id=controller_id, name=title)
        if not new:
            raise Conflict(
                _("Det finns redan en sändlista som heter %(name)s.") % {"name": title},
                code="list_taken",
                kept=_kept(),
            )
        _tell(made)
    return made


def add_recipient(
    *, actor: Actor, now: dt.datetime, list_id: int, data: RecipientData
) -> DistributionRecipient:
    """Put a function on the list. Raises Invalid without a name or for an address that is none,
    Conflict when the address is there already."""
    name = cleaned(data.name, most=MOST_NAME, what=_("Funktionen"))
    address = cleaned(data.address, most=MOST_ADDRESS, what=_("Adressen"))
    if not name or data.version not in Version.values:
        raise Invalid(_("Skriv vilken funktion det är."), code="recipient_unnamed", kept=_kept())
    try:
        validate_email(address)
    except ValidationError as error:
        raise Invalid(
            _("Adressen är ingen e-postadress."), code="recipient_address", kept=_kept()
        ) from error
    with unit_of_work(actor=actor, now=now):
        found = _held(doer(actor), list_id)
        if found.recipients.filter(address__iexact=address).exists():
            raise Conflict(
                _("Adressen står redan på listan."), code="recipient_taken", kept=_kept()
            )
        made = DistributionRecipient.objects.create(
            list=found,
            name=name,
            address=address,
            organisation_id=data.organisation_id,
            version=data.version,
            marked_allowed=data.marked_allowed and data.version == Version.FULL,
        )
        _tell(found)
    return made


def remove_recipient(*, actor: Actor, now: dt.datetime, list_id: int, recipient_id: int) -> None:
    """Take a function off the list. Raises Missing for one that is not on it."""
    with unit_of_work(actor=actor, now=now):
        found = _held(doer(actor), list_id)
        gone, _rows = found.recipients.filter(pk=recipient_id).delete()
        if not gone:
            raise Missing(
                _("Mottagaren står inte på listan."), code="recipient_missing", kept=_kept()
            )
        _tell(found)


def _kept() -> str:
    return _("Inget har ändrats.")


def _held(user: User, list_id: int) -> DistributionList:
    found: DistributionList | None = (
        DistributionList.objects.visible_to(user).select_for_update().filter(pk=list_id).first()
    )
    if found is None:
        raise Missing(_("Sändlistan finns inte."), code="list_missing", kept=_kept())
    demand(user, Permission.INCIDENT_EDIT, found.controller_id)
    return found


def _tell(one: DistributionList) -> None:
    record(
        DistributionListChanged(
            list_id=one.pk, recipients=one.recipients.count(), active=one.active
        ),
        subject=one,
        controller_id=one.controller_id,
        audiences=(key(Permission.INCIDENT_EDIT, one.controller_id),),
    )
