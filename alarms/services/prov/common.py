"""What the services of prov share: locks in one order, and who is told."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from alarms.events import DirectoryChanged
from alarms.models import Installation, PeriodNote, TestPeriod
from trygghetscentral.accounts.audiences import group_key, key
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.ledger.events import Event
from trygghetscentral.ledger.services import record
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.clock import local
from trygghetscentral.shared.errors import Conflict, Forbidden, Invalid, Missing

MOST_CHARACTERS = 1000


def locked_installation(installation_id: int) -> Installation:
    """The installation, held against everybody else who would set or end its periods.

    Everyone locks it first, then periods, then alarms; alarms may still be written to it.
    """
    return (
        Installation.objects.select_for_update(of=("self",), no_key=True)
        .select_related("site")
        .get(pk=installation_id)
    )


def locked_period(public_id: UUID) -> TestPeriod:
    """An open period with its installation locked. Raises Missing, and Conflict when it is over."""
    known = TestPeriod.objects.filter(public_id=public_id).first()
    if known is None:
        raise Missing(_("Det provet finns inte."), code="prov_missing")
    installation = locked_installation(known.installation_id)
    period = TestPeriod.objects.select_for_update().get(pk=known.pk)
    period.installation = installation
    if period.ended_at is not None:
        raise Conflict(
            _("Det avslutades redan %(when)s.")
            % {"when": local(period.ended_at).strftime("%H:%M")},
            code="prov_ended",
            kept=_("Inget har ändrats."),
        )
    return period


def permitted_user(actor: Actor, installation: Installation) -> User:
    """The person acting. Raises Forbidden for a machine, and without permission there."""
    user: User | None = User.objects.filter(pk=actor.user_id).first()
    if user is None or not user.may(Permission.INSTALLATION_TEST, installation.controller_id):
        raise Forbidden(
            _("Din roll får inte sätta den här anläggningen i prov."),
            code="permission_needed",
            kept=_("Inget har ändrats."),
            todo=_("Be en operatör eller skiftledaren."),
        )
    return user


def cleaned_reason(text: str) -> str:
    """The reason. Raises Invalid when it is empty or too long."""
    cleaned = text.replace("\x00", "").strip()
    if not cleaned:
        raise Invalid(_("Skriv varför."), code="prov_reason", kept=_("Inget har ändrats."))
    if len(cleaned) > MOST_CHARACTERS:
        raise Invalid(
            _("Skälet är för långt."),
            code="prov_reason_long",
            kept=_("Inget har ändrats."),
            todo=_("Korta det till högst 1 000 tecken."),
        )
    return cleaned


def note(period: TestPeriod, user: User, *, about: PeriodNote.About, text: str) -> PeriodNote:
    """Keep why; `at` is when it was decided."""
    at = period.ended_at or period.decided_at
    return PeriodNote.objects.create(period=period, about=about, author=user, at=at, text=text)


def tell(event: Event, period: TestPeriod) -> None:
    """Say it in the ledger, to those who may see the installation."""
    installation = period.installation
    record(
        event,
        subject=period,
        controller_id=installation.controller_id,
        audiences=audiences_of(installation),
    )


def tell_receivers(period: TestPeriod) -> None:
    """Have intake read the installation's periods again."""
    installation = period.installation
    record(
        DirectoryChanged(installation_id=installation.pk),
        subject=installation,
        controller_id=installation.controller_id,
        audiences=audiences_of(installation),
    )


def audiences_of(installation: Installation) -> tuple[str, ...]:
    """Who sees the installation, and so what is under test there."""
    group_id = installation.site.restricted_group_id
    if group_id is not None:
        return (group_key(group_id),)
    return (key(Permission.INSTALLATION_VIEW, installation.controller_id),)
