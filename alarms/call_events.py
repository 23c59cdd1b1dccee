"""What this room publishes about calls, dispatches and code words. Codes only: names, numbers and
words stay in their own protected rows."""

from __future__ import annotations

from alarms.events import AlarmSnapshot
from trygghetscentral.ledger.events import Code, Event, published


@published
class AlarmCalled(Event):
    """Somebody was rung, or rang, about the alarm. Codes as in `alarms.models.calls`."""

    name = "alarm.called"
    alarm: AlarmSnapshot
    call_id: int
    direction: Code
    whom: Code
    channel: Code
    result: Code


@published
class AlarmDispatched(Event):
    """Somebody was sent, or has come further. `step` is alarmed, on_the_way, arrived, done or
    declined."""

    name = "alarm.dispatched"
    alarm: AlarmSnapshot
    call_id: int
    whom: Code
    step: Code


@published
class AlarmCodeWordChecked(Event):
    """A code word was asked for. Only the outcome: correct, wrong, duress or not_given."""

    name = "alarm.code_word_checked"
    alarm: AlarmSnapshot
    outcome: Code


@published
class AlarmRescueChanged(Event):
    """Who alarms räddningstjänsten was changed on the alarm's installation."""

    name = "alarm.rescue_changed"
    alarm: AlarmSnapshot


@published
class CodeWordsChanged(Event):
    """The code words of an installation were set or taken away; the words are in no event."""

    name = "alarms.code_words_changed"
    installation_id: int
    has_word: bool
    has_duress: bool
