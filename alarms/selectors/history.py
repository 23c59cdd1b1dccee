"""What was done to an alarm, read out of the ledger in klarspråk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alarms.call_words import BY_CODES
from alarms.models import Alarm, CloseCode
from alarms.states import ParkReason
from trygghetscentral.ledger.models import LedgerPayload, LedgerRow
from trygghetscentral.shared.clock import local

SENTENCES: dict[str, str | Promise] = {
    "alarm.raised": _("Larmet kom in"),
    "alarm.repeated": _("Ny signal"),
    "alarm.again": _("Larmar igen"),
    "alarm.joined": _("Fler zoner larmar"),
    "alarm.ran_away": _("Skenar: låter inte för varje signal"),
    "alarm.restored": _("Återställt"),
    "alarm.routed": _("Dirigerat"),
    "alarm.acknowledged": _("Taget"),
    "alarm.released": _("Lämnat tillbaka"),
    "alarm.escalated": _("Skiftledare larmad"),
    "alarm.stepped_down": _("Larmplatsens kallelse gäller inte längre det här larmet"),
    "alarm.parked": _("Parkerat"),
    "alarm.unparked": _("Parkeringen avslutad"),
    "alarm.moved": _("Flyttat av skiftledaren"),
    "alarm.reprioritised": _("Prioriteten ändrad"),
    "alarm.held": _("Hålls i larmflod"),
    "alarm.unheld": _("Åter från larmflod"),
    "alarm.flooded": _("Prioriteten sänkt av larmflod"),
    "alarm.unflooded": _("Prioriteten tillbaka efter larmflod"),
    "alarm.progressed": _("Går vidare"),
    "alarm.noted": _("Anteckning"),
    "alarm.closed": _("Avslutat"),
    "alarm.called": _("Samtal"),
    "alarm.dispatched": _("Utskick"),
    "alarm.code_word_checked": _("Kodord"),
    "alarm.rescue_changed": _("Ändrat vem som larmar räddningstjänsten"),
    "alarm.audiences_changed": _("Synligheten ändrades"),
}
MOST_LINES = 200
STATE_SENTENCES: dict[str, str | Promise] = {
    "verifying": _("Verifieras"),
    "in_progress": _("Åtgärd pågår"),
}
RETURN_SENTENCES: dict[str, str | Promise] = {
    "idle": _("Återlämnat: inget gjordes i tid"),
    "absent": _("Återlämnat: den som tog larmet var inte på plats"),
}


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One line: when, what, by whom (signature or part of the system)."""

    at: dt.datetime
    text: str
    signature: str


def history_of(alarm: Alarm) -> list[HistoryLine]:
    """Oldest first, the newest 200; a disposed payload leaves its line and says so."""
    rows = list(
        LedgerRow.objects.filter(subject_type="alarms.alarm", subject_id=str(alarm.pk)).order_by(
            "-seq"
        )[:MOST_LINES]
    )
    bodies = dict(
        LedgerPayload.objects.filter(seq__in=[row.seq for row in rows]).values_list("seq", "body")
    )
    labels = dict(
        CloseCode.objects.filter(category__in=(alarm.category, "")).values_list("code", "label")
    )
    return [
        HistoryLine(
            at=row.at,
            text=_text(row, bodies.get(row.seq), labels),
            signature="" if row.actor_kind in ("system", "device") else row.actor_label,
        )
        for row in reversed(rows)
    ]


def _text(row: LedgerRow, body: dict[str, object] | None, labels: dict[str, str]) -> str:
    sentence = str(SENTENCES.get(row.name, row.name))
    if body is None:
        return _("%(what)s (innehållet är gallrat)") % {"what": sentence}
    if row.name == "alarm.closed":
        code = str(body.get("close_code", ""))
        return f"{sentence}: {labels.get(code, code)}"
    said = BY_CODES.get(row.name)
    if said is not None:
        return f"{sentence}: {said(body)}"
    if row.name in MORE:
        return MORE[row.name](body, sentence)
    if row.name == "alarm.progressed":
        state = body["alarm"]["state"]  # type: ignore[index]  # AlarmSnapshot's shape
        return str(STATE_SENTENCES.get(state, sentence))
    return sentence


def _escalated(body: dict[str, Any], sentence: str) -> str:
    no_lead = body.get("no_lead")
    if body.get("level") != "tib":
        return str(_("Skiftledare i jour larmad: ingen är på plats")) if no_lead else sentence
    if body.get("unstaffed"):
        return str(_("TiB larmad: larmplatsen är obemannad"))
    return str(_("TiB larmad: ingen skiftledare finns") if no_lead else _("TiB larmad"))


def _released(body: dict[str, Any], sentence: str) -> str:
    return str(RETURN_SENTENCES.get(str(body.get("cause", "")), sentence))


def _parked(body: dict[str, Any], sentence: str) -> str:
    until = local(dt.datetime.fromisoformat(body["alarm"]["parked_until"]))
    reason = str(ParkReason(body["reason"]).label)
    said = {"what": sentence, "at": until.strftime("%H:%M"), "why": reason[:1].lower() + reason[1:]}
    return _("%(what)s till %(at)s: %(why)s") % said


def _unparked(body: dict[str, Any], sentence: str) -> str:
    return str(_("Åter från parkering")) if body.get("due") else sentence


def _reprioritised(body: dict[str, Any], sentence: str) -> str:
    steps = {"what": sentence, "old": body["from_priority"], "new": body["alarm"]["priority"]}
    return _("%(what)s: %(old)s till %(new)s") % steps


def _raised(body: dict[str, Any], sentence: str) -> str:
    return str(_("Larmet kom in och hålls i larmflod")) if body["alarm"].get("held") else sentence


MORE: dict[str, Callable[[dict[str, Any], str], str]] = {
    "alarm.escalated": _escalated,
    "alarm.released": _released,
    "alarm.parked": _parked,
    "alarm.unparked": _unparked,
    "alarm.reprioritised": _reprioritised,
    "alarm.flooded": _reprioritised,
    "alarm.unflooded": _reprioritised,
    "alarm.raised": _raised,
}
