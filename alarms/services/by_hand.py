"""An alarm that somebody rang about, put on the board by the operator who answered."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from alarms.by_hand import BY_CODE, ManualType
from alarms.codes import Category
from alarms.escalation import Level, next_at
from alarms.events import AlarmRaised, snapshot
from alarms.models import Alarm, AlarmType, Desk, Direction, Party
from alarms.selectors.by_hand import SHOWN_OPEN, open_at_place
from alarms.selectors.directory import alarm_audiences, centre_id
from alarms.services.calls import CallData, record_call
from alarms.services.correlation import SERIES
from alarms.services.desk import claim_alarm
from alarms.services.holding import cleaned, person, tell
from trygghetscentral.places.models import Area, Site
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.clock import local
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.errors import Conflict, Invalid
from trygghetscentral.shared.numbers import allocate

MOST_TEXT, MOST_ADDRESS = 500, 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What the caller said. `public_id` is made with the form, so that a form sent twice is one
    alarm. `audiences` are those of the person who reports, `seen` the open alarms of the place
    that the person has been shown."""

    public_id: UUID
    type_code: str
    site: Site | None = None
    city_area: Area | None = None
    address: str = ""
    text: str = ""
    caller: str = ""
    phone: str = ""
    audiences: frozenset[str] = frozenset()
    seen: frozenset[UUID] = frozenset()


def raise_by_hand(*, actor: Actor, now: dt.datetime, report: Report, take: bool) -> Alarm:
    """Put the alarm on the board with the call behind it, and take it when `take` says so.

    Raises Invalid without a type or a place, and Conflict when the same form has come before
    ("already_raised") or the place has an open alarm that the person has not been shown
    ("place_has_open"): somebody else was first.
    """
    kind = BY_CODE.get(report.type_code)
    if kind is None:
        raise Invalid(_("Välj vad larmet gäller."), code="no_type", kept=_kept())
    text = cleaned(report.text, most=MOST_TEXT, what=_("Texten"))
    address = cleaned(report.address, most=MOST_ADDRESS, what=_("Adressen"))
    _check_place(report, address)
    person(actor)
    with unit_of_work(actor=actor, now=now):
        # Holds the series until the commit: of two who report the same thing at once, the
        # second looks when the first one's alarm can be seen.
        number = allocate(series=SERIES, year=local(now).year)
        already = Alarm.objects.filter(public_id=report.public_id).first()
        if already is not None:
            raise Conflict(
                _("Larmet är redan upplagt som %(number)s.") % {"number": already.number},
                code="already_raised",
            )
        _refuse_unseen(report, address)
        alarm = _alarm(report, kind, number=number, text=text, address=address, now=now)
        alarm.save(force_insert=True)
        tell(AlarmRaised(alarm=snapshot(alarm)), alarm)
        record_call(
            actor=actor,
            now=now,
            public_id=alarm.public_id,
            call=CallData(
                whom=Party.CALLER,
                direction=Direction.IN,
                name=report.caller,
                phone=report.phone,
                place=address if _is_hidden(kind) else "",
                note=text if _is_hidden(kind) else "",
            ),
        )
        if take:
            alarm = claim_alarm(actor=actor, now=now, public_id=alarm.public_id)
    return alarm


def _alarm(
    report: Report,
    kind: ManualType,
    *,
    number: str,
    text: str,
    address: str,
    now: dt.datetime,
) -> Alarm:
    row = AlarmType.objects.get(code=kind.code)
    site, area = report.site, report.city_area
    controller_id = site.controller_id if site else centre_id()
    hidden = _is_hidden(kind)
    desk = Desk.objects.filter(code=kind.desk, active=True).first() if kind.desk else None
    target = None if row.target_seconds is None else dt.timedelta(seconds=row.target_seconds)
    return Alarm(
        public_id=report.public_id,
        number=number,
        category=kind.category,
        kind=kind.kind,
        type=row,
        priority=row.priority,
        signalled_priority=row.priority,
        text="" if hidden else text,
        area_label="" if hidden or site else address,
        site=site,
        city_area_id=site.area_id if site else (area.pk if area else None),
        controller_id=controller_id,
        audiences=list(alarm_audiences(controller_id, site.restricted_group_id if site else None)),
        desk=desk,
        routed_at=now if desk else None,
        received_at=now,
        last_signal_at=now,
        waiting_since=now,
        signal_count=0,
        target_seconds=row.target_seconds,
        target_at=None if target is None else now + target,
        limit_seconds=row.limit_seconds,
        escalates_at=next_at(
            level=Level.NONE, priority=row.priority, limit_seconds=row.limit_seconds, since=now
        ),
        longitude=site.position.longitude if site and site.position else None,
        latitude=site.position.latitude if site and site.position else None,
    )


def _is_hidden(kind: ManualType) -> bool:
    # Where a trygghetslarm is, and why, stands on no row (domain.md 00.8).
    return kind.category == Category.MEDICAL


def _check_place(report: Report, address: str) -> None:
    if report.site is not None and report.site.closed_at is not None:
        raise Invalid(_("Objektet är avslutat."), code="site_closed", kept=_kept())
    if report.site is None and not address and report.city_area is None:
        raise Invalid(
            _("Det saknas en plats."),
            code="no_place",
            kept=_kept(),
            todo=_("Välj ett objekt, skriv en adress eller välj ett stadsområde."),
        )


def _refuse_unseen(report: Report, address: str) -> None:
    found = open_at_place(
        report.audiences, site_id=report.site.pk if report.site else None, address=address
    )
    shown = found.values_list("public_id", "number")[:SHOWN_OPEN]
    unseen = [number for public_id, number in shown if public_id not in report.seen]
    if unseen:
        raise Conflict(
            _("Platsen har redan ett öppet larm: %(numbers)s.") % {"numbers": ", ".join(unseen)},
            code="place_has_open",
            kept=_kept(),
            todo=_("Välj om samtalet gäller det larmet eller ett nytt."),
        )


def _kept() -> str:
    return _("Inget larm är upplagt. Det du skrev står kvar.")
