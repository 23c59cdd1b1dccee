"""What an acknowledgement link leads to."""

from __future__ import annotations

import datetime as dt

from trygghetscentral.callout.models import Delivery
from trygghetscentral.callout.tokens import hash_of


def call_behind(token: str, *, now: dt.datetime) -> Delivery | None:
    """The message that carried the link; None for a link that is unknown or too old."""
    return (
        Delivery.objects.select_related("call", "call__duty", "call__answered_by")
        .filter(token_hash=hash_of(token), token_expires_at__gt=now, user__is_active=True)
        .first()
    )
