"""Parking: the owner waits for something, and the alarm comes back by itself.

A new activation ends the parking at once (`WorkingAlarm.activate`); the time that runs out is
`returning.unpark_due`. It comes back to its owner if present, else to the queue, since an alarm
that waits for somebody who has gone home waits for nobody.
"""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from alarms.events import AlarmParked, AlarmUnparked, snapshot
from alarms.models import Alarm, AlarmNote
from alarms.services import waiting
from alarms.services.holding import cleaned, locked, must_own, person, tell
from alarms.states import Action, ParkReason, target_of
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.errors import Conflict, Invalid

MOST_NOTE_CHARACTERS = 4000


def park_alarm(
    *,
    actor: Actor,
    now: dt.datetime,
    public_id: UUID,
    until: dt.datetime,
    reason: str,
    note: str = "",
) -> Alarm:
    """Park one's own alarm until a moment at most `ALARM_PARK_HOURS` ahead.

    Raises Invalid for a moment that has passed or is too far ahead, for an unknown reason, and
    for "annat" without a note; Conflict when the alarm waits for an answer.
    """
    kept = _("Larmet är inte parkerat.")
    if reason not in ParkReason.values:
        raise Invalid(_("Välj vad larmet väntar på."), code="park_reason", kept=kept)
    text = cleaned(note, most=MOST_NOTE_CHARACTERS, what=_("Anteckningen"))
    if reason == ParkReason.OTHER and not text:
        raise Invalid(_("Skriv vad larmet väntar på."), code="note_needed", kept=kept)
    _within(until, now=now, kept=kept)
    with unit_of_work(actor=actor, now=now):
        alarm = locked(public_id)
        must_own(alarm, actor)
        if alarm.unanswered:
            raise Conflict(
                _("Larmet är inte besvarat."),
                code="unanswered",
                kept=kept,
                todo=_("Ta larmet igen först."),
            )
        alarm.state = target_of(Action.PARK, alarm.state)
        alarm.parked_until = until
        waiting.acted(alarm)
        alarm.save()
        if text:
            AlarmNote.objects.create(alarm=alarm, author_id=person(actor), at=now, text=text)
        tell(AlarmParked(alarm=snapshot(alarm), reason=ParkReason(reason)), alarm)
    return alarm


def unpark_alarm(*, actor: Actor, now: dt.datetime, public_id: UUID) -> Alarm:
    """Take one's own alarm out of its parking before the time; it is answered already."""
    with unit_of_work(actor=actor, now=now):
        alarm = locked(public_id)
        must_own(alarm, actor)
        alarm.state = target_of(Action.UNPARK, alarm.state)
        alarm.parked_until = None
        waiting.must_act(alarm, now=now)
        alarm.save()
        tell(AlarmUnparked(alarm=snapshot(alarm), due=False), alarm)
    return alarm


def _within(until: dt.datetime, *, now: dt.datetime, kept: str) -> None:
    if until <= now:
        raise Invalid(_("Tiden har redan passerat."), code="park_passed", kept=kept)
    hours = settings.ALARM_PARK_HOURS
    if until > now + dt.timedelta(hours=hours):
        raise Invalid(
            _("Ett larm kan vara parkerat i högst %(hours)s timmar.") % {"hours": hours},
            code="park_too_long",
            kept=kept,
        )
