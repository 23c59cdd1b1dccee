"""Figures may be slow; alarms may not. Whoever counts or waits to does so at nobody's cost.

A request holds one of its process's few database connections until it is answered. Readers of
figures who waited for each other with one in hand would leave none for those who answer alarms.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.utils.translation import gettext as _

from trygghetscentral.shared.db import give_back_connection
from trygghetscentral.shared.errors import Conflict

AT_ONCE: Final = 2
LONGEST_SECONDS: Final = 30.0

_turns = threading.BoundedSemaphore(AT_ONCE)


@contextmanager
def turn() -> Iterator[None]:
    """Count when fewer than two others do in this process. Raises Conflict after 30 s of waiting.

    Nobody who waits holds a connection.
    """
    give_back_connection()
    if not _turns.acquire(timeout=LONGEST_SECONDS):
        raise Conflict(
            _("Flera andra tar fram siffror just nu."),
            code="figures_busy",
            todo=_("Försök igen om en stund."),
        )
    try:
        yield
    finally:
        _turns.release()
