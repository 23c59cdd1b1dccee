"""What it cost, what is to be done, and what was learnt."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar, Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from incidents.models.incidents import Incident
from trygghetscentral.shared.retention import Rule

MOST_KRONOR: Final = 9_999_999_999
MOST_WHYS: Final = 5


class Damage(models.Model):
    """One thing that was lost or broken. Whole kronor; insurer and case number as they write them
    (domain.md D.8)."""

    class Insurance(models.TextChoices):
        """How far the insurance case has come."""

        NONE = "none", _("Ingen anmälan")
        TO_REPORT = "to_report", _("Ska anmälas")
        REPORTED = "reported", _("Anmäld")
        PAID = "paid", _("Ersatt")
        REFUSED = "refused", _("Ersätts inte")

    retention: ClassVar = Rule.with_parent("damage", "incidents.Incident")

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="damages")
    what = models.CharField(max_length=200)
    material = models.PositiveBigIntegerField(default=0)
    work = models.PositiveBigIntegerField(default=0)
    deductible = models.PositiveBigIntegerField(default=0)
    reimbursed = models.PositiveBigIntegerField(default=0)
    estimated = models.BooleanField(default=False)
    insurer = models.CharField(max_length=80, blank=True, default="")
    case_number = models.CharField(max_length=40, blank=True, default="")
    insurance = models.CharField(max_length=12, choices=Insurance, default=Insurance.NONE)
    added_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    material__lte=MOST_KRONOR,
                    work__lte=MOST_KRONOR,
                    deductible__lte=MOST_KRONOR,
                    reimbursed__lte=MOST_KRONOR,
                ),
                name="damage_within_reason",
            ),
            models.CheckConstraint(condition=~Q(what=""), name="damage_named"),
        )

    def __str__(self) -> str:
        return self.what

    @property
    def cost(self) -> int:
        """Material and work."""
        return self.material + self.work

    @property
    def net(self) -> int:
        """What is left to bear when the insurance has paid."""
        return self.cost - self.reimbursed


class IncidentTask(models.Model):
    """Something to be done, by whom and when."""

    retention: ClassVar = Rule.with_parent("incident_task", "incidents.Incident")

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="tasks")
    what = models.CharField(max_length=300)
    responsible = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    added_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    done_by = models.ForeignKey(
        "accounts.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    done_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        ordering = ("due_on", "pk")
        indexes = (
            models.Index(
                fields=("responsible", "due_on"),
                condition=Q(done_at__isnull=True),
                name="incident_task_open",
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, done_by__isnull=True)
                | Q(done_at__isnull=False, done_by__isnull=False),
                name="incident_task_done",
            ),
            models.CheckConstraint(condition=~Q(what=""), name="incident_task_named"),
        )

    def __str__(self) -> str:
        return self.what

    def is_late(self, today: dt.date) -> bool:
        """Whether its day has passed."""
        return self.done_at is None and self.due_on < today


class CauseAnalysis(models.Model):
    """Why it happened and what was learnt. `whys` are at most five, each of the one before."""

    class Cause(models.TextChoices):
        """Where the cause lies (domain.md D.5)."""

        HUMAN = "human", _("Människa")
        TECHNICAL = "technical", _("Teknik")
        ORGANISATION = "organisation", _("Organisation")
        EXTERNAL = "external", _("Yttre")

    retention: ClassVar = Rule.with_parent("cause_analysis", "incidents.Incident")

    incident = models.OneToOneField(Incident, on_delete=models.CASCADE, related_name="analysis")
    causes = ArrayField(models.CharField(max_length=12, choices=Cause), default=list)
    whys = ArrayField(models.TextField(), default=list, size=MOST_WHYS)
    worked = models.TextField(blank=True, default="")
    failed = models.TextField(blank=True, default="")
    lessons = models.TextField(blank=True, default="")
    changed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    causes__contained_by=["human", "technical", "organisation", "external"],
                    whys__len__lte=MOST_WHYS,
                ),
                name="cause_analysis_known",
            ),
        )

    def __str__(self) -> str:
        return f"analysis {self.incident_id}"

    def cause_labels(self) -> list[str]:
        """The causes in words."""
        return [str(self.Cause(code).label) for code in self.causes]
