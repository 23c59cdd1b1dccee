"""The database itself refuses to change what happened."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Field, ForeignObject

from tests.ledger.support import note
from trygghetscentral.ledger import services
from trygghetscentral.ledger.models import LedgerPayload, LedgerRow, Seal


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_row SET name = 'x'",
        "UPDATE ledger_row SET at = at",
        "DELETE FROM ledger_row",
        "TRUNCATE ledger_row",
        "UPDATE ledger_seal SET number = 9",
        "DELETE FROM ledger_seal",
        "TRUNCATE ledger_seal",
        "UPDATE ledger_payload SET body = '{}'",
        "UPDATE ledger_payload SET body = NULL, salt = NULL",
        "UPDATE ledger_payload SET seq = seq + 1",
        "DELETE FROM ledger_payload",
        "TRUNCATE ledger_payload",
        "TRUNCATE ledger_disposaldecision CASCADE",
    ],
)
@pytest.mark.django_db
def test_no_statement_changes_the_ledger(statement: str, now: dt.datetime) -> None:
    note(1, now=now)
    services.seal(now=now)

    with (
        pytest.raises(IntegrityError, match="liggaren"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        # A table with checks still waiting for the commit cannot be truncated anyway.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement)


@pytest.mark.django_db
def test_the_orm_is_refused_as_well(now: dt.datetime) -> None:
    note(1, now=now)
    row = LedgerRow.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        LedgerRow.objects.all().delete()


@pytest.mark.parametrize("model", [LedgerRow, Seal])
def test_the_ledger_points_at_nothing(model: type[LedgerRow] | type[Seal]) -> None:
    fields: list[Field[object, object]] = list(model._meta.get_fields())  # type: ignore[arg-type]
    assert not [field for field in fields if isinstance(field, ForeignObject)]


def test_a_payload_points_only_at_the_decision_that_erased_it() -> None:
    related = [
        field.name for field in LedgerPayload._meta.get_fields() if isinstance(field, ForeignObject)
    ]
    assert related == ["disposal"]
