"""Whole numbers that come from outside as text."""

from __future__ import annotations

# The most that PostgreSQL's bigint surely holds: 9 999 ... eighteen times.
MOST_DIGITS = 18


def whole(text: str) -> int | None:
    """A key or a count of at most eighteen digits 0-9; None for anything else.

    Longer ones are no key, and the database would refuse them as out of range.
    """
    if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS:
        return int(text)
    return None
