"""One alarm with all an operator needs beside it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from alarms.codes import classify
from alarms.models import Alarm, AlarmNote, CloseCode, Signal
from alarms.selectors.calls import HandPart, hand_part
from alarms.selectors.care import READABLE_AFTER_CLOSE, CarePart, care_part
from alarms.selectors.codes import needs_two_persons
from alarms.selectors.floods import flood_url
from alarms.selectors.history import HistoryLine, history_of
from alarms.selectors.moving import LeadPart, ParkPart, lead_part, park_part
from alarms.selectors.prov import ProvPart, prov_part
from alarms.selectors.rows import LIST_RELATIONS, AlarmRow, is_masked, row_of
from alarms.selectors.zones import ZonesPart, zones_part
from alarms.services.desk import close_codes_for
from alarms.states import WORKED_STATES, Action, AlarmState, may
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.places.models import SealedAccessCode, Site, SiteContact, SiteInstruction

MOST_SIGNALS = 50


@dataclass(frozen=True, slots=True)
class SitePart:
    """The objektskort's first lines."""

    name: str
    address: str
    url: str
    warnings: list[str]
    special_risk: str
    contacts: list[SiteContact]
    instructions: list[SiteInstruction]


@dataclass(frozen=True, slots=True)
class SignalLine:
    """One signal as the technician wants it."""

    received_at: dt.datetime
    code: str
    kind_label: str
    area: str
    zone: str
    text: str
    channel: str


@dataclass(frozen=True, slots=True)
class May:
    """What this user may do to this alarm in this state."""

    claim: bool
    release: bool
    note: bool
    progress: bool
    close: bool


@dataclass(frozen=True, slots=True)
class AlarmDetail:
    """What `alarms/_detail.html` shows."""

    row: AlarmRow
    site: SitePart | None
    signals: list[SignalLine]
    notes: list[AlarmNote]
    history: list[HistoryLine]
    close_codes: list[CloseCode]
    may: May
    code_url: str
    codes_need_two: bool
    position: tuple[float, float] | None
    prov: ProvPart | None
    calls_url: str
    park: ParkPart
    lead: LeadPart | None
    care: CarePart | None
    hand: HandPart
    flood_url: str
    zones: ZonesPart | None
    part_of: Alarm | None


def visible_alarms(user: User) -> QuerySet[Alarm]:
    """The door, with what a row needs."""
    return Alarm.objects.visible_to(user).select_related(
        *LIST_RELATIONS, "installation", "close_code", "lead"
    )


def detail_of(alarm: Alarm, *, user: User, now: dt.datetime) -> AlarmDetail:
    """Everything beside one alarm, in a fixed number of queries.

    Where a trygghetslarm is, and what was said about it, shows only to the one who has answered
    it, and not when it was closed more than 24 hours ago (domain.md 00.8).
    """
    owns = alarm.owner_id == user.pk
    hidden = is_masked(alarm) and not (owns and _is_recent(alarm, now))
    two = needs_two_persons(alarm, user.pk)
    return AlarmDetail(
        row=row_of(alarm),
        site=None if hidden or alarm.site is None else _site_part(alarm, alarm.site, now=now),
        signals=[] if hidden else _signals(alarm),
        notes=[] if hidden else list(alarm.notes.select_related("author")),
        history=history_of(alarm),
        close_codes=close_codes_for(alarm.category),
        may=_may(alarm, user),
        code_url="" if two or not owns else _code_url(alarm, user),
        codes_need_two=two and owns and bool(_code_url(alarm, user)),
        position=None if hidden or alarm.site is None else alarm.site.position,
        prov=prov_part(alarm, user=user, now=now),
        calls_url=_calls_url(alarm, user),
        park=park_part(alarm, user=user),
        lead=lead_part(alarm, user=user, now=now),
        care=care_part(alarm, user=user, now=now),
        hand=hand_part(alarm, user=user, hidden=hidden),
        flood_url=flood_url(alarm, user) if user.may(Permission.BOARD_LIVE) else "",
        zones=zones_part(alarm),
        part_of=alarm.lead,
    )


def _is_recent(alarm: Alarm, now: dt.datetime) -> bool:
    return alarm.closed_at is None or now <= alarm.closed_at + READABLE_AFTER_CLOSE


def _may(alarm: Alarm, user: User) -> May:
    owns = alarm.owner_id == user.pk
    handles = user.may(Permission.ALARM_CLAIM, alarm.controller_id)
    # A zone is worked with its row.
    is_open = alarm.state != AlarmState.CLOSED and alarm.lead_id is None
    return May(
        claim=handles and is_open and (alarm.owner_id is None or (owns and alarm.unanswered)),
        release=handles and owns and may(Action.RELEASE, alarm.state),
        note=handles and is_open,
        progress=handles and owns and alarm.state in WORKED_STATES,
        close=user.may(Permission.ALARM_CLOSE, alarm.controller_id)
        and owns
        and may(Action.CLOSE, alarm.state),
    )


def _calls_url(alarm: Alarm, user: User) -> str:
    if not user.may(Permission.DUTY_VIEW):
        return ""
    return reverse("callout:about", args=(alarm._meta.label_lower, alarm.pk))


def _code_url(alarm: Alarm, user: User) -> str:
    site = alarm.site
    if alarm.state == AlarmState.CLOSED or site is None:
        return ""
    if not user.may(Permission.SITE_ACCESS_CODE, site.controller_id):
        return ""
    if not SealedAccessCode.objects.filter(site=alarm.site_id, removed_at__isnull=True).exists():
        return ""
    return reverse("alarms:code", args=(alarm.public_id,))


def _site_part(alarm: Alarm, site: Site, *, now: dt.datetime) -> SitePart:
    warnings = [
        f"{warning.get_category_display()}: {warning.text}"
        for warning in site.warnings.all()
        if warning.valid_until is None or warning.valid_until > now
    ]
    steps = [step for step in site.instructions.all() if step.category in ("", alarm.category)]
    return SitePart(
        name=site.name,
        address=site.full_address,
        url=site.get_absolute_url(),
        warnings=warnings,
        special_risk=site.protection,
        contacts=list(site.contacts.all()),
        instructions=steps,
    )


def _signals(alarm: Alarm) -> list[SignalLine]:
    rows = Signal.objects.filter(alarm_id=alarm.pk).order_by("-id")[:MOST_SIGNALS]
    return [
        SignalLine(
            received_at=row.received_at,
            code=f"{row.qualifier}{row.code}",
            kind_label=classify(row.scheme, row.code, row.qualifier).label_sv
            if row.code
            else _("oläsbar"),
            area=row.area,
            zone=row.zone,
            text=row.text,
            channel=row.channel,
        )
        for row in rows
    ]
