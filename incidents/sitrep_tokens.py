"""The receipt link's token: made again from the mail's id, kept only as a hash."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.utils.crypto import salted_hmac

from trygghetscentral.callout.tokens import hash_of

SALT = "incidents.sitrep_receipt"
LIFETIME = dt.timedelta(days=31)

__all__ = ["LIFETIME", "hash_of", "token_for"]


def token_for(dedupe_id: UUID) -> str:
    """The token in the link, the same for each attempt."""
    return salted_hmac(SALT, str(dedupe_id), algorithm="sha256").hexdigest()
