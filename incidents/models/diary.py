"""Att diarieföra: what the house has made and the registrator has not yet entered."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from incidents.models.disclosures import of_controllers
from incidents.models.incidents import Incident
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.shared.retention import Rule


class DiaryEntryQuerySet(models.QuerySet["DiaryEntry"]):
    """The access door and the standing selections."""

    def visible_to(self, user: User) -> Self:
        """Those of the controllers for whom the user keeps the diary."""
        return self.filter(of_controllers(user, Permission.DIARY_KEEP))

    def owed(self) -> Self:
        """Without a number, the most urgent first."""
        return self.filter(diary_number="").order_by("due_at", "pk")


class DiaryEntry(models.Model):
    """One record that is to be registered (OSL 5 kap. 1 §), and its diarienummer when it is.

    `kind` and `subject_id` name the record without a foreign key; `incidents.documents.archive`
    knows how each kind becomes a paper. The number is entered once; the database refuses to change
    or remove what has one.
    """

    class Kind(models.TextChoices):
        """What it is. A new kind also needs a paper."""

        SITREP = "sitrep", _("Lägesrapport")
        DISCLOSURE = "disclosure", _("Beslut om utlämnande")
        WEEKLY = "weekly", _("Veckorapport")

    retention: ClassVar = Rule.forever("diary_entry", "OSL 5 kap. 1 §; domain.md 00.16")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=16, choices=Kind)
    subject_id = models.BigIntegerField()
    title = models.CharField(max_length=200)
    controller = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    incident = models.ForeignKey(Incident, null=True, on_delete=models.PROTECT, related_name="+")
    crisis = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    diary_number = models.CharField(max_length=40, blank=True, default="")
    registered_by = models.ForeignKey(
        "accounts.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    registered_at = models.DateTimeField(null=True)

    objects = DiaryEntryQuerySet.as_manager()

    class Meta:
        ordering = ("-made_at", "-pk")
        indexes = (
            models.Index(
                fields=("controller", "due_at"),
                name="diary_owed",
                condition=Q(diary_number=""),
            ),
        )
        constraints = (
            models.UniqueConstraint(fields=("kind", "subject_id"), name="diary_entry_once"),
            models.CheckConstraint(
                condition=Q(diary_number="", registered_by__isnull=True, registered_at__isnull=True)
                | ~Q(diary_number="") & Q(registered_by__isnull=False, registered_at__isnull=False),
                name="diary_entry_registered_whole",
            ),
        )

    def __str__(self) -> str:
        return self.title

    def is_late(self, now: dt.datetime) -> bool:
        """Whether it should have been registered."""
        return not self.diary_number and self.due_at < now
