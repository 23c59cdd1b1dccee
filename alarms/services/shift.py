"""Signing on to desks, being away, and signing off without leaving an alarm behind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alarms.events import AlarmReleased, snapshot
from alarms.models import Alarm, Desk, DeskSignOn
from alarms.selectors.directory import centre_id
from alarms.selectors.shift import present_user_ids
from alarms.services import waiting
from alarms.services.holding import tell
from alarms.shift_events import (
    AlarmHandedOver,
    DeskAway,
    DeskSignedOff,
    DeskSignedOn,
    SignOffCause,
)
from alarms.states import AlarmState
from trygghetscentral.accounts.audiences import key
from trygghetscentral.accounts.events import SignedIn
from trygghetscentral.accounts.models import User, UserSession
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.accounts.policy import SIGNED_IN_AT
from trygghetscentral.ledger.events import Event
from trygghetscentral.ledger.models import LedgerRow
from trygghetscentral.ledger.services import record
from trygghetscentral.live.models import Presence
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.errors import Conflict, Forbidden, Invalid

TO_QUEUE = None


def sign_on(*, actor: Actor, now: dt.datetime, desk_ids: Collection[int]) -> None:
    """Work exactly these desks from now: others are left, those one has already stay as they are.

    Raises Invalid when none is named or one is not in use. Leaving all of them is `sign_off`.
    """
    with unit_of_work(actor=actor, now=now):
        user = _locked_person(actor)
        mine = {row.desk_id: row for row in _fresh_sign_ons(user, now)}
        wanted = set(Desk.objects.filter(active=True, pk__in=desk_ids).values_list("pk", flat=True))
        if not wanted or wanted != set(desk_ids):
            raise Invalid(
                _("Välj minst en larmplats som är i bruk."),
                code="no_desk",
                kept=_("Inget har ändrats."),
            )
        _end((mine[pk] for pk in mine.keys() - wanted), now=now, cause=SignOffCause.BY_HAND)
        for pk in sorted(wanted - mine.keys()):
            row = DeskSignOn.objects.create(user=user, desk_id=pk, signed_on_at=now)
            _tell(DeskSignedOn(user_id=user.pk, desk_id=pk), row)


def set_away(*, actor: Actor, now: dt.datetime, away: bool) -> int:
    """Say that one is away from one's desks, or back; returns how many desks that concerns.

    Raises Conflict for somebody who works none.
    """
    with unit_of_work(actor=actor, now=now):
        user = _locked_person(actor)
        rows = [row for row in _open_sign_ons(user) if (row.away_since is not None) != away]
        if not rows and not _open_sign_ons(user):
            raise _not_signed_on()
        for row in rows:
            row.away_since = now if away else None
            row.save(update_fields=("away_since",))
            _tell(DeskAway(user_id=user.pk, desk_id=row.desk_id, away=away), row)
    return len(rows)


def sign_off(
    *, actor: Actor, now: dt.datetime, to: Mapping[UUID, int | None] | None = None
) -> list[Alarm]:
    """Leave every desk; returns the alarms that got another owner or went to the queue.

    `to` says for each open alarm one owns, parked ones too, who gets it: a user who is present,
    or `TO_QUEUE`. Age and target stay. Raises Conflict when an alarm has no taker, and nothing is
    then changed; Forbidden or Conflict when the colleague may not have it or has just left.
    """
    chosen = dict(to or {})
    with unit_of_work(actor=actor, now=now):
        user = _locked_person(actor)
        rows = _open_sign_ons(user)
        if not rows:
            raise _not_signed_on()
        owned = list(
            Alarm.objects.select_for_update()
            .filter(owner_id=user.pk)
            .exclude(state=AlarmState.CLOSED)
            .order_by("pk")
        )
        _refuse_without_taker(owned, chosen)
        takers = _takers({pk for pk in chosen.values() if pk is not None}, user, now)
        for alarm in owned:
            taker_id = chosen[alarm.public_id]
            if taker_id is None:
                _to_queue(alarm, now)
            else:
                _hand_over(alarm, takers[taker_id], now)
        _end(rows, now=now, cause=SignOffCause.BY_HAND)
    return owned


def leave_when_signed_out(*, actor: Actor, now: dt.datetime, user_id: int) -> int:
    """Leave the desks of somebody whose last session has ended; returns how many.

    Nobody's alarms are moved here: the rule about owners who are gone returns them
    (domain.md 00.9).
    """
    with unit_of_work(actor=actor, now=now):
        user = User.objects.select_for_update(no_key=True).get(pk=user_id)
        if UserSession.objects.filter(user_id=user_id, expire_date__gt=now).exists():
            return 0
        rows = _open_sign_ons(user)
        _end(rows, now=now, cause=SignOffCause.SIGNED_OUT)
    return len(rows)


def leave_when_signed_in(*, actor: Actor, now: dt.datetime, user_id: int, at: dt.datetime) -> int:
    """Leave the desks that somebody who signed in at `at` had from before and no longer sits at;
    returns how many. A sign-on ends with its session, also when nobody ended that.
    """
    with unit_of_work(actor=actor, now=now):
        user = User.objects.select_for_update(no_key=True).get(pk=user_id)
        if _sits_since_before(user, at, now):
            return 0
        rows = [row for row in _open_sign_ons(user) if row.signed_on_at < at]
        _end(rows, now=now, cause=SignOffCause.FORGOTTEN)
    return len(rows)


def _sits_since_before(user: User, at: dt.datetime, now: dt.datetime) -> bool:
    """Whether a workstation that the user signed in at before `at` is still theirs."""
    alive = Presence.objects.around(now).filter(user=user).values("session_key")
    sessions = UserSession.objects.filter(user_id=user.pk, session_key__in=alive)
    begun = (session.get_decoded().get(SIGNED_IN_AT) for session in sessions)
    return any(isinstance(one, int | float) and one < at.timestamp() for one in begun)


def empty_desk(*, actor: Actor, now: dt.datetime, desk_id: int) -> None:
    """Have everybody leave a desk that is switched off."""
    with unit_of_work(actor=actor, now=now):
        rows = DeskSignOn.objects.select_for_update().filter(desk_id=desk_id, ended_at=None)
        _end(rows.order_by("pk"), now=now, cause=SignOffCause.DESK_CLOSED)


def _locked_person(actor: Actor) -> User:
    # The user's row is what two of one person's own tabs wait for.
    user: User | None = User.objects.select_for_update(no_key=True).filter(pk=actor.user_id).first()
    if user is None or user.is_service:
        raise Forbidden(_("Bara en person kan arbeta vid en larmplats."), code="no_person")
    return user


def _open_sign_ons(user: User) -> list[DeskSignOn]:
    open_ones = DeskSignOn.objects.select_for_update().filter(user=user, ended_at=None)
    return list(open_ones.order_by("pk"))


def _fresh_sign_ons(user: User, now: dt.datetime) -> list[DeskSignOn]:
    """Those that still count; the others were forgotten, and end."""
    rows = _open_sign_ons(user)
    standing = set(DeskSignOn.objects.standing(now).filter(user=user).values_list("pk", flat=True))
    begun = _latest_sign_in(user)
    if begun is not None and not _sits_since_before(user, begun, now):
        # Who chooses at once after signing in must not lose it to what is told of the sign-in.
        standing -= {row.pk for row in rows if row.signed_on_at < begun}
    _end((row for row in rows if row.pk not in standing), now=now, cause=SignOffCause.FORGOTTEN)
    return [row for row in rows if row.pk in standing]


def _latest_sign_in(user: User) -> dt.datetime | None:
    told = LedgerRow.objects.filter(
        name=SignedIn.name, subject_type=User._meta.label_lower, subject_id=str(user.pk)
    )
    return told.order_by("-seq").values_list("at", flat=True).first()


def _end(rows: Iterable[DeskSignOn], *, now: dt.datetime, cause: SignOffCause) -> None:
    for row in rows:
        row.ended_at = now
        row.save(update_fields=("ended_at",))
        _tell(DeskSignedOff(user_id=row.user_id, desk_id=row.desk_id, cause=cause), row)


def _refuse_without_taker(owned: list[Alarm], chosen: Mapping[UUID, int | None]) -> None:
    left = [alarm for alarm in owned if alarm.public_id not in chosen]
    if left:
        count = len(left)
        raise Conflict(
            ngettext(
                "Du har %(count)s öppet larm som ingen tar över.",
                "Du har %(count)s öppna larm som ingen tar över.",
                count,
            )
            % {"count": count},
            code="owns_alarms",
            kept=_("Du är kvar på dina larmplatser."),
            todo=_("Välj en kollega eller kön för varje larm."),
        )


def _takers(ids: set[int], user: User, now: dt.datetime) -> dict[int, User]:
    if user.pk in ids:
        raise Invalid(_("Du kan inte lämna ett larm till dig själv."), code="to_oneself")
    if ids - present_user_ids(now):
        raise Conflict(
            _("Den du valde är inte längre på plats."),
            code="taker_gone",
            kept=_("Inget larm har flyttats."),
            todo=_("Välj någon annan eller kön."),
        )
    return {taker.pk: taker for taker in User.objects.filter(pk__in=ids)}


def _to_queue(alarm: Alarm, now: dt.datetime) -> None:
    waiting.to_queue(alarm, now=now)
    alarm.save()
    tell(AlarmReleased(alarm=snapshot(alarm)), alarm)


def _hand_over(alarm: Alarm, taker: User, now: dt.datetime) -> None:
    if not taker.may(Permission.ALARM_CLAIM, alarm.controller_id) or not (
        taker.audiences(Permission.ALARM_VIEW) & set(alarm.audiences)
    ):
        raise Forbidden(
            _("%(who)s får inte handlägga %(number)s.")
            % {"who": taker.signature, "number": alarm.number},
            code="taker_may_not",
            kept=_("Inget larm har flyttats."),
        )
    before = alarm.owner_id
    if alarm.state == AlarmState.PARKED:
        # What it waits for is the same; nothing is to be done before that.
        alarm.owner_id = taker.pk
        alarm.owned_since = now
    else:
        waiting.owned(alarm, user_id=taker.pk, now=now)
        if alarm.unanswered:
            # It sounds, and is escalated: nothing is to be done with it before the answer.
            alarm.acts_by = None
    alarm.save()
    tell(AlarmHandedOver(alarm=snapshot(alarm), from_owner_id=before), alarm)


def _not_signed_on() -> Conflict:
    return Conflict(
        _("Du är inte påloggad på någon larmplats."),
        code="not_signed_on",
        kept=_("Inget har ändrats."),
    )


def _tell(event: Event, row: DeskSignOn) -> None:
    centre = centre_id()
    record(
        event,
        subject=row,
        controller_id=centre,
        audiences=[key(Permission.DUTY_VIEW, centre)],
    )
