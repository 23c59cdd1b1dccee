"""Orders to the press: one at a time of each kind for each process, and never waited for without
end, nor with a database connection in hand."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

from alarms.selectors.figures.turns import give_back_connection

PRESS: Final = Path(__file__).with_name("press.py")
LONGEST_SECONDS: Final = 30

# Charts are waited for on a page, papers are not: the one does not stand behind the other.
_one_at_a_time: Final = {"charts": threading.Lock(), "paper": threading.Lock()}


class PressFailed(Exception):
    """The press took too long or could not do it."""


@contextmanager
def press(kind: str) -> Iterator[Callable[[Any], bytes]]:
    """Have the press of a kind, "charts" or "paper", for oneself: a function that takes orders.

    Raises PressFailed, as the function does.
    """
    give_back_connection()
    lock = _one_at_a_time[kind]
    if not lock.acquire(timeout=LONGEST_SECONDS):
        raise PressFailed("busy")
    try:
        yield partial(_made, kind)
    finally:
        lock.release()


def _made(kind: str, order: Any) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603  our own program, told everything by its input
            [sys.executable, "-I", str(PRESS), kind],
            input=json.dumps(order).encode(),
            capture_output=True,
            check=True,
            timeout=LONGEST_SECONDS,
            env={},
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise PressFailed(type(error).__name__) from error
    return done.stdout
