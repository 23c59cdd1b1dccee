"""Start the whole house, keep it up, and stop it: what `make run` runs.

`--services-only -- CMD...` starts only the embedded PostgreSQL and Redis, runs CMD with
DATABASE_URL, REDIS_URL and TC_DATA_DIR set, and ends with CMD's exit code.
"""

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from types import FrameType

from trygghetscentral.shared.env import SettingsError
from trygghetscentral.stack import leash
from trygghetscentral.stack.house import Stopped, run_house
from trygghetscentral.stack.services import run_with_services

BAD_SETTING = 2


def stop_once(number: int, _frame: FrameType | None) -> None:
    """Turn the first signal into `Stopped`; those that follow do not disturb the stop."""
    for other in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(other, signal.SIG_IGN)
    raise Stopped(number)


def main(arguments: Sequence[str]) -> int:
    """Run; the exit code is 0 after an ordered stop and 2 for a setting that cannot be used."""
    parser = argparse.ArgumentParser(prog="trygghetscentral.stack.run")
    parser.add_argument("--services-only", action="store_true")
    parser.add_argument("--throwaway", action="store_true", help="in a data home of its own")
    parser.add_argument("--with-parent", action="store_true", help="stop when the caller dies")
    parser.add_argument("command", nargs="*")
    given = parser.parse_args(arguments)
    signal.signal(signal.SIGINT, stop_once)
    signal.signal(signal.SIGTERM, stop_once)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # as nohup wants it
        signal.signal(signal.SIGHUP, stop_once)
    leash.adopt_orphans()
    if given.with_parent:
        leash.die_with_parent(signal.SIGTERM)
    # What we make must be readable by the embedded servers' account; secrets set their own mode.
    os.umask(0o022)
    try:
        if given.services_only:
            return run_with_services(given.command, os.environ, throwaway=given.throwaway)
        return run_house(os.environ)
    except SettingsError as problem:
        sys.stderr.write(f"{problem}\n")
        return BAD_SETTING
    except Stopped as stopped:
        return 128 + stopped.number if given.services_only else 0


if __name__ == "__main__":
    with suppress(BrokenPipeError):
        sys.exit(main(sys.argv[1:]))
