"""Larmanläggningar: what stands in the buildings and how it reports."""

from __future__ import annotations

import uuid
from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from trygghetscentral.accounts.audiences import organisation_ids
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.shared.fields import EncryptedTextField
from trygghetscentral.shared.retention import Rule


class InstallationQuerySet(models.QuerySet["Installation"]):
    """The access door."""

    def visible_to(self, user: User) -> Self:
        """Installations of the controllers where the user may see them; at a restricted site
        only those of the user's need-to-know groups."""
        controllers = organisation_ids(user.audiences(), Permission.INSTALLATION_VIEW)
        return self.filter(
            models.Q(site__restricted_group__isnull=True, controller__in=controllers)
            | models.Q(site__restricted_group__in=user.group_ids())
        )


class Installation(models.Model):
    """One larmanläggning at one object. `alarm_class` is larmklass 1-4 as its certificate says
    (SSF 130); None when nobody has said."""

    class FireCall(models.TextChoices):
        """Who alarms räddningstjänsten (domain.md 00.10)."""

        SOS = "sos", _("SOS direkt")
        CENTRE = "centre", _("vi larmar räddningstjänsten")
        NOBODY = "nobody", _("ingen")

    retention: ClassVar = Rule("installation", 24, "removed", "domain.md E.3: alarm record 2 y")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=120)
    site = models.ForeignKey("places.Site", on_delete=models.PROTECT, related_name="installations")
    controller = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    fire_call = models.CharField(max_length=8, choices=FireCall, default=FireCall.SOS)
    alarm_class = models.PositiveSmallIntegerField(null=True, blank=True)
    type_overrides = models.JSONField(default=dict, blank=True)
    active = models.BooleanField(default=True)

    objects = InstallationQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(alarm_class__isnull=True) | models.Q(alarm_class__range=(1, 4)),
                name="installation_alarm_class",
            ),
        )

    def __str__(self) -> str:
        return self.name


class InstallationArea(models.Model):
    """A partition ("sektion") by its number on the wire."""

    retention: ClassVar = Rule.with_parent("installation_area", "alarms.Installation")

    installation = models.ForeignKey(Installation, on_delete=models.CASCADE, related_name="areas")
    number = models.CharField(max_length=16)
    name = models.CharField(max_length=80)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("installation", "number"), name="installation_area_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class Zone(models.Model):
    """A detector group by area and number on the wire; area empty fits every area."""

    retention: ClassVar = Rule.with_parent("zone", "alarms.Installation")

    installation = models.ForeignKey(Installation, on_delete=models.CASCADE, related_name="zones")
    area = models.CharField(max_length=16, blank=True)
    number = models.CharField(max_length=16)
    name = models.CharField(max_length=80)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("installation", "area", "number"), name="zone_once"),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class SupervisionCategory(models.TextChoices):
    """The longest silence before the line counts as lost (protocols.md 5.1)."""

    NONE = "none", _("övervakas inte")
    S90 = "90s", _("90 sekunder")
    S180 = "180s", _("180 sekunder")
    M30 = "30min", _("30 minuter")
    H5 = "5h", _("5 timmar")
    H25 = "25h", _("25 timmar (ett prov om dygnet)")
    D32 = "32d", _("32 dygn (ett prov i månaden)")


class Transmitter(models.Model):
    """Identity on the wire: receiver, line and account (protocols.md 1.4), upper case, as text."""

    class KeyFormat(models.TextChoices):
        """How the key was typed in; 32 characters of hex are ambiguous (protocols.md 1.6)."""

        HEX = "hex", _("hexadecimal")
        TEXT = "text", _("text")

    retention: ClassVar = Rule.with_parent("transmitter", "alarms.Installation")

    installation = models.ForeignKey(
        Installation, on_delete=models.PROTECT, related_name="transmitters"
    )
    receiver = models.CharField(max_length=6, blank=True)
    line = models.CharField(max_length=6, blank=True)
    account = models.CharField(max_length=16)
    key = EncryptedTextField(blank=True)
    key_format = models.CharField(max_length=4, choices=KeyFormat, blank=True)
    require_encryption = models.BooleanField(default=False)
    ack_with_pipe = models.BooleanField(default=False)
    strict_length = models.BooleanField(default=False)
    supervision = models.CharField(
        max_length=8, choices=SupervisionCategory, default=SupervisionCategory.NONE
    )
    interval_seconds = models.PositiveIntegerField(null=True, blank=True)
    active = models.BooleanField(default=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("receiver", "line", "account"),
                condition=models.Q(active=True),
                name="transmitter_identity_once",
            ),
            models.CheckConstraint(
                condition=models.Q(key="", key_format="")
                | ~models.Q(key="") & ~models.Q(key_format=""),
                name="transmitter_key_has_format",
            ),
            models.CheckConstraint(
                condition=models.Q(require_encryption=False) | ~models.Q(key=""),
                name="transmitter_encryption_needs_key",
            ),
        )

    def __str__(self) -> str:
        return self.account


class LinkState(models.Model):
    """When the transmitter was last heard; apart from it, since this row changes all the time."""

    retention: ClassVar = Rule.with_parent("link_state", "alarms.Transmitter")

    transmitter = models.OneToOneField(
        Transmitter, on_delete=models.CASCADE, primary_key=True, related_name="link"
    )
    last_seen_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    lost_at = models.DateTimeField(null=True)
    clock_skew = models.IntegerField(null=True)

    class Meta:
        indexes = (
            models.Index(
                fields=("due_at",), name="link_due", condition=models.Q(lost_at__isnull=True)
            ),
            models.Index(
                fields=("lost_at",), name="link_lost", condition=models.Q(lost_at__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return f"link {self.transmitter_id}"
