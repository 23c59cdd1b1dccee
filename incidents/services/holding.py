"""An incident held locked while somebody acts on it, who may, and who is told."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from incidents.models import Incident
from trygghetscentral.accounts.audiences import group_key, key
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.ledger.events import Event
from trygghetscentral.ledger.services import record
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.errors import Conflict, Forbidden, Missing


def kept() -> str:
    """What is said of an incident that was refused a change."""
    return _("Händelsen är oförändrad.")


def doer(actor: Actor) -> User:
    """The person acting. Raises Forbidden for the system."""
    user: User | None = User.objects.filter(pk=actor.user_id).first()
    if user is None:
        raise Forbidden(_("Bara en person kan göra det."), code="no_person")
    return user


def demand(user: User, permission: Permission, organisation_id: int | None = None) -> None:
    """Raise Forbidden unless the user holds the permission at the organisation, or anywhere."""
    if not user.may(permission, organisation_id):
        raise Forbidden(
            _("Din roll ger inte rätt att göra det här hos den som händelsen hör till."),
            code="permission_needed",
            kept=kept(),
            todo=_("Be nämndens säkerhetssamordnare."),
        )


def seen_by(user: User, public_id: UUID) -> Incident:
    """The incident, locked until the commit. Raises Missing for one that is hidden."""
    incident: Incident | None = (
        Incident.objects.visible_to(user)
        .select_for_update(of=("self",))
        .filter(public_id=public_id)
        .first()
    )
    if incident is None:
        raise Missing(_("Händelsen finns inte."), code="incident_missing")
    return incident


def refuse_closed(incident: Incident) -> None:
    """Raise Conflict for one that is no longer worked on."""
    if not incident.is_open:
        raise Conflict(
            _("%(number)s är %(stage)s och ändras inte.")
            % {"number": incident.number, "stage": str(incident.get_stage_display()).lower()},
            code="incident_not_open",
            kept=kept(),
        )


def held(
    *,
    actor: Actor,
    public_id: UUID,
    permission: Permission = Permission.INCIDENT_EDIT,
    closed: bool = False,
) -> tuple[Incident, User]:
    """The incident, locked, and the person who may change it; `closed` ones too when asked for.

    Raises Missing, Forbidden without the permission at its controller, Conflict when it is closed.
    """
    user = doer(actor)
    incident = seen_by(user, public_id)
    demand(user, permission, incident.controller_id)
    if not closed:
        refuse_closed(incident)
    return incident, user


def audiences_of(incident: Incident, affected: frozenset[int]) -> list[str]:
    """Who sees it: readers at the controller and at those affected; when it or its site is known
    to a need-to-know group only, that group and nobody else."""
    site_group = incident.site.restricted_group_id if incident.site else None
    group = incident.restricted_group_id or site_group
    if group is not None:
        return [group_key(group)]
    return sorted(
        key(Permission.INCIDENT_VIEW, organisation)
        for organisation in {incident.controller_id, *affected}
    )


def tell(event: Event, incident: Incident, *, also: list[str] | None = None) -> None:
    """Record what happened, for those who see it; `also` those who no longer do."""
    record(
        event,
        subject=incident,
        controller_id=incident.controller_id,
        audiences={*incident.audiences, *(also or ())},
        exercise_id=incident.exercise_id,
    )
