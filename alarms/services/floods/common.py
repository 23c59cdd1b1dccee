"""What the services of floods share: locks in one order, who may, and who is told."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from alarms.events import DirectoryChanged
from alarms.models import Flood
from alarms.selectors.directory import centre_id
from trygghetscentral.accounts.audiences import key
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.ledger.events import Event
from trygghetscentral.ledger.services import record
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.clock import local
from trygghetscentral.shared.errors import Conflict, Forbidden, Missing

PORTION = 500


def leader(actor: Actor, *more: Permission) -> User:
    """The shift lead acting. A flood concerns the whole centre. Raises Forbidden for a machine,
    and without the permissions there."""
    user: User | None = User.objects.filter(pk=actor.user_id).first()
    needed = (Permission.ALARM_REASSIGN, *more)
    if user is None or not all(user.may(one, centre_id()) for one in needed):
        raise Forbidden(
            _("Larmflod gäller hela centralen och bestäms av skiftledaren."),
            code="permission_needed",
            kept=_("Inget har ändrats."),
            todo=_("Be skiftledaren."),
        )
    return user


def locked_flood(public_id: UUID, *, ends: bool = False) -> Flood:
    """The flood, locked until the commit. Everyone locks it first, then alarms; only who `ends`
    it keeps intake waiting. Raises Missing."""
    flood = Flood.objects.select_for_update(no_key=not ends).filter(public_id=public_id).first()
    if flood is None:
        raise Missing(_("Larmfloden finns inte."), code="flood_missing")
    return flood


def locked_open(public_id: UUID) -> Flood:
    """The same. Raises Conflict when it is over."""
    flood = locked_flood(public_id, ends=True)
    if flood.ended_at is not None:
        raise Conflict(
            _("Larmfloden avslutades redan %(when)s.")
            % {"when": local(flood.ended_at).strftime("%H:%M")},
            code="flood_ended",
            kept=_("Inget har ändrats."),
        )
    return flood


def tell(event: Event, flood: Flood) -> None:
    """Say it in the ledger, to those who see the centre's alarms."""
    record(
        event,
        subject=flood,
        controller_id=flood.controller_id,
        audiences=(key(Permission.ALARM_VIEW, flood.controller_id),),
    )


def tell_receivers(flood: Flood) -> None:
    """Have intake read the floods again."""
    tell(DirectoryChanged(installation_id=None), flood)
