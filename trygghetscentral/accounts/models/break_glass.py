"""Break-glass: an audience opened in an emergency, with a reason, for a short time."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from trygghetscentral.accounts.audiences import organisation_ids
from trygghetscentral.accounts.models.organisations import Organisation
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.shared.retention import Rule

if TYPE_CHECKING:
    from trygghetscentral.accounts.models.users import User


class BreakGlassQuerySet(models.QuerySet["BreakGlass"]):
    """Reads over break-glass openings."""

    def live(self, now: datetime) -> BreakGlassQuerySet:
        """Openings that give rights at the moment."""
        return self.filter(opened_at__lte=now, until__gt=now, user__is_active=True)

    def awaiting_review(self) -> BreakGlassQuerySet:
        """Openings nobody has reviewed."""
        return self.filter(reviewed_at__isnull=True)

    def visible_to(self, user: User) -> BreakGlassQuerySet:
        """Own openings, and those of the controllers where the user reads about them."""
        where = organisation_ids(user.audiences(), Permission.BREAK_GLASS_READ)
        return self.filter(Q(user=user) | Q(controller__in=where))


class BreakGlass(models.Model):
    """One opening. The controller's manager reviews it; the dataskyddsombud reads it."""

    class Verdict(models.TextChoices):
        """What the review came to."""

        JUSTIFIED = "justified", _("befogad")
        UNJUSTIFIED = "unjustified", _("obefogad")

    retention: ClassVar = Rule(
        code="break_glass",
        months=60,
        after="reviewed_at",
        source="domain.md E.3: audit log 2-5 y",
    )

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="break_glass"
    )
    controller = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    audience = models.CharField(max_length=64)
    reason = models.TextField()
    opened_at = models.DateTimeField()
    until = models.DateTimeField()
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    reviewed_at = models.DateTimeField(null=True, blank=True)
    verdict = models.CharField(max_length=12, choices=Verdict.choices, blank=True, default="")
    review_note = models.TextField(blank=True, default="")

    objects = BreakGlassQuerySet.as_manager()

    class Meta:
        ordering = ("-opened_at", "-pk")
        constraints = (
            models.CheckConstraint(name="break_glass_has_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="break_glass_until_after_opened", condition=Q(until__gt=F("opened_at"))
            ),
            models.CheckConstraint(
                name="break_glass_review_whole",
                condition=Q(reviewed_by__isnull=True, reviewed_at__isnull=True, verdict="")
                | Q(
                    reviewed_by__isnull=False,
                    reviewed_at__isnull=False,
                    verdict__in=("justified", "unjustified"),
                ),
            ),
            models.CheckConstraint(
                name="break_glass_not_reviewed_by_self",
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("user")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.user_id}: {self.audience}"
