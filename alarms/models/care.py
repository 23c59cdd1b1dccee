"""Brukare of trygghetslarm: a protected record of their own (domain.md 00.8, OSL 26 kap 1 §)."""

from __future__ import annotations

import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from alarms.models.alarms import Alarm
from trygghetscentral.accounts.audiences import organisation_ids
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.shared.fields import EncryptedTextField
from trygghetscentral.shared.retention import Rule


class VoiceContact(models.TextChoices):
    """Whether the operator spoke with somebody; domain.md 00.8 requires the answer at closing."""

    YES = "yes", _("Ja")
    NO = "no", _("Nej")
    UNASKED = "unasked", _("Frågades inte")


class CareRecipientQuerySet(models.QuerySet["CareRecipient"]):
    """The access doors. None of them searches among persons (domain.md 00.12)."""

    def visible_to(self, user: User) -> Self:
        """Those whom the user keeps up to date: of the controllers where the user has the task."""
        return self._of(user, Permission.CARE_EDIT)

    def to_look_up(self, user: User) -> Self:
        """Those of whom the user may look up exactly one."""
        return self._of(user, Permission.CARE_LOOKUP)

    def current(self) -> Self:
        """Not ended."""
        return self.filter(ended_at__isnull=True)

    def _of(self, user: User, permission: Permission) -> Self:
        return self.filter(controller__in=organisation_ids(user.audiences(), permission))


class CareRecipient(models.Model):
    """One brukare and where the trygghetslarm hangs.

    `area` and `zone` are as on the wire; both empty when the whole installation is the person's.
    Every word about the person is encrypted. It holds what answering a call needs and nothing of
    the person's health (domain.md 00.8).
    """

    retention: ClassVar = Rule("care_recipient", 24, "ended", "domain.md E.3: alarm record 2 y")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(max_length=20, unique=True)
    installation = models.ForeignKey(
        "alarms.Installation", on_delete=models.PROTECT, related_name="care_recipients"
    )
    area = models.CharField(max_length=16, blank=True)
    zone = models.CharField(max_length=16, blank=True)
    controller = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    name = EncryptedTextField()
    phone = EncryptedTextField(blank=True)
    voice_address = EncryptedTextField(blank=True)
    address = EncryptedTextField()
    entry = EncryptedTextField(blank=True)
    key_info = EncryptedTextField(blank=True)
    language = EncryptedTextField(blank=True)
    staff_risks = EncryptedTextField(blank=True)
    care_group = EncryptedTextField(blank=True)
    care_group_phone = EncryptedTextField(blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = CareRecipientQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("installation", "area", "zone"),
                condition=Q(ended_at__isnull=True),
                name="care_recipient_once",
            ),
            models.CheckConstraint(
                condition=Q(area="") | ~Q(zone=""), name="care_recipient_area_needs_zone"
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(address=""), name="care_recipient_can_be_found"
            ),
        )

    def __str__(self) -> str:
        return self.number


class NextOfKin(models.Model):
    """Somebody to ring, in order."""

    retention: ClassVar = Rule.with_parent("next_of_kin", "alarms.CareRecipient")

    recipient = models.ForeignKey(
        CareRecipient, on_delete=models.CASCADE, related_name="next_of_kin"
    )
    position = models.PositiveSmallIntegerField()
    name = EncryptedTextField()
    relation = EncryptedTextField(blank=True)
    phone = EncryptedTextField()

    class Meta:
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=("recipient", "position"), name="next_of_kin_order"),
        )

    def __str__(self) -> str:
        return f"next of kin {self.position}"


class CareReadGround(models.TextChoices):
    """Why the reader was allowed to."""

    ALARM = "alarm", _("Besvarat trygghetslarm")
    LOOKUP = "lookup", _("Uppslag vid larmplatsen")
    CASE = "case", _("Uppslag i ett ärende")
    EDIT = "edit", _("Underhåll av uppgifterna")


class CareRead(models.Model):
    """One reading of a record, or one look-up that found nobody. What was asked for is not kept."""

    retention: ClassVar = Rule("care_read", 24, "read_at", "domain.md E.3: audit log")

    recipient = models.ForeignKey(
        CareRecipient, null=True, on_delete=models.PROTECT, related_name="reads"
    )
    reader = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    read_at = models.DateTimeField()
    ground = models.CharField(max_length=8, choices=CareReadGround)
    alarm = models.ForeignKey(
        Alarm, null=True, db_index=False, on_delete=models.PROTECT, related_name="+"
    )
    case_number = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ("-read_at", "-pk")
        indexes = (models.Index(fields=("reader", "-read_at"), name="care_read_reader"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(ground="alarm", alarm__isnull=False, recipient__isnull=False)
                | ~Q(ground="alarm") & Q(alarm__isnull=True),
                name="care_read_alarm_fits_ground",
            ),
            models.CheckConstraint(
                condition=Q(ground="case") & ~Q(case_number="")
                | ~Q(ground="case") & Q(case_number=""),
                name="care_read_case_fits_ground",
            ),
            models.CheckConstraint(
                condition=Q(recipient__isnull=False) | Q(ground__in=("lookup", "case")),
                name="care_read_of_somebody",
            ),
        )

    def __str__(self) -> str:
        return f"{self.reader_id} {self.read_at:%Y-%m-%d %H:%M}"
