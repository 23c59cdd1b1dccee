"""Who may work with an incident, and in which groups it may be known."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q, QuerySet

from incidents.models import Incident
from trygghetscentral.accounts.audiences import GROUP_PREFIX
from trygghetscentral.accounts.models import (
    Grant,
    GroupMembership,
    NeedToKnowGroup,
    Organisation,
    User,
)
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.accounts.roles import ROLES


def workers(incident: Incident, *, now: dt.datetime) -> QuerySet[User]:
    """Those who may change it, by signature: they hold the task at its controller, and stand in
    its need-to-know group when it has one."""
    roles = [code for code, role in ROLES.items() if Permission.INCIDENT_EDIT in role.permissions]
    grants = Grant.objects.live(now).filter(
        role__in=roles, organisation__slug__in=_at_and_above(incident.controller)
    )
    found: QuerySet[User] = User.objects.filter(
        pk__in=grants.order_by().values("user"), is_service=False
    )
    groups = [
        int(audience.removeprefix(GROUP_PREFIX))
        for audience in incident.audiences
        if audience.startswith(GROUP_PREFIX)
    ]
    if groups:
        members = GroupMembership.objects.live(now).filter(group__in=groups)
        found = found.filter(pk__in=members.order_by().values("user"))
    return found.order_by("signature")


def may_own(user: User, incident: Incident, *, now: dt.datetime) -> bool:
    """Whether it may be given to this person."""
    return workers(incident, now=now).filter(pk=user.pk).exists()


def groups_of(controller: Organisation) -> QuerySet[NeedToKnowGroup]:
    """The need-to-know groups of a controller and of those above it."""
    return NeedToKnowGroup.objects.filter(
        organisation__slug__in=_at_and_above(controller)
    ).order_by("name")


def may_share(incident: Incident) -> QuerySet[Organisation]:
    """Those that an incident may also concern: other controllers of the city, no partner."""
    return Organisation.objects.filter(is_controller=True).exclude(
        Q(pk=incident.controller_id) | Q(kind=Organisation.Kind.PARTNER)
    )


def _at_and_above(organisation: Organisation) -> list[str]:
    return organisation.path.strip("/").split("/")
