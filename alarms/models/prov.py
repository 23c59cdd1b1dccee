"""Prov and ur drift: what is being tested or is out of order, and for how long."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import ClassVar, Final, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from alarms.models.installations import Installation
from alarms.prov import CRITICAL, NEVER
from trygghetscentral.accounts.models import User
from trygghetscentral.shared.retention import Rule

CRITICAL_LONGEST: Final = dt.timedelta(minutes=60)
LONGEST: Final = dt.timedelta(days=30)


class TestPeriodQuerySet(models.QuerySet["TestPeriod"]):
    """The access door and the standing selections."""

    def visible_to(self, user: User) -> Self:
        """Those of the installations the user may see."""
        return self.filter(installation__in=Installation.objects.visible_to(user))

    def open(self) -> Self:
        """Not ended. One whose time is out counts until it has been ended."""
        return self.filter(ended_at__isnull=True)


class TestPeriod(models.Model):
    """A part of an installation whose signals are stored but call nobody.

    `area` empty is every area, `zone` empty every zone and `category` empty every category but
    those that must be named: fire and hold-up, and what we cannot read. Numbers without leading
    zeros. `reason` is free text of whoever set it and stands here only.

    `decided_at` is when somebody last answered for it: set, or extended. `verified_how` and
    `technician` say how the caller's right to ask was checked, and `verified_at` when.
    Promises: `warn_at`, `until` and, for what stands for weeks, `review_at`.
    """

    class Kind(models.TextChoices):
        """Someone is testing, or the thing does not work."""

        TEST = "test", _("prov")
        OUT_OF_SERVICE = "out_of_service", _("ur drift")

    class Verified(models.TextChoices):
        """How the caller showed the right to ask."""

        NOT = "", _("inte kontrollerad")
        CODE_WORD = "code_word", _("kodord")
        TECHNICIAN = "technician", _("tekniker-id")

    class Ended(models.TextChoices):
        """Why it is over."""

        NOT = "", _("pågår")
        DUE = "due", _("tiden gick ut")
        BY_HAND = "by_hand", _("avslutat för hand")

    retention: ClassVar = Rule("test_period", 24, "ended", "domain.md E.3: alarm record 2 y")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=16, choices=Kind)
    installation = models.ForeignKey(
        Installation, on_delete=models.PROTECT, related_name="test_periods"
    )
    area = models.CharField(max_length=16, blank=True)
    zone = models.CharField(max_length=16, blank=True)
    category = models.CharField(max_length=16, blank=True)
    reason = models.TextField()
    set_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    verified_how = models.CharField(max_length=16, choices=Verified, blank=True)
    technician = models.CharField(max_length=40, blank=True)
    verified_at = models.DateTimeField(null=True)
    starts_at = models.DateTimeField()
    decided_at = models.DateTimeField()
    until = models.DateTimeField()
    warn_at = models.DateTimeField()
    warned_at = models.DateTimeField(null=True)
    review_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    extended = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    ended_how = models.CharField(max_length=8, choices=Ended, blank=True)
    ended_by = models.ForeignKey(
        "accounts.User", null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = TestPeriodQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=("test", "out_of_service")), name="test_period_kind_known"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="test_period_has_reason"),
            models.CheckConstraint(
                condition=Q(until__gt=F("starts_at"), warn_at__lte=F("until")),
                name="test_period_ends_later",
            ),
            models.CheckConstraint(
                condition=Q(until__lte=F("decided_at") + LONGEST), name="test_period_not_for_ever"
            ),
            models.CheckConstraint(
                condition=~Q(category__in=sorted(NEVER)), name="test_period_never_medical"
            ),
            # domain.md 00.11, held where no code can forget it.
            models.CheckConstraint(
                condition=~Q(category__in=sorted(CRITICAL))
                | Q(kind="test", verified_at__isnull=False)
                & ~Q(zone="")
                & Q(until__lte=F("verified_at") + CRITICAL_LONGEST),
                name="test_period_critical_per_zone",
            ),
            models.CheckConstraint(
                condition=Q(verified_at__isnull=True, verified_how="", technician="")
                | Q(verified_at__isnull=False, verified_how="code_word", technician="")
                | Q(verified_at__isnull=False, verified_how="technician") & ~Q(technician=""),
                name="test_period_verified",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_how="", ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_how="due", ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_how="by_hand", ended_by__isnull=False),
                name="test_period_ended",
            ),
            # Two people at once: one of them is told who was first.
            models.UniqueConstraint(
                fields=("installation", "area", "zone", "category"),
                condition=Q(ended_at__isnull=True),
                name="test_period_one_open",
            ),
        )
        indexes = (
            models.Index(
                fields=("until",), name="test_period_due", condition=Q(ended_at__isnull=True)
            ),
            models.Index(
                fields=("warn_at",),
                name="test_period_warn",
                condition=Q(ended_at__isnull=True, warned_at__isnull=True),
            ),
            models.Index(
                fields=("review_at",),
                name="test_period_review",
                condition=Q(
                    ended_at__isnull=True, reminded_at__isnull=True, review_at__isnull=False
                ),
            ),
        )

    def __str__(self) -> str:
        return f"test period {self.pk}"

    @property
    def is_critical(self) -> bool:
        """Whether domain.md 00.11 holds for it."""
        return self.category in CRITICAL


class PeriodNote(models.Model):
    """Why a period was extended, ended or kept: text of the people who did it."""

    class About(models.TextChoices):
        """What was done."""

        EXTENDED = "extended", _("förlängt")
        REVIEWED = "reviewed", _("gäller fortfarande")
        ENDED = "ended", _("avslutat")

    retention: ClassVar = Rule.with_parent("period_note", "alarms.TestPeriod")

    period = models.ForeignKey(TestPeriod, on_delete=models.CASCADE, related_name="notes")
    about = models.CharField(max_length=12, choices=About)
    author = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField()

    class Meta:
        ordering = ("at", "id")
        constraints = (models.CheckConstraint(condition=~Q(text=""), name="period_note_not_empty"),)

    def __str__(self) -> str:
        return f"note {self.pk}"
