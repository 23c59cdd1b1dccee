"""Columns in PostgreSQL's binary form say what psycopg would have said."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from trygghetscentral.shared.columns import Columns, column
from trygghetscentral.shared.statements import ask

STORABLE = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
STOCKHOLM_SUMMER = dt.timezone(dt.timedelta(hours=2))
VALUES: dict[str, list[Any]] = {
    "bool": [True, None, False],
    "bytea": [b"", b"\x00\xff", None],
    "bigint": [-(2**63), None, 2**63 - 1],
    "smallint": [-(2**15), 0, None],
    "int": [None, 2**31 - 1, -1],
    "text": ["", "Malmö – 日本 \\ \" ' {},", None],
    "float8": [12.936, None, -0.0],
    "timestamptz": [
        dt.datetime(1999, 12, 31, 23, 59, 59, 999999, tzinfo=dt.UTC),
        None,
        dt.datetime(2026, 7, 1, 2, 0, 0, 1, tzinfo=STOCKHOLM_SUMMER),
    ],
    "uuid": [UUID(int=0), None, UUID(int=2**128 - 1)],
}


def _back(kind: str, values: list[Any]) -> list[Any]:
    with transaction.atomic():
        ((there,),) = ask(f"SELECT %b::{kind}[]", (column(kind, values),))()
    return list(there)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", VALUES)
@pytest.mark.parametrize("cut", [slice(None), slice(0), slice(0, 1), slice(2, 3)])
def test_what_goes_in_comes_back(kind: str, cut: slice) -> None:
    values = VALUES[kind][cut]
    assert _back(kind, values) == values
    assert _back(kind, values * 3) == values * 3


@pytest.mark.django_db
@given(
    st.lists(st.none() | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
)
def test_any_text_comes_back(values: list[str | None]) -> None:
    assert _back("text", values) == values


@pytest.mark.django_db
def test_rows_are_turned_into_columns_in_their_order() -> None:
    pairs = Columns(name="text", number="int")
    with transaction.atomic():
        rows = ask(
            f"SELECT {pairs.names} FROM unnest({pairs.arrays}) AS t({pairs.names})",
            pairs.of([("b", 2), ("a", None)]),
        )
        assert rows() == [("b", 2), ("a", None)]


def test_a_value_of_another_kind_is_refused() -> None:
    with pytest.raises(AttributeError):
        column("text", [1])
    with pytest.raises(TypeError):
        column("timestamptz", [dt.datetime(2026, 7, 1)])  # noqa: DTZ001  naive on purpose
    with pytest.raises(KeyError):
        column("money", [1])
