"""The taxonomy of incidents (domain.md D.3), editable by a säkerhetssamordnare."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from trygghetscentral.shared.retention import Rule


class KindGroup(models.TextChoices):
    """The twelve groups; a code begins with its group."""

    BR = "BR", _("Brott mot egendom")
    VA = "VA", _("Våld och hot")
    OS = "OS", _("Ordningsstörning")
    NA = "NA", _("Narkotika och alkohol")
    BD = "BD", _("Brand")
    OL = "OL", _("Olycka och person")
    TF = "TF", _("Teknik, fastighet och infrastruktur")
    IT = "IT", _("Cyber och information")
    NV = "NV", _("Natur, väder och miljö")
    HS = "HS", _("Hälsa och samhälle")
    OT = "OT", _("Otillåten påverkan och oegentlighet")
    BE = "BE", _("Beredskap och försvar")


class IncidentKindQuerySet(models.QuerySet["IncidentKind"]):
    """The standing selections."""

    def in_use(self) -> Self:
        """Those that a new incident may have."""
        return self.filter(active=True)


class IncidentKind(models.Model):
    """One kind of incident. `restricted` ones are known only to a need-to-know group, and that is
    not edited: an incident would come into everybody's sight."""

    retention: ClassVar = Rule.forever("incident_kind", "what a code meant is kept (domain.md E.3)")

    code = models.CharField(max_length=5, unique=True)
    group = models.CharField(max_length=2, choices=KindGroup)
    label = models.CharField(max_length=80)
    restricted = models.BooleanField(default=False)
    active = models.BooleanField(default=True)

    objects = IncidentKindQuerySet.as_manager()

    class Meta:
        ordering = ("code",)
        constraints = (
            models.CheckConstraint(
                condition=Q(code__regex=r"^[A-Z]{2}-[0-9]{2}$"), name="incident_kind_code_form"
            ),
            models.CheckConstraint(
                condition=Q(code__startswith=Concat(F("group"), Value("-"))),
                name="incident_kind_in_group",
            ),
            models.CheckConstraint(
                condition=Q(group__in=KindGroup.values), name="incident_kind_group_known"
            ),
            models.CheckConstraint(
                condition=~Q(group="OT") | Q(restricted=True), name="incident_kind_ot_restricted"
            ),
            models.CheckConstraint(condition=~Q(label=""), name="incident_kind_named"),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.label}"
