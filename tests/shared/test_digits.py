"""Numbers out of addresses and forms: a key, or nothing; never an error."""

from __future__ import annotations

import pytest

from trygghetscentral.shared.digits import whole


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("0042", 42),
        ("9" * 18, 10**18 - 1),
        ("9" * 19, None),
        ("9" * 5_000, None),
        ("", None),
        ("-1", None),
        ("1.0", None),
        ("²", None),
        ("٣", None),
        (" 1", None),
    ],
)
def test_digits_are_a_number_and_nothing_else_is(text: str, number: int | None) -> None:
    assert whole(text) == number
