"""Who wants to know: higher rooms subscribe to event names; lower rooms never know them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

Handler = Callable[[Sequence[int]], None]

_by_event: dict[str, list[str]] = defaultdict(list)
_handlers: dict[str, Handler] = {}


def subscribe(event_name: str, *, subscriber: str, handler: Handler) -> None:
    """Have `handler` called once with the seqs of such rows, in a worker, inside a transaction.

    The handler may be called again after a crash: it re-reads state and leaves if its reason
    is gone. Called from `AppConfig.ready` only.
    """
    if subscriber not in _by_event[event_name]:
        _by_event[event_name].append(subscriber)
    _handlers[subscriber] = handler


def subscribers_of(event_name: str) -> Sequence[str]:
    """Names of those who asked for an event."""
    return _by_event.get(event_name, ())


def handler_of(subscriber: str) -> Handler | None:
    """What to call, None when the subscriber has left the code."""
    return _handlers.get(subscriber)
