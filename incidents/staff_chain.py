"""The exact bytes that the hash of a row covers. A change here breaks every chain. Pure.

The salt keeps the few words of a marked row from being guessed out of a hash on paper.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from incidents.models import StaffAttachment, StaffRow
from trygghetscentral.ledger.canonical import canonical_json


def digest_of(row: StaffRow, attachments: Sequence[StaffAttachment]) -> bytes:
    """SHA-256 of a row with its attachments, on top of the row before."""
    body = canonical_json([_said(row), [_attached(one) for one in attachments]])
    return hashlib.sha256(bytes(row.salt) + bytes(row.previous_sha256) + body).digest()


def _said(row: StaffRow) -> dict[str, Any]:
    return {
        "staff": row.staff_id,
        "number": row.number,
        "public_id": str(row.public_id),
        "kind": row.kind,
        "happened_at": _moment(row.happened_at),
        "registered_at": _moment(row.registered_at),
        "by": row.by_id,
        "signature": row.signature,
        "function": row.function,
        "channel": row.channel,
        "ground": row.ground,
        "words": asdict(row.words()),
        "decision_number": row.decision_number,
        "valid_until": _moment(row.valid_until) if row.valid_until else None,
        "about": row.about_id,
        "corrects": row.corrects_id,
    }


def _attached(one: StaffAttachment) -> list[Any]:
    position = [repr(degree) for degree in one.position] if one.position else None
    return [one.place, str(one.file.public_id), one.file.sha256, one.file.size, position]


def _moment(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat(timespec="microseconds")
