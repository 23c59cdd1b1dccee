"""The log of a staff as a tagged PDF with its seal values (domain.md D.6)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext as _

from incidents.models import Staff, StaffRow
from incidents.selectors.staff import RowLine
from trygghetscentral.files.press.orders import pdf
from trygghetscentral.ledger.selectors import latest_seal
from trygghetscentral.shared.clock import local

TEMPLATE: Final = Path(__file__).with_name("staff_log.typ")


def pdf_of(
    staff: Staff, lines: Sequence[RowLine], *, at: dt.datetime, clear: bool, by: str
) -> bytes:
    """The paper; `clear` with the words of marked rows. Raises PressFailed."""
    title = _("Stabsdagbok %(number)s") % {"number": staff.incident.number}
    data = data_of(staff, lines, at=at, clear=clear, by=by)
    return pdf(TEMPLATE, data, title=title, at=at)


def data_of(
    staff: Staff, lines: Sequence[RowLine], *, at: dt.datetime, clear: bool, by: str
) -> dict[str, Any]:
    """Every word of the paper."""
    return {
        "subject": staff.incident.title,
        "about": _about(staff, at=at, clear=clear, by=by),
        "columns": [_("Nr"), _("Händelsetid"), _("Skriven"), _("Slag och vem"), _("Text")],
        "rows": [_row(line) for line in lines],
        "seals": {"title": _("Sigill"), "lines": _seals(lines[-1].row), "rows": _hashes(lines)},
        "hashes": [_("Nr"), _("Radens kontrollsumma (SHA-256)")],
    }


def both(moment: dt.datetime) -> str:
    """Swedish time and UTC."""
    here, there = local(moment), moment.astimezone(dt.UTC)
    return _("%(here)s (%(there)s UTC)") % {
        "here": here.strftime("%Y-%m-%d %H:%M:%S"),
        "there": there.strftime("%Y-%m-%d %H:%M:%S"),
    }


def _two_lines(moment: dt.datetime) -> list[str]:
    here, there = local(moment), moment.astimezone(dt.UTC)
    return [here.strftime("%Y-%m-%d %H:%M:%S"), there.strftime("%Y-%m-%d %H:%M:%S UTC")]


def _about(staff: Staff, *, at: dt.datetime, clear: bool, by: str) -> list[list[str]]:
    closed = [[_("Avslutad"), both(staff.closed_at)]] if staff.closed_at else []
    version = _("Hela dagboken, med märkta rader") if clear else _("Öppen version")
    return [
        [_("Nivå"), str(staff.get_level_display())],
        [_("Öppnad"), both(staff.opened_at)],
        *closed,
        [_("Version"), version],
        [_("Uttagen"), _("%(time)s av %(who)s") % {"time": both(at), "who": by}],
    ]


def _row(line: RowLine) -> dict[str, Any]:
    row = line.row
    who = f"{row.signature} {row.get_function_display()}".strip()
    return {
        "number": str(row.number),
        "happened": _two_lines(row.happened_at),
        "written": _two_lines(row.registered_at),
        "kind": f"{row.get_kind_display()} {row.decision_label}".strip(),
        "who": who,
        "corrected": bool(line.corrected_by),
        "text": line.words.text if line.words else "",
        "facts": _facts(line),
    }


def _facts(line: RowLine) -> list[str]:
    row, words = line.row, line.words
    facts = (
        [_("Kan omfattas av sekretess: %(ground)s") % {"ground": line.ground}]
        if line.ground
        else []
    )
    if words is None:
        facts.append(_("Raden visas inte i den här versionen."))
    elif words.sender or words.recipient:
        facts.append(
            _("Från %(sender)s till %(recipient)s")
            % {"sender": words.sender or "–", "recipient": words.recipient or "–"}
        )
    if row.channel:
        facts.append(_("Kanal: %(channel)s") % {"channel": row.get_channel_display()})
    if words and words.decider:
        facts.append(_("Beslutsfattare: %(who)s") % {"who": words.decider})
        facts.append(_("Skäl: %(why)s") % {"why": words.reasons})
    if line.is_decision:
        until = both(row.valid_until) if row.valid_until else _("tills vidare")
        facts.append(_("Gäller till: %(time)s") % {"time": until})
    if row.about:
        facts.append(_("Hör till beslut %(number)s") % {"number": row.about.decision_label})
    if row.corrects:
        facts.append(_("Rättar rad %(number)s") % {"number": row.corrects.number})
    facts.extend(
        _("Rättad av rad %(number)s") % {"number": later.number} for later in line.corrected_by
    )
    facts.extend(
        _("Bilaga %(place)s: %(name)s, SHA-256 %(hash)s")
        % {"place": one.place, "name": one.file.download_name, "hash": one.file.sha256}
        for one in line.attachments
    )
    return facts


def _hashes(lines: Sequence[RowLine]) -> list[list[str]]:
    return [[str(line.row.number), bytes(line.row.sha256).hex()] for line in lines]


def _seals(last: StaffRow) -> list[str]:
    found = [
        _("Varje kontrollsumma täcker raden, dess bilagor och raden före."),
        _("Kedjans sista: rad %(number)s, %(hash)s")
        % {"number": last.number, "hash": bytes(last.sha256).hex()},
    ]
    seal = latest_seal()
    if seal is None:
        return [*found, _("Händelseloggen har inget sigill än.")]
    sealed = _("Händelseloggens senaste sigill: nr %(number)s, %(time)s, %(hash)s") % {
        "number": seal.number,
        "time": both(seal.sealed_at),
        "hash": bytes(seal.sha256).hex(),
    }
    return [*found, sealed]
