"""Roles held at organisations, and need-to-know groups."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from trygghetscentral.accounts import roles
from trygghetscentral.accounts.audiences import key, organisation_ids
from trygghetscentral.accounts.models.organisations import Organisation
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.shared.retention import Rule

if TYPE_CHECKING:
    from trygghetscentral.accounts.models.users import User


def in_force(now: datetime) -> Q:
    """Rows whose `valid_from`/`valid_until` cover the moment; the end itself is outside."""
    return Q(valid_from__lte=now) & (Q(valid_until__isnull=True) | Q(valid_until__gt=now))


def valid_until_after_from(name: str) -> models.CheckConstraint:
    """The end, where there is one, comes after the beginning."""
    return models.CheckConstraint(
        name=name,
        condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
    )


class GrantQuerySet(models.QuerySet["Grant"]):
    """Reads over grants."""

    def live(self, now: datetime) -> GrantQuerySet:
        """Grants that give rights at the moment, to users who are not closed."""
        return self.filter(in_force(now), withdrawn_at__isnull=True, user__is_active=True)

    def visible_to(self, user: User) -> GrantQuerySet:
        """Own grants, and those at organisations where the user gives out roles."""
        return self.filter(user=user) | self.given_out_by(user)

    def given_out_by(self, user: User) -> GrantQuerySet:
        """Grants at organisations where the user gives out and takes back roles."""
        where = organisation_ids(user.audiences(), Permission.ACCOUNT_GRANTS)
        return self.filter(organisation__in=where)

    def audience_keys(self, user_id: int, now: datetime) -> set[str]:
        """Every permission@organisation of the user, in one query."""
        below = Organisation.objects.filter(path__startswith=OuterRef("organisation__path"))
        rows = self.live(now).filter(user_id=user_id).order_by()
        return {
            key(permission, organisation_id)
            for role, covered in rows.values_list(
                "role", ArraySubquery(below.order_by().values("pk"))
            )
            for permission in roles.permissions_of(role)
            for organisation_id in covered
        }


class Grant(models.Model):
    """A role that a user holds at an organisation and everything below it.

    A row is never deleted: taking the role back sets `withdrawn_at`. At most one row per
    user, role and organisation is not withdrawn.
    """

    retention: ClassVar = Rule(
        code="grant",
        months=60,
        after="withdrawn_at or valid_until",
        source="domain.md E.3: audit log 2-5 y",
    )

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="grants"
    )
    role = models.CharField(max_length=24)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="grants")
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True, blank=True)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        help_text=_("Tomt när systemet självt gav rollen."),
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    objects = GrantQuerySet.as_manager()

    class Meta:
        ordering = ("organisation__path", "role", "pk")
        constraints = (
            models.UniqueConstraint(
                name="grant_once_per_user_role_organisation",
                fields=("user", "role", "organisation"),
                condition=Q(withdrawn_at__isnull=True),
            ),
            valid_until_after_from("grant_until_after_from"),
            models.CheckConstraint(
                name="grant_withdrawn_by_needs_time",
                condition=Q(withdrawn_by__isnull=True) | Q(withdrawn_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.role} @ {self.organisation_id}"

    @property
    def role_class(self) -> type[roles.Role] | None:
        """The role's class; None when the role has been removed from the code."""
        return roles.ROLES.get(self.role)


class NeedToKnowGroupQuerySet(models.QuerySet["NeedToKnowGroup"]):
    """Reads over groups."""

    def where_may(self, user: User, permission: Permission) -> NeedToKnowGroupQuerySet:
        """The groups of organisations where the user holds the permission."""
        return self.filter(organisation__in=organisation_ids(user.audiences(), permission))

    def visible_to(self, user: User) -> NeedToKnowGroupQuerySet:
        """Groups the user administers, may open in an emergency, or stands in."""
        audiences = user.audiences()
        where = organisation_ids(audiences, Permission.ACCOUNT_GROUPS) | organisation_ids(
            audiences, Permission.BREAK_GLASS_OPEN
        )
        return self.filter(Q(organisation__in=where) | Q(pk__in=user.group_ids()))


class NeedToKnowGroup(models.Model):
    """Those who need to know about certain restricted matters of one controller.

    Restricted objects carry only the group's key, so that no role alone opens them
    (domain.md E.4, rules).
    """

    retention: ClassVar = Rule.forever("need_to_know_group", "domain.md E.3")

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="need_to_know_groups"
    )
    name = models.CharField(max_length=120)
    purpose = models.TextField()

    objects = NeedToKnowGroupQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(
                name="need_to_know_group_name_once", fields=("organisation", "name")
            ),
        )

    def __str__(self) -> str:
        return self.name


class GroupMembershipQuerySet(models.QuerySet["GroupMembership"]):
    """Reads over memberships."""

    def live(self, now: datetime) -> GroupMembershipQuerySet:
        """Memberships in force, of users who are not closed."""
        return self.filter(in_force(now), user__is_active=True)


class GroupMembership(models.Model):
    """A user's time in a need-to-know group. Leaving sets `valid_until`."""

    retention: ClassVar = Rule(
        code="group_membership",
        months=60,
        after="valid_until",
        source="domain.md E.3: audit log 2-5 y",
    )

    group = models.ForeignKey(NeedToKnowGroup, on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships"
    )
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True, blank=True)

    objects = GroupMembershipQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                name="group_membership_open_once",
                fields=("group", "user"),
                condition=Q(valid_until__isnull=True),
            ),
            models.CheckConstraint(
                name="group_membership_until_not_before_from",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.group_id}: {self.user_id}"
