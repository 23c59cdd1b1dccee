"""What the services of accounts share."""

from __future__ import annotations

from trygghetscentral.accounts.audiences import key
from trygghetscentral.accounts.models import Organisation, User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.ledger.events import Event
from trygghetscentral.ledger.services import record
from trygghetscentral.shared.actor import Actor


def tell(event: Event, subject: User, organisation: Organisation | None = None) -> None:
    """Record something about an account, seen by those who administer users there."""
    where = organisation or subject.home_organisation
    controller = where.controller()
    record(
        event,
        subject=subject,
        controller_id=controller.pk if controller else None,
        audiences=[key(Permission.ACCOUNT_USERS, where.pk)],
    )


def is_self(actor: Actor, user: User) -> bool:
    """Whether the doer and the account are the same person."""
    return actor.user_id == user.pk
