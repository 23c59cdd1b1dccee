"""API tokens. Only a hash is kept: the secret is shown once."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from trygghetscentral.accounts.audiences import organisation_ids
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.shared.retention import Rule

if TYPE_CHECKING:
    from trygghetscentral.accounts.models.users import User


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    """Reads over tokens."""

    def live(self, now: datetime) -> ApiTokenQuerySet:
        """Tokens that open the API at the moment."""
        return self.filter(
            Q(expires_at__isnull=True) | Q(expires_at__gt=now),
            revoked_at__isnull=True,
            user__is_active=True,
        )

    def visible_to(self, user: User) -> ApiTokenQuerySet:
        """One's own tokens, and those of the accounts one administers."""
        where = organisation_ids(user.audiences(), Permission.ACCOUNT_USERS)
        return self.filter(Q(user=user) | Q(user__home_organisation__in=where))


class ApiToken(models.Model):
    """A key to the API that acts as its user, narrowed to `scopes`.

    An organisation's token belongs to a service account of that organisation, so that every
    request has exactly one kind of doer. `last_used_at` is written at most once an hour.
    """

    retention: ClassVar = Rule(
        code="api_token",
        months=24,
        after="revoked_at or expires_at",
        source="domain.md E.3: audit log 2-5 y",
    )

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="api_tokens"
    )
    name = models.CharField(max_length=80)
    public_id = models.CharField(max_length=12, unique=True)
    secret_sha256 = models.CharField(max_length=64)
    scopes = ArrayField(models.CharField(max_length=40))
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    last_used_at = models.DateTimeField(null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-pk")
        constraints = (
            models.CheckConstraint(name="api_token_has_scopes", condition=Q(scopes__len__gt=0)),
            models.CheckConstraint(
                name="api_token_hash_is_sha256",
                condition=Q(("secret_sha256__regex", r"^[0-9a-f]{64}$")),
            ),
            models.CheckConstraint(
                name="api_token_expires_after_created",
                condition=Q(expires_at__isnull=True) | Q(expires_at__gt=F("created_at")),
            ),
            models.CheckConstraint(
                name="api_token_revoked_by_needs_time",
                condition=Q(revoked_by__isnull=True) | Q(revoked_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return self.public_id
