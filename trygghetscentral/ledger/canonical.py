"""The exact bytes that hashes cover. A change here breaks every seal: add a version instead."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def canonical_json(value: Any) -> bytes:
    """Sorted keys, no spaces, UTF-8."""
    return _ENCODER.encode(value).encode()


def payload_digest(salt: bytes, canonical_body: bytes) -> bytes:
    """SHA-256 of salt and payload; the salt keeps an erased short payload from being guessed."""
    return hashlib.sha256(salt + canonical_body).digest()


def envelope_digest(
    *,
    at: dt.datetime,
    name: str,
    subject_type: str,
    subject_id: str,
    controller_id: int | None,
    audiences: Sequence[str],
    exercise_id: int | None,
    actor_kind: str,
    actor_id: str,
    actor_label: str,
    correlation_id: UUID,
    schema_version: int,
    payload_sha256: bytes,
) -> bytes:
    """SHA-256 over every column of the envelope except `seq`."""
    fields = [
        at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        name,
        subject_type,
        subject_id,
        controller_id,
        list(audiences),
        exercise_id,
        actor_kind,
        actor_id,
        actor_label,
        str(correlation_id),
        schema_version,
        payload_sha256.hex(),
    ]
    return hashlib.sha256(canonical_json(fields)).digest()


def row_digest(seq: int, envelope_sha256: bytes) -> bytes:
    """What a seal keeps of one row."""
    return hashlib.sha256(seq.to_bytes(8, "big") + envelope_sha256).digest()


def seal_digest(
    *, number: int, from_seq: int, to_seq: int, digests: bytes, previous: bytes
) -> bytes:
    """The link of the chain."""
    head = canonical_json([number, from_seq, to_seq, previous.hex()])
    return hashlib.sha256(head + digests).digest()
