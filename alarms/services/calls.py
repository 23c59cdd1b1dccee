"""Calls and dispatches: whom, when, by what channel, with what result.

Whatever is free text or about a person goes into the call's own protected row; the ledger gets
codes. An outgoing call or a dispatch is an act: it takes an alarm that nobody has.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from alarms.call_events import AlarmCalled, AlarmDispatched
from alarms.events import snapshot
from alarms.fire import awaits_rescue
from alarms.models import (
    SENT_OUT,
    Alarm,
    AlarmCall,
    CallChannel,
    CallKind,
    CallResult,
    Direction,
    Party,
)
from alarms.services import waiting
from alarms.services.desk import claim_alarm
from alarms.services.holding import cleaned, locked, must_own, person, tell
from alarms.states import Action, AlarmState, may, target_of
from trygghetscentral.ledger.events import Code
from trygghetscentral.places.models import SiteContact
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.errors import Conflict, Invalid

MOST_NAME, MOST_PHONE, MOST_PLACE, MOST_NOTE = 120, 40, 200, 4000
REACHED: Final = (CallResult.ANSWERED, CallResult.ON_THE_WAY, CallResult.ARRIVED)
STEPS: Final = {"on_the_way": "on_the_way_at", "arrived": "arrived_at", "done": "done_at"}
DECLINED: Final = "declined"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallData:
    """One call as it was. Codes as in `alarms.models.calls`; the texts may be empty."""

    whom: str
    direction: str = Direction.OUT
    channel: str = CallChannel.PHONE
    result: str = CallResult.ANSWERED
    contact_id: int | None = None
    name: str = ""
    phone: str = ""
    place: str = ""
    note: str = ""


def record_call(*, actor: Actor, now: dt.datetime, public_id: UUID, call: CallData) -> AlarmCall:
    """Write down a call. Anyone who may handle alarms may, also on another's.

    Raises Invalid for codes that do not exist, a contact of another site or too long a text, and
    Conflict when the alarm is closed.
    """
    _check_codes(call)
    author_id = person(actor)
    with unit_of_work(actor=actor, now=now):
        alarm = locked(public_id)
        if call.direction == Direction.OUT:
            alarm = _taken_if_free(alarm, actor=actor, now=now)
        row = _row(alarm, call, author_id=author_id, now=now)
        row.save(force_insert=True)
        if call.whom == Party.RESCUE_SERVICE and call.result in REACHED and _out(call):
            _rescue_called(alarm, now=now)
        _act(alarm, Action.VERIFY, actor=actor, now=now)
        tell(
            AlarmCalled(
                alarm=snapshot(alarm),
                call_id=row.pk,
                direction=Code(row.direction),
                whom=Code(row.whom),
                channel=Code(row.channel),
                result=Code(row.result),
            ),
            alarm,
        )
    return row


def dispatch(
    *,
    actor: Actor,
    now: dt.datetime,
    public_id: UUID,
    whom: str,
    channel: str = CallChannel.PHONE,
    name: str = "",
    phone: str = "",
    note: str = "",
) -> AlarmCall:
    """Send somebody out: `at` is when they were alarmed. Only the owner sends; an alarm that
    nobody has is taken by it.

    The same party of the same name is sent once: pressing again gives the dispatch there is.
    Raises Invalid for a party that is not sent out, Conflict when somebody else has the alarm.
    """
    if whom not in SENT_OUT:
        raise Invalid(_("Välj vem som skickas."), code="no_such_party")
    call = CallData(whom=whom, channel=channel, name=name, phone=phone, note=note)
    _check_codes(call)
    author_id = person(actor)
    with unit_of_work(actor=actor, now=now):
        alarm = _taken_if_free(locked(public_id), actor=actor, now=now)
        must_own(alarm, actor)
        row = _row(alarm, call, author_id=author_id, now=now)
        row.kind, row.result = CallKind.DISPATCH, ""
        same = _already_sent(alarm, row)
        if same is not None:
            return same
        row.save(force_insert=True)
        if whom == Party.RESCUE_SERVICE:
            _rescue_called(alarm, now=now)
        _act(alarm, Action.PROGRESS, actor=actor, now=now)
        _told(alarm, row, "alarmed")
    return row


def step_dispatch(
    *, actor: Actor, now: dt.datetime, public_id: UUID, call_id: int, step: str
) -> AlarmCall:
    """Say that who was sent is on the way, on site, done, or will not come.

    Any operator may, since it is told to whoever answers the radio. A step that is taken stays
    as it was. Raises Invalid for an unknown step and Conflict when the dispatch has ended.
    """
    if step != DECLINED and step not in STEPS:
        raise Invalid(_("Steget finns inte."), code="no_such_step")
    with unit_of_work(actor=actor, now=now):
        alarm = locked(public_id)
        row = (
            AlarmCall.objects.select_for_update()
            .filter(pk=call_id, alarm=alarm, kind=CallKind.DISPATCH)
            .first()
        )
        if row is None:
            raise Invalid(_("Utskicket finns inte på det här larmet."), code="no_such_dispatch")
        if _has_step(row, step):
            return row
        if row.done_at is not None or row.result == DECLINED:
            raise Conflict(_("Utskicket är redan avslutat."), code="dispatch_over")
        if step == DECLINED:
            row.result = CallResult.DECLINED
        else:
            setattr(row, STEPS[step], now)
        row.save()
        _act(alarm, None, actor=actor, now=now)
        _told(alarm, row, step)
    return row


def _has_step(row: AlarmCall, step: str) -> bool:
    if step == DECLINED:
        return row.result == CallResult.DECLINED
    return getattr(row, STEPS[step]) is not None


def _out(call: CallData) -> bool:
    return call.direction == Direction.OUT


def _check_codes(call: CallData) -> None:
    known = (
        call.whom in Party.values
        and call.direction in Direction.values
        and call.channel in CallChannel.values
        and call.result in CallResult.values
    )
    if not known:
        raise Invalid(
            _("Välj vem, väg och resultat ur listorna."),
            code="call_codes",
            kept=_("Samtalet är inte antecknat."),
        )


def _taken_if_free(alarm: Alarm, *, actor: Actor, now: dt.datetime) -> Alarm:
    mine_again = alarm.owner_id == actor.user_id and alarm.unanswered
    if alarm.owner_id is None or mine_again:
        return claim_alarm(actor=actor, now=now, public_id=alarm.public_id)
    return alarm


def _row(alarm: Alarm, call: CallData, *, author_id: int, now: dt.datetime) -> AlarmCall:
    contact = _contact(alarm, call.contact_id)
    name = cleaned(call.name, most=MOST_NAME, what=_("Namnet"))
    phone = cleaned(call.phone, most=MOST_PHONE, what=_("Telefonnumret"))
    return AlarmCall(
        alarm=alarm,
        at=now,
        author_id=author_id,
        direction=call.direction,
        whom=call.whom,
        contact=contact,
        name=name or (contact.name if contact else ""),
        phone=phone or (contact.phone if contact else ""),
        place=cleaned(call.place, most=MOST_PLACE, what=_("Platsen")),
        note=cleaned(call.note, most=MOST_NOTE, what=_("Anteckningen")),
        channel=call.channel,
        result=call.result,
    )


def _contact(alarm: Alarm, contact_id: int | None) -> SiteContact | None:
    if contact_id is None:
        return None
    contact = SiteContact.objects.filter(pk=contact_id).first()
    if contact is None or contact.site_id != alarm.site_id:
        raise Invalid(
            _("Kontakten står inte längre på objektskortet."),
            code="no_such_contact",
            kept=_("Samtalet är inte antecknat."),
        )
    return contact


def _already_sent(alarm: Alarm, row: AlarmCall) -> AlarmCall | None:
    # Names are encrypted, so they are compared here and not by the database.
    open_ones = AlarmCall.objects.filter(
        alarm=alarm, kind=CallKind.DISPATCH, whom=row.whom, result="", done_at__isnull=True
    )
    return next((sent for sent in open_ones if sent.name == row.name), None)


def _rescue_called(alarm: Alarm, *, now: dt.datetime) -> None:
    if awaits_rescue(alarm):
        alarm.target_met_at = now


def _act(alarm: Alarm, action: Action | None, *, actor: Actor, now: dt.datetime) -> None:
    if alarm.owner_id == actor.user_id:
        waiting.acted(alarm)
        # A call does not take an alarm back from "Åtgärd pågår".
        forward = action is Action.PROGRESS or alarm.state == AlarmState.ACKNOWLEDGED
        if action is not None and forward and may(action, alarm.state):
            alarm.state = target_of(action, alarm.state)
    alarm.save(update_fields=("state", "acts_by", "target_met_at"))


def _told(alarm: Alarm, row: AlarmCall, step: str) -> None:
    tell(
        AlarmDispatched(
            alarm=snapshot(alarm), call_id=row.pk, whom=Code(row.whom), step=Code(step)
        ),
        alarm,
    )
