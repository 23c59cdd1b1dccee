"""Re-encrypting everything with the current key, and signs of life."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.apps import apps
from django.db import transaction
from psycopg import sql

from trygghetscentral.shared import crypto
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import batch_cursor, unit_of_work
from trygghetscentral.shared.fields import EncryptedTextField

PORTION = 500

SELECT = sql.SQL(
    "SELECT {key}, {name} FROM {table}"
    " WHERE {name} <> '' AND split_part({name}, ':', 1) <> %s"
    " ORDER BY {key} LIMIT {portion} FOR UPDATE"
)
HEARTBEAT = """
INSERT INTO shared_heartbeat AS known (part, at) VALUES (%s, %s)
ON CONFLICT (part) DO UPDATE SET at = excluded.at
WHERE known.at < excluded.at - interval '1 second'
"""
UPDATE = sql.SQL("UPDATE {table} SET {name} = %s WHERE {key} = %s")


def encrypted_columns() -> Iterator[EncryptedTextField]:
    """Every encrypted column of the house."""
    for model in apps.get_models():
        for column in model._meta.local_concrete_fields:
            if isinstance(column, EncryptedTextField):
                yield column


def rotate_field_keys(*, actor: Actor, now: datetime) -> dict[str, int]:
    """Re-encrypt each value not yet under the current key; returns rows changed per column.

    Commits in portions, so it may be stopped and started again. Old keys must stay in FIELD_KEY
    until it has finished.
    """
    changed: dict[str, int] = {}
    for column in encrypted_columns():
        changed[column.context] = 0
        while count := _rotate_portion(column, actor=actor, now=now):
            changed[column.context] += count
    return changed


def _rotate_portion(column: EncryptedTextField, *, actor: Actor, now: datetime) -> int:
    names = {
        "table": sql.Identifier(column.model._meta.db_table),
        "name": sql.Identifier(str(column.column)),
        "key": sql.Identifier(str(column.model._meta.pk.column)),
        "portion": sql.Literal(PORTION),
    }
    with unit_of_work(actor=actor, now=now), batch_cursor() as cursor:
        cursor.execute(SELECT.format(**names), (crypto.current_key_id(),))
        rows = cursor.fetchall()
        for key, stored in rows:
            plain = crypto.decrypt(stored, context=column.context)
            cursor.execute(
                UPDATE.format(**names), (crypto.encrypt(plain, context=column.context), key)
            )
    return len(rows)


def note_heartbeat(*, part: str, now: datetime) -> None:
    """Note that `part` works. At most one write a second; not in the ledger, being no event."""
    with transaction.atomic(), batch_cursor() as cursor:
        cursor.execute(HEARTBEAT, (part, now))
