"""Who was reached and who was sent about an alarm, and what was said on the site.

Names, numbers and words are personal data: they stand here, encrypted, and never in the ledger,
in a list or in a log.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from trygghetscentral.shared.fields import EncryptedTextField
from trygghetscentral.shared.retention import Rule


class CallKind(models.TextChoices):
    """Whether somebody was spoken to or sent out."""

    CALL = "call", _("Samtal")
    DISPATCH = "dispatch", _("Utskick")


class Direction(models.TextChoices):
    """Who rang whom."""

    IN = "in", _("inkommande")
    OUT = "out", _("utgående")


class Party(models.TextChoices):
    """Whom it was with, as a role (domain.md R9, R11-R13)."""

    SITE_CONTACT = "site_contact", _("Kontaktperson")
    GUARD = "guard", _("Väktare")
    RESCUE_SERVICE = "rescue_service", _("Räddningstjänsten")
    POLICE = "police", _("Polisen")
    CARE_TEAM = "care_team", _("Hemtjänsten")
    NEXT_OF_KIN = "next_of_kin", _("Anhörig")
    TECHNICIAN = "technician", _("Larmtekniker")
    CALLER = "caller", _("Den som ringde")
    OTHER = "other", _("Någon annan")


SENT_OUT = (
    Party.GUARD,
    Party.RESCUE_SERVICE,
    Party.POLICE,
    Party.TECHNICIAN,
    Party.CARE_TEAM,
)


class CallChannel(models.TextChoices):
    """How they were reached."""

    PHONE = "phone", _("telefon")
    RADIO = "radio", _("radio")
    SMS = "sms", _("sms")
    EMAIL = "email", _("e-post")
    IN_PERSON = "in_person", _("på plats")


class CallResult(models.TextChoices):
    """What came of it, in the order of the keys 1-8."""

    ANSWERED = "answered", _("Svarade")
    NO_ANSWER = "no_answer", _("Svarade inte")
    BUSY = "busy", _("Upptaget")
    MESSAGE_LEFT = "message_left", _("Lämnade meddelande")
    ON_THE_WAY = "on_the_way", _("Är på väg")
    ARRIVED = "arrived", _("Är på plats")
    DECLINED = "declined", _("Kan inte")
    WRONG_NUMBER = "wrong_number", _("Fel nummer")


class AlarmCall(models.Model):
    """One call, or one dispatch (`kind`), in the order they were made; never removed.

    `at` is when the call was made or the dispatch alarmed. Of a dispatch the three later times
    are set once each by buttons, and `result` is empty until it is declined. `place` is where
    the caller said that it is, when that must not stand on the alarm's row.
    """

    retention: ClassVar = Rule.with_parent("alarm_call", "alarms.Alarm")

    alarm = models.ForeignKey("alarms.Alarm", on_delete=models.CASCADE, related_name="calls")
    kind = models.CharField(max_length=8, choices=CallKind, default=CallKind.CALL)
    at = models.DateTimeField()
    author = models.ForeignKey(
        "accounts.User", db_index=False, on_delete=models.PROTECT, related_name="+"
    )
    direction = models.CharField(max_length=3, choices=Direction, default=Direction.OUT)
    whom = models.CharField(max_length=16, choices=Party)
    contact = models.ForeignKey(
        "places.SiteContact",
        db_index=False,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    name = EncryptedTextField(blank=True)
    phone = EncryptedTextField(blank=True)
    place = EncryptedTextField(blank=True)
    note = EncryptedTextField(blank=True)
    channel = models.CharField(max_length=12, choices=CallChannel, default=CallChannel.PHONE)
    result = models.CharField(max_length=16, choices=CallResult, blank=True)
    on_the_way_at = models.DateTimeField(null=True)
    arrived_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    kind="call",
                    result__in=CallResult.values,
                    on_the_way_at__isnull=True,
                    arrived_at__isnull=True,
                    done_at__isnull=True,
                )
                | Q(
                    kind="dispatch",
                    direction="out",
                    whom__in=SENT_OUT,
                    result__in=("", "declined"),
                ),
                name="alarm_call_shape",
            ),
            models.CheckConstraint(
                condition=Q(whom__in=Party.values)
                & Q(channel__in=CallChannel.values)
                & Q(direction__in=Direction.values),
                name="alarm_call_codes_known",
            ),
            models.CheckConstraint(
                condition=(Q(on_the_way_at__isnull=True) | Q(on_the_way_at__gte=F("at")))
                & (Q(arrived_at__isnull=True) | Q(arrived_at__gte=F("at")))
                & (Q(done_at__isnull=True) | Q(done_at__gte=F("at"))),
                name="alarm_call_times_after_start",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class AlarmStatement(models.Model):
    """What was said about the cause, and by whom on the site: without it a fire, a burglary or a
    hold-up is not closed (domain.md 00.10)."""

    retention: ClassVar = Rule.with_parent("alarm_statement", "alarms.Alarm")

    alarm = models.ForeignKey("alarms.Alarm", on_delete=models.CASCADE, related_name="statements")
    at = models.DateTimeField()
    author = models.ForeignKey(
        "accounts.User", db_index=False, on_delete=models.PROTECT, related_name="+"
    )
    said_by = EncryptedTextField()
    said = EncryptedTextField()

    class Meta:
        ordering = ("at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=~Q(said_by="") & ~Q(said=""), name="alarm_statement_whole"
            ),
        )

    def __str__(self) -> str:
        return f"statement {self.pk}"


class CodeWordOutcome(models.TextChoices):
    """What the comparison said. `duress` is the word for "somebody forces me"."""

    CORRECT = "correct", _("Rätt kodord")
    WRONG = "wrong", _("Fel kodord")
    DURESS = "duress", _("Hot")
    NOT_GIVEN = "not_given", _("Inget kodord gavs")


class CodeWords(models.Model):
    """The two words of an installation. Compared by `services.code_words`, shown to nobody."""

    retention: ClassVar = Rule.with_parent("code_words", "alarms.Installation")

    installation = models.OneToOneField(
        "alarms.Installation", on_delete=models.CASCADE, related_name="code_words"
    )
    word = EncryptedTextField()
    duress = EncryptedTextField(blank=True)
    set_by = models.ForeignKey(
        "accounts.User", db_index=False, null=True, on_delete=models.PROTECT, related_name="+"
    )
    set_at = models.DateTimeField()

    class Meta:
        constraints = (models.CheckConstraint(condition=~Q(word=""), name="code_words_not_empty"),)

    def __str__(self) -> str:
        return f"code words {self.pk}"


class CodeWordCheck(models.Model):
    """One comparison on an alarm: the outcome only, never what was said."""

    retention: ClassVar = Rule.with_parent("code_word_check", "alarms.Alarm")

    alarm = models.ForeignKey("alarms.Alarm", on_delete=models.CASCADE, related_name="code_checks")
    at = models.DateTimeField()
    author = models.ForeignKey(
        "accounts.User", db_index=False, on_delete=models.PROTECT, related_name="+"
    )
    outcome = models.CharField(max_length=12, choices=CodeWordOutcome)

    class Meta:
        ordering = ("at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(outcome__in=CodeWordOutcome.values), name="code_word_check_outcome"
            ),
        )

    def __str__(self) -> str:
        return f"{self.outcome} {self.pk}"
