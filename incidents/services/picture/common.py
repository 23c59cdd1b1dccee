"""What the services of the picture share: whose layer, who is told, who may."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from django.utils.translation import gettext as _

from incidents.models.picture import Layered, LayeredQuerySet
from incidents.selectors.people import groups_of
from incidents.services.holding import doer
from trygghetscentral.accounts.audiences import group_key, key
from trygghetscentral.accounts.models import Organisation, User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.ledger.events import Event
from trygghetscentral.ledger.services import record
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.errors import Forbidden, Invalid, Missing

Row = TypeVar("Row", bound=Layered)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """Whose picture it belongs to, and who else may see it: everybody who reads the picture when
    `shared`, only the group when there is one."""

    organisation_id: int
    shared: bool = False
    restricted_group_id: int | None = None


def nothing_kept() -> str:
    """What is said when nothing was saved."""
    return _("Inget är sparat. Det du skrev står kvar.")


def artist(actor: Actor, organisation_id: int) -> User:
    """The person who draws in the organisation's layer. Raises Forbidden for somebody who may not,
    for the system, and for a connected system: a picture is somebody's (domain.md 00.18)."""
    user = doer(actor)
    if user.is_service or not user.may(Permission.PICTURE_EDIT, organisation_id):
        raise Forbidden(
            _("Din roll gäller inte det lagret i lägesbilden."),
            code="permission_needed",
            kept=nothing_kept(),
            todo=_("Välj ett lager som din roll gäller."),
        )
    return user


def put_in_layer(row: Layered, layer: Layer) -> None:
    """Say whose it is and who sees it. Raises Invalid for what can not be."""
    organisation = Organisation.objects.filter(pk=layer.organisation_id).first()
    if organisation is None:
        raise Invalid(_("Lagret finns inte."), code="no_layer", kept=nothing_kept())
    if layer.restricted_group_id is not None:
        _refuse_group(layer, organisation, layer.restricted_group_id)
    row.organisation = organisation
    row.shared = layer.shared
    row.restricted_group_id = layer.restricted_group_id
    row.audiences = audiences_of(layer)


def _refuse_group(layer: Layer, organisation: Organisation, group_id: int) -> None:
    if layer.shared:
        raise Invalid(
            _("Det som bara en behovsgrupp får känna till kan inte delas med alla."),
            code="shared_and_restricted",
            kept=nothing_kept(),
        )
    if not groups_of(organisation).filter(pk=group_id).exists():
        raise Invalid(_("Behovsgruppen finns inte."), code="no_group", kept=nothing_kept())


def audiences_of(layer: Layer) -> list[str]:
    """The keys of those who see it."""
    if layer.restricted_group_id is not None:
        return [group_key(layer.restricted_group_id)]
    ids = {layer.organisation_id}
    if layer.shared:
        ids |= set(Organisation.objects.values_list("pk", flat=True))
    return sorted(key(Permission.PICTURE_VIEW, one) for one in ids)


def found(rows: LayeredQuerySet[Row], actor: Actor, public_id: UUID) -> tuple[Row, User]:
    """The one of the rows, locked until the commit, and the person who may change it.

    Raises Missing for one that is hidden, Forbidden as `artist`.
    """
    row = (
        rows.visible_to(doer(actor))
        .select_for_update(of=("self",))
        .filter(public_id=public_id)
        .first()
    )
    if row is None:
        raise Missing(_("Det finns inte i lägesbilden."), code="picture_missing")
    return row, artist(actor, row.organisation_id)


def tell(event: Event, row: Layered, *, also: list[str] | None = None) -> None:
    """Record what happened, for those who see it; `also` those who no longer do."""
    record(
        event,
        subject=row,
        controller_id=row.organisation_id,
        audiences={*row.audiences, *(also or ())},
        exercise_id=row.exercise_id,
    )
