"""Who may, and a row held locked while somebody acts on it."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from alarms.selectors.directory import centre_id
from incidents.models import EstObservation, EstReport
from incidents.services.holding import doer
from trygghetscentral.accounts.audiences import key
from trygghetscentral.accounts.models import Organisation, User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.ledger.events import Event
from trygghetscentral.ledger.services import record
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.errors import Conflict, Forbidden, Missing


def kept() -> str:
    """What is said of a report that was refused a change."""
    return _("Veckorapporten är oförändrad.")


def demand_at(user: User, permission: Permission, organisation_id: int) -> None:
    """Raise Forbidden unless the user holds the permission there."""
    if not user.may(permission, organisation_id):
        raise Forbidden(
            _("Din roll ger inte rätt att göra det här för den organisationen."),
            code="permission_needed",
            kept=_("Inget har ändrats."),
            todo=_("Be nämndens säkerhetssamordnare."),
        )


def compiler(actor: Actor) -> User:
    """The person who acts, and who holds the report of the whole city. Raises Forbidden."""
    user = doer(actor)
    demand_at(user, Permission.EST_COMPILE, centre_id())
    return user


def held_report(actor: Actor, public_id: UUID) -> tuple[EstReport, User]:
    """The report, locked, and who may work with it. Raises Missing and Forbidden."""
    user = doer(actor)
    report = (
        EstReport.objects.visible_to(user)
        .select_for_update(of=("self",))
        .filter(public_id=public_id)
        .first()
    )
    if report is None:
        raise Missing(_("Veckorapporten finns inte."), code="est_report_missing")
    demand_at(user, Permission.EST_COMPILE, centre_id())
    return report, user


def held_observation(actor: Actor, public_id: UUID) -> tuple[EstObservation, User]:
    """The observation, locked. Raises Missing for one that the person may not know of, and
    Forbidden for another organisation's."""
    user = doer(actor)
    row = (
        EstObservation.objects.visible_to(user)
        .select_for_update(of=("self",))
        .select_related("organisation")
        .filter(public_id=public_id)
        .first()
    )
    if row is None:
        raise Missing(_("Observationen finns inte."), code="est_observation_missing")
    demand_at(user, Permission.EST_REPORT, row.organisation_id)
    return row, user


def refuse_old(report: EstReport, revision: int) -> None:
    """Raise Conflict when somebody has changed the report since it was read."""
    if report.revision != revision:
        raise Conflict(
            _("Någon annan har ändrat veckorapporten medan du hade den öppen."),
            code="changed_meanwhile",
            kept=_("Det du skrev sparades inte, men står kvar i formuläret."),
            todo=_("Läs den nya versionen i en annan flik och skicka sedan in igen."),
        )


def tell_report(event: Event, report: EstReport) -> None:
    """Record what happened to the report, for those who compile."""
    centre = centre_id()
    record(
        event,
        subject=report,
        controller_id=centre,
        audiences={key(Permission.EST_COMPILE, centre)},
    )


def tell_observation(event: Event, row: EstObservation | Organisation) -> None:
    """Record it for the nämnd alone."""
    organisation = row.organisation_id if isinstance(row, EstObservation) else row.pk
    record(
        event,
        subject=row,
        controller_id=organisation,
        audiences={key(Permission.EST_REPORT, organisation)},
        exercise_id=row.exercise_id if isinstance(row, EstObservation) else None,
    )
