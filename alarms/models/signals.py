"""What came in, raw. Nothing points here with a foreign key, so that months can be partitioned."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from trygghetscentral.shared.retention import Rule

RAW = Rule("alarm_raw", 6, "received", "domain.md E.3: alarm raw 6 m")


class SignalOutcome(models.TextChoices):
    """What intake made of it."""

    RAISED = "raised", _("nytt larm")
    JOINED = "joined", _("hör till öppet larm")
    RESTORED = "restored", _("återställning")
    LOGGED = "logged", _("bara loggad")
    UNMATCHED = "unmatched", _("okänt abonnemang")
    DUPLICATE = "duplicate", _("omsändning")
    UNREADABLE = "unreadable", _("oläsbar")
    SECURITY = "security", _("avvisad")
    PROV = "prov", _("under prov")


class Signal(models.Model):
    """One event, or one message that held none. Times in UTC; `raw` as it came on the wire."""

    retention: ClassVar = RAW

    id = models.BigIntegerField(primary_key=True)
    received_at = models.DateTimeField()
    channel = models.CharField(max_length=16)
    outcome = models.CharField(max_length=12, choices=SignalOutcome)
    receiver = models.CharField(max_length=6, blank=True)
    line = models.CharField(max_length=6, blank=True)
    account = models.CharField(max_length=16, blank=True)
    inner_account = models.CharField(max_length=16, blank=True)
    transmitter_id = models.BigIntegerField(null=True)
    installation_id = models.BigIntegerField(null=True)
    controller_id = models.BigIntegerField(null=True)
    alarm_id = models.BigIntegerField(null=True)
    first_signal_id = models.BigIntegerField(null=True)
    sequence = models.CharField(max_length=4, blank=True)
    scheme = models.CharField(max_length=3, blank=True)
    code = models.CharField(max_length=32, blank=True)
    qualifier = models.CharField(max_length=1, blank=True)
    category = models.CharField(max_length=16, blank=True)
    nature = models.CharField(max_length=16, blank=True)
    priority = models.PositiveSmallIntegerField(null=True)
    area = models.CharField(max_length=16, blank=True)
    zone = models.CharField(max_length=16, blank=True)
    text = models.TextField(blank=True)
    occurred_at = models.DateTimeField(null=True)
    longitude = models.FloatField(null=True)
    latitude = models.FloatField(null=True)
    media = ArrayField(models.TextField(), default=list)
    extended = models.JSONField(default=list)
    encrypted = models.BooleanField(default=False)
    flags = ArrayField(models.CharField(max_length=32), default=list)
    clock_skew = models.IntegerField(null=True)
    api_client_id = models.BigIntegerField(null=True)
    raw = models.BinaryField()

    class Meta:
        indexes = (
            models.Index(fields=("alarm_id", "id"), name="signal_alarm"),
            models.Index(fields=("received_at",), name="signal_received"),
            models.Index(
                fields=("account", "receiver", "line"),
                name="signal_unmatched",
                condition=models.Q(outcome="unmatched"),
            ),
            # Only what came under prov stands in it, so that all else costs intake nothing.
            models.Index(
                fields=("installation_id", "id"),
                name="signal_under_test",
                condition=models.Q(outcome="prov"),
            ),
        )

    def __str__(self) -> str:
        return f"signal {self.pk}"


class SignalKey(models.Model):
    """Duplicate detection of protocols.md 1.9; a key counts for ten minutes."""

    retention: ClassVar = Rule.operational("signal_key")

    key = models.BinaryField(primary_key=True)
    seen_at = models.DateTimeField()
    signal_id = models.BigIntegerField()

    class Meta:
        db_table = "signal_key"
        indexes = (models.Index(fields=("seen_at",), name="signal_key_seen"),)

    def __str__(self) -> str:
        return f"key of {self.signal_id}"


class ApiSource(models.Model):
    """`source_id` of the HTTP intake, unique per API client for 30 days."""

    retention: ClassVar = Rule.operational("api_source")

    api_client_id = models.BigIntegerField()
    source_id = models.CharField(max_length=128)
    signal_id = models.BigIntegerField()
    seen_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("api_client_id", "source_id"), name="api_source_once"),
        )
        indexes = (models.Index(fields=("seen_at",), name="api_source_seen"),)

    def __str__(self) -> str:
        return self.source_id


class IntakePulse(models.Model):
    """A receiver process saying that it listens; without one, silence proves nothing."""

    retention: ClassVar = Rule.operational("intake_pulse")

    process = models.CharField(max_length=64, primary_key=True)
    listening_since = models.DateTimeField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.process
