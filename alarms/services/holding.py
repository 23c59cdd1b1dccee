"""An alarm held locked while somebody acts on it, and who may."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from alarms.models import Alarm
from alarms.states import AlarmState
from trygghetscentral.ledger.events import Event
from trygghetscentral.ledger.services import record
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.errors import Conflict, Forbidden, Invalid, Missing


def locked(public_id: UUID) -> Alarm:
    """The open alarm, locked until the commit. Raises Missing, or Conflict for a closed one and,
    naming its row, for a zone of one."""
    # Without a join: a row that was waited for comes with its new columns, but with the joined
    # owner of before.
    alarm = Alarm.objects.select_for_update().filter(public_id=public_id).first()
    if alarm is None:
        raise Missing(_("Larmet finns inte."), code="alarm_missing")
    if alarm.state == AlarmState.CLOSED:
        raise Conflict(
            _("%(number)s är redan avslutat.") % {"number": alarm.number}, code="already_closed"
        )
    if alarm.lead is not None:
        raise Conflict(
            _("Larmet ingår i %(number)s.") % {"number": alarm.lead.number},
            code="part_of_row",
            kept=_("Larmet är oförändrat."),
            todo=_("Arbeta med det larmet."),
        )
    return alarm


def must_own(alarm: Alarm, actor: Actor) -> None:
    """Raise Conflict, naming the owner, or Forbidden when nobody has it."""
    if alarm.owner_id == actor.user_id and actor.user_id is not None:
        return
    if alarm.owner is not None:
        raise taken(alarm)
    raise Forbidden(_("Larmet är inte taget."), code="not_owner", todo=_("Ta larmet först."))


def taken(alarm: Alarm) -> Conflict:
    """The refusal that names who has it."""
    signature = alarm.owner.signature if alarm.owner else ""
    return Conflict(
        _("%(number)s är taget av %(who)s.") % {"number": alarm.number, "who": signature},
        code="taken",
        kept=_("Larmet är oförändrat."),
    )


def person(actor: Actor) -> int:
    """The key of the person acting. Raises Forbidden for the system."""
    if actor.user_id is None:
        raise Forbidden(_("Bara en person kan göra det."), code="no_person")
    return actor.user_id


def cleaned(text: str, *, most: int, what: str) -> str:
    """Free text without what a database cannot hold. Raises Invalid above `most` characters."""
    clean = text.replace("\x00", "").strip()
    if len(clean) > most:
        raise Invalid(
            _("%(what)s är för lång.") % {"what": what},
            code="too_long",
            kept=_("Inget sparades."),
            todo=_("Korta texten till högst %(most)s tecken.") % {"most": most},
        )
    return clean


def tell(event: Event, alarm: Alarm) -> None:
    """Record what happened to the alarm, for those who see it."""
    record(
        event,
        subject=alarm,
        controller_id=alarm.controller_id,
        audiences=alarm.audiences,
        exercise_id=alarm.exercise_id,
    )


def write_alike(alarms: Sequence[Alarm], fields: Sequence[str]) -> None:
    """Save the fields; one statement for all that become the same, nearly all of a portion."""
    alike: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for alarm in alarms:
        alike[tuple(getattr(alarm, name) for name in fields)].append(alarm.pk)
    for values, pks in alike.items():
        Alarm.objects.filter(pk__in=pks).update(**dict(zip(fields, values, strict=True)))
