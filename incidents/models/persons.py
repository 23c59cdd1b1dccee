"""Persons in an incident, apart from it (domain.md E.3, 00.12). Nothing searches among them."""

from __future__ import annotations

import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from incidents.models.incidents import Incident
from trygghetscentral.accounts.audiences import organisation_ids
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.shared.fields import EncryptedTextField
from trygghetscentral.shared.retention import Rule


class PersonRole(models.TextChoices):
    """What the person is to the incident. Whoever is suspected is nobody's business here: that
    role does not exist, and the database refuses it (domain.md 00.12)."""

    VICTIM = "victim", _("Drabbad")
    REPORTER = "reporter", _("Anmälare")
    WITNESS = "witness", _("Vittne")


class PersonPurpose(models.TextChoices):
    """Why the person is written down."""

    CONTACT = "contact", _("Kunna fråga mer")
    SUPPORT = "support", _("Ge stöd")
    INSURANCE = "insurance", _("Försäkringsärende")
    POLICE = "police", _("Polisanmälan")
    WORK = "work", _("Arbetsmiljöanmälan")


class IncidentPersonQuerySet(models.QuerySet["IncidentPerson"]):
    """The access door."""

    def visible_to(self, user: User) -> Self:
        """Persons of visible incidents, where the user has the task at the controller."""
        where = organisation_ids(user.audiences(), Permission.INCIDENT_PERSONS)
        return self.filter(
            incident__in=Incident.objects.visible_to(user), incident__controller__in=where
        )


class IncidentPerson(models.Model):
    """One person. Every word about the person is encrypted."""

    retention: ClassVar = Rule.with_parent("incident_person", "incidents.Incident")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="persons")
    role = models.CharField(max_length=8, choices=PersonRole)
    purpose = models.CharField(max_length=12, choices=PersonPurpose)
    name = EncryptedTextField()
    contact = EncryptedTextField(blank=True, default="")
    added_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    objects = IncidentPersonQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(role__in=PersonRole.values), name="incident_person_role"
            ),
            models.CheckConstraint(
                condition=Q(purpose__in=PersonPurpose.values), name="incident_person_purpose"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="incident_person_named"),
        )

    def __str__(self) -> str:
        return f"{self.role} {self.pk}"
