"""Larmflod: hundreds of alarms from one cause, and the system's own suggestion that it is one."""

from __future__ import annotations

import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from alarms.floods import FLOODABLE, LONGEST, MOST_HOLD_MINUTES, PRIORITIES
from trygghetscentral.accounts.audiences import organisation_ids
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.places.models import Area
from trygghetscentral.shared.retention import Rule


class FloodQuerySet(models.QuerySet["Flood"]):
    """The access door and the standing selections."""

    def visible_to(self, user: User) -> Self:
        """Those of the centres whose alarms the user may see."""
        return self.filter(controller__in=organisation_ids(user.audiences(), Permission.ALARM_VIEW))

    def open(self) -> Self:
        """Not ended. One whose time is out counts until it has been ended."""
        return self.filter(ended_at__isnull=True)


class Flood(models.Model):
    """Alarms of one category, in some stadsområden or (with none) the whole city, that are not to
    stand in the way of others. `controller` is the centre that declared it.

    `mode` says what becomes of them: lowered to `priority`, held until restored or for
    `hold_minutes`, or held until the flood ends. `note` is free text of the shift lead and stands
    here only. `absorbing` while alarms that were open already are being taken in and, once it is
    over,
    while those it lowered get their own priority back. `close_code` is set while the restored ones
    are being closed at the end. Promises: `warn_at`, `ends_at`.
    """

    class Cause(models.TextChoices):
        """What brought it."""

        POWER = "power", _("elavbrott")
        TELECOM = "telecom", _("telefel")
        WEATHER = "weather", _("oväder")
        OTHER = "other", _("annat")

    class Mode(models.TextChoices):
        """What becomes of its alarms."""

        REPRIORITISE = "reprioritise", _("lägre prioritet")
        DELAY = "delay", _("vänta på återställning")
        COUNT = "count", _("räkna bara")

    class Ended(models.TextChoices):
        """Why it is over."""

        NOT = "", _("pågår")
        DUE = "due", _("tiden gick ut")
        BY_HAND = "by_hand", _("avslutad för hand")

    retention: ClassVar = Rule("flood", 24, "ended", "domain.md E.3: alarm record 2 y")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    controller = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    category = models.CharField(max_length=16)
    areas = models.ManyToManyField(Area, related_name="+")
    cause = models.CharField(max_length=12, choices=Cause)
    note = models.TextField(blank=True)
    mode = models.CharField(max_length=16, choices=Mode)
    priority = models.PositiveSmallIntegerField(null=True)
    hold_minutes = models.PositiveSmallIntegerField(null=True)
    absorbing = models.BooleanField(default=False)
    started_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    decided_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    warn_at = models.DateTimeField()
    warned_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_how = models.CharField(max_length=8, choices=Ended, blank=True)
    ended_by = models.ForeignKey(
        "accounts.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    close_code = models.ForeignKey(
        "alarms.CloseCode", null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = FloodQuerySet.as_manager()

    class Meta:
        constraints = (
            # Hold-up, fire, trygghetslarm and what we cannot read: held where no code can forget.
            models.CheckConstraint(
                condition=Q(category__in=FLOODABLE), name="flood_never_what_is_grave"
            ),
            models.CheckConstraint(
                condition=Q(cause__in=("power", "telecom", "weather", "other")),
                name="flood_cause_known",
            ),
            models.CheckConstraint(
                condition=Q(mode="reprioritise", priority__in=PRIORITIES, hold_minutes__isnull=True)
                | Q(
                    mode="delay",
                    priority__isnull=True,
                    hold_minutes__range=(1, MOST_HOLD_MINUTES),
                )
                | Q(mode="count", priority__isnull=True, hold_minutes__isnull=True),
                name="flood_mode_fits",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("started_at"), warn_at__lte=F("ends_at"))
                & Q(ends_at__lte=F("decided_at") + LONGEST),
                name="flood_not_for_ever",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_how="", ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_how="due", ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_how="by_hand", ended_by__isnull=False),
                name="flood_ended",
            ),
        )
        indexes = (
            models.Index(fields=("ends_at",), name="flood_due", condition=Q(ended_at__isnull=True)),
        )

    def __str__(self) -> str:
        return f"flood {self.pk}"


class FloodProposal(models.Model):
    """The system's own "Larmflod?": many new alarms of a category in one stadsområde.

    One row for each episode, open until fewer come or somebody has declared a flood there.
    `alarms` is how many came in the last five minutes. Nothing follows from it by itself.
    """

    retention: ClassVar = Rule("flood_proposal", 24, "ended", "domain.md E.3: alarm record 2 y")

    controller = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    category = models.CharField(max_length=16)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    cause = models.CharField(max_length=12, choices=Flood.Cause)
    alarms = models.PositiveIntegerField()
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[FloodProposal]] = models.Manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("category", "area"),
                condition=Q(ended_at__isnull=True),
                name="flood_proposal_one_open",
            ),
        )

    def __str__(self) -> str:
        return f"flood proposal {self.pk}"
