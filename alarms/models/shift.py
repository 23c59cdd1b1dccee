"""Who works which desk, and how one shift hands over to the next."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from trygghetscentral.shared.retention import Rule


class DeskSignOnQuerySet(models.QuerySet["DeskSignOn"]):
    """Who works which desk."""

    def standing(self, now: dt.datetime) -> Self:
        """Those that count: one that is older than a shift was forgotten."""
        oldest = now - dt.timedelta(hours=settings.SESSION_SHIFT_HOURS)
        return self.filter(ended_at__isnull=True, signed_on_at__gt=oldest)


class DeskSignOn(models.Model):
    """An operator's time at a desk, at most a shift long and no longer than the session it was
    made in. Signing off sets `ended_at`; `away_since` is a pause."""

    retention: ClassVar = Rule("desk_sign_on", 24, "ended_at", "domain.md E.3: roster 2 y")

    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    desk = models.ForeignKey("alarms.Desk", on_delete=models.PROTECT, related_name="sign_ons")
    signed_on_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    away_since = models.DateTimeField(null=True)

    objects = DeskSignOnQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("user", "desk"),
                condition=Q(ended_at__isnull=True),
                name="desk_sign_on_open_once",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("signed_on_at")),
                name="desk_sign_on_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(away_since__isnull=True) | Q(away_since__gte=F("signed_on_at")),
                name="desk_sign_on_away_after_start",
            ),
        )
        indexes = (
            models.Index(
                fields=("desk",), name="desk_sign_on_open", condition=Q(ended_at__isnull=True)
            ),
        )

    def __str__(self) -> str:
        return f"sign-on {self.pk}"


class Handover(models.Model):
    """What one shift tells the next. `figures` holds counts only, as they were at `written_at`;
    free text stands in `notes`, never in the ledger. The newest is the one to accept."""

    retention: ClassVar = Rule("handover", 24, "written_at", "domain.md E.3: roster 2 y")

    written_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(db_index=True)
    notes = models.TextField(blank=True)
    figures = models.JSONField(default=dict)
    accepted_by = models.ForeignKey(
        "accounts.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    accepted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(accepted_by__isnull=True, accepted_at__isnull=True)
                | Q(
                    accepted_by__isnull=False,
                    accepted_at__isnull=False,
                    accepted_at__gte=F("written_at"),
                ),
                name="handover_accepted_paired",
            ),
            models.CheckConstraint(
                condition=Q(accepted_by__isnull=True) | ~Q(accepted_by=F("written_by")),
                name="handover_accepted_by_another",
            ),
        )

    def __str__(self) -> str:
        return f"handover {self.pk}"
