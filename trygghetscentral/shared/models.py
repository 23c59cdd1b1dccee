"""The allocator of running numbers, and signs of life."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from trygghetscentral.shared.retention import Rule


class NumberSeries(models.Model):
    """One row per series and year. Gap policy: none, for the number is taken in the same
    transaction as the row that bears it, and a rollback gives it back."""

    retention: ClassVar = Rule.forever("number_series", "diarieföring: numbers are never reused")

    series = models.CharField(max_length=8)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("series", "year"), name="number_series_once_a_year"),
        )

    def __str__(self) -> str:
        return f"{self.series}-{self.year}"


class Heartbeat(models.Model):
    """When a part of the system last showed that it works."""

    retention: ClassVar = Rule.operational("heartbeat")

    part = models.CharField(max_length=32, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.part
