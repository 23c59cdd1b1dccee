"""What the figures are read from: each month counted once, and which months must be counted again.

Triggers write a `ChangedMonth` in the same transaction as any change that figures feel, whoever
makes it; so a tally is either right or known to be old.
"""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from trygghetscentral.shared.retention import Rule


class ChangedMonth(models.Model):
    """The first day of a month in which something has changed since it was counted."""

    retention: ClassVar = Rule.operational("incident_changed_month")

    month = models.DateField()

    class Meta:
        indexes = (models.Index(fields=("month",), name="incident_changed_month"),)

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class MonthTally(models.Model):
    """How many incidents of one month, with the same controller and the same readers, have the
    same `key` in a `dimension` (incidents.selectors.figures.cube), and what they cost.

    Incidents that are removed leave it too, when their month is counted again.
    """

    retention: ClassVar = Rule.operational("incident_month_tally")

    month = models.DateField()
    controller_id = models.BigIntegerField()
    audiences = ArrayField(models.TextField())
    confined = models.BooleanField()
    dimension = models.CharField(max_length=12)
    key = models.BigIntegerField()
    incidents = models.IntegerField()
    near_miss = models.IntegerField()
    harm = models.IntegerField()
    severe = models.IntegerField()
    costed = models.IntegerField()
    material = models.BigIntegerField()
    work = models.BigIntegerField()
    deductible = models.BigIntegerField()
    reimbursed = models.BigIntegerField()

    class Meta:
        indexes = (models.Index(fields=("month", "dimension"), name="incident_tally_month"),)

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.dimension} {self.key}: {self.incidents}"
