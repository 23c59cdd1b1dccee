"""What the opened alarm shows of calls, dispatches, räddningstjänst and code word."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from alarms.codes import Category
from alarms.fire import CENTRE, RESCUE_WORDS, awaits_rescue, rescue_call
from alarms.models import (
    SENT_OUT,
    Alarm,
    AlarmCall,
    AlarmStatement,
    CallKind,
    CallResult,
    CodeWordCheck,
    CodeWordOutcome,
    Direction,
    Party,
)
from alarms.services.closing import needs_statement
from alarms.services.code_words import ASKED_OF, words_for
from alarms.states import AlarmState
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission


@dataclass(frozen=True, slots=True)
class CallLine:
    """One line of the call log. Name, number and note only for who handles alarms."""

    pk: int
    at: dt.datetime
    signature: str
    what: str
    name: str
    phone: str
    place: str
    note: str
    result: str
    steps: tuple[tuple[str, dt.datetime], ...] = ()
    next_steps: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class HandPart:
    """What is done by hand about one alarm, and what this user may do."""

    lines: list[CallLine]
    may_call: bool
    may_dispatch: bool
    may_check_word: bool
    has_words: bool
    word_outcome: str
    word_label: str
    word_at: dt.datetime | None
    is_fire: bool
    rescue_label: str
    awaits_rescue: bool
    rescue_called_at: dt.datetime | None
    statement_needed: bool
    results: tuple[tuple[str, str], ...]
    parties: tuple[tuple[str, str], ...]
    sent_out: tuple[tuple[str, str], ...]


def hand_part(alarm: Alarm, *, user: User, hidden: bool) -> HandPart:
    """In at most five queries. `hidden`: where it is, and what was said, is not for this user."""
    handles = user.may(Permission.ALARM_CLAIM, alarm.controller_id)
    is_open = alarm.state != AlarmState.CLOSED and alarm.lead_id is None
    owns = alarm.owner_id == user.pk
    checks = [] if hidden else list(CodeWordCheck.objects.filter(alarm=alarm))
    last = checks[-1] if checks else None
    fire = rescue_call(alarm)
    has_words = owns and alarm.category in ASKED_OF and bool(words_for(alarm))
    asked = has_words or alarm.category in (Category.BURGLARY, Category.HOLDUP)
    return HandPart(
        lines=[] if hidden else _lines(alarm, handles=handles, is_open=is_open),
        may_call=handles and is_open and not hidden,
        may_dispatch=handles and is_open and not hidden and (owns or alarm.owner_id is None),
        may_check_word=handles and is_open and owns and asked,
        has_words=has_words,
        word_outcome=last.outcome if last else "",
        word_label=str(CodeWordOutcome(last.outcome).label) if last else "",
        word_at=last.at if last else None,
        is_fire=bool(fire),
        rescue_label=str(RESCUE_WORDS[fire]) if fire else "",
        awaits_rescue=is_open and awaits_rescue(alarm),
        rescue_called_at=alarm.target_met_at if fire == CENTRE else None,
        statement_needed=needs_statement(alarm.category),
        results=_pairs(CallResult),
        parties=_pairs(Party),
        sent_out=tuple((party.value, str(party.label)) for party in SENT_OUT),
    )


def _pairs(choices: type[CallResult] | type[Party]) -> tuple[tuple[str, str], ...]:
    return tuple((choice.value, str(choice.label)) for choice in choices)


def _lines(alarm: Alarm, *, handles: bool, is_open: bool) -> list[CallLine]:
    lines = [
        _line(call, handles=handles, is_open=is_open)
        for call in alarm.calls.select_related("author")
    ]
    statements = alarm.statements.select_related("author") if handles else ()
    lines += [_statement_line(said) for said in statements]
    return sorted(lines, key=lambda line: line.at)


def _statement_line(said: AlarmStatement) -> CallLine:
    return CallLine(
        pk=0,
        at=said.at,
        signature=said.author.signature,
        what=_("Sagt på platsen"),
        name=said.said_by,
        phone="",
        place="",
        note=said.said,
        result="",
    )


def _line(call: AlarmCall, *, handles: bool, is_open: bool) -> CallLine:
    return CallLine(
        pk=call.pk,
        at=call.at,
        signature=call.author.signature,
        what=_what(call),
        name=call.name if handles else "",
        phone=call.phone if handles else "",
        place=call.place if handles else "",
        note=call.note if handles else "",
        result=str(CallResult(call.result).label) if call.result else "",
        steps=_steps(call),
        next_steps=_next_steps(call) if handles and is_open else (),
    )


def _what(call: AlarmCall) -> str:
    party = str(Party(call.whom).label)
    words = {"party": party, "channel": call.get_channel_display()}
    if call.kind == CallKind.DISPATCH:
        return _("Larmade ut: %(party)s") % words
    if call.direction == Direction.IN:
        return _("Inkommande, %(channel)s: %(party)s") % words
    return _("Utgående, %(channel)s: %(party)s") % words


def _steps(call: AlarmCall) -> tuple[tuple[str, dt.datetime], ...]:
    steps = (
        (_("på väg"), call.on_the_way_at),
        (_("framme"), call.arrived_at),
        (_("klart"), call.done_at),
    )
    return tuple((word, at) for word, at in steps if at is not None)


def _next_steps(call: AlarmCall) -> tuple[tuple[str, str], ...]:
    if call.kind != CallKind.DISPATCH or call.done_at or call.result:
        return ()
    steps = (
        ("on_the_way", pgettext("dispatch", "På väg"), call.on_the_way_at or call.arrived_at),
        ("arrived", pgettext("dispatch", "Framme"), call.arrived_at),
        ("done", pgettext("dispatch", "Klart"), None),
        ("declined", pgettext("dispatch", "Kommer inte"), call.on_the_way_at or call.arrived_at),
    )
    return tuple((code, word) for code, word, gone in steps if gone is None)
