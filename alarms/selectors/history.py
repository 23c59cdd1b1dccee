"""What was done to an alarm, read out of the ledger in klarspråk."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alarms.models import Alarm, CloseCode
from trygghetscentral.ledger.models import LedgerPayload, LedgerRow

SENTENCES: dict[str, str | Promise] = {
    "alarm.raised": _("Larmet kom in"),
    "alarm.repeated": _("Ny signal"),
    "alarm.again": _("Larmar igen"),
    "alarm.restored": _("Återställt"),
    "alarm.routed": _("Dirigerat"),
    "alarm.acknowledged": _("Taget"),
    "alarm.released": _("Lämnat tillbaka"),
    "alarm.progressed": _("Går vidare"),
    "alarm.noted": _("Anteckning"),
    "alarm.closed": _("Avslutat"),
    "alarm.audiences_changed": _("Synligheten ändrades"),
}
MOST_LINES = 200
STATE_SENTENCES: dict[str, str | Promise] = {
    "verifying": _("Verifieras"),
    "in_progress": _("Åtgärd pågår"),
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
    if row.name == "alarm.progressed":
        state = body["alarm"]["state"]  # type: ignore[index]  # AlarmSnapshot's shape
        return str(STATE_SENTENCES.get(state, sentence))
    return sentence
