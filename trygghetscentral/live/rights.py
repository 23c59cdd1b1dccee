"""What a reader may see of a stream, read fresh."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass

from django.conf import settings

from trygghetscentral.accounts import policy
from trygghetscentral.accounts.audiences import permission_of
from trygghetscentral.accounts.models import User, UserSession
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.accounts.selectors import audiences_for
from trygghetscentral.ledger.models import LedgerRow
from trygghetscentral.live.models import Presence
from trygghetscentral.live.registry import Stream


@dataclass(frozen=True, slots=True)
class Rights:
    """A reader's rights to one stream. `audiences` are those that its rows can have."""

    user_id: int
    audiences: frozenset[str]
    language: str
    level: str


class Gone(enum.StrEnum):
    """Why a socket is closed."""

    SIGNED_OUT = "signed_out"
    CLOSED = "closed"
    LOCKED = "locked"


def narrowed(audiences: frozenset[str], stream: Stream) -> frozenset[str]:
    """Those of the keys that the stream's rows are compared with."""
    return frozenset(
        one
        for one in audiences
        if (owner := permission_of(one)) is None or owner in stream.permissions
    )


def rights_of(user: User, stream: Stream, audiences: frozenset[str] | None = None) -> Rights | None:
    """The user's rights to the stream, None without its permission.

    Without `audiences` those that the instance has cached for the request are used.
    """
    everything = user.audiences() if audiences is None else audiences
    if not any(permission_of(one) in stream.permissions for one in everything):
        return None
    mine = narrowed(everything, stream)
    return Rights(user.pk, mine, user.language, stream.level_of(everything))


def fresh_rights(
    stream: Stream, *, user_id: int, session_key: str, now: dt.datetime
) -> Rights | Gone:
    """The rights as they are now, or why there are none any more."""
    session = UserSession.objects.filter(
        session_key=session_key, user_id=user_id, expire_date__gt=now
    ).first()
    user = User.objects.filter(pk=user_id).first()
    if user is None or not user.is_active:
        return Gone.CLOSED
    if session is None:
        return Gone.SIGNED_OUT
    audiences = audiences_for(user, at=now)
    if _is_over(session.get_decoded(), audiences, now):
        return Gone.SIGNED_OUT
    if Presence.objects.is_locked(session_key):
        return Gone.LOCKED
    return rights_of(user, stream, audiences) or Gone.CLOSED


def _is_over(session: dict[str, object], audiences: frozenset[str], now: dt.datetime) -> bool:
    """The same rules as a page request meets; a page left open does not keep its session alive."""
    if settings.MFA_REQUIRED and not session.get(policy.SECOND_FACTOR):
        return True
    signed_in_at = _moment(session.get(policy.SIGNED_IN_AT)) or now
    keeps = any(permission_of(one) is Permission.SESSION_SHIFT for one in audiences)
    why = policy.judge(
        signed_in_at=signed_in_at,
        seen_at=_moment(session.get(policy.SEEN_AT)) or signed_in_at,
        now=now,
        keeps_for_the_shift=keeps,
    )
    return why is not None


def _moment(stamp: object) -> dt.datetime | None:
    return dt.datetime.fromtimestamp(stamp, dt.UTC) if isinstance(stamp, int | float) else None


def changed_since(rights: Rights, stream: Stream, *, since: int, now: dt.datetime) -> bool:
    """Whether the reader's rights may have been others when the ledger stood at `since`.

    Grants that began or ran out in between are found by their dates, those given or taken by
    what the ledger says of the account.
    """
    told = LedgerRow.objects.filter(
        subject_type=User._meta.label_lower,
        subject_id=str(rights.user_id),
        seq__gt=since,
        name__in=RIGHTS_EVENTS,
    )
    if told.exists():
        return True
    at = LedgerRow.objects.filter(seq__lte=since).order_by("-seq").values_list("at", flat=True)
    then = at.first()
    user = User.objects.filter(pk=rights.user_id).first()
    if then is None or user is None:
        return user is None
    return narrowed(audiences_for(user, at=min(then, now)), stream) != rights.audiences


RIGHTS_EVENTS = (
    "account.role_granted",
    "account.grant_withdrawn",
    "account.group_joined",
    "account.group_left",
    "account.user_deactivated",
    "account.user_reactivated",
)
