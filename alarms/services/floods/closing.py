"""Closing a flood's alarms by their common cause, in portions, each with its own ledger row.

Never fire, hold-up or trygghetslarm, which are in no flood; never burglary, which is closed only
with what was said and by whom (domain.md 00.10); and never what somebody has taken.
"""

from __future__ import annotations

import datetime as dt
import enum
from typing import Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from alarms.events import AlarmClosed, snapshot
from alarms.models import Alarm, AlarmNote, CloseCode, Flood
from alarms.services import waiting, zones
from alarms.services.closing import TEST_CODE, needs_statement
from alarms.services.desk import close_codes_for
from alarms.services.floods.common import PORTION, leader, locked_flood
from alarms.services.floods.declaring import CLOSED_AS
from alarms.services.holding import cleaned, person, tell, write_alike
from alarms.states import AlarmState
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.ledger.events import Code
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.errors import Invalid
from trygghetscentral.shared.portions import do_each

MOST_NOTE: Final = 4000
_CLOSED: Final = (
    *("state", "closed_at", "closed_by_id", "close_code_id", "unanswered", "voice_contact"),
    *("held", "held_until", "unheld_at", "again_at", "unparked_at", "parked_until"),
    *("acts_by", "escalation", "escalates_at"),
)


class Scope(enum.StrEnum):
    """Which of its alarms."""

    RESTORED = "restored"
    UNOWNED = "unowned"


def closable(flood: Flood, scope: Scope) -> QuerySet[Alarm]:
    """What may be closed together: nobody has it, and nobody was threatened there."""
    found = Alarm.objects.rows().filter(
        flood=flood, state=AlarmState.NEW, owner__isnull=True, duress_at__isnull=True
    )
    return found.filter(restored_at__isnull=False) if scope is Scope.RESTORED else found


def closable_codes(category: str) -> list[CloseCode]:
    """ "Larmflod", and the category's own causes but prov; none for what is closed one by one."""
    if needs_statement(category):
        return []
    own = [code for code in close_codes_for(category) if code.code != TEST_CODE]
    return [CloseCode.objects.get(category=category, code=CLOSED_AS), *own]


def close_portion(
    *,
    actor: Actor,
    now: dt.datetime,
    public_id: UUID,
    code: str,
    scope: Scope = Scope.RESTORED,
    note: str = "",
) -> int:
    """Close one portion (at most 500) of the flood's alarms with one cause; returns how many.

    Zero when none is left. Raises Forbidden for others than the shift lead, and Invalid for a
    code that is not the category's, a missing note, or a category that is closed one by one.
    """
    text = cleaned(note, most=MOST_NOTE, what=_("Anteckningen"))
    with unit_of_work(actor=actor, now=now):
        leader(actor, Permission.ALARM_CLOSE)
        flood = locked_flood(public_id)
        reason = _reason(flood, code, text)
        author = person(actor)
        alarms = _claim(closable(flood, scope))
        _close(alarms, reason, actor=actor, now=now)
        if text:
            AlarmNote.objects.bulk_create(
                AlarmNote(alarm=alarm, author_id=author, at=now, text=text) for alarm in alarms
            )
    return len(alarms)


def close_left_over(*, actor: Actor, now: dt.datetime) -> int:
    """Close one portion of each flood that a shift lead has asked to have closed at its end."""
    asked = Flood.objects.filter(ended_at__isnull=False, close_code__isnull=False)
    pks = list(asked.order_by("pk").values_list("pk", flat=True))
    return sum(_close_left_over(pk, actor=actor, now=now) for pk in pks)


def _close_left_over(flood_id: int, *, actor: Actor, now: dt.datetime) -> int:
    with unit_of_work(actor=actor, now=now):
        flood = (
            Flood.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
            .filter(pk=flood_id)
            .first()
        )
        reason = None if flood is None else flood.close_code
        if flood is None or reason is None:
            return 0
        alarms = _claim(closable(flood, Scope.RESTORED).filter(held=True))

        def act(rows: list[Alarm]) -> None:
            _close(rows, reason, actor=actor, now=now)

        done = do_each(alarms, act, what="flood.close")
        if done == len(alarms) < PORTION:
            flood.close_code = None
            flood.save(update_fields=("close_code",))
    return done


def _claim(rows: QuerySet[Alarm]) -> list[Alarm]:
    return list(rows.select_for_update(skip_locked=True).order_by("pk")[:PORTION])


def _close(alarms: list[Alarm], reason: CloseCode, *, actor: Actor, now: dt.datetime) -> None:
    for alarm in alarms:
        alarm.close_code = reason
        waiting.no_promises(alarm, actor=actor, now=now)
    waiting.stop_calls_of(alarms, actor=actor, now=now, reason="closed")
    write_alike(alarms, _CLOSED)
    zones.close_zones(alarms, actor=actor, now=now)
    for alarm in alarms:
        tell(AlarmClosed(alarm=snapshot(alarm), close_code=Code(reason.code)), alarm)


def _reason(flood: Flood, code: str, text: str) -> CloseCode:
    kept = _("Inga larm är avslutade.")
    if needs_statement(flood.category):
        raise Invalid(
            _("Inbrottslarm avslutas ett och ett, med vad som sades och av vem (00.10)."),
            code="flood_needs_statement",
            kept=kept,
        )
    reason = next((one for one in closable_codes(flood.category) if one.code == code), None)
    if reason is None:
        raise Invalid(_("Välj en orsak ur listan."), code="close_code", kept=kept)
    if reason.needs_note and not text:
        raise Invalid(
            _("”%(label)s” behöver en anteckning.") % {"label": reason.label},
            code="note_needed",
            kept=kept,
            todo=_("Skriv vad som har hänt."),
        )
    return reason
