"""Orders to the press (`program.py`): one at a time of each kind for each process, and never
waited for without end, nor with a database connection in hand."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from trygghetscentral.shared.db import give_back_connection

PRESS: Final = Path(__file__).with_name("program.py")
LONGEST_SECONDS: Final = 30

# Charts are waited for on a page, papers are not: the one does not stand behind the other.
_one_at_a_time: Final = {kind: threading.Lock() for kind in ("charts", "paper", "picture")}


class PressFailed(Exception):
    """The press took too long or could not do it."""


def pdf(
    template: Path,
    data: Mapping[str, Any],
    *,
    title: str,
    at: dt.datetime,
    archive: bool = False,
) -> bytes:
    """A tagged PDF (PDF/UA-1) of `data`, in the shape of a typst template, dated `at`; for the
    `archive` also PDF/A-2a. The same order gives the same bytes.

    The template begins with `#import "frame.typ": data, framed` and `#show: framed.with()`.
    Raises PressFailed.
    """
    order = {
        "template": str(template),
        "data": json.dumps(with_frame(data, title=title)),
        "at": at.replace(microsecond=0).isoformat(),
        "archive": archive,
    }
    with press("paper") as make:
        return make(order)


def with_frame(data: Mapping[str, Any], *, title: str) -> dict[str, Any]:
    """What every paper says beside its own: title, author, language, the mark of the demo."""
    return {
        "title": title,
        "author": _("Trygghetscentralen"),
        "lang": get_language() or settings.LANGUAGE_CODE,
        "demo": _("DEMO – påhittade uppgifter") if settings.DEMO else "",
        **data,
    }


@contextmanager
def press(kind: str) -> Iterator[Callable[[Any], bytes]]:
    """Have the press of a kind ("charts", "paper", "picture") for oneself: a function that takes
    orders.

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
