"""The taxonomy: new kinds, new names, and kinds that are no longer used."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from django.utils.translation import gettext as _

from alarms.selectors.directory import centre_id
from alarms.services.holding import cleaned
from incidents.events import IncidentKindChanged
from incidents.models import IncidentKind, KindGroup
from incidents.services.holding import doer
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.ledger.events import Code
from trygghetscentral.ledger.services import record
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.errors import Conflict, Forbidden, Invalid, Missing

MOST_LABEL: Final = 80
CODE: Final = re.compile(r"[A-Z]{2}-[0-9]{2}")


def add_kind(*, actor: Actor, now: dt.datetime, code: str, label: str) -> IncidentKind:
    """A new kind in one of the twelve groups; in OT it is restricted from the start.

    Raises Invalid for a code that is none, and Conflict for one that is taken.
    """
    wanted = code.strip().upper()
    if not CODE.fullmatch(wanted) or wanted[:2] not in KindGroup.values:
        raise Invalid(
            _("Koden är inte en kod."),
            code="kind_code",
            todo=_("Skriv gruppens två bokstäver, bindestreck och två siffror, som BR-08."),
        )
    with unit_of_work(actor=actor, now=now):
        _demand(actor)
        if IncidentKind.objects.filter(code=wanted).exists():
            raise Conflict(_("Koden finns redan."), code="kind_taken")
        kind = IncidentKind.objects.create(
            code=wanted,
            group=wanted[:2],
            label=_named(label),
            restricted=wanted[:2] == KindGroup.OT,
        )
        _tell(kind)
    return kind


def change_kind(
    *, actor: Actor, now: dt.datetime, code: str, label: str, active: bool
) -> IncidentKind:
    """Another name, or no longer used. Incidents keep the kind they have."""
    with unit_of_work(actor=actor, now=now):
        _demand(actor)
        kind = IncidentKind.objects.select_for_update().filter(code=code).first()
        if kind is None:
            raise Missing(_("Slaget finns inte."), code="kind_missing")
        kind.label, kind.active = _named(label), active
        kind.save()
        _tell(kind)
    return kind


def _named(label: str) -> str:
    name = cleaned(label, most=MOST_LABEL, what=_("Namnet"))
    if not name:
        raise Invalid(_("Slaget saknar namn."), code="kind_unnamed")
    return name


def _demand(actor: Actor) -> None:
    if not doer(actor).may(Permission.INCIDENT_KINDS):
        raise Forbidden(_("Du får inte ändra slagen av händelser."), code="permission_needed")


def _tell(kind: IncidentKind) -> None:
    record(
        IncidentKindChanged(code=Code(kind.code), active=kind.active),
        subject=kind,
        controller_id=centre_id(),
    )
