"""Reading the chain back: is everything as it was when it was sealed?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Max

from trygghetscentral.ledger import canonical
from trygghetscentral.ledger.models import LedgerPayload, LedgerRow, Seal
from trygghetscentral.ledger.services import PayloadDisposed

DIGEST_BYTES = 32
PORTION = 5_000


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong; `seq` is None for a fault of the chain itself."""

    seq: int | None
    what: str


@dataclass(frozen=True, slots=True)
class Report:
    """What the verifier read. `disposed` maps decision number to erased payloads under it."""

    rows: int
    sealed: int
    seals: int
    disposed: dict[str, int]
    faults: tuple[Fault, ...]


def _sealed_digests() -> Iterator[tuple[Seal, Fault | None]]:
    previous, expected, to_seq = b"", 1, 0
    for seal in Seal.objects.order_by("number").iterator(chunk_size=50):
        fault = None
        wanted = canonical.seal_digest(
            number=seal.number,
            from_seq=seal.from_seq,
            to_seq=seal.to_seq,
            digests=bytes(seal.digests),
            previous=previous,
        )
        if seal.number != expected or seal.from_seq != to_seq or wanted != bytes(seal.sha256):
            fault = Fault(None, f"sigill {seal.number} är ändrat eller hör inte till kedjan")
        previous, expected, to_seq = bytes(seal.sha256), seal.number + 1, seal.to_seq
        yield seal, fault


def _envelope(row: LedgerRow) -> bytes:
    return canonical.envelope_digest(
        at=row.at,
        name=row.name,
        subject_type=row.subject_type,
        subject_id=row.subject_id,
        controller_id=row.controller_id,
        audiences=row.audiences,
        exercise_id=row.exercise_id,
        actor_kind=row.actor_kind,
        actor_id=row.actor_id,
        actor_label=row.actor_label,
        correlation_id=row.correlation_id,
        schema_version=row.schema_version,
        payload_sha256=bytes(row.payload_sha256),
    )


def _rows(after: int, until: int) -> Iterator[LedgerRow]:
    rows = LedgerRow.objects.filter(seq__gt=after, seq__lte=until)
    return rows.order_by("seq").iterator(chunk_size=PORTION)


def _check_row(row: LedgerRow, payload: LedgerPayload | None) -> str:
    digest = _envelope(row)
    if digest != bytes(row.envelope_sha256):
        return "raden är ändrad"
    if payload is None:
        return "radens innehåll är borttaget utan beslut"
    if payload.body is None or payload.salt is None:
        return ""
    body = canonical.canonical_json(payload.body)
    if canonical.payload_digest(bytes(payload.salt), body) != bytes(row.payload_sha256):
        return "radens innehåll är ändrat"
    return ""


def _disposed_in_silence(payloads: Iterable[LedgerPayload]) -> set[int]:
    """Erased payloads whose erasure, under that decision, no row of the ledger speaks of."""
    erased = {payload.seq: payload.disposal_id for payload in payloads if payload.body is None}
    if not erased:
        return set()
    spoken = LedgerRow.objects.filter(
        name=PayloadDisposed.name, subject_id__in=[str(seq) for seq in erased]
    ).values_list("seq", flat=True)
    bodies = LedgerPayload.objects.filter(seq__in=list(spoken), body__isnull=False)
    said = {
        body["seq"]: body["decision_id"] for body in bodies.values_list("body", flat=True) if body
    }
    return {seq for seq, decision in erased.items() if said.get(seq) != decision}


def _check_span(after: int, until: int, sealed: dict[int, bytes] | None) -> Iterator[Fault]:
    payloads = LedgerPayload.objects.filter(seq__gt=after, seq__lte=until)
    by_seq = {payload.seq: payload for payload in payloads.iterator(chunk_size=PORTION)}
    left = dict(sealed or {})
    silent = _disposed_in_silence(by_seq.values())
    for row in _rows(after, until):
        what = _check_row(row, by_seq.get(row.seq))
        if row.seq in silent:
            what = what or "radens innehåll är gallrat utan anteckning i liggaren"
        if sealed is not None:
            wanted = left.pop(row.seq, None)
            if wanted is None:
                what = what or "raden är insmugen efter förseglingen"
            elif wanted != canonical.row_digest(row.seq, bytes(row.envelope_sha256)):
                what = what or "raden stämmer inte med sitt sigill"
        if what:
            yield Fault(row.seq, what)
    for seq in left:
        yield Fault(seq, "raden är borttagen")


def verify(*, stop_at_first: bool = False) -> Report:
    """Recompute every hash and every seal, in order; memory is bounded by one seal's rows."""
    faults: list[Fault] = []
    seals = sealed_rows = 0
    last = 0
    for seal, fault in _sealed_digests():
        seals += 1
        sealed_rows += len(seal.seqs)
        last = seal.to_seq
        if fault:
            faults.append(fault)
        digests = bytes(seal.digests)
        wanted = {
            seq: digests[position * DIGEST_BYTES : (position + 1) * DIGEST_BYTES]
            for position, seq in enumerate(seal.seqs)
        }
        faults.extend(_check_span(seal.from_seq, seal.to_seq, wanted))
        if faults and stop_at_first:
            break
    else:
        # Up to what there is now: a row that comes while we read would seem to lack its content.
        newest = LedgerRow.objects.aggregate(newest=Max("seq"))["newest"]
        faults.extend(_check_span(last, newest or last, None))
    disposed: dict[str, int] = {}
    for number in LedgerPayload.objects.filter(disposal__isnull=False).values_list(
        "disposal__number", flat=True
    ):
        disposed[number] = disposed.get(number, 0) + 1
    faults.sort(key=lambda fault: (fault.seq is not None, fault.seq or 0))
    return Report(LedgerRow.objects.count(), sealed_rows, seals, disposed, tuple(faults))
