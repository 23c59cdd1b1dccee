"""Lägesrapporter: the draft of an incident, the versions that were sent, and to whom."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from incidents.models.incidents import Incident
from incidents.sitrep_sections import SECTION_CODES
from trygghetscentral.accounts.audiences import organisation_ids
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.callout.states import TO_SEND, DeliveryState
from trygghetscentral.files.secrecy import SecrecyGround
from trygghetscentral.shared.retention import Rule


class Version(models.TextChoices):
    """Which of the two somebody gets."""

    FULL = "full", _("Fullständig")
    OPEN = "open", _("Öppen")


class SitrepSeries(models.Model):
    """All lägesrapporter of one incident: the promise of the next one.

    `next_at` is when the newest report said that the next would come; `remind_at` is the same
    until the owner has been told that it did not.
    """

    retention: ClassVar = Rule.forever("sitrep", "domain.md E.3: reports are kept")

    incident = models.OneToOneField(Incident, on_delete=models.PROTECT, related_name="sitreps")
    next_at = models.DateTimeField(null=True)
    remind_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField()

    class Meta:
        indexes = (
            models.Index(
                fields=("remind_at",),
                name="sitrep_remind",
                condition=Q(remind_at__isnull=False),
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(remind_at__isnull=True) | Q(next_at__isnull=False),
                name="sitrep_remind_of_next",
            ),
        )

    def __str__(self) -> str:
        return f"sitreps {self.incident_id}"

    def is_late(self, now: dt.datetime) -> bool:
        """Whether the next one should have come."""
        return self.next_at is not None and self.next_at < now


class SitrepDraftSection(models.Model):
    """One section of the next report, as it stands. `texts` holds its fields by code."""

    retention: ClassVar = Rule.with_parent("sitrep_draft", "incidents.SitrepSeries")

    series = models.ForeignKey(SitrepSeries, on_delete=models.CASCADE, related_name="sections")
    code = models.CharField(max_length=16)
    texts = models.JSONField(default=dict)
    ground = models.CharField(max_length=16, choices=SecrecyGround, blank=True, default="")
    changed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("series", "code"), name="sitrep_section_once"),
            models.CheckConstraint(
                condition=Q(code__in=SECTION_CODES), name="sitrep_section_known"
            ),
            models.CheckConstraint(
                condition=Q(ground__in=("", *SecrecyGround.values)), name="sitrep_section_ground"
            ),
        )

    def __str__(self) -> str:
        return self.code


class SitrepQuerySet(models.QuerySet["Sitrep"]):
    """The access door."""

    def visible_to(self, user: User) -> Self:
        """Those of incidents that the user sees."""
        return self.filter(incident__in=Incident.objects.visible_to(user))


class Sitrep(models.Model):
    """A lägesrapport as it was sent. The database refuses to change or remove it, and a number
    that does not follow the one before.

    `content` is {"texts": {field: text}, "grounds": {section: ground}, "facts": {...}}; `sha256`
    covers its canonical form together with number, time and sender. `sender` and `role` are the
    named person who answers for it (LEH 2:9), as written then.
    """

    retention: ClassVar = Rule.forever("sitrep", "domain.md E.3: reports are kept")

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="sent_sitreps")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    next_at = models.DateTimeField(null=True)
    sender = models.CharField(max_length=120)
    role = models.CharField(max_length=120)
    sent_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    sha256 = models.CharField(max_length=64)
    exercise_id = models.BigIntegerField(null=True)

    objects = SitrepQuerySet.as_manager()

    class Meta:
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(fields=("incident", "number"), name="sitrep_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="sitrep_number_from_one"),
            models.CheckConstraint(condition=~Q(sender=""), name="sitrep_sender_named"),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="sitrep_sha256_hex"
            ),
        )

    def __str__(self) -> str:
        return f"{self.incident.number}:{self.number}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("incidents:sitrep", args=(self.incident.public_id, self.number))

    @property
    def texts(self) -> dict[str, str]:
        """Its texts by field."""
        return dict(self.content["texts"])

    @property
    def grounds(self) -> dict[str, str]:
        """The secrecy ground of each marked section."""
        return dict(self.content["grounds"])


class SitrepRelease(models.Model):
    """Somebody tested the open version of a report for secrecy and let it out. Never changed.

    A marking is only a warning, and no marking no promise: each release is tested anew (domain.md
    E.1), by a named person.
    """

    retention: ClassVar = Rule.forever("sitrep_release", "domain.md E.3: reports are kept")

    sitrep = models.ForeignKey(Sitrep, on_delete=models.PROTECT, related_name="releases")
    version = models.CharField(max_length=8, choices=Version)
    note = models.CharField(max_length=300, blank=True, default="")
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(version__in=Version.values), name="sitrep_release_version"
            ),
        )

    def __str__(self) -> str:
        return f"{self.sitrep_id} {self.version}"


class DistributionListQuerySet(models.QuerySet["DistributionList"]):
    """The access door."""

    def visible_to(self, user: User) -> Self:
        """Those of controllers in whose staff the user works, which is who sends reports."""
        audiences = user.audiences(Permission.STAFF_WORK)
        return self.filter(controller__in=organisation_ids(audiences, Permission.STAFF_WORK))


class DistributionList(models.Model):
    """Functions that get lägesrapporter together."""

    retention: ClassVar = Rule.operational("distribution_list")

    controller = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField(max_length=80)
    active = models.BooleanField(default=True)

    objects = DistributionListQuerySet.as_manager()

    class Meta:
        ordering = ("name", "pk")
        constraints = (
            models.UniqueConstraint(fields=("controller", "name"), name="distribution_list_once"),
            models.CheckConstraint(condition=~Q(name=""), name="distribution_list_named"),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("incidents:distribution-list", args=(self.pk,))


class DistributionRecipient(models.Model):
    """A function with its mailbox, and which version it gets.

    `organisation` is whose function it is; empty for one outside the house. Marked parts reach
    another authority than the controller only where the list says so (`marked_allowed`): secrecy
    holds between authorities too (OSL 8 kap. 1 §).
    """

    retention: ClassVar = Rule.with_parent("distribution_recipient", "incidents.DistributionList")

    list = models.ForeignKey(DistributionList, on_delete=models.CASCADE, related_name="recipients")
    name = models.CharField(max_length=80)
    address = models.EmailField()
    organisation = models.ForeignKey(
        "accounts.Organisation", null=True, on_delete=models.PROTECT, related_name="+"
    )
    version = models.CharField(max_length=8, choices=Version, default=Version.OPEN)
    marked_allowed = models.BooleanField(default=False)

    class Meta:
        ordering = ("name", "pk")
        constraints = (
            models.UniqueConstraint(fields=("list", "address"), name="distribution_address_once"),
            models.CheckConstraint(
                condition=Q(version__in=Version.values), name="distribution_version_known"
            ),
            models.CheckConstraint(
                condition=Q(marked_allowed=False) | Q(version="full"),
                name="distribution_marked_is_full",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="distribution_named"),
        )

    def __str__(self) -> str:
        return self.name


class SitrepMail(models.Model):
    """One mail about a report to one address, or a reminder (no `sitrep`) to a person.

    The same `dedupe_id` goes with every attempt, and only the hash of the receipt link's token is
    kept. `error` is a code. `receipt_at` is when somebody at the address confirmed.
    """

    retention: ClassVar = Rule.forever("sitrep_mail", "domain.md D.7: part of the report")

    series = models.ForeignKey(SitrepSeries, on_delete=models.PROTECT, related_name="mails")
    sitrep = models.ForeignKey(Sitrep, null=True, on_delete=models.PROTECT, related_name="mails")
    user = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    address = models.EmailField()
    version = models.CharField(max_length=8, choices=Version, default=Version.OPEN)
    state = models.CharField(max_length=16, choices=DeliveryState, default=DeliveryState.QUEUED)
    due_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    dedupe_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    token_hash = models.CharField(max_length=64, blank=True)
    token_expires_at = models.DateTimeField(null=True)
    error = models.SlugField(max_length=32, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    receipt_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            # Two lists with the same mailbox, or a button pressed twice, give one mail.
            models.UniqueConstraint(
                fields=("sitrep", "address"),
                condition=Q(sitrep__isnull=False),
                name="sitrep_mail_once",
            ),
            models.UniqueConstraint(
                fields=("token_hash",), condition=~Q(token_hash=""), name="sitrep_mail_token_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=DeliveryState.values), name="sitrep_mail_state_known"
            ),
            models.CheckConstraint(
                condition=Q(version__in=Version.values), name="sitrep_mail_version_known"
            ),
            models.CheckConstraint(
                condition=Q(due_at__isnull=True) | Q(state__in=TO_SEND),
                name="sitrep_mail_due_only_to_send",
            ),
            models.CheckConstraint(
                condition=Q(sitrep__isnull=False, user__isnull=True)
                | Q(sitrep__isnull=True, user__isnull=False, receipt_at__isnull=True),
                name="sitrep_mail_report_or_reminder",
            ),
        )
        indexes = (
            models.Index(
                fields=("due_at",), name="sitrep_mail_due", condition=Q(due_at__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return f"sitrep mail {self.pk}"

    @property
    def is_lost(self) -> bool:
        """Whether it will not arrive."""
        return self.state == DeliveryState.UNDELIVERABLE
