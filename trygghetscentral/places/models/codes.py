"""Sealed access codes, requests to open them, and every time one was read (design.md 7)."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from trygghetscentral.places.models.sites import Site
from trygghetscentral.shared.fields import EncryptedTextField
from trygghetscentral.shared.retention import Rule


class SealedAccessCode(models.Model):
    """A door or alarm code. Its secret is read only through `services.codes`."""

    retention: ClassVar = Rule.with_parent("sealed_access_code", "places.Site")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="codes")
    label = models.CharField(max_length=80)
    secret = EncryptedTextField()
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    set_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("label", "pk")

    def __str__(self) -> str:
        return self.label


class CodeRequest(models.Model):
    """One person asks, another approves, both within `expires_at`; then it is read once."""

    retention: ClassVar = Rule("code_request", 24, "requested_at", "domain.md E.3: audit log")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.ForeignKey(SealedAccessCode, on_delete=models.CASCADE, related_name="requests")
    reason = models.CharField(max_length=200)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    requested_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-requested_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True, approved_at__isnull=True)
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="code_request_approval_whole",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("requested_by")),
                name="code_request_two_persons",
            ),
            models.CheckConstraint(
                condition=Q(read_at__isnull=True) | Q(approved_at__isnull=False),
                name="code_request_read_after_approval",
            ),
        )

    def __str__(self) -> str:
        return f"{self.code_id} {self.requested_at:%Y-%m-%d %H:%M}"


class ReadGround(models.TextChoices):
    """Why the reader was allowed to."""

    OPEN_ALARM = "open_alarm", _("Eget öppet larm på platsen")
    TWO_PERSONS = "two_persons", _("Två personer")


class CodeRead(models.Model):
    """One reading of a code, reported to the shift lead, who marks it as looked at."""

    retention: ClassVar = Rule("code_read", 24, "read_at", "domain.md E.3: audit log")

    code = models.ForeignKey(SealedAccessCode, on_delete=models.CASCADE, related_name="reads")
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    read_at = models.DateTimeField()
    ground = models.CharField(max_length=12, choices=ReadGround.choices)
    alarm_public_id = models.UUIDField(null=True)
    request = models.ForeignKey(CodeRequest, on_delete=models.PROTECT, null=True, related_name="+")
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    seen_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-read_at", "-pk")
        indexes = (
            models.Index(
                fields=("read_at",), name="code_read_unseen", condition=Q(seen_at__isnull=True)
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(ground="open_alarm", alarm_public_id__isnull=False, request=None)
                | Q(ground="two_persons", alarm_public_id=None, request__isnull=False),
                name="code_read_has_its_ground",
            ),
            models.CheckConstraint(
                condition=Q(seen_by__isnull=True, seen_at__isnull=True)
                | Q(seen_by__isnull=False, seen_at__isnull=False),
                name="code_read_seen_whole",
            ),
        )

    def __str__(self) -> str:
        return f"{self.code_id} {self.read_at:%Y-%m-%d %H:%M}"
