"""An alarm as one line of a list. The same for every reader: nothing here depends on who looks."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from alarms.codes import Category, classify
from alarms.models import Alarm
from alarms.services.correlation import UNKNOWN_ACCOUNT_KIND
from alarms.services.intake.links import LINK_KIND
from alarms.services.reception import SILENT_KIND
from alarms.states import AlarmState

NAMED_BY_TYPE = (Category.FIRE, Category.HOLDUP, Category.MEDICAL, Category.BURGLARY)
LIST_RELATIONS = ("type", "site", "city_area", "owner", "controller", "desk")


@dataclass(frozen=True, slots=True)
class AlarmRow:
    """What `alarms/_row.html` shows. `masked` hides where a trygghetslarm is (domain.md 00.8)."""

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
    owner_id: int | None
    owner_signature: str
    received_at: dt.datetime
    waiting_since: dt.datetime
    target_at: dt.datetime | None
    acknowledged_at: dt.datetime | None
    signal_count: int
    again: bool
    restored: bool
    controller_name: str
    city_area: str
    masked: bool


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


def _state_label(alarm: Alarm) -> str:
    if alarm.state == AlarmState.NEW and alarm.returned_at is not None:
        return _("Återlämnat")
    return str(AlarmState(alarm.state).label)


def _numbered(word: str, number: str, name: str) -> str:
    return " ".join(part for part in (word if number else "", number, name) if part)


def row_of(alarm: Alarm, *, seq: int = 0) -> AlarmRow:
    """The line of an alarm loaded with `LIST_RELATIONS`; no query."""
    unknown = alarm.kind == UNKNOWN_ACCOUNT_KIND
    site_name = alarm.site.name if alarm.site else ""
    if unknown:
        site_name = _("abonnent %(account)s") % {"account": alarm.account}
    return AlarmRow(
        public_id=alarm.public_id,
        number=alarm.number,
        sort=sort_key(alarm),
        seq=seq,
        priority=alarm.priority,
        category=alarm.category,
        kind_label=kind_label(alarm),
        site_name=site_name,
        place_line=_numbered(_("sektion"), alarm.area, alarm.area_label),
        zone_line=_numbered(_("zon"), alarm.zone, alarm.zone_label) if not unknown else "",
        text=alarm.text,
        state=alarm.state,
        state_label=_state_label(alarm),
        owner_id=alarm.owner_id,
        owner_signature=alarm.owner.signature if alarm.owner else "",
        received_at=alarm.received_at,
        waiting_since=alarm.waiting_since,
        target_at=alarm.target_at if alarm.unanswered else None,
        acknowledged_at=alarm.acknowledged_at,
        signal_count=alarm.signal_count,
        again=alarm.again_at is not None,
        restored=alarm.restored_at is not None,
        controller_name=alarm.controller.name,
        city_area=alarm.city_area.name if alarm.city_area else "",
        masked=is_masked(alarm),
    )
