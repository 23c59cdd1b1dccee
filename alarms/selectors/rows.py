"""An alarm as one line of a list. The same for every reader: nothing here depends on who looks."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from alarms.codes import Category, classify
from alarms.escalation import Level
from alarms.fire import RESCUE_WORDS, awaits_rescue, rescue_call
from alarms.models import Alarm
from alarms.prov import is_test
from alarms.services.correlation import UNKNOWN_ACCOUNT_KIND
from alarms.services.intake.links import LINK_KIND
from alarms.services.reception import SILENT_KIND
from alarms.states import AlarmState
from trygghetscentral.shared.clock import local

NAMED_BY_TYPE = (Category.FIRE, Category.HOLDUP, Category.MEDICAL, Category.BURGLARY)
LIST_RELATIONS = ("type", "site", "city_area", "owner", "controller", "desk", "installation")


@dataclass(frozen=True, slots=True)
class WaitMarks:
    """Who has been told that nobody answers, and how it is parked or came back from that or from
    a larmflod."""

    escalation: str
    escalation_label: str
    unparked_at: dt.datetime | None
    parked_until: dt.datetime | None
    unheld_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class AlarmRow:
    """What `alarms/_row.html` shows. `masked` hides where a trygghetslarm is (domain.md 00.8);
    `prov` is only a test (00.11). `zones` is how many it has, 0 for a row of one; `runaway`
    says that it sounds too often to be heard each time."""

    public_id: UUID
    number: str
    sort: str
    seq: int
    priority: int
    category: str
    kind_label: str
    site_name: str
    place_line: str
    zone_line: str
    text: str
    state: str
    state_label: str
    desk_id: int | None
    owner_id: int | None
    owner_signature: str
    received_at: dt.datetime
    waiting_since: dt.datetime
    target_at: dt.datetime | None
    acknowledged_at: dt.datetime | None
    signal_count: int
    again: bool
    unanswered: bool
    waits: WaitMarks
    restored: bool
    controller_name: str
    city_area: str
    masked: bool
    duress: bool
    rescue: str
    awaits_rescue: bool
    prov: bool
    zones: int
    runaway: bool


def sort_key(alarm: Alarm) -> str:
    """Worst first: priority, unanswered, longest waiting. Sorts as text like `worst_first`."""
    waiting = int(alarm.waiting_since.timestamp() * 1_000_000)
    return f"{alarm.priority}|{0 if alarm.unanswered else 1}|{waiting:017d}|{alarm.pk:012d}"


def is_masked(alarm: Alarm) -> bool:
    """Whether lists show only "Trygghetslarm" and the stadsområde (domain.md 00.8)."""
    return alarm.category == Category.MEDICAL


def kind_label(alarm: Alarm) -> str:
    """Named as an alarm, not as a crime (ui.md, Words)."""
    if alarm.kind == UNKNOWN_ACCOUNT_KIND:
        return _("Okänt abonnemang")
    if alarm.kind == LINK_KIND:
        return _("Tappad förbindelse")
    if alarm.kind == SILENT_KIND:
        return _("Mottagningen svarar inte")
    if alarm.kind == "security.refused":
        return _("Avvisad larmsändare")
    if alarm.kind == "unknown.unparsable":
        return _("Oläsbar händelse")
    if alarm.category in NAMED_BY_TYPE and alarm.kind.endswith(".alarm"):
        return alarm.type.label
    scheme, _colon, code = alarm.code.partition(":")
    if scheme == "CID" and code:
        return classify(scheme, code[1:], code[0]).label_sv
    return classify(scheme, code).label_sv if code else alarm.type.label


def state_label(alarm: Alarm) -> str:
    """The state in words, and until when it is parked."""
    if alarm.state == AlarmState.NEW and alarm.returned_at is not None:
        return _("Återlämnat")
    if alarm.held:
        return _("I larmflod")
    if alarm.parked_until is not None:
        until = local(alarm.parked_until)
        return _("Parkerat till %(at)s") % {"at": until.strftime("%H:%M")}
    return str(AlarmState(alarm.state).label)


def site_name(alarm: Alarm) -> str:
    """The object, or the account when nobody knows whose it is."""
    if alarm.kind == UNKNOWN_ACCOUNT_KIND:
        return _("abonnent %(account)s") % {"account": alarm.account}
    return alarm.site.name if alarm.site else ""


def _waits(alarm: Alarm) -> WaitMarks:
    return WaitMarks(
        escalation=alarm.escalation,
        escalation_label=str(Level(alarm.escalation).label) if alarm.escalation else "",
        unparked_at=alarm.unparked_at,
        parked_until=alarm.parked_until,
        unheld_at=alarm.unheld_at,
    )


def _rescue_label(alarm: Alarm) -> str:
    call = rescue_call(alarm)
    return str(RESCUE_WORDS[call]) if call else ""


def _numbered(word: str, number: str, name: str) -> str:
    return " ".join(part for part in (word if number else "", number, name) if part)


def area_line(alarm: Alarm) -> str:
    """The partition, by number and name."""
    return _numbered(_("sektion"), alarm.area, alarm.area_label)


def zone_line(alarm: Alarm) -> str:
    """The zone, by number and name; an unknown account's signals have many."""
    if alarm.kind == UNKNOWN_ACCOUNT_KIND:
        return ""
    return _numbered(_("zon"), alarm.zone, alarm.zone_label)


def _zones_line(alarm: Alarm) -> str:
    first = zone_line(alarm)
    if not first or not alarm.followers:
        return first
    return _("%(zone)s och %(n)s till") % {"zone": first, "n": alarm.followers}


def row_of(alarm: Alarm, *, seq: int = 0) -> AlarmRow:
    """The line of an alarm loaded with `LIST_RELATIONS`; no query."""
    return AlarmRow(
        public_id=alarm.public_id,
        number=alarm.number,
        sort=sort_key(alarm),
        seq=seq,
        priority=alarm.priority,
        category=alarm.category,
        kind_label=kind_label(alarm),
        site_name=site_name(alarm),
        place_line=area_line(alarm),
        zone_line=_zones_line(alarm),
        text=alarm.text,
        state=alarm.state,
        state_label=state_label(alarm),
        desk_id=alarm.desk_id,
        owner_id=alarm.owner_id,
        owner_signature=alarm.owner.signature if alarm.owner else "",
        received_at=alarm.received_at,
        waiting_since=alarm.waiting_since,
        target_at=alarm.target_at if alarm.unanswered or awaits_rescue(alarm) else None,
        acknowledged_at=alarm.acknowledged_at,
        signal_count=alarm.signal_count,
        again=alarm.again_at is not None,
        unanswered=alarm.unanswered,
        waits=_waits(alarm),
        restored=alarm.restored_at is not None,
        controller_name=alarm.controller.name,
        city_area=alarm.city_area.name if alarm.city_area else "",
        masked=is_masked(alarm),
        duress=alarm.duress_at is not None,
        rescue=_rescue_label(alarm),
        awaits_rescue=alarm.state != AlarmState.CLOSED
        and alarm.lead_id is None
        and awaits_rescue(alarm),
        prov=is_test(alarm.kind),
        zones=alarm.followers + 1 if alarm.followers else 0,
        runaway=alarm.runaway_at is not None,
    )
