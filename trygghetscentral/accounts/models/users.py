"""Users: persons and service accounts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from trygghetscentral.accounts.audiences import group_key, key, organisation_ids, permission_of
from trygghetscentral.accounts.models.break_glass import BreakGlass
from trygghetscentral.accounts.models.grants import Grant, GroupMembership
from trygghetscentral.accounts.models.organisations import Organisation
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.shared import clock
from trygghetscentral.shared.retention import Rule

username_shape = RegexValidator(
    r"^[a-z0-9][a-z0-9._-]{1,49}$",
    _("Skriv 2-50 tecken: små bokstäver a-z, siffror, punkt, bindestreck eller understreck."),
)


class UserQuerySet(models.QuerySet["User"]):
    """Reads over users."""

    def visible_to(self, user: User) -> UserQuerySet:
        """Oneself, and the users of the organisations one administers."""
        where = organisation_ids(user.audiences(), Permission.ACCOUNT_USERS)
        return self.filter(Q(pk=user.pk) | Q(home_organisation__in=where))


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Django's own requests for users. Users are created by services.create_user."""


class User(AbstractBaseUser):
    """Someone, or something, that signs in.

    Others see `signature` ("OP 3"), never the name. Rights come from grants alone: there is
    no superuser. A service account has no password and only uses API tokens.
    """

    class Language(models.TextChoices):
        """Languages of the screen."""

        SV = "sv", "Svenska"
        EN = "en", "English"

    retention: ClassVar = Rule(
        code="user",
        months=60,
        after="deactivated_at",
        source="domain.md E.3: as long as the audit log names the user",
    )

    username = models.CharField(max_length=50, unique=True, validators=[username_shape])
    name = models.CharField(max_length=120)
    signature = models.CharField(max_length=20, unique=True)
    email = models.EmailField(blank=True, default="")
    language = models.CharField(max_length=2, choices=Language.choices, default=Language.SV)
    home_organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="users"
    )
    is_service = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    deactivated_at = models.DateTimeField(null=True, blank=True)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name", "signature", "home_organisation"]

    objects = UserManager()

    class Meta:
        ordering = ("username",)
        constraints = (
            models.CheckConstraint(
                name="user_username_is_lower_case", condition=Q(username=Lower("username"))
            ),
            models.UniqueConstraint(Lower("email"), name="user_email_once", condition=~Q(email="")),
            models.CheckConstraint(
                name="user_language_known", condition=Q(language__in=("sv", "en"))
            ),
            models.CheckConstraint(
                name="user_deactivated_has_time",
                condition=Q(is_active=True, deactivated_at__isnull=True)
                | Q(is_active=False, deactivated_at__isnull=False),
            ),
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._audiences: frozenset[str] | None = None
        self._permissions: frozenset[Permission] | None = None
        self._scopes: frozenset[Permission] | None = None

    def __str__(self) -> str:
        return self.signature

    def get_full_name(self) -> str:
        """The name, for the user's own pages and the administrators of the accounts."""
        return self.name

    def get_short_name(self) -> str:
        """What others see."""
        return self.signature

    def narrow_to(self, scopes: Iterable[str]) -> None:
        """Let this instance act with a token's rights only. Raises ValueError on unknown scopes."""
        self._scopes = frozenset(Permission(scope) for scope in scopes)
        self._audiences = None
        self._permissions = None

    @property
    def is_narrowed(self) -> bool:
        """Whether this instance speaks for an API token."""
        return self._scopes is not None

    def audiences(self, *permissions: Permission) -> frozenset[str]:
        """The user's audience keys, read once per instance (that is, per request).

        With `permissions`: only the keys of those and of need-to-know groups, which makes the
        array that a query compares with as short as it can be.
        """
        if self._audiences is None:
            self._audiences = self.fresh_audiences(clock.now())
        if not permissions:
            return self._audiences
        return frozenset(
            audience
            for audience in self._audiences
            if (owner := permission_of(audience)) is None or owner in permissions
        )

    def fresh_audiences(self, now: datetime) -> frozenset[str]:
        """The audience keys as they are at `now`, in two queries, past any cache.

        A token is narrowed to its scopes and never carries need-to-know groups or what
        break-glass opened.
        """
        keys = Grant.objects.audience_keys(self.pk, now)
        if self._scopes is not None:
            return frozenset(one for one in keys if permission_of(one) in self._scopes)
        groups = GroupMembership.objects.live(now).filter(user_id=self.pk).order_by()
        opened = BreakGlass.objects.live(now).filter(user_id=self.pk).order_by()
        for group_id, audience in groups.values_list(
            "group_id", models.Value("", models.CharField())
        ).union(opened.values_list(models.Value(0, models.BigIntegerField()), "audience")):
            keys.add(audience or group_key(group_id))
        return frozenset(keys)

    def group_ids(self) -> frozenset[int]:
        """The need-to-know groups whose keys the user holds."""
        return frozenset(
            int(audience.partition(":")[2])
            for audience in self.audiences()
            if permission_of(audience) is None
        )

    def may(self, permission: Permission, organisation_id: int | None = None) -> bool:
        """Whether the user holds the permission at the organisation, or anywhere at all."""
        if organisation_id is not None:
            return key(permission, organisation_id) in self.audiences()
        return permission in self.permissions()

    def permissions(self) -> frozenset[Permission]:
        """Every permission the user holds somewhere."""
        if self._permissions is None:
            owners = {permission_of(audience) for audience in self.audiences()}
            self._permissions = frozenset(owner for owner in owners if owner is not None)
        return self._permissions
