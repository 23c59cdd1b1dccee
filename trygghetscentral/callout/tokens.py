"""The acknowledgement link's token: made again from the delivery's id, kept only as a hash."""

from __future__ import annotations

import datetime as dt
import hashlib
from uuid import UUID

from django.utils.crypto import salted_hmac

SALT = "callout.acknowledgement"
LIFETIME = dt.timedelta(hours=12)


def token_for(dedupe_id: UUID) -> str:
    """The token in the link. The same for each attempt, so that a message sent twice is one."""
    return salted_hmac(SALT, str(dedupe_id), algorithm="sha256").hexdigest()


def hash_of(token: str) -> str:
    """What the database knows of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
