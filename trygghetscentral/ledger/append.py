"""The one statement that writes the ledger.

The advisory lock is taken here, last, and held for one insert: without it a reader that follows
`seq` would skip the slower of two transactions (design.md 3).
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from trygghetscentral.ledger import canonical, subscriptions, wake
from trygghetscentral.ledger.events import Event
from trygghetscentral.shared.columns import Columns
from trygghetscentral.shared.db import Unit
from trygghetscentral.shared.metrics import LEDGER_LOCK_WAIT
from trygghetscentral.shared.statements import ask

LOCK = 0x7C1ED6E5
SALT_BYTES = 16

_ROWS = Columns(
    name="text",
    subject_type="text",
    subject_id="text",
    controller_id="bigint",
    audiences="text",
    exercise_id="bigint",
    schema_version="smallint",
    payload_sha256="bytea",
    envelope_sha256="bytea",
    body="text",
    salt="bytea",
    subscribers="text",
)

INSERT = f"""
WITH lock AS MATERIALIZED (
    SELECT pg_advisory_xact_lock(%s),
        extract(epoch FROM clock_timestamp() - statement_timestamp())::float8 AS waited
), input AS MATERIALIZED (
    SELECT nextval('ledger_seq') AS seq, lock.waited, t.* FROM lock, unnest({_ROWS.arrays})
    AS t({_ROWS.names})
), envelopes AS (
    INSERT INTO ledger_row (seq, at, name, subject_type, subject_id, controller_id, audiences,
        exercise_id, actor_kind, actor_id, actor_label, correlation_id, schema_version,
        payload_sha256, envelope_sha256)
    SELECT seq, %s, name, subject_type, subject_id, controller_id, audiences::text[],
        exercise_id, %s, %s, %s, %s, schema_version, payload_sha256, envelope_sha256 FROM input
), payloads AS (
    INSERT INTO ledger_payload (seq, body, salt) SELECT seq, body::jsonb, salt FROM input
), deliveries AS (
    INSERT INTO ledger_delivery (seq, subscriber, due_at, attempts)
    SELECT seq, subscriber, %s, 0 FROM input, unnest(subscribers::text[]) AS subscriber
)
SELECT max(seq), max(waited) FROM input
"""  # noqa: S608  constant column types


@dataclass(frozen=True, slots=True)
class Pending:
    """A row waiting for the end of its unit of work."""

    event: Event
    subject_type: str
    subject_id: str
    controller_id: int | None
    audiences: tuple[str, ...]
    exercise_id: int | None


def flush(unit: Unit) -> None:
    """Append the unit's rows and see that someone is woken after the commit."""
    salts = secrets.token_bytes(SALT_BYTES * len(unit.pending))
    rows = [
        _values(unit, row, salts[number * SALT_BYTES : (number + 1) * SALT_BYTES])
        for number, row in enumerate(unit.pending)
    ]
    deliveries = any(subscriptions.subscribers_of(row.event.name) for row in unit.pending)
    unit.pending.clear()
    insert = ask(
        INSERT,
        (
            LOCK,
            *_ROWS.of(rows),
            unit.now,
            unit.actor.kind.value,
            unit.actor.id,
            unit.actor.label,
            unit.correlation_id,
            unit.now,
        ),
        keep_plan=True,
    )
    # Read within the unit: what the database refuses must show before the commit.
    ((newest, waited),) = insert()
    LEDGER_LOCK_WAIT.observe(waited)
    transaction.on_commit(lambda: wake.wake(newest, deliveries=deliveries))


def _values(unit: Unit, row: Pending, salt: bytes) -> tuple[Any, ...]:
    body = canonical.canonical_json(row.event.payload())
    payload_sha256 = canonical.payload_digest(salt, body)
    envelope_sha256 = canonical.envelope_digest(
        at=unit.now,
        name=row.event.name,
        subject_type=row.subject_type,
        subject_id=row.subject_id,
        controller_id=row.controller_id,
        audiences=row.audiences,
        exercise_id=row.exercise_id,
        actor_kind=unit.actor.kind.value,
        actor_id=unit.actor.id,
        actor_label=unit.actor.label,
        correlation_id=unit.correlation_id,
        schema_version=row.event.schema_version,
        payload_sha256=payload_sha256,
    )
    return (
        row.event.name,
        row.subject_type,
        row.subject_id,
        row.controller_id,
        array_literal(row.audiences),
        row.exercise_id,
        row.event.schema_version,
        payload_sha256,
        envelope_sha256,
        body.decode(),
        salt,
        array_literal(subscriptions.subscribers_of(row.event.name)),
    )


def array_literal(values: Sequence[str]) -> str:
    """A text[] literal, since unnest would flatten an array of arrays."""
    quoted = ('"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"' for value in values)
    return "{" + ",".join(quoted) + "}"
