"""Rendered rows, kept for the next reader of the process."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from typing import Any

from django.utils import translation

from trygghetscentral.live.registry import Stream

MOST = 8_000

# What a row borrows from elsewhere, such as a site's name, may change without the row's knowing.
OLDEST_SECONDS = 30.0

Name = tuple[str, str, int, str, str]


class Fragments:
    """The latest rendered rows by stream, key, last change, language and level. Thread-safe."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._kept: OrderedDict[Name, tuple[float, str]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, name: Name) -> str | None:
        """The HTML, where it is at hand and young."""
        with self._lock:
            kept = self._kept.get(name)
            if kept is None or time.monotonic() - kept[0] > OLDEST_SECONDS:
                return None
            self._kept.move_to_end(name)
            return kept[1]

    def put(self, name: Name, html: str) -> None:
        """Keep it, and let the one longest unused go."""
        with self._lock:
            self._kept[name] = (time.monotonic(), html)
            self._kept.move_to_end(name)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()


fragments = Fragments()


def fragment(stream: Stream, obj: Any, *, seq: int, language: str, level: str) -> str:
    """The row as HTML, rendered unless it is at hand."""
    name = (stream.name, stream.key(obj), seq, language, level)
    html = fragments.get(name)
    if html is None:
        html = rendered(stream, obj, seq=seq, language=language, level=level)
        fragments.put(name, html)
    return html


def rendered(stream: Stream, obj: Any, *, seq: int, language: str, level: str) -> str:
    """The row as HTML, rendered now."""
    with translation.override(language):
        return stream.render(obj, language=language, level=level, seq=seq)
