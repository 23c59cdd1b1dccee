"""Writes about organisations."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from trygghetscentral.accounts.events import OrganisationCreated
from trygghetscentral.accounts.models import Organisation
from trygghetscentral.ledger.events import Code
from trygghetscentral.ledger.services import record
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.errors import Conflict, Invalid


def create_organisation(
    *,
    actor: Actor,
    now: datetime,
    name: str,
    slug: str,
    kind: str,
    parent: Organisation | None = None,
    is_controller: bool = False,
) -> Organisation:
    """Enter an organisation in the tree.

    Raises Invalid for an unknown kind and Conflict when the slug is taken.
    """
    if kind not in Organisation.Kind.values:
        raise Invalid(_("Okänt slag av organisation."), code="organisation_kind")
    with unit_of_work(actor=actor, now=now):
        if Organisation.objects.filter(slug=slug).exists():
            raise Conflict(_("Kortnamnet används redan."), code="organisation_slug_taken")
        organisation = Organisation.objects.create(
            name=name, slug=slug, kind=kind, parent=parent, is_controller=is_controller
        )
        controller = organisation.controller()
        record(
            OrganisationCreated(
                organisation_id=organisation.pk,
                parent_id=parent.pk if parent else None,
                kind=Code(kind),
                is_controller=is_controller,
            ),
            subject=organisation,
            controller_id=controller.pk if controller else None,
        )
    return organisation
