"""Rows about stored files. The bytes lie in the data folder under their SHA-256."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.files.content import ContentType, download_name
from trygghetscentral.files.secrecy import SecrecyGround
from trygghetscentral.shared.retention import Rule

if TYPE_CHECKING:
    from trygghetscentral.accounts.models import User


class RetentionClass(models.TextChoices):
    """How long the file lives (domain.md E.3); each nämnd's plan may say longer."""

    WORKING = "working", _("Arbetsmaterial, 2 år")
    SITE = "site", _("Så länge objektet finns kvar")
    ALARM = "alarm", _("Larmhandling, 2 år efter avslut")
    INCIDENT = "incident", _("Händelse, 3 till 10 år")
    KEPT = "kept", _("Bevaras")


class StoredFileQuerySet(models.QuerySet["StoredFile"]):
    """The door to files."""

    def visible_to(self, user: User) -> Self:
        """Real files this user may read."""
        return self.filter(
            audiences__overlap=sorted(user.audiences(Permission.FILE_VIEW)),
            exercise_id__isnull=True,
        )


class StoredFile(models.Model):
    """One file as somebody handed it in. Several rows may share the same bytes."""

    retention: ClassVar = Rule("stored_file", 24, "released", "domain.md E.3, by retention_class")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    content_type = models.CharField(max_length=40, choices=ContentType.choices)
    original_name = models.CharField(max_length=160)
    controller = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    restricted_group = models.ForeignKey(
        "accounts.NeedToKnowGroup",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    audiences = ArrayField(models.TextField())
    secrecy_grounds = ArrayField(
        models.CharField(max_length=16, choices=SecrecyGround.choices), default=list, blank=True
    )
    retention_class = models.CharField(max_length=16, choices=RetentionClass.choices)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    uploaded_at = models.DateTimeField()
    exercise_id = models.BigIntegerField(null=True, blank=True)

    objects: ClassVar[Any] = StoredFileQuerySet.as_manager()

    class Meta:
        indexes = (
            GinIndex(fields=("audiences",), name="stored_file_audiences"),
            models.Index(fields=("sha256",), name="stored_file_sha256"),
        )
        constraints = (
            models.CheckConstraint(
                condition=models.Q(sha256__regex=r"^[0-9a-f]{64}$"), name="stored_file_sha256_hex"
            ),
            models.CheckConstraint(condition=models.Q(size__gt=0), name="stored_file_not_empty"),
        )

    def __str__(self) -> str:
        return self.original_name

    def get_absolute_url(self) -> str:
        """The door."""
        return reverse("files:read", args=(self.public_id,))

    @property
    def download_name(self) -> str:
        """A name whose ending agrees with the content."""
        return download_name(self.original_name, self.content_type)

    @property
    def read_is_recorded(self) -> bool:
        """Reads of marked and restricted files stand in the ledger."""
        return bool(self.secrecy_grounds) or self.restricted_group_id is not None

    def secrecy_labels(self) -> list[str]:
        """The markings in words."""
        return [str(SecrecyGround(code).label) for code in self.secrecy_grounds]
