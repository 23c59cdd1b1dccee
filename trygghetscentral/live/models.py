"""How far the publisher has come."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from trygghetscentral.shared.retention import Rule


class Cursor(models.Model):
    """One row. Every change up to `seq` has been sent; `beat_at` is the leader's last sign of life.

    `behind_seconds` is the age of the oldest change that waited when the leader last looked.
    """

    retention: ClassVar = Rule.operational("live_cursor")

    name = models.TextField(primary_key=True)
    seq = models.BigIntegerField()
    beat_at = models.DateTimeField()
    leader = models.TextField()
    behind_seconds = models.FloatField(default=0)
    rows_rendered = models.BigIntegerField(default=0)
    messages_sent = models.BigIntegerField(default=0)

    class Meta:
        db_table = "live_cursor"

    def __str__(self) -> str:
        return f"{self.name}@{self.seq}"
