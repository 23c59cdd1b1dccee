"""Organisations: nämnder, förvaltningar, bolag, förbund and partners, as one tree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Concat, Length
from django.utils.translation import gettext_lazy as _

from trygghetscentral.accounts.audiences import organisation_ids
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.shared.retention import Rule

if TYPE_CHECKING:
    from trygghetscentral.accounts.models.users import User

ROOT_PATH = "/"


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """Reads over the tree."""

    def visible_to(self, user: User) -> OrganisationQuerySet:
        """The organisations where the user holds any permission. Names are public elsewhere."""
        return self.filter(pk__in=organisation_ids(user.audiences()))

    def where_may(self, user: User, permission: Permission) -> OrganisationQuerySet:
        """The organisations where the user holds the permission."""
        return self.filter(pk__in=organisation_ids(user.audiences(), permission))

    def within(self, top: Organisation) -> OrganisationQuerySet:
        """The organisation itself and everything below it."""
        return self.filter(path__startswith=top.path)


class Organisation(models.Model):
    """An authority or a part of one. `is_controller` marks a personuppgiftsansvarig.

    `path` holds the slugs from the root, such as `/malmo/tekniska-namnden/`, so that one
    prefix comparison finds everything below a node. It is written when the row is created;
    organisations are closed and created anew, never moved.
    """

    class Kind(models.TextChoices):
        """What sort of organisation it is."""

        MUNICIPALITY = "municipality", _("kommun")
        BOARD = "board", _("nämnd")
        DEPARTMENT = "department", _("förvaltning")
        COMPANY = "company", _("bolag")
        JOINT_AUTHORITY = "joint_authority", _("kommunalförbund")
        PARTNER = "partner", _("samverkanspart")

    retention: ClassVar = Rule.forever("organisation", "domain.md E.3: who was responsible is kept")

    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="children", null=True, blank=True
    )
    kind = models.CharField(max_length=16, choices=Kind.choices)
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60, unique=True)
    path = models.CharField(max_length=600, unique=True, editable=False)
    is_controller = models.BooleanField(default=False)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ("path",)
        constraints = (
            models.CheckConstraint(
                name="organisation_kind_known",
                condition=Q(
                    kind__in=(
                        "municipality",
                        "board",
                        "department",
                        "company",
                        "joint_authority",
                        "partner",
                    )
                ),
            ),
            models.CheckConstraint(
                name="organisation_path_ends_with_slug",
                condition=Q(path__endswith=Concat(Value("/"), "slug", Value("/"))),
            ),
            models.CheckConstraint(
                name="organisation_not_its_own_parent",
                condition=Q(parent__isnull=True) | ~Q(parent=models.F("id")),
            ),
        )

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Derive `path` from the parent the first time the row is written."""
        if self._state.adding:
            above = self.parent.path if self.parent else ROOT_PATH
            self.path = f"{above}{self.slug}/"
        super().save(*args, **kwargs)

    def controller(self) -> Organisation | None:
        """The personuppgiftsansvarig: the nearest at or above this one. One query at most."""
        if self.is_controller:
            return self
        above = self.path.strip("/").split("/")
        return (
            Organisation.objects.filter(slug__in=above, is_controller=True)
            .order_by(Length("path").desc())
            .first()
        )

    @property
    def depth(self) -> int:
        """How many organisations stand above this one."""
        return self.path.count("/") - 2
