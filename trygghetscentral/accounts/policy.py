"""How long a session lasts (design.md 7): an office hour of silence, or a shift."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from trygghetscentral.accounts.events import SignOutReason

SIGNED_IN_AT = "tc_signed_in_at"
SEEN_AT = "tc_seen_at"
SECOND_FACTOR = "tc_second_factor"

# Writing the session on every request would lock its row for each fragment of a live page.
SEEN_STEP = timedelta(minutes=1)


def idle_limit() -> timedelta:
    """How long an office session may be silent."""
    return timedelta(minutes=settings.SESSION_IDLE_MINUTES)


def shift_limit() -> timedelta:
    """How long any session may last, counted from sign-in."""
    return timedelta(hours=settings.SESSION_SHIFT_HOURS)


def judge(
    *, signed_in_at: datetime, seen_at: datetime, now: datetime, keeps_for_the_shift: bool
) -> SignOutReason | None:
    """Why the session is over at `now`, or None while it is not."""
    if now - signed_in_at >= shift_limit():
        return SignOutReason.SHIFT_OVER
    if not keeps_for_the_shift and now - seen_at >= idle_limit():
        return SignOutReason.IDLE
    return None
