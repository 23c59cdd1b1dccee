"""The log's words for calls, dispatches and code words, read out of their codes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alarms.models import CallResult, CodeWordOutcome, Direction, Party

STEPS: Final[dict[str, Promise]] = {
    "alarmed": _("larmad"),
    "on_the_way": _("på väg"),
    "arrived": _("framme"),
    "done": _("klart"),
    "declined": _("kommer inte"),
}


def _label(choices: Any, code: object) -> str:
    # A code of a later version is shown as it is.
    return str(choices(code).label) if code in choices.values else str(code)


def _called(body: Mapping[str, Any]) -> str:
    parts = (
        _label(Party, body["whom"]),
        _label(Direction, body["direction"]),
        _label(CallResult, body["result"]).lower(),
    )
    return ", ".join(parts)


def _dispatched(body: Mapping[str, Any]) -> str:
    return f"{_label(Party, body['whom'])}, {STEPS.get(body['step'], body['step'])}"


BY_CODES: Final[dict[str, Callable[[Mapping[str, Any]], str]]] = {
    "alarm.called": _called,
    "alarm.dispatched": _dispatched,
    "alarm.code_word_checked": lambda body: _label(CodeWordOutcome, body["outcome"]),
}
