"""Run one program so that nothing of it is ever left behind.

`python leash.py [--user UID:GID] [--nice N] [--stop-signal INT] [--grace SECONDS]
[--patience SECONDS] -- CMD...`; it uses the standard library only, so that many of it cost little.

The leash stays as the program's parent. It stops the program when it is told to stop or when
its own parent dies, however that parent dies; and when the program ends, it ends everything the
program had started. Its exit code is the program's. Linux only.
"""

import argparse
import ctypes
import errno
import os
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
STOPPING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT)
WATCHED = (*STOPPING, signal.SIGCHLD)
LAST_RESORT_SECONDS = 5.0
NOT_FOUND = 127


def die_with_parent(how: signal.Signals) -> None:
    """Ask the kernel for signal `how` when the thread that started this process ends."""
    _prctl(PR_SET_PDEATHSIG, how)


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent ends."""
    _prctl(PR_SET_CHILD_SUBREAPER, 1)


def children_of(pid: int) -> list[int]:
    """The direct children of a process, from /proc."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with suppress(OSError, ValueError, IndexError):
                # The name in field 2 may hold spaces and brackets: count from its last bracket.
                status = (entry / "stat").read_text(encoding="utf-8", errors="replace")
                if int(status.rpartition(")")[2].split()[1]) == pid:
                    found.append(int(entry.name))
    return found


def sweep(patience: float) -> None:
    """End and reap every child, and every descendant that becomes ours as its parent goes.

    They are asked first, and killed after `patience` seconds.
    """
    asked: set[int] = set()
    ask_until = time.monotonic() + patience
    give_up = ask_until + LAST_RESORT_SECONDS
    while time.monotonic() < give_up:
        _reap(0)
        strays = children_of(os.getpid())
        if not strays:
            return
        for pid in strays:
            with suppress(ProcessLookupError, PermissionError):
                if time.monotonic() >= ask_until:
                    os.kill(pid, signal.SIGKILL)
                elif pid not in asked:
                    os.kill(pid, signal.SIGTERM)
                    asked.add(pid)
        time.sleep(0.02)


def run(
    command: Sequence[str],
    *,
    user: tuple[int, int] | None,
    nice: int,
    stop: signal.Signals,
    grace: float,
    patience: float,
) -> int:
    """Run `command` until it ends or must end. Returns its exit code (128 + signal if killed).

    `nice` is added to its niceness: the more, the sooner it gives way to the others.
    It has `grace` seconds to end when told to stop; what it leaves behind has `patience`.
    """
    parent = os.getppid()
    adopt_orphans()
    die_with_parent(signal.SIGTERM)
    if os.getppid() != parent:
        return 128 + signal.SIGTERM
    signal.pthread_sigmask(signal.SIG_BLOCK, WATCHED)
    child = os.fork()
    if child == 0:
        _become(command, user=user, nice=nice, stop=stop)
    code = _watch(child, stop=stop, grace=grace)
    sweep(patience)
    return code


def _prctl(option: int, value: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(option, value, 0, 0, 0) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def _become(
    command: Sequence[str], *, user: tuple[int, int] | None, nice: int, stop: signal.Signals
) -> None:
    parent = os.getppid()
    try:
        os.nice(nice)
        if user is not None:
            os.setgroups([])
            os.setgid(user[1])
            os.setuid(user[0])
        # After the change of account, which would have cleared it.
        die_with_parent(stop)
        if os.getppid() != parent:
            os._exit(128 + stop)
        for number in WATCHED:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, WATCHED)
        os.execvp(command[0], list(command))  # noqa: S606
    except OSError as problem:
        sys.stderr.write(f"{command[0]}: {problem.strerror}\n")
        os._exit(NOT_FOUND if problem.errno == errno.ENOENT else 126)


def _watch(child: int, *, stop: signal.Signals, grace: float) -> int:
    deadline: float | None = None
    while True:
        status = _reap(child)
        if status is not None:
            return (
                os.waitstatus_to_exitcode(status) % 256
                if status & 0x7F == 0
                else 128 + (status & 0x7F)
            )
        timeout = 3600.0 if deadline is None else max(0.0, deadline - time.monotonic())
        caught = signal.sigtimedwait(WATCHED, timeout)
        if caught is not None and caught.si_signo in STOPPING and deadline is None:
            deadline = time.monotonic() + grace
            with suppress(ProcessLookupError):
                os.kill(child, stop)
        elif deadline is not None and time.monotonic() >= deadline:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
            deadline = time.monotonic() + LAST_RESORT_SECONDS


def _reap(child: int) -> int | None:
    """Reap whatever has ended; the wait status if the program itself has."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return 0
        if pid == child:
            return status
        if pid == 0:
            return None


def _account(text: str) -> tuple[int, int]:
    uid, _, gid = text.partition(":")
    return int(uid), int(gid)


def main(arguments: Sequence[str]) -> int:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(prog="leash")
    parser.add_argument("--user", type=_account, default=None)
    parser.add_argument("--nice", type=int, default=0)
    parser.add_argument("--stop-signal", default="TERM")
    parser.add_argument("--grace", type=float, default=10.0)
    parser.add_argument("--patience", type=float, default=2.0)
    parser.add_argument("command", nargs="+")
    given = parser.parse_args(arguments)
    return run(
        given.command,
        user=given.user,
        nice=given.nice,
        stop=signal.Signals[f"SIG{given.stop_signal}"],
        grace=given.grace,
        patience=given.patience,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
