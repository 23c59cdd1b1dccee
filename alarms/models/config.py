"""What the city can set: kinds of alarm with their targets, close codes, desks and rules."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from trygghetscentral.shared.retention import Rule


class AlarmType(models.Model):
    """A row of domain.md D.2. `target_seconds` is the answer target from presentation to claim;
    its defaults come from EN 50518 as remembered [GK], therefore configurable.

    `limit_seconds` is when an unanswered alarm is escalated (domain.md 00.9), `action_seconds`
    how long it may be taken without anything being done before it is returned.
    """

    retention: ClassVar = Rule.operational("alarm_type")

    code = models.CharField(max_length=8, unique=True)
    label = models.CharField(max_length=80)
    priority = models.PositiveSmallIntegerField()
    target_seconds = models.PositiveIntegerField(null=True)
    limit_seconds = models.PositiveIntegerField(null=True)
    action_seconds = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(priority__range=(1, 5)), name="alarm_type_priority"
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.label}"


class CloseCode(models.Model):
    """Why an alarm was closed. `category` empty means every category without its own list."""

    retention: ClassVar = Rule.operational("close_code")

    code = models.CharField(max_length=32)
    category = models.CharField(max_length=16, blank=True)
    label = models.CharField(max_length=80)
    unfounded = models.BooleanField(default=False)
    needs_note = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)
    active = models.BooleanField(default=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("category", "code"), name="close_code_once"),
        )

    def __str__(self) -> str:
        return self.label


class Desk(models.Model):
    """A service that alarms are routed to, such as trygghetslarm or brand (domain.md R9).

    One that is not `active` gets no alarms. `arc_category` is the centre's category for the
    service (SS-EN 50518, domain.md R21); empty where the standard does not speak of it.
    """

    class ArcCategory(models.TextChoices):
        """I: intrusion, hold-up, access, lone workers. II: fire, social alarms and others."""

        ONE = "I", _("kategori I")
        TWO = "II", _("kategori II")

    retention: ClassVar = Rule.operational("desk")

    code = models.SlugField(max_length=32, unique=True)
    name = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField(default=0)
    active = models.BooleanField(default=True)
    instructions = models.TextField(blank=True)
    arc_category = models.CharField(max_length=2, choices=ArcCategory, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(arc_category__in=("", "I", "II")), name="desk_arc_known"
            ),
        )

    def __str__(self) -> str:
        return self.name


class Holiday(models.Model):
    """A day that rules can treat as a holiday, local date."""

    retention: ClassVar = Rule.operational("holiday")

    date = models.DateField(unique=True)
    name = models.CharField(max_length=80)

    def __str__(self) -> str:
        return f"{self.date} {self.name}"


class RoutingRule(models.Model):
    """One row of the ordered list; the first that fits decides desk, priority and deadline.

    An empty condition fits all. Times are local wall-clock; `from_time` later than `to_time`
    spans midnight. `weekdays` holds 1 (Monday) to 7 (Sunday).
    """

    class Days(models.TextChoices):
        """How holidays count."""

        ANY = "any", _("alla dagar")
        WORKDAYS = "workdays", _("bara vardagar som inte är helgdag")
        HOLIDAYS = "holidays", _("bara helgdagar")

    retention: ClassVar = Rule.operational("routing_rule")

    position = models.PositiveIntegerField(unique=True)
    name = models.CharField(max_length=120)
    categories = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    sites = models.ManyToManyField("places.Site", blank=True, related_name="+")
    areas = models.ManyToManyField("places.Area", blank=True, related_name="+")
    controllers = models.ManyToManyField("accounts.Organisation", blank=True, related_name="+")
    days = models.CharField(max_length=16, choices=Days, default=Days.ANY)
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    from_time = models.TimeField(null=True, blank=True)
    to_time = models.TimeField(null=True, blank=True)
    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="rules")
    priority = models.PositiveSmallIntegerField(null=True, blank=True)
    target_seconds = models.PositiveIntegerField(null=True, blank=True)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ("position",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(priority__isnull=True) | models.Q(priority__range=(1, 5)),
                name="routing_rule_priority",
            ),
            models.CheckConstraint(
                condition=models.Q(from_time__isnull=True, to_time__isnull=True)
                | models.Q(from_time__isnull=False, to_time__isnull=False),
                name="routing_rule_hours_paired",
            ),
        )

    def __str__(self) -> str:
        return f"{self.position}. {self.name}"
