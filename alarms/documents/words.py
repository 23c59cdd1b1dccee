"""Numbers, periods and sentences as they are written in Swedish."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alarms.selectors.figures import Coverage, Period, PeriodKind, Report
from trygghetscentral.shared.clock import local

NO_BREAK = "\N{NO-BREAK SPACE}"


def number_text(value: float, decimals: int = 0) -> str:
    """12 593 and 36,8, with spaces that do not break; halves are rounded away from zero."""
    step = Decimal(1).scaleb(-decimals)
    rounded = Decimal(str(value)).quantize(step, rounding=ROUND_HALF_UP)
    text = f"{abs(rounded):,.{decimals}f}".replace(",", NO_BREAK).replace(".", ",")
    return f"−{text}" if rounded < 0 else text


def span_text(seconds: float) -> str:
    """A length of time: "45 s", "2 min", "3 h 5 min"."""
    if seconds < 60:
        return f"{round(seconds)}{NO_BREAK}s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes}{NO_BREAK}min"
    return f"{minutes // 60}{NO_BREAK}h {minutes % 60}{NO_BREAK}min"


def clock_text(seconds: float) -> str:
    """A wait as the board shows it: 0:42, 12:05, 1:02:11."""
    minutes, rest = divmod(max(0, int(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def period_text(period: Period) -> str:
    """The period as a heading says it."""
    first = formats.date_format(period.first, "j F Y")
    last = formats.date_format(period.last, "j F Y")
    match period.kind:
        case PeriodKind.DAY:
            return formats.date_format(period.first, "l j F Y")
        case PeriodKind.WEEK:
            week = period.first.isocalendar().week
            return _("vecka %(week)s, %(first)s–%(last)s") % {
                "week": week,
                "first": formats.date_format(period.first, _week_start(period)),
                "last": last,
            }
        case PeriodKind.MONTH:
            return formats.date_format(period.first, "F Y")
        case PeriodKind.RANGE:
            return f"{first} – {last}"


def _week_start(period: Period) -> str:
    return "j" if period.first.month == period.last.month else "j F"


def summary(report: Report) -> str:
    """What happened, in a few sentences. Says nothing of figures that are hidden."""
    total = report.tables[0].total
    now, before = total.now, total.before
    if "received" in now.hidden:
        return _("Det kom in för få larm för att siffrorna ska kunna visas.")
    said = [
        ngettext("%(number)s larm kom in.", "%(number)s larm kom in.", now.received)
        % {"number": number_text(now.received)}
    ]
    if "received" not in before.hidden:
        running = report.period.is_running(report.at)
        said.append(compared(now.received, before.received, running=running))
    if "late" not in now.hidden:
        said.append(
            _("%(late)s gånger blev väntan längre än målet.") % {"late": number_text(now.late)}
        )
    if now.p80 is not None and now.p985 is not None and "p80" not in now.hidden:
        said.append(
            _("80 procent av svaren kom inom %(p80)s s och 98,5 procent inom %(p985)s s.")
            % {"p80": number_text(now.p80, 1), "p985": number_text(now.p985, 1)}
        )
    return " ".join(said)


def compared(now: int, before: int, *, running: bool) -> str:
    """A number of things against that of the period before."""
    difference = now - before
    if running:
        return _("Under hela perioden före kom %(number)s.") % {"number": number_text(before)}
    if difference == 0:
        return _("Det är lika många som perioden före.")
    text = (
        _("Det är %(number)s fler än perioden före.")
        if difference > 0
        else _("Det är %(number)s färre än perioden före.")
    )
    return text % {"number": number_text(abs(difference))}


def coverage_lines(report: Report) -> list[str]:
    """What the figures rest on, sentence by sentence."""
    coverage = report.coverage
    lines = [
        _("%(number)s larmanläggningar är anslutna just nu, hos %(some)s av %(all)s ansvariga.")
        % {
            "number": number_text(coverage.installations),
            "some": number_text(coverage.controllers),
            "all": number_text(coverage.controllers_asked),
        },
        _watched(coverage, report.period),
    ]
    return lines + running_lines(report.period, report.at)


def running_lines(period: Period, at: dt.datetime) -> list[str]:
    """What is to be said of a period that is not over."""
    if not period.is_running(at):
        return []
    text = _("Perioden pågår: siffrorna gäller till och med %(time)s, perioden före är hel.")
    return [text % {"time": moment_text(at)}]


def _watched(coverage: Coverage, period: Period) -> str:
    if coverage.watched_since is None:
        return _("Avbrott i mottagningen under perioden: okänt, eftersom ingen mätte.")
    said = (
        _("Mottagningen var borta %(count)s gånger, sammanlagt %(span)s.")
        % {"count": coverage.silences, "span": span_text(coverage.silent_seconds)}
        if coverage.silences
        else _("Inga avbrott i mottagningen är uppmätta.")
    )
    if coverage.watched_since > period.start:
        since = formats.date_format(local(coverage.watched_since), "j b Y H:i")
        text = _("Uppehållsfri mätning började %(since)s; avbrott före det kan saknas.")
        said = f"{said} {text % {'since': since}}"
    # Not inside the f-string, where gettext's own reader does not look.
    unmeasured = _("Tid då hela systemet stod stilla mäts inte.")
    return f"{said} {unmeasured}"


def moment_text(at: dt.datetime) -> str:
    """When the figures were taken, on the city's clock."""
    return formats.date_format(local(at), "j b Y H:i")
