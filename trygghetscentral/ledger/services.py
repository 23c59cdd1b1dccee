"""The ledger's doors: record, seal, dispose, deliver."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import connection
from django.db.models import Model
from django.utils.translation import gettext as _

from trygghetscentral.ledger import canonical
from trygghetscentral.ledger.append import LOCK, Pending
from trygghetscentral.ledger.events import Code, Event, published
from trygghetscentral.ledger.models import DisposalDecision, LedgerPayload, LedgerRow, Seal
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import current_unit, unit_of_work
from trygghetscentral.shared.errors import Conflict, Missing

SEAL_ROWS = 10_000


@published
class PayloadDisposed(Event):
    """A payload was erased under a decision; the envelope stays."""

    name = "ledger.payload_disposed"
    seq: int
    decision_id: int


@published
class DisposalDecisionRegistered(Event):
    """A gallring decision was entered."""

    name = "ledger.disposal_decision_registered"
    decision_id: int
    number: Code


def record(
    event: Event,
    *,
    subject: Model | tuple[str, str],
    controller_id: int | None,
    audiences: Iterable[str] = (),
    exercise_id: int | None = None,
) -> None:
    """Say in the ledger that something happened, at the end of the open unit of work.

    `audiences` are those who may see it; a live page is told of it through them. Raises
    RuntimeError outside of `unit_of_work`.
    """
    if isinstance(subject, Model):
        subject = (subject._meta.label_lower, str(subject.pk))
    current_unit().pending.append(
        Pending(event, *subject, controller_id, tuple(sorted(set(audiences))), exercise_id)
    )


def seal(*, now: dt.datetime) -> Seal | None:
    """Seal what was committed since the last seal, at most 10,000 rows; None when nothing was.

    Two sealers cannot run at once: the second waits for the first on the chain's own lock.
    """
    actor = Actor.system("seal")
    with unit_of_work(actor=actor, now=now):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK + 1,))
        last = Seal.objects.order_by("-number").first()
        from_seq = last.to_seq if last else 0
        rows = list(
            LedgerRow.objects.filter(seq__gt=from_seq)
            .order_by("seq")
            .values_list("seq", "envelope_sha256")[:SEAL_ROWS]
        )
        if not rows:
            return None
        number = last.number + 1 if last else 1
        digests = b"".join(canonical.row_digest(seq, bytes(digest)) for seq, digest in rows)
        to_seq = rows[-1][0]
        return Seal.objects.create(
            number=number,
            from_seq=from_seq,
            to_seq=to_seq,
            seqs=[seq for seq, _ in rows],
            digests=digests,
            sealed_at=now,
            sha256=canonical.seal_digest(
                number=number,
                from_seq=from_seq,
                to_seq=to_seq,
                digests=digests,
                previous=bytes(last.sha256) if last else b"",
            ),
        )


def register_disposal_decision(
    *,
    actor: Actor,
    now: dt.datetime,
    number: str,
    decided_at: dt.datetime,
    controller_id: int | None,
) -> DisposalDecision:
    """Enter a gallringsbeslut. Its number is a code, such as KS-2026-114."""
    with unit_of_work(actor=actor, now=now):
        decision = DisposalDecision.objects.create(
            number=Code(number),
            controller_id=controller_id,
            decided_at=decided_at,
            registered_by=actor.label,
        )
        record(
            DisposalDecisionRegistered(decision_id=decision.pk, number=Code(number)),
            subject=decision,
            controller_id=controller_id,
        )
    return decision


def dispose_payload(
    *, actor: Actor, now: dt.datetime, seq: int, decision: DisposalDecision
) -> None:
    """Erase one payload under a decision, through the database function that demands it.

    Raises Missing when there is no such row, and Conflict when it is already erased or is
    itself the note of an erasure.
    """
    with unit_of_work(actor=actor, now=now):
        row = LedgerRow.objects.filter(seq=seq).first()
        payload = LedgerPayload.objects.select_for_update().filter(seq=seq).first()
        if row is None or payload is None:
            raise Missing(_("Raden finns inte."), code="ledger_row_missing")
        if payload.body is None:
            raise Conflict(_("Innehållet är redan gallrat."), code="already_disposed")
        if row.name == PayloadDisposed.name:
            raise Conflict(_("En anteckning om gallring gallras inte."), code="disposal_note_kept")
        with connection.cursor() as cursor:
            cursor.execute("SELECT ledger_dispose_payload(%s, %s)", (seq, decision.pk))
        record(
            PayloadDisposed(seq=seq, decision_id=decision.pk),
            subject=("ledger.ledgerrow", str(seq)),
            controller_id=row.controller_id,
        )
