"""Writes about roles and need-to-know groups."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from trygghetscentral.accounts.events import (
    GrantWithdrawn,
    GroupCreated,
    GroupJoined,
    GroupLeft,
    RoleGranted,
)
from trygghetscentral.accounts.models import (
    Grant,
    GroupMembership,
    NeedToKnowGroup,
    Organisation,
    User,
)
from trygghetscentral.accounts.roles import ROLES
from trygghetscentral.accounts.services.common import is_self, tell
from trygghetscentral.ledger.events import Code
from trygghetscentral.ledger.services import record
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.errors import Conflict, Forbidden, Invalid


def grant_role(
    *,
    actor: Actor,
    now: datetime,
    user: User,
    role: str,
    organisation: Organisation,
    valid_from: datetime | None = None,
    valid_until: datetime | None = None,
) -> Grant:
    """Give a role at an organisation and everything below it, from now unless told otherwise.

    Raises Forbidden for one's own account; Invalid for an unknown role, an end before the
    beginning, a time-boxed role without an end, or a system's role to a person (and the
    reverse); Conflict when the user already holds the role there.
    """
    valid_from = valid_from or now
    _check_grant(actor, user, role, valid_from, valid_until)
    with unit_of_work(actor=actor, now=now):
        same = Grant.objects.select_for_update().filter(
            user=user, role=role, organisation=organisation, withdrawn_at__isnull=True
        )
        for old in same:
            if old.valid_until is None or old.valid_until > now:
                raise Conflict(_("Användaren har redan rollen där."), code="role_already_held")
            # An expired grant makes room for the new one; its dates stay as they were.
            _withdraw(old, actor=actor, now=now)
        grant = Grant.objects.create(
            user=user,
            role=role,
            organisation=organisation,
            valid_from=valid_from,
            valid_until=valid_until,
            granted_by_id=actor.user_id,
        )
        tell(
            RoleGranted(
                grant_id=grant.pk,
                user_id=user.pk,
                role=Code(role),
                organisation_id=organisation.pk,
                valid_from=valid_from,
                valid_until=valid_until,
            ),
            user,
            organisation,
        )
    return grant


def _check_grant(
    actor: Actor, user: User, role: str, valid_from: datetime, valid_until: datetime | None
) -> None:
    if is_self(actor, user):
        raise Forbidden(
            _("Du kan inte ge dig själv en roll."),
            code="own_account",
            todo=_("Be en annan administratör."),
        )
    wanted = ROLES.get(role)
    if wanted is None:
        raise Invalid(_("Rollen finns inte."), code="role_unknown")
    if wanted.for_service_accounts != user.is_service:
        raise Invalid(
            _("Rollen passar inte kontot: systemroller ges bara till systemkonton."),
            code="role_for_other_kind",
        )
    if wanted.time_boxed and valid_until is None:
        raise Invalid(_("Rollen ges bara för en tid. Ange slutdatum."), code="role_needs_end")
    if valid_until is not None and valid_until <= valid_from:
        raise Invalid(_("Slutdatum måste ligga efter startdatum."), code="until_before_from")


def withdraw_grant(*, actor: Actor, now: datetime, grant: Grant) -> None:
    """Take a role back at once. Raises Conflict when it is taken back already."""
    with unit_of_work(actor=actor, now=now):
        _withdraw(grant, actor=actor, now=now)


def _withdraw(grant: Grant, *, actor: Actor, now: datetime) -> None:
    changed = Grant.objects.filter(pk=grant.pk, withdrawn_at__isnull=True).update(
        withdrawn_at=now, withdrawn_by_id=actor.user_id
    )
    if not changed:
        raise Conflict(_("Rollen är redan tillbakatagen."), code="grant_already_withdrawn")
    grant.withdrawn_at = now
    grant.withdrawn_by_id = actor.user_id
    tell(
        GrantWithdrawn(
            grant_id=grant.pk,
            user_id=grant.user_id,
            role=Code(grant.role),
            organisation_id=grant.organisation_id,
        ),
        grant.user,
        grant.organisation,
    )


def create_group(
    *, actor: Actor, now: datetime, organisation: Organisation, name: str, purpose: str
) -> NeedToKnowGroup:
    """Set up a need-to-know group. Raises Invalid without purpose, Conflict for a taken name."""
    if not name.strip() or not purpose.strip():
        raise Invalid(_("Ange gruppens namn och ändamål."), code="group_needs_purpose")
    with unit_of_work(actor=actor, now=now):
        if NeedToKnowGroup.objects.filter(organisation=organisation, name=name.strip()).exists():
            raise Conflict(_("Gruppen finns redan."), code="group_taken")
        group = NeedToKnowGroup.objects.create(
            organisation=organisation, name=name.strip(), purpose=purpose.strip()
        )
        controller = organisation.controller()
        record(
            GroupCreated(group_id=group.pk, organisation_id=organisation.pk),
            subject=group,
            controller_id=controller.pk if controller else None,
        )
    return group


def add_to_group(
    *,
    actor: Actor,
    now: datetime,
    group: NeedToKnowGroup,
    user: User,
    valid_until: datetime | None = None,
) -> GroupMembership:
    """Let a user into a need-to-know group from now on.

    Raises Forbidden for oneself, Invalid for a system's account or an end in the past, and
    Conflict when the user is in already.
    """
    if is_self(actor, user):
        raise Forbidden(_("Du kan inte lägga till dig själv i en grupp."), code="own_account")
    if user.is_service:
        raise Invalid(_("Systemkonton kan inte ingå i behovsgrupper."), code="service_in_group")
    if valid_until is not None and valid_until <= now:
        raise Invalid(_("Slutdatum måste ligga framåt i tiden."), code="until_before_from")
    with unit_of_work(actor=actor, now=now):
        if _current(group, user, now).exists():
            raise Conflict(_("Användaren ingår redan i gruppen."), code="already_in_group")
        membership = GroupMembership.objects.create(
            group=group, user=user, valid_from=now, valid_until=valid_until
        )
        tell(
            GroupJoined(group_id=group.pk, user_id=user.pk, valid_until=valid_until),
            user,
            group.organisation,
        )
    return membership


def remove_from_group(*, actor: Actor, now: datetime, group: NeedToKnowGroup, user: User) -> None:
    """End a user's membership. Raises Conflict when there is none in force."""
    with unit_of_work(actor=actor, now=now):
        if not _current(group, user, now).update(valid_until=now):
            raise Conflict(_("Användaren ingår inte i gruppen."), code="not_in_group")
        tell(GroupLeft(group_id=group.pk, user_id=user.pk), user, group.organisation)


def _current(group: NeedToKnowGroup, user: User, now: datetime) -> QuerySet[GroupMembership]:
    return GroupMembership.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=now), group=group, user=user
    )
