"""What happens to an incident: judged, moved, joined with alarms, marked as secret."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from incidents.models.incidents import SEVERITIES, URGENCIES, Incident
from incidents.states import Move, Stage
from trygghetscentral.accounts.models import User
from trygghetscentral.files.secrecy import SecrecyGround
from trygghetscentral.shared.retention import Rule


class Part(models.TextChoices):
    """The parts that may be marked, each by itself."""

    DESCRIPTION = "description", _("Beskrivning")
    PERSONS = "persons", _("Personer")
    DAMAGE = "damage", _("Skador och kostnader")
    ANALYSIS = "analysis", _("Orsaksanalys")


class PartSecrecy(models.Model):
    """A part that may be secret, and under which provision. A warning: each release is tested
    anew (domain.md E.1). Readers at other organisations than the controller do not see the part."""

    retention: ClassVar = Rule.with_parent("part_secrecy", "incidents.Incident")

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="secrecy")
    part = models.CharField(max_length=12, choices=Part)
    ground = models.CharField(max_length=16, choices=SecrecyGround)
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("part",)
        constraints = (
            models.UniqueConstraint(fields=("incident", "part"), name="part_secrecy_once"),
            models.CheckConstraint(condition=Q(part__in=Part.values), name="part_secrecy_part"),
            models.CheckConstraint(
                condition=Q(ground__in=SecrecyGround.values), name="part_secrecy_ground"
            ),
        )

    def __str__(self) -> str:
        return f"{self.part}: {self.ground}"


class IncidentAssessment(models.Model):
    """Severity and urgency as somebody judged them, and why. Never changed."""

    retention: ClassVar = Rule.with_parent("incident_assessment", "incidents.Incident")

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="assessments")
    severity = models.PositiveSmallIntegerField(choices=SEVERITIES)
    urgency = models.PositiveSmallIntegerField(choices=URGENCIES)
    reason = models.TextField()
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(severity__range=(1, 5), urgency__range=(1, 5)),
                name="incident_assessment_range",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="incident_assessment_reason"),
        )

    def __str__(self) -> str:
        return f"{self.severity}/{self.urgency}"


class IncidentMove(models.Model):
    """One step along the way, by whom and why. Never changed."""

    retention: ClassVar = Rule.with_parent("incident_move", "incidents.Incident")

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="moves")
    move = models.CharField(max_length=12, choices=Move)
    source = models.CharField(max_length=12, choices=Stage)
    target = models.CharField(max_length=12, choices=Stage)
    reason = models.TextField(blank=True, default="")
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "pk")
        indexes = (models.Index(fields=("at",), name="incident_move_at"),)
        constraints = (
            models.CheckConstraint(condition=Q(move__in=Move.values), name="incident_move_known"),
        )

    def __str__(self) -> str:
        return f"{self.source} → {self.target}"


class IncidentFlood(models.Model):
    """The larmflod that an incident was made of. One incident for each."""

    retention: ClassVar = Rule.with_parent("incident_flood", "incidents.Incident")

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="flood_links")
    flood = models.OneToOneField("alarms.Flood", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.incident_id} of flood {self.flood_id}"


class IncidentAlarm(models.Model):
    """An alarm that belongs to the incident, until it is split off."""

    retention: ClassVar = Rule.with_parent("incident_alarm", "incidents.Incident")

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="alarm_links")
    alarm = models.ForeignKey("alarms.Alarm", on_delete=models.PROTECT, related_name="+")
    attached_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    attached_at = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True, default="")
    split_by = models.ForeignKey(
        "accounts.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    split_at = models.DateTimeField(null=True)
    split_reason = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        ordering = ("attached_at", "pk")
        constraints = (
            # Of two operators at once, the database decides whose incident it becomes.
            models.UniqueConstraint(
                fields=("alarm",), condition=Q(split_at__isnull=True), name="incident_alarm_once"
            ),
            models.CheckConstraint(
                condition=Q(split_at__isnull=True, split_by__isnull=True, split_reason="")
                | Q(split_at__isnull=False, split_by__isnull=False) & ~Q(split_reason=""),
                name="incident_alarm_split_whole",
            ),
        )

    def __str__(self) -> str:
        return f"{self.incident_id}: {self.alarm_id}"


class IncidentReportQuerySet(models.QuerySet["IncidentReport"]):
    """The access door."""

    def visible_to(self, user: User) -> Self:
        """The user's own."""
        return self.filter(by=user, incident__exercise_id__isnull=True)


class IncidentReport(models.Model):
    """An employee's report as it was sent in. Never changed: work goes on in the incident."""

    class What(models.TextChoices):
        """What happened, in five plain choices."""

        THEFT = "theft", _("Något är stulet, skadat eller klottrat")
        THREAT = "threat", _("Hot, våld eller bråk")
        HURT = "hurt", _("Någon gjorde sig illa, eller kunde ha gjort det")
        FIRE = "fire", _("Brand, rök eller vatten")
        OTHER = "other", _("Något annat som inte stod rätt till")

    retention: ClassVar = Rule.with_parent("incident_report", "incidents.Incident")

    incident = models.OneToOneField(Incident, on_delete=models.CASCADE, related_name="report")
    what = models.CharField(max_length=8, choices=What)
    text = models.TextField()
    hurt = models.BooleanField()
    near_miss = models.BooleanField()
    cost = models.PositiveBigIntegerField(null=True)
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = IncidentReportQuerySet.as_manager()

    class Meta:
        ordering = ("-at", "-pk")
        constraints = (
            models.CheckConstraint(condition=~Q(text=""), name="incident_report_told"),
            models.CheckConstraint(
                condition=Q(cost__isnull=True) | Q(cost__lte=9_999_999_999),
                name="incident_report_cost",
            ),
        )

    def __str__(self) -> str:
        return f"{self.incident_id} {self.at:%Y-%m-%d}"
