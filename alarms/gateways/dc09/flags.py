"""Names of what was odd about a frame, kept with the signal so that a technician can see it."""

from __future__ import annotations

import enum


class Flag(enum.StrEnum):
    """A deviation that was tolerated or the reason why a frame was refused."""

    BAD_CRC = "bad-crc"
    BINARY_CRC = "binary-crc"
    CLEAR_TEXT = "clear-text"
    CLOCK = "clock"
    FOREIGN = "foreign-dialect"
    HEADER = "header"
    INNER_ACCOUNT = "inner-account"
    LENGTH = "length"
    NO_KEY = "no-key"
    NO_TIME = "no-time"
    RESYNCHRONISED = "resynchronised"
    TIME = "time"
    TOKEN = "token"  # noqa: S105  the word of the standard, not a secret
    TRAILING = "trailing"
    UNCLOSED = "unclosed"
    UNFINISHED = "unfinished"
    UNKNOWN_ACCOUNT = "unknown-account"
    UNKNOWN_CODE = "unknown-code"
    UNPARSABLE = "unparsable"
    WRONG_KEY = "wrong-key"
