"""Areas of the city."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from trygghetscentral.places.fields import PolygonField
from trygghetscentral.shared.db import swedish_order
from trygghetscentral.shared.retention import Rule


class AreaKind(models.TextChoices):
    """What sort of border it is. Only city areas are stored on sites at write."""

    CITY_AREA = "city_area", _("Stadsområde")
    GUARD_AREA = "guard_area", _("Ordningsvaktsområde")
    VULNERABLE_AREA = "vulnerable_area", _("Utsatt område (Polisens benämning)")
    EVENT = "event", _("Evenemang")
    OTHER = "other", _("Annat område")


class Area(models.Model):
    """A simple polygon with a name, in force from one day up to, not including, another.

    Areas are public geography: everybody signed in sees them.
    """

    retention: ClassVar = Rule.forever("area", "decisions are kept (domain.md E.3)")

    kind = models.CharField(max_length=20, choices=AreaKind.choices)
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=140, unique=True)
    polygon = PolygonField()
    controller = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering = (swedish_order("name"), "pk")
        indexes = (GistIndex(fields=("polygon",), name="area_polygon"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="area_ends_after_it_begins",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The area's page."""
        return reverse("places:area", args=(self.slug,))
