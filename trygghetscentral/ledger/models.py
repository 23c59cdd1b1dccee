"""The ledger's tables. The database refuses update, delete and truncate (migration 0002)."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from trygghetscentral.shared.retention import Rule


class LedgerRow(models.Model):
    """The envelope of one thing that happened. No foreign keys, so it can never block live data.

    `seq` order is commit order. `payload_sha256` is salted; `envelope_sha256` covers everything
    but `seq`, which the seals add.
    """

    retention: ClassVar = Rule.forever("ledger_envelope", "design.md 3; domain.md E.6")

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    name = models.TextField()
    subject_type = models.TextField()
    subject_id = models.TextField()
    controller_id = models.BigIntegerField(null=True)
    audiences = ArrayField(models.TextField(), default=list)
    exercise_id = models.BigIntegerField(null=True)
    actor_kind = models.TextField()
    actor_id = models.TextField()
    actor_label = models.TextField()
    correlation_id = models.UUIDField()
    schema_version = models.PositiveSmallIntegerField(default=1)
    payload_sha256 = models.BinaryField()
    envelope_sha256 = models.BinaryField()

    class Meta:
        db_table = "ledger_row"
        indexes = (
            models.Index(fields=("subject_type", "subject_id", "seq"), name="ledger_row_subject"),
            models.Index(fields=("name", "seq"), name="ledger_row_name"),
            models.Index(fields=("at",), name="ledger_row_at"),
        )

    def __str__(self) -> str:
        return f"{self.seq} {self.name} {self.subject_type}:{self.subject_id}"


class DisposalDecision(models.Model):
    """A gallringsbeslut: the only ground on which a payload may be erased (arkivlagen 10 §)."""

    retention: ClassVar = Rule.forever("disposal_decision", "decisions are kept (domain.md E.3)")

    number = models.CharField(max_length=64, unique=True)
    controller_id = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField()
    registered_by = models.TextField()

    def __str__(self) -> str:
        return self.number


class LedgerPayload(models.Model):
    """What the envelope's hash covers; may be erased under a decision, and then says so."""

    retention: ClassVar = Rule("ledger_payload", 60, "recorded", "domain.md E.3: audit log 2-5 y")

    seq = models.BigIntegerField(primary_key=True)
    body = models.JSONField(null=True)
    salt = models.BinaryField(null=True)
    disposal = models.ForeignKey(
        DisposalDecision, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        db_table = "ledger_payload"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(body__isnull=False, salt__isnull=False, disposal__isnull=True)
                | models.Q(body__isnull=True, salt__isnull=True, disposal__isnull=False),
                name="ledger_payload_whole_or_disposed",
            ),
        )

    def __str__(self) -> str:
        return f"payload {self.seq}"


class Delivery(models.Model):
    """One subscriber's duty to act on one row; made in the same transaction as the row."""

    retention: ClassVar = Rule.operational("ledger_delivery")

    seq = models.BigIntegerField()
    subscriber = models.TextField()
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "ledger_delivery"
        constraints = (
            models.UniqueConstraint(fields=("seq", "subscriber"), name="ledger_delivery_once"),
            models.CheckConstraint(
                condition=models.Q(done_at__isnull=True) | models.Q(failed_at__isnull=True),
                name="ledger_delivery_one_end",
            ),
        )
        indexes = (
            models.Index(
                fields=("due_at",),
                name="ledger_delivery_open",
                condition=models.Q(done_at__isnull=True, failed_at__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return f"{self.subscriber}@{self.seq}"


class Seal(models.Model):
    """Covers the rows in `(from_seq, to_seq]` and the seal before it.

    `seqs` and `digests` (32 bytes each, in the same order) let the verifier name the one row
    that was changed, removed or slipped in; `sha256` covers them and the previous seal.
    """

    retention: ClassVar = Rule.forever("ledger_seal", "design.md 3")

    number = models.BigIntegerField(primary_key=True)
    from_seq = models.BigIntegerField()
    to_seq = models.BigIntegerField()
    seqs = ArrayField(models.BigIntegerField())
    digests = models.BinaryField()
    sealed_at = models.DateTimeField()
    sha256 = models.BinaryField()

    class Meta:
        db_table = "ledger_seal"

    def __str__(self) -> str:
        return f"seal {self.number} ({self.from_seq}, {self.to_seq}]"
