"""Orders to the press: one at a time for each process, and never waited for without end."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, Final

PRESS: Final = Path(__file__).with_name("press.py")
LONGEST_SECONDS: Final = 30

_one_at_a_time = threading.Lock()


class PressFailed(Exception):
    """The press took too long or could not do it."""


def ordered(kind: str, order: Any) -> bytes:
    """What the press makes of the order; `kind` is "charts" or "paper". Raises PressFailed."""
    with _one_at_a_time:
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
